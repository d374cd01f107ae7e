"""A table of oak: a carpenter, a lumber supplier and a finisher share the outcome of an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from daokit.accounts import dev_signer
from daokit.agreement_messages import missing_signers
from daokit.agreements import Agreements
from daokit.chain import Chain, Transaction
from daokit.errors import Reverted, RuleBroken, UsageError
from daokit.factory import deploy
from daokit.hashing import ZERO_ADDRESS, keccak
from daokit.profit_share import ProfitShare, Said, State
from daokit.terms import Change, Milestone, Party, Terms
from daokit.token import Token
from tests.people import DAY, address, reverts

TEXT = "0x" + keccak(b"one table of oak").hex()
CARPENTER, SUPPLIER, FINISHER = range(3)


@pytest.fixture
def order(chain: Chain, coin: str) -> Terms:
    """2,400.00 tUSD for a table, half of it as deposit; lumber 600.00 and varnish 100.00 come back first, then the
    carpenter has 70 %, the supplier 20 and the finisher 10 % of the profit."""
    now = chain.now()
    return Terms(
        token=coin,
        refund_to=address("erin"),
        open_by=now + 5 * DAY,
        parties=(
            Party(address("alice"), address("alice"), 0, 1, 7_000),
            Party(address("bob"), address("bob"), 600_00, 0, 2_000),
            Party(address("carol"), address("carol"), 100_00, 1, 1_000),
        ),
        price=2_400_00,
        deposit_bps=5_000,
        review=5 * DAY,
        grace=3 * DAY,
        arbitration=7 * DAY,
        fallback_bps=5_000,
        customer=address("erin"),
        arbiter=address("dave"),
        document=TEXT,
        milestones=(Milestone(10_000, now + 30 * DAY),),
    )


@pytest.fixture
def share(chain: Chain, coin: str) -> Callable[[Terms], ProfitShare]:
    """Signs for all rows, pays the deposit as erin by plain transfer, opens."""

    def opening(terms: Terms) -> ProfitShare:
        deploy(chain, "ProfitShareFactory")
        agreements = Agreements(chain)
        there = agreements.address_of(terms)
        signatures = {
            address(name): ProfitShare(as_(chain, name), there).sign_opening(terms)
            for name in ("alice", "bob", "carol")
        }
        Token(chain, coin).mint(address("erin"), 5_000_00)
        if terms.deposit:
            Token(as_(chain, "erin"), coin).send("transfer", there, terms.deposit)
        return ProfitShare(chain, agreements.open(terms, signatures))

    return opening


def as_(chain: Chain, name: str) -> Chain:
    return chain.as_(dev_signer(name))


def seen_by(agreement: ProfitShare, name: str) -> ProfitShare:
    return ProfitShare.load(as_(agreement.chain, name), agreement.address)


def change_of(chain: Chain, **more: object) -> Change:
    return replace(Change("0x" + keccak(b"walnut").hex(), chain.now() + 30 * DAY), **more)


def amend(agreement: ProfitShare, changed: Terms, *names: str, change: Change | None = None) -> None:
    change = change or change_of(agreement.chain)
    signatures = {address(name): seen_by(agreement, name).sign_amendment(changed, change) for name in names}
    agreement.amend(changed, change, signatures)


def test_terms_hash_alike_in_the_program_and_on_the_chain(chain: Chain, order: Terms) -> None:
    deploy(chain, "ProfitShareFactory")
    agreement = ProfitShare(chain, Agreements(chain).make(order), order)
    assert "0x" + agreement.read("hash").hex() == order.hash


def test_a_table_is_paid_and_everybody_has_their_part(
    chain: Chain, order: Terms, share: Callable[[Terms], ProfitShare], coin: str
) -> None:
    agreement = share(order)
    assert agreement.status().state is State.LIVE
    agreement.deliver(CARPENTER)
    assert seen_by(agreement, "erin").pay(1_200_00) == 1_200_00
    assert seen_by(agreement, "erin").accept() == 2_400_00
    assert agreement.status().state is State.DONE
    # 600 for lumber, 100 for varnish; of the 1,700 left 70, 20 and 10 %.
    assert [row.due for row in agreement.rows()] == [1_190_00, 600_00 + 340_00, 100_00 + 170_00]
    before = Token(chain, coin).balance(address("bob"))
    assert agreement.claim(SUPPLIER) == 940_00
    assert Token(chain, coin).balance(address("bob")) - before == 940_00
    assert agreement.claim(CARPENTER) == 1_190_00
    assert agreement.claim(FINISHER) == 270_00
    assert Token(chain, coin).balance(agreement.address) == 0


def test_the_customer_runs_and_the_loss_is_shared_by_tiers(
    chain: Chain, order: Terms, share: Callable[[Terms], ProfitShare], warp: Callable[[int], None]
) -> None:
    agreement = share(replace(order, deposit_bps=2_700))  # 648.00: the lumber, and 48.00 for the second tier
    agreement.deliver(CARPENTER)
    warp(5 * DAY + 1)
    with reverts("NotYet"):
        agreement.settle()
    warp(3 * DAY)
    assert agreement.settle().state is State.DEFAULTED
    assert [row.due for row in agreement.rows()] == [0, 600_00, 48_00]


def test_workers_who_do_not_deliver_give_the_money_back(
    chain: Chain, order: Terms, share: Callable[[Terms], ProfitShare], warp: Callable[[int], None], coin: str
) -> None:
    agreement = share(order)
    before = Token(chain, coin).balance(address("erin"))
    warp(31 * DAY)
    assert agreement.settle().state is State.REFUNDED
    assert agreement.refund() == 1_200_00
    assert Token(chain, coin).balance(address("erin")) - before == 1_200_00
    with reverts("NothingDue"):
        agreement.refund()


def test_silence_accepts_a_delivery(
    order: Terms, share: Callable[[Terms], ProfitShare], warp: Callable[[int], None]
) -> None:
    agreement = share(replace(order, deposit_bps=10_000))
    assert agreement.losers() == [address(name) for name in ("alice", "bob", "carol")]
    signed = {address(name): seen_by(agreement, name).sign_delivery(5_000, TEXT) for name in ("bob", "carol")}
    with reverts("NotSigned", signer=address("carol")):
        agreement.deliver(CARPENTER, 5_000, TEXT, {address("bob"): signed[address("bob")]})
    with reverts("NotSigned", signer=address("bob")):
        agreement.deliver(CARPENTER, 4_999, TEXT, signed)
    agreement.deliver(CARPENTER, 5_000, TEXT, signed)
    warp(5 * DAY + 1)
    assert agreement.settle().state is State.DONE
    assert agreement.released() == 1_200_00
    assert agreement.refund() == 1_200_00


def test_the_arbiter_rules_and_else_the_terms_do(
    order: Terms, share: Callable[[Terms], ProfitShare], warp: Callable[[int], None]
) -> None:
    agreement = share(replace(order, deposit_bps=10_000))
    agreement.deliver(CARPENTER)
    seen_by(agreement, "erin").dispute(TEXT)
    with reverts("OnlyBy"):
        seen_by(agreement, "erin").rule(0, TEXT)
    assert seen_by(agreement, "dave").rule(7_500, TEXT).state is State.DONE
    assert agreement.released() == 1_800_00


def test_a_silent_arbiter_leaves_it_to_the_fallback(
    order: Terms, share: Callable[[Terms], ProfitShare], warp: Callable[[int], None]
) -> None:
    agreement = share(replace(order, deposit_bps=10_000))
    agreement.deliver(CARPENTER)
    seen_by(agreement, "erin").dispute(TEXT)
    warp(7 * DAY + 1)
    assert agreement.settle().state is State.DONE
    assert agreement.released() == 1_200_00


def test_oak_becomes_walnut_with_the_signatures_of_those_it_touches(
    chain: Chain, order: Terms, share: Callable[[Terms], ProfitShare], coin: str
) -> None:
    agreement = share(order)
    rows = (order.parties[0], replace(order.parties[1], cost=900_00), order.parties[2])
    walnut = replace(order, price=2_900_00, parties=rows)
    assert agreement.signers_of(walnut) == [address(name) for name in ("alice", "bob", "carol", "erin")]
    with reverts("NotSigned", signer=address("erin")):
        amend(agreement, walnut, "alice", "bob", "carol")
    amend(agreement, walnut, "alice", "bob", "carol", "erin")
    assert seen_by(agreement, "bob").terms() == walnut
    agreement.deliver(CARPENTER)
    seen_by(agreement, "erin").pay(1_700_00)
    seen_by(agreement, "erin").accept()
    # 900 and 100 come back; of the 1,900 left 70, 20 and 10 %.
    assert [row.due for row in agreement.rows()] == [1_330_00, 900_00 + 380_00, 100_00 + 190_00]


def test_a_row_that_gives_something_up_signs_alone(order: Terms, share: Callable[[Terms], ProfitShare]) -> None:
    agreement = share(order)
    kinder = replace(order, parties=(*order.parties[:2], replace(order.parties[2], cost=80_00)))
    assert agreement.signers_of(kinder) == [address("carol")]
    amend(agreement, kinder, "carol")
    assert agreement.terms() == kinder


def test_what_was_released_stays_divided_as_it_was(
    chain: Chain, order: Terms, share: Callable[[Terms], ProfitShare], coin: str, warp: Callable[[int], None]
) -> None:
    revenue = replace(
        order,
        price=0,
        deposit_bps=0,
        customer=ZERO_ADDRESS,
        arbiter=ZERO_ADDRESS,
        milestones=(),
        parties=tuple(replace(one, cost=0) for one in order.parties),
    )
    agreement = share(revenue)
    Token(chain, coin).send("transfer", agreement.address, 1_000_00)
    assert [row.due for row in agreement.rows()] == [700_00, 200_00, 100_00]
    # Dave enters with a capital of 500.00 for alice, and has it back before any profit.
    entered = replace(revenue, parties=(*revenue.parties, Party(address("dave"), address("dave"), 500_00, 0, 10_000)))
    change = change_of(chain, capital=500_00, capital_to=address("alice"))
    Token(chain, coin).mint(address("dave"), 500_00)
    signatures = {
        address(name): seen_by(agreement, name).sign_amendment(entered, change) for name in ("alice", "bob", "carol")
    }
    seen_by(agreement, "dave").amend(entered, change, signatures)
    assert Token(chain, coin).balance(address("dave")) == 0
    assert [row.entitled for row in agreement.rows()] == [700_00, 200_00, 100_00, 0]
    Token(chain, coin).send("transfer", agreement.address, 1_500_00)
    assert [row.entitled for row in agreement.rows()] == [1_050_00, 300_00, 150_00, 1_000_00]
    assert agreement.claim(3) == 1_000_00


def test_a_signature_can_be_taken_back_before_it_is_used(order: Terms, share: Callable[[Terms], ProfitShare]) -> None:
    agreement = share(order)
    kinder = replace(order, parties=(*order.parties[:2], replace(order.parties[2], cost=80_00)))
    change = change_of(agreement.chain)
    signed = {address("carol"): seen_by(agreement, "carol").sign_amendment(kinder, change)}
    seen_by(agreement, "carol").speak(agreement.amendment_digest(kinder, change), Said.REVOKED)
    with reverts("NotSigned"):
        agreement.amend(kinder, change, signed)


def test_who_has_not_signed_is_named_once() -> None:
    assert missing_signers(["a", "b", "a", "c"], {"b": b"x"}) == ["a", "c"]


def test_what_is_paid_to_a_draft_that_never_opens_goes_back(
    chain: Chain, order: Terms, coin: str, warp: Callable[[int], None]
) -> None:
    deploy(chain, "ProfitShareFactory")
    there = Agreements(chain).address_of(order)
    Token(chain, coin).send("transfer", there, 300_00)
    with pytest.raises(RuleBroken, match="no agreement at"):
        ProfitShare.load(chain, there)
    Agreements(chain).make(order)
    with pytest.raises(UsageError, match="is a draft"):
        ProfitShare.load(chain, there).terms()
    draft = ProfitShare.load(chain, there, order)
    warp(6 * DAY)
    assert draft.settle().state is State.REFUNDED
    assert draft.refund() == 300_00
    assert Token(chain, coin).balance(address("erin")) == 300_00


def test_coin_comes_in_by_plain_transfer_and_goes_out_by_claim(
    chain: Chain, order: Terms, share: Callable[[Terms], ProfitShare]
) -> None:
    revenue = replace(
        order,
        token=ZERO_ADDRESS,
        price=0,
        deposit_bps=0,
        customer=ZERO_ADDRESS,
        arbiter=ZERO_ADDRESS,
        milestones=(),
        parties=tuple(replace(one, cost=0) for one in order.parties),
    )
    agreement = share(revenue)
    chain.transact(Transaction(agreement.address, b"", 10**18))
    before = chain.balance(address("bob"))
    assert agreement.claim(SUPPLIER) == 2 * 10**17
    assert chain.balance(address("bob")) - before == 2 * 10**17
    with pytest.raises(Reverted, match="nothing to pay out"):
        agreement.claim(SUPPLIER)


def test_amended_terms_are_found_wherever_the_transaction_holds_them(
    chain: Chain, order: Terms, share: Callable[[Terms], ProfitShare]
) -> None:
    from daokit.terms_found import terms_in

    agreement = share(order)
    kinder = replace(order, parties=(*order.parties[:2], replace(order.parties[2], cost=80_00)))
    change = change_of(chain)
    data = agreement.encode(
        "amend", order.encoded(), agreement.in_force()[1].encoded(), kinder.encoded(), change.encoded(), [b"\1" * 65]
    )
    assert terms_in(b"\7" * 13 + data, order, kinder.hash) == kinder
    assert terms_in(data, order, "0x" + "11" * 32) is None
