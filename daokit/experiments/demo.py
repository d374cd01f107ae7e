"""The story of a furniture workshop, from founding to leaving, with every number checked on the way."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from daokit import testcoin
from daokit.accounts import dev_address, dev_signer
from daokit.ballots import Choice
from daokit.charter import Charter, template
from daokit.collective import Collective
from daokit.documents import data_uri, text_hash
from daokit.errors import RuleBroken
from daokit.experiments import ledger, pictures
from daokit.experiments.ledger import Ledger, same
from daokit.experiments.stage import Say, Stage, stage
from daokit.factory import Factory, deploy
from daokit.governor import State
from daokit.hashing import ZERO_ADDRESS
from daokit.options import Option, Payment
from daokit.token import Token

NAME = "Larch Bench"
PEOPLE = ("alice", "bob", "carol", "dave", "erin", "grace", "judy")
DAY = 86_400
ETHER = 10**18
CENTS = 100  # tUSD has two decimals

ORDER = 12_400 * CENTS
CRADLE = 3 * ETHER // 2
PLANER, RENT = 1_150 * CENTS, 380 * CENTS

# Votes on the original and on the rival; each costs its square in voice credits.
BALLOTS = {"alice": (5, -3), "bob": (-6, 7), "carol": (0, 4), "dave": (8, -2), "erin": (-5, 6)}
CREDITS_LEFT = {"alice": 66, "bob": 15, "carol": 84, "dave": 32, "erin": 39}
NET = (2, 12)


@dataclass
class Workshop:
    """The collective of the story, as each person sees it."""

    stage: Stage
    collective: Collective
    coin: str
    seen: dict[str, Collective]

    def as_(self, name: str) -> Collective:
        """The collective, for one person."""
        if name not in self.seen:
            chain = self.stage.chain.as_(dev_signer(name))
            self.seen[name] = Collective.load(chain, self.collective.address)
        return self.seen[name]

    def ledger(self) -> Ledger:
        """What everybody holds now."""
        return ledger.read(self.collective, self.coin, {name: dev_address(name) for name in PEOPLE})


def run(keep: bool = False, say: Say = print) -> None:
    """Play the story. With `keep` the local chain stays up, with alice as a member and a vote due in two days.

    Raises `RuleBroken` when anything on the chain is not as the story's arithmetic has it.
    """
    with stage(keep, say) as where:
        shop = found(where, say)
        before = shop.ledger()
        join(shop, say)
        fund(shop, say)
        number = propose(shop, say)
        vote(shop, number, say)
        execute(shop, number, say)
        leave(shop, say)
        after = shop.ledger()
        same("tokens in all", (after.tokens, after.supply), (before.tokens, before.supply))
        say(pictures.balances(before, after, where.chain.money, shop.coin))
        if keep:
            due = leave_a_vote(shop)
            say(pictures.next_steps_kept(choose(shop), due))
        else:
            say(pictures.next_steps())


def found(where: Stage, say: Say) -> Workshop:
    """Alice, Bob and Carol found the workshop from a charter file."""
    chain = where.chain
    coin = testcoin.put_up(chain)
    deploy(chain, Factory.artifact_name)
    with tempfile.TemporaryDirectory(prefix="daokit-") as folder:
        charter = _new_charter(where, Path(folder) / "charter.toml")
    collective = Collective.found(charter, chain, resolve=testcoin.resolver(where.chain))
    if Token(chain, coin).balance(dev_address("grace")) < ORDER:
        Token(chain, coin).mint(dev_address("grace"), ORDER)
    rows = [
        (seat.number, seat.name, collective.treasury.holding(seat.holder).units)
        for seat in collective.membership.roll()
    ]
    same("founders", [row[1:] for row in rows], [("Alice", 100), ("Bob", 100), ("Carol", 100)])
    say(f"\n1. {collective.name} is founded from charter.toml, on {chain.name}: {collective.address}\n")
    say(pictures.table("Founders", ("seat", "name", "units"), rows, right=("seat", "units")))
    return Workshop(where, collective, coin, {"alice": collective})


def _new_charter(where: Stage, path: Path) -> Charter:
    """The charter of the story as a file is read; on a chain that has one like it already, under another name."""
    for number in range(1, 1_000):
        name = NAME if number == 1 else f"{NAME} {number}"
        path.write_text(template("workshop", name), encoding="utf-8")
        charter = Charter.load(path)
        address, _ = Factory(where.chain).addresses(charter.to_solidity(testcoin.resolver(where.chain)), charter.number)
        if not where.chain.code(address):
            return charter
    raise RuleBroken("this chain has seen the story a thousand times; forget it with `daokit node reset`")


def join(shop: Workshop, say: Say) -> None:
    """Dave and Erin apply, two members vouch for each, three days pass without objection."""
    charter, _ = shop.collective.membership.charter()
    for name, sponsors in (("dave", ("alice", "bob")), ("erin", ("bob", "carol"))):
        shop.as_(name).membership.join(name.title(), charter)
        for sponsor in sponsors:
            shop.as_(sponsor).membership.sponsor(dev_address(name))
    shop.stage.wait(3 * DAY)
    for name in ("dave", "erin"):
        shop.as_("carol").membership.seat_applicant(dev_address(name))
    roll = shop.collective.membership.roll()
    names = {seat.number: seat.name for seat in roll}
    vouched = {seat.number: shop.collective.membership.sponsors_of(seat.holder) for seat in roll}
    same("seats", list(names.values()), ["Alice", "Bob", "Carol", "Dave", "Erin"])
    rows = [(seat.number, seat.name, ", ".join(names[one] for one in vouched[seat.number])) for seat in roll[3:]]
    say("2. Dave and Erin join: two members vouch for each, and for three days nobody objects\n")
    say(pictures.table("New members", ("seat", "name", "vouched for by"), rows, right=("seat",)))


def fund(shop: Workshop, say: Say) -> None:
    """Grace pays for a library's shelves in tokens, Judy for a cradle in coin."""
    chain = shop.stage.chain
    arrived = shop.as_("grace").treasury.deposit(shop.coin, ORDER, "revenue: library shelves")
    coin = shop.as_("judy").treasury.deposit(ZERO_ADDRESS, CRADLE, "revenue: a cradle")
    same("deposits", (arrived, coin), (ORDER, CRADLE))
    inside = shop.collective.treasury.books()
    rows = [
        ("Grace", "library shelves", chain.money(shop.coin, arrived), chain.money(shop.coin, inside[shop.coin].free)),
        ("Judy", "a cradle", chain.money(ZERO_ADDRESS, coin), chain.money(ZERO_ADDRESS, inside[ZERO_ADDRESS].free)),
    ]
    say("3. The first customers pay\n")
    say(pictures.table("Revenue", ("from", "for", "paid", "treasury"), rows, right=("paid", "treasury")))


def propose(shop: Workshop, say: Say) -> int:
    """Dave proposes to buy a planer, Erin answers with a rival; three days of deliberation pass."""
    judy = dev_address("judy")
    buy = _option(
        "Buy a planer", "Judy sells hers, used, with two sets of knives.", Payment(shop.coin, judy, PLANER, "planer")
    )
    rent = _option(
        "Rent a planer", "We need it for one winter; Judy lends hers.", Payment(shop.coin, judy, RENT, "planer rent")
    )
    number = shop.as_("dave").governor.propose(buy)
    place = shop.as_("erin").governor.add_rival(number, rent)
    same("the rival's place", place, 1)
    shop.stage.wait(3 * DAY)
    money = shop.stage.chain.money
    rows = [
        (f"{number}", "Dave", "Buy a planer", f"{money(shop.coin, PLANER)} to judy"),
        (f"{number}.1", "Erin", "Rent a planer", f"{money(shop.coin, RENT)} to judy"),
    ]
    say("4. Dave proposes, Erin has another idea: two options for one question\n")
    say(pictures.table(f"Proposal {number}", ("option", "by", "text", "pays"), rows))
    return number


def _option(title: str, reason: str, *payments: Payment) -> Option:
    text = f"# {title}\n\n{reason}\n"
    return Option(text_hash(text), data_uri(text), payments=payments)


def vote(shop: Workshop, number: int, say: Say) -> None:
    """Everybody votes up and down; n votes cost n squared of a season's hundred credits."""
    rows = []
    for name, votes in BALLOTS.items():
        paper = [Choice(number, place, count) for place, count in enumerate(votes) if count]
        cost = sum(ballot.cost for ballot in shop.as_(name).governor.vote_paper(paper))
        left = shop.collective.governor.credits(dev_address(name))
        rows.append((name.title(), *(f"{count:+}" if count else "" for count in votes), cost, left))
    same("credits left", {str(row[0]).lower(): row[-1] for row in rows}, CREDITS_LEFT)
    tallies = shop.collective.governor.tallies(number)
    same("net votes", tuple(one.net for one in tallies), NET)
    rows.append(("net", *(f"{one.net:+}" for one in tallies), "", ""))
    rows.append(("seats for, against", *(f"{one.seats_for}, {one.seats_against}" for one in tallies), "", ""))
    columns = ("", f"{number} buy", f"{number}.1 rent", "credits", "left")
    say("5. They vote: n votes, up or down, cost n² of each member's 100 credits\n")
    say(pictures.table("Ballots", columns, rows, right=columns[1:]))


def execute(shop: Workshop, number: int, say: Say) -> None:
    """Voting and timelock pass; anyone executes the winner, and Judy is paid."""
    chain, judy = shop.stage.chain, dev_address("judy")
    shop.stage.wait(7 * DAY)
    before = Token(chain, shop.coin).balance(judy)
    inside = shop.collective.treasury.book(shop.coin).free
    same("the winner", shop.as_("grace").governor.execute(number), 1)
    same("the proposal", shop.collective.governor.proposal(number).state, State.EXECUTED)
    same("what Judy got", Token(chain, shop.coin).balance(judy) - before, RENT)
    same("the treasury", shop.collective.treasury.book(shop.coin).free, inside - RENT)
    paid, left = chain.money(shop.coin, RENT), chain.money(shop.coin, inside - RENT)
    say(f"6. Renting wins, and after the wait anyone may execute it: {paid} go to Judy, {left} stay\n")


def leave(shop: Workshop, say: Say) -> None:
    """Bob gives notice, takes his third out after five days, and gives up his seat."""
    chain, bob = shop.stage.chain, shop.as_("bob")
    bob.treasury.give_notice(100)
    shop.stage.wait(5 * DAY)
    free = {token: bob.treasury.book(token).free for token in (ZERO_ADDRESS, shop.coin)}
    out = bob.treasury.exit(100, list(free))
    same("the exit", out.paid, {token: held * 100 // 300 for token, held in free.items()})
    same("sums owed", out.owed, {})
    same("the seat", bob.membership.leave(), 2)
    rows = [
        (chain.symbol(token), chain.money(token, held), "100 of 300", chain.money(token, out.paid[token]))
        for token, held in free.items()
    ]
    say("7. Bob moves away: five days after his notice he takes his part and gives up his seat\n")
    say(pictures.table("Exit", ("", "treasury", "units", "paid"), rows, right=("treasury", "units", "paid")))


def leave_a_vote(shop: Workshop) -> int:
    """A proposal whose voting ends in two days, and on which alice has not voted."""
    number = shop.as_("carol").governor.propose(_option("Open on Saturdays", "For those who work on weekdays."))
    shop.stage.wait(3 * DAY)
    shop.as_("dave").governor.vote(number, 2)
    shop.stage.wait(3 * DAY)
    return number


def choose(shop: Workshop) -> str:
    """Write the collective down and make it what the next commands are about, as alice; returns its short name."""
    from daokit import config
    from daokit.cli.settle import record_of
    from daokit.deployments import Deployments

    chain = shop.stage.chain
    project = config.find_project(Path.cwd())
    record = record_of(shop.collective)
    Deployments(chain.id, genesis=chain.genesis, project=project).write(record)
    config.use(project, network="local", account="alice", collective=record.slug)
    return record.slug
