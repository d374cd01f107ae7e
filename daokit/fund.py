"""A person's own fund: income in, draws out, and the commitments that each draw gives to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from daokit import patronage
from daokit.amounts import Given
from daokit.chain import Chain
from daokit.commitments import COIN, NO_CAP, Cap, Commitment, Draw, Part, Purse, Status
from daokit.contract import write
from daokit.errors import RuleBroken
from daokit.factory import deploy
from daokit.funds import Funds
from daokit.hashing import checksum
from daokit.patronage import Gift, Member, read_parts
from daokit.profit_share import ProfitShare
from daokit.quantities import format_duration, format_share
from daokit.recorded import Past
from daokit.recovery import Recoverable
from daokit.services import Offer, Services, history
from daokit.terms import Change
from daokit.terms import Terms as Agreed


class Fund(Recoverable):
    """A personal fund. Tokens are addresses, the zero address being the chain's coin."""

    artifact_name = "Fund"

    def __init__(self, chain: Chain, address: str, past: Past | None = None) -> None:
        super().__init__(chain, address, past)
        self.services = Services(chain, history(chain))

    @classmethod
    def load(cls, chain: Chain, address: str) -> Fund:
        """The fund at `address`. Raises `RuleBroken` when none of ours is there."""
        funds = Funds(chain)
        if not (funds.is_there() and funds.is_fund(address)):
            raise RuleBroken(f"there is no personal fund at {address} on {chain.name}; check the address and the chain")
        return cls(chain, address)

    @classmethod
    def own(cls, chain: Chain) -> Fund | None:
        """The connected account's own fund, if it has one (see `Funds.own`)."""
        found = Funds(chain, history(chain)).own(chain.sender)
        return cls(chain, found) if found else None

    @classmethod
    def open(cls, chain: Chain, *, checking: str | None = None, number: int = 0) -> Fund:
        """Open a fund for the connected account, whose draws go to `checking` (default: itself); one that is open
        already is loaded. Puts up the shared contracts where they are missing."""
        deploy(chain, Funds.artifact_name)
        funds = Funds(chain)
        owner = chain.sender
        address = funds.fund_address(owner, checking or owner, number)
        if not chain.code(address):
            funds.open(owner, checking or owner, number)
        funds.remember(owner, address)
        return cls(chain, address)

    # Money

    @write
    def draw(self, token: str, amount: int, *, words: tuple[str, ...] = ()) -> Draw:
        """Take `amount` of `token` out: to each commitment in force its share, to the checking address the rest."""
        words = words or (self.words_of(self.quote(token, amount)),)
        sent = self.send("draw", token, amount, words=words)
        held = {one.slot: one for one in self.commitments()}
        parts = [
            Part(slot, held[slot].offer, held[slot].receiver, part)
            for slot, part in read_parts(sent.event("Drawn").parts)
        ]
        owed = {(int(one.offer), int(one.amount)) for one in sent.events("Owed") if one.address == self.address}
        kept = amount - sum(one.amount for one in parts)
        refused = tuple(one.slot for one in parts if (one.offer, one.amount) in owed)
        return Draw(token, amount, kept, tuple(parts), refused)

    def quote(self, token: str, amount: int) -> Draw:
        """What a draw of `amount` gives now, to the unit, if as much is free."""
        kept, parts = self.read("quote", token, amount)
        return Draw(
            token, amount, int(kept), tuple(Part(int(p[0]), int(p[1]), checksum(p[2]), int(p[3])) for p in parts)
        )

    def words_of(self, draw: Draw) -> str:
        """A draw in words: `draw 1,000.00 tUSD: 125.00 to school, 875.00 to your checking (alice)`."""
        chain, number = self.chain, self.chain.token(draw.token).number
        shares = [f"{number(one.amount)} to {chain.name_of(one.receiver)}" for one in draw.parts]
        rest = f"{number(draw.kept)} to your checking ({chain.name_of(self.checking())})"
        return f"draw {chain.money(draw.token, draw.amount)}: {', '.join([*shares, rest])}"

    @write
    def invest(self, agreement: str, token: str, amount: int, data: bytes = b"", *, words: tuple[str, ...] = ()) -> int:
        """Put up to `amount` into an agreement as capital, by calling it with `data` (empty: coin, sent plainly). No
        draw: commitments get nothing. Returns what went in, measured."""
        money = self.chain.money(token, amount)
        words = words or (f"put up to {money} into the agreement {self.chain.name_of(agreement)} as capital",)
        return int(self.send("invest", agreement, token, amount, data, words=words).event("Invested").amount)

    def deposit(self, agreement: ProfitShare, amount: int) -> int:
        """Pay `amount` of an agreement's own token into it, as capital; returns what went in."""
        token = agreement.terms().token
        data = b"" if token == COIN else agreement.encode("deposit", amount)
        return int(self.invest(agreement.address, token, amount, data))

    def invest_in_change(
        self,
        agreement: ProfitShare,
        changed: Agreed,
        change: Change,
        signatures: Mapping[str, bytes],
        *,
        words: tuple[str, ...] = (),
    ) -> int:
        """Enter an agreement, or change it, by bringing new terms with their capital, which the fund pays; it need not
        sign. `signatures` by signer, of all others whom `signers_of` names. Returns what went in."""
        terms, frozen = agreement.in_force()
        given = [signatures.get(signer, b"") for signer in agreement.signers_of(changed)]
        data = agreement.encode("amend", terms.encoded(), frozen.encoded(), changed.encoded(), change.encoded(), given)
        capital = self.chain.money(terms.token, change.capital)
        name = self.chain.name_of(agreement.address)
        words = words or (f"bring new terms to the agreement {name} and put {capital} into it as capital",)
        return int(self.invest(agreement.address, terms.token, change.capital, data, words=words))

    @write
    def collect(self, token: str, to: str | None = None) -> int:
        """Take what this fund owes the connected account, to `to` (default: itself); returns what was paid."""
        receiver = to or self.chain.sender
        due = self.chain.money(token, self.owed(token, self.chain.sender))
        words = (f"collect {due} that the fund {self.chain.name_of(self.address)} owes you",)
        return int(self.send("collect", token, receiver, words=words).event("Collected").paid)

    @write
    def fetch(self, debtor: str, token: str) -> int:
        """Fetch what a treasury or an agreement owes this fund; returns what was paid."""
        words = (f"fetch {self.chain.symbol(token)} that {self.chain.name_of(debtor)} owes your fund",)
        return int(self.send("fetch", debtor, token, words=words).event("Collected").paid)

    # Commitments

    @write
    def commit(self, offer: int, bps: int, cap: Cap = NO_CAP, *, words: tuple[str, ...] = ()) -> Commitment:
        """Commit `bps` of each draw to an offer."""
        words = words or (f"commit {self._words_of_terms(self.services.offer_of(offer), bps, cap)}",)
        event = self.send("commit", offer, bps, cap.encoded(), words=words).event("Committed")
        return self.commitment(int(event.slot))

    @write
    def switch(self, slot: int, offer: int, bps: int, cap: Cap = NO_CAP, *, words: tuple[str, ...] = ()) -> Commitment:
        """End commitment `slot` and commit to another offer of the same service: seniority goes on, no gap."""
        words = words or (f"switch commitment {slot}: {self._words_of_terms(self.services.offer_of(offer), bps, cap)}",)
        event = self.send("switchTo", slot, offer, bps, cap.encoded(), words=words).event("Committed")
        return self.commitment(int(event.slot))

    @write
    def end(self, slot: int, *, words: tuple[str, ...] = ()) -> int:
        """End commitment `slot`: its money stops at once. Returns until when its service goes on (unix seconds)."""
        words = words or (f"end commitment {slot}: its money stops at once, its service when its notice has run",)
        return next(int(one.until) for one in self.send("end", slot, words=words).events("Ended"))

    @write
    def redeem(self, slot: int, count: int = 1, *, words: tuple[str, ...] = ()) -> int:
        """Ask for `count` of what commitment `slot` entitles to; returns what is left in this period."""
        words = words or (f"ask for {count:,} under commitment {slot}",)
        return int(self.send("redeem", slot, count, words=words).event("Redeemed").left)

    @write
    def set_checking(self, checking: str) -> None:
        """Send what is drawn to another address from now on."""
        self.send("setChecking", checking, words=(f"send what is drawn to {self.chain.name_of(checking)}",))

    @write
    def set_owner(self, owner: str) -> None:
        """Give the fund to another owner: a new key of the same person."""
        words = (f"give the fund to {self.chain.name_of(owner)}, who alone can draw from then on",)
        self.send("setOwner", owner, words=words)

    # Reading

    def domain(self) -> dict[str, object]:
        """The EIP-712 domain of what guardians sign for this fund."""
        return {"name": "daokit Fund", "version": "1", "chainId": self.chain.id, "verifyingContract": self.address}

    def holder_of(self, subject: int) -> str:
        """The owner: a fund has one subject, 0."""
        return self.owner() if subject == 0 else ""

    def owner(self) -> str:
        """Who draws."""
        return checksum(self.read("owner"))

    def checking(self) -> str:
        """Where draws go."""
        return checksum(self.read("checking"))

    def purses(self, tokens: Iterable[str]) -> dict[str, Purse]:
        """What is free and what is owed, of each of these tokens."""
        named = list(dict.fromkeys(tokens))
        asked = [(name, (token,)) for token in named for name in ("freeOf", "reservedOf")]
        found = [int(one) for one in self.read_many(asked)]
        return {token: Purse(*found[2 * place : 2 * place + 2]) for place, token in enumerate(named)}

    def owed(self, token: str, creditor: str) -> int:
        """What is owed to `creditor` (smallest unit)."""
        return int(self.read("owedTo", token, creditor))

    def tokens(self) -> list[str]:
        """Coin, and the tokens that have been drawn, invested or owed here. Others may lie here: their senders know."""
        told = self.events("Drawn", "Invested", "Owed")
        return list(dict.fromkeys([COIN, *(checksum(one.token) for one in told)]))

    def commitments(self) -> list[Commitment]:
        """All commitments that are kept; an ended one until its place is taken."""
        found = self.read("commitments")
        caps = self.read_many([("capOf", (one[0],)) for one in found]) if found else []
        return [Commitment.decoded(*pair, self.chain.now()) for pair in zip(found, caps, strict=True)]

    def commitment(self, slot: int) -> Commitment:
        """One commitment; its standing is `NONE` when there is none."""
        found, cap = self.read_many([("commitmentOf", (slot,)), ("capOf", (slot,))])
        return Commitment.decoded(found, cap, self.chain.now())

    def givings(self, token: str) -> list[Given]:
        """The commitments in force, by slot, as `amounts.draw` takes them for a draw of `token` now."""
        now = self.chain.now()
        limits = [(one.bps, one.limit) for one in self.commitments() if one.paying]
        return [Given(bps, limit.room(token, now) if limit else None) for bps, limit in limits]

    def status(self, tokens: Iterable[str] = ()) -> Status:
        """All of it: what is free and owed of these tokens and of those known here, and every commitment."""
        purses = self.purses([*self.tokens(), *tokens])
        return Status(self.address, self.owner(), self.checking(), purses, tuple(self.commitments()))

    def past_commitments(self) -> list[Member]:
        """Every commitment there has ever been, oldest first."""
        told = self.services.past("Committed", "Ended", fund=self.address)
        return patronage.members(told, self.when)

    def given(self) -> list[Gift]:
        """What each draw has given to each commitment, oldest first."""
        told = self.services.past("Committed", fund=self.address)
        return patronage.gifts(told, self.past("Drawn"), self.when)

    def _words_of_terms(self, offer: Offer, bps: int, cap: Cap) -> str:
        terms = offer.terms
        whom = self.chain.book.show(offer.provider)
        words = f"{format_share(bps)} of each draw to {whom} for {terms.service} (offer {offer.number})"
        limits = []
        if cap.per_period:
            limits.append(f"{self.chain.money(cap.token, cap.per_period)} every {format_duration(cap.period)}")
        if cap.in_all:
            limits.append(f"{self.chain.money(cap.token, cap.in_all)} in all")
        words += f", at most {' and '.join(limits)}" if limits else ""
        return f"{words}; it ends with {format_duration(terms.notice)} of notice"
