"""What agreements cost, as whole transactions from receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from daokit.accounts import KeySigner, dev_address
from daokit.agreements import Agreements
from daokit.chain import Chain, Receipt, Transaction
from daokit.experiments.sandbox import advance
from daokit.experiments.scene import DAY, data_gas
from daokit.experiments.voters import address_of, key_of
from daokit.factory import deploy
from daokit.hashing import ZERO_ADDRESS, keccak
from daokit.profit_share import ProfitShare
from daokit.terms import Change, Party, Terms
from daokit.testcoin import put_up
from daokit.token import Token

_ETHER, _TUSD = 10**18, 100
_MOST = 30  # rows in the long agreement


@dataclass(frozen=True)
class Shared:
    """One open agreement about revenue, whose rows all sign with keys of their own."""

    agreement: ProfitShare
    terms: Terms

    def paid_in(self, times: int) -> Receipt:
        """Revenue comes in, some times; the last receipt."""
        for _ in range(times):
            if self.terms.token == ZERO_ADDRESS:
                receipt = self.agreement.chain.transact(Transaction(self.agreement.address, b"", _ETHER // 100))
            else:
                receipt = self.agreement.send("deposit", 1_000 * _TUSD).receipt
        return receipt

    def claimed(self, row: int) -> Receipt:
        """The payee claims for its row."""
        chain = self.agreement.chain.as_(_signer(row))
        terms, frozen = self.agreement.in_force()
        seen = ProfitShare(chain, self.agreement.address)
        return seen.send("claim", terms.encoded(), frozen.encoded(), row, address_of(row)).receipt

    @property
    def carried(self) -> int:
        """Gas of the terms' own bytes in the calldata of a claim."""
        terms, frozen = self.agreement.in_force()
        data = self.agreement.encode("entitled", terms.encoded(), frozen.encoded(), 0)[4:]
        return data_gas(data[: 2 * 32] + data[3 * 32 :])


def money(chain: Chain) -> dict[str, int]:
    """`deposit_*`: into a live agreement of 10 rows, not the first. `claim_*`: second claim of a row by its payee, less
    the calldata of the terms, which stands in `claim_*_terms`; with `_30_rows`, whole receipts in an agreement of 30
    rows, where the chain's minimum for calldata rules.
    """
    for row in range(_MOST):
        chain.transact(Transaction(address_of(row), b"", 10 * _ETHER))
    deploy(chain, "ProfitShareFactory")
    rows: dict[str, int] = {}
    tusd = put_up(chain)
    for name, token in (("coin", ZERO_ADDRESS), ("erc20", tusd)):
        if token != ZERO_ADDRESS:
            Token(chain, token).mint(chain.sender, 10**9)
        for count, mark in ((10, ""), (_MOST, f"_{_MOST}_rows")):
            shared = opened(chain, count, token)
            if token != ZERO_ADDRESS:
                Token(chain, token).allow(shared.agreement.address, 10**9)
            rows[f"deposit_{name}{mark}"] = shared.paid_in(2).gas_used
            shared.claimed(1)
            shared.paid_in(1)
            claim = shared.claimed(1).gas_used
            rows[f"claim_{name}{mark}"] = claim if mark else claim - shared.carried
            if not mark:
                rows[f"claim_{name}_terms"] = shared.carried
    return rows


def amending(chain: Chain) -> dict[str, int]:
    """`amend_3`: three signers, costs and shares change, coin, not the first amendment."""
    for row in range(3):
        chain.transact(Transaction(address_of(row), b"", _ETHER))
    deploy(chain, "ProfitShareFactory")
    shared = opened(chain, 3, ZERO_ADDRESS)
    shared.paid_in(1)
    for _ in range(2):
        advance(chain, 3_600)
        parties = shared.agreement.terms().parties
        dearer = replace(parties[1], cost=parties[1].cost + _ETHER)
        changed = replace(shared.terms, parties=(parties[0], dearer, replace(parties[2], share=parties[2].share + 100)))
        change = Change("0x" + keccak(b"walnut").hex(), chain.now() + DAY)
        signers = shared.agreement.signers_of(changed)
        assert len(signers) == 3
        signed = {
            address_of(row): ProfitShare(chain.as_(_signer(row)), shared.agreement.address).sign_amendment(
                changed, change
            )
            for row in range(3)
        }
        terms, frozen = shared.agreement.in_force()
        given = [signed[signer] for signer in signers]
        sent = shared.agreement.send(
            "amend", terms.encoded(), frozen.encoded(), changed.encoded(), change.encoded(), given
        )
    return {"amend_3": sent.receipt.gas_used}


def year(chain: Chain) -> dict[str, int]:
    """`year_10_partners`: 12 deposits and one claim each, coin, sum of receipts; all are paid out at once.
    `year_10_partners_apart`: the same where each of the ten claims by a transaction of their own.
    """
    for row in range(10):
        chain.transact(Transaction(address_of(row), b"", _ETHER))
    deploy(chain, "ProfitShareFactory")
    together, apart = opened(chain, 10, ZERO_ADDRESS, number=1), opened(chain, 10, ZERO_ADDRESS, number=2)
    deposits = [sum(shared.paid_in(1).gas_used for _ in range(12)) for shared in (together, apart)]
    terms, frozen = together.agreement.in_force()
    paid = together.agreement.send("payOut", terms.encoded(), frozen.encoded(), list(range(10))).receipt.gas_used
    claims = sum(apart.claimed(row).gas_used for row in range(10))
    return {"year_10_partners": deposits[0] + paid, "year_10_partners_apart": deposits[1] + claims}


def opened(chain: Chain, count: int, token: str, number: int = 0) -> Shared:
    """An open-ended share of revenue: `count` rows in three tiers, every other one with a cost that is repaid soon."""
    parties = tuple(
        Party(address_of(row), address_of(row), _TUSD * (row % 2), row % 3, 10_000 // count) for row in range(count)
    )
    terms = Terms(token, dev_address("alice"), chain.now() + DAY, parties, residual=count - 1)
    agreements = Agreements(chain)
    there = agreements.address_of(terms, number)
    return Shared(ProfitShare(chain, agreements.open(terms, _signatures(chain, there, terms), number)), terms)


def _signatures(chain: Chain, there: str, terms: Terms) -> dict[str, bytes]:
    rows: Sequence[int] = range(len(terms.parties))
    return {address_of(row): ProfitShare(chain.as_(_signer(row)), there).sign_opening(terms) for row in rows}


def _signer(row: int) -> KeySigner:
    return KeySigner(address_of(row), f"party {row + 1}", lambda: key_of(row), local_only=True)
