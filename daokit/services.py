"""What providers offer to personal funds, who is committed to it, and what they have given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from daokit import patronage
from daokit.artifact import load_artifact
from daokit.chain import Chain
from daokit.contract import Event, decode_log, write
from daokit.errors import RuleBroken
from daokit.factory import address_of
from daokit.hashing import ZERO_ADDRESS, checksum, create_address
from daokit.history import History
from daokit.options import purpose_bytes, purpose_text
from daokit.patronage import Gift, Member, Standing
from daokit.quantities import format_duration, format_share
from daokit.recorded import Past, Recorded
from daokit.rpc import RpcError
from daokit.terms import NO_TEXT
from daokit.text import clean

__all__ = ["Debt", "Gift", "Member", "Offer", "Services", "Standing", "Terms"]

_AT_ONCE = 400  # addresses in one request for events


@dataclass(frozen=True)
class Terms:
    """What an offer says. `service` has at most 32 bytes; shares are in bps of a draw, `notice` and `period` in
    seconds. The person may ask for it `count` times a period (0: nothing is counted). `only` is the one person who can
    take it, `members_of` the collective whose members alone can (the zero address: anybody), `keeper` who besides the
    provider can close it and end commitments, `text` the hash of its text (0x hex)."""

    service: str
    lowest_bps: int
    highest_bps: int
    notice: int
    count: int = 0
    period: int = 0
    only: str = ZERO_ADDRESS
    members_of: str = ZERO_ADDRESS
    keeper: str = ZERO_ADDRESS
    text: str = NO_TEXT

    def encoded(self) -> tuple[Any, ...]:
        """`IServices.Offer`. Raises `UsageError` for a service whose name is too long."""
        plain = (self.lowest_bps, self.highest_bps, self.notice, self.count, self.period)
        people = (self.only, self.members_of, self.keeper)
        return purpose_bytes(self.service), *plain, *people, bytes.fromhex(self.text[2:])

    @classmethod
    def decoded(cls, record: Any) -> Terms:
        """From the struct's fields in order."""
        service, lowest, highest, notice, count, period, only, members_of, keeper, text = record
        return cls(
            clean(purpose_text(service), 32),
            lowest,
            highest,
            notice,
            count,
            period,
            checksum(only),
            checksum(members_of),
            checksum(keeper),
            "0x" + bytes(text).hex(),
        )

    @property
    def share(self) -> str:
        """What it asks for in words: `12.5%`, `2% to 5%`."""
        lowest, highest = format_share(self.lowest_bps), format_share(self.highest_bps)
        return lowest if lowest == highest else f"{lowest} to {highest}"

    @property
    def entitlement(self) -> str:
        """What one may ask for in words: `12 every 30 days`; empty when nothing is counted."""
        return f"{self.count:,} every {format_duration(self.period)}" if self.count else ""


@dataclass(frozen=True)
class Offer:
    """An offer by its number. `open`: whether it takes new commitments."""

    number: int
    provider: str
    open: bool
    terms: Terms


@dataclass(frozen=True)
class Debt:
    """What a fund owes a provider that did not take its part (smallest unit)."""

    fund: str
    token: str
    amount: int


class Services(Recorded):
    """The one contract of offers on a chain."""

    artifact_name = "Services"

    def __init__(self, chain: Chain, history: Past | None = None) -> None:
        super().__init__(chain, address(), history)

    @classmethod
    def load(cls, chain: Chain) -> Services:
        """The offers of this chain. Raises `RuleBroken` where there are none yet."""
        if not chain.code(address()):
            raise RuleBroken(
                f"nobody has opened a fund or made an offer on {chain.name} yet; `daokit fund open` begins"
            )
        return cls(chain, history(chain))

    @write
    def offer(self, terms: Terms, uri: str = "", *, words: tuple[str, ...] = ()) -> int:
        """Make an offer as the connected account, which is its provider; returns its number."""
        words = words or (f"offer {terms.service} for {terms.share} of a draw",)
        return int(self.send("offer", terms.encoded(), uri, words=words).event("Offered").offer)

    @write
    def close(self, number: int) -> None:
        """Close an offer to new commitments, as its provider or keeper; those that stand go on."""
        self.send("close", number, words=(f"close offer {number} to new commitments",))

    @write
    def dismiss(self, number: int, fund: str, slot: int, *, words: tuple[str, ...] = ()) -> int:
        """End a commitment to an offer, as its provider or keeper; returns until when money and service go on."""
        words = words or (f"end the commitment of {self.chain.name_of(fund)} to offer {number}",)
        return int(self.send("end", number, fund, slot, words=words).event("Ended").until)

    def count(self) -> int:
        """How many offers there have been; they are numbered from 1."""
        return int(self.read("offers"))

    def offer_of(self, number: int) -> Offer:
        """One offer. Raises `Reverted("NoSuchOffer")`."""
        return self.offers([number])[0]

    def offers(self, numbers: Iterable[int] | None = None, *, provider: str | None = None) -> list[Offer]:
        """These offers, or all; only those of a provider when one is named."""
        if numbers is None:
            by = {"provider": provider} if provider else {}
            numbers = [int(event.offer) for event in self.past("Offered", **by)]
        wanted = list(numbers)
        found = self.read_many([("offerOf", (number,)) for number in wanted])
        return [
            Offer(number, checksum(who), yes, Terms.decoded(terms))
            for number, (who, yes, terms) in zip(wanted, found, strict=True)
        ]

    def uri_of(self, number: int) -> str:
        """Where the text of an offer is said to stand."""
        return str(self.past("Offered", offer=number)[0].uri)

    def members(self, offers: Iterable[int]) -> list[Member]:
        """Everybody who has ever committed to these offers, in order, and how it stands. The person is the fund's owner
        now."""
        chosen = set(offers)
        found = [one for one in patronage.members(self.past("Committed", "Ended"), self.when) if one.offer in chosen]
        funds = list(dict.fromkeys(one.fund for one in found))
        asked = load_artifact("Fund").function("owner")
        answers = self.chain.call_many([(fund, asked.encode([])) for fund in funds])
        owners = {
            fund: checksum(asked.result(answer))
            for fund, answer in zip(funds, answers, strict=True)
            if isinstance(answer, bytes)
        }
        return [replace(one, person=owners.get(one.fund, one.person)) for one in found]

    def gifts(self, members: Sequence[Member], since: int = 0, until: int | None = None) -> list[Gift]:
        """What draws gave under these commitments from `since` up to before `until` (unix seconds), oldest first."""
        if not members:
            return []
        funds = list(dict.fromkeys(one.fund for one in members))
        begun = {one.begun for one in members}
        found = patronage.gifts(
            self.past("Committed"), _events(self.chain, funds, "Drawn", [], min(begun)[0]), self.when
        )
        return [
            one for one in found if one.begun in begun and since <= one.time and (until is None or one.time < until)
        ]

    def debts_to(self, provider: str) -> list[Debt]:
        """What funds owe a provider because it did not take it; the provider alone can collect it."""
        offers = [one.number for one in self.offers(provider=provider)]
        funds = list(dict.fromkeys(one.fund for one in self.members(offers))) if offers else []
        creditor = "0x" + provider[2:].lower().rjust(64, "0")
        told = _events(self.chain, funds, "Owed", [None, creditor], 0) if funds else []
        places = list(dict.fromkeys((one.address, checksum(one.token)) for one in told))
        asked = load_artifact("Fund").function("owedTo")
        answers = self.chain.call_many([(fund, asked.encode([token, provider])) for fund, token in places])
        debts = [
            Debt(fund, token, int(asked.result(answer)))
            for (fund, token), answer in zip(places, answers, strict=True)
            if isinstance(answer, bytes)
        ]
        return [one for one in debts if one.amount]


@lru_cache(maxsize=1)
def address() -> str:
    """Where the contract of offers is on every chain: it is the first thing that the factory of funds makes."""
    return create_address(address_of("FundFactory"), 1)


def history(chain: Chain) -> History:
    """The past of all offers, and of the opening of funds."""
    return History.open(chain, [address(), address_of("FundFactory")], 0 if chain.local else _begun(chain))


def first_block(chain: Chain, contract: str) -> int:
    """The block in which a contract came, found by asking some twenty old ones; 0 where the node has forgotten them."""
    low, high = 0, chain.block_number()
    try:
        while low < high:
            middle = (low + high) // 2
            code = chain.rpc.request("eth_getCode", [contract, hex(middle)])
            low, high = (low, middle) if len(code) > 2 else (middle + 1, high)
    except RpcError:
        return 0
    return low


def _begun(chain: Chain) -> int:
    """As `first_block`, remembered on this machine."""
    from daokit.config import state_home

    path = state_home() / "funds" / f"{chain.mark}-since"
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        found = first_block(chain, address())
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(f"{found}\n", encoding="ascii")
        return found


def _events(chain: Chain, funds: Sequence[str], name: str, topics: Sequence[str | None], since: int) -> list[Event]:
    """What happened under this name in these funds from block `since` on, with these indexed values."""
    named = [topic for topic, event in load_artifact("Fund").events.items() if event.name == name]
    logs = [
        log
        for first in range(0, len(funds), _AT_ONCE)
        for log in chain.logs(funds[first : first + _AT_ONCE], [named, *topics], since)
    ]
    return [event for log in logs if (event := decode_log(log))]
