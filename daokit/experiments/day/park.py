"""Evening: a question about the park, Erin's other answer to it, and the vote."""

from __future__ import annotations

from daokit.accounts import dev_address
from daokit.ballots import Choice
from daokit.documents import data_uri, text_hash
from daokit.experiments.day.cast import CENTS, DAY, Day
from daokit.experiments.day.neighbourhood import PARK
from daokit.experiments.ledger import same
from daokit.options import Option, Payment

PAVING, TREES = 180 * CENTS, 150 * CENTS

# Votes on the original and on the rival; each costs its square in voice credits.
BALLOTS = {"alice": (5, 2), "dave": (7, -4), "erin": (-3, 9), "frank": (2, 5), "grace": (0, 3)}
CREDITS_LEFT = {"alice": 71, "dave": 35, "erin": 10, "frank": 71, "grace": 91}
NET = (11, 15)


def ask(day: Day) -> None:
    """Dave wants the path paved, Erin puts pear trees beside it: two options for one question."""
    pave = _option("Pave the path round the pond", day.token, "frank", PAVING, "paving")
    plant = _option("Plant twelve pear trees instead", day.token, "ivan", TREES, "pear trees")
    same("the proposal", day.collective(PARK, "dave").governor.propose(pave), 1)
    same("the rival's place", day.collective(PARK, "erin").governor.add_rival(1, plant), 1)
    day.tell(
        "7. At seven in the evening the park's members meet. Dave would pave the path round the pond, for "
        f"{day.money(PAVING)}; Erin puts a rival to it: twelve pear trees, for {day.money(TREES)}."
    )


def vote(day: Day) -> None:
    """Three days later all vote on both, and after the wait anyone may have the winner done."""
    day.stage.wait(3 * DAY + 60)
    rows: list[tuple[object, ...]] = []
    for name, votes in BALLOTS.items():
        governor = day.collective(PARK, name).governor
        ballots = governor.vote_paper([Choice(1, place, count) for place, count in enumerate(votes) if count])
        cost, left = sum(one.cost for one in ballots), governor.credits(dev_address(name))
        same(f"the credits of {name}", (left, 100 - cost), (CREDITS_LEFT[name],) * 2)
        rows.append((name.title(), *(f"{count:+}" if count else "" for count in votes), cost, left))
    governor = day.collective(PARK, "judy").governor
    same("net votes", tuple(one.net for one in governor.tallies(1)), NET)
    day.stage.wait(7 * DAY + 60)
    before = day.purse("ivan").balance(dev_address("ivan"))
    same("the winner", governor.execute(1), 1)
    same("what Ivan got", day.purse("ivan").balance(dev_address("ivan")) - before, TREES)
    day.tell("8. Three days later they vote: n votes, up or down, cost n² of each member's 100 credits.")
    rows.append(("net", *(f"{net:+}" for net in NET), "", ""))
    columns = ("", "pave", "plant", "credits", "left")
    day.table("Ballots", columns, rows, *columns[1:])
    day.tell(f"The trees win. After the wait anyone may have it done: the park pays Ivan {day.money(TREES)}.")


def _option(title: str, token: str, to: str, amount: int, purpose: str) -> Option:
    text = f"# {title}\n"
    return Option(text_hash(text), data_uri(text), payments=(Payment(token, dev_address(to), amount, purpose),))
