"""Motions opened by a person: a text, and what the federation would do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daokit.cli.federation_here import Of

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.federation import Federation
    from daokit.federation_acts import Act
    from daokit.federation_typing import FederationScope

Many = list[str] | None
Because = Annotated[Path | None, typer.Option("--because", help="A text for the motion, a markdown file.")]
On = Annotated[int | None, typer.Option("--on", help="The chain that is meant (the federation's own when left out).")]
Competence = Annotated[
    str, typer.Option("--competence", help="In which competence it acts; none for the federation's own house.")
]


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("open")(open_)
    app.command()(invite)
    app.command()(expel)


def open_(
    ctx: typer.Context,
    text: Annotated[Path, typer.Argument(help="The text, a markdown file; its first line is the title.")],
    of: Of = None,
    competence: Competence = "",
    pay: Annotated[Many, typer.Option("--pay", help='"50 tUSD to bob for the weir"')] = None,
    spend: Annotated[Many, typer.Option("--spend", help='"50 tUSD from mill mandate 1 to bob for the weir"')] = None,
    request: Annotated[Many, typer.Option("--request", help='"mill: mend its gate"')] = None,
    invite: Annotated[Many, typer.Option("--invite", help='"mill", or "10:0x… as 40 persons"')] = None,
    expel: Annotated[Many, typer.Option("--expel", help="A member.")] = None,
    confirm_roll: Annotated[Many, typer.Option("--confirm-roll", help='"120 people of mill"')] = None,
    add_competence: Annotated[Many, typer.Option("--add-competence", help="A competence for the list.")] = None,
    drop_competence: Annotated[Many, typer.Option("--drop-competence", help="One to strike off.")] = None,
    list_token: Annotated[Many, typer.Option("--list-token", help="A token for levies and payments.")] = None,
    delist_token: Annotated[Many, typer.Option("--delist-token", help="A token to take off the list.")] = None,
    ceiling: Annotated[Many, typer.Option("--ceiling", help='"5% of tUSD" (of the branch --on a chain)')] = None,
    set_: Annotated[Many, typer.Option("--set", help="A rule: quorum=30%, ordinary=double")] = None,
    on: On = None,
    large: Annotated[bool, typer.Option("--large", help="Declare it large, also when no act needs it.")] = False,
) -> None:
    """Open a motion as a person who belongs to a member: a text, and what the federation would do."""
    from daokit.cli.federation_here import find
    from daokit.drafts import read_draft
    from daokit.federation_typing import parse, rules_act

    session: Session = ctx.obj
    federation = find(session, of)
    scope = scope_of(session, federation, on)
    typed = {
        "pay": pay,
        "spend": spend,
        "request": request,
        "invite": invite,
        "expel": expel,
        "confirm-roll": confirm_roll,
        "add-competence": add_competence,
        "drop-competence": drop_competence,
        "list-token": list_token,
        "delist-token": delist_token,
        "ceiling": ceiling,
    }
    acts = [parse(kind, one, scope) for kind, given in typed.items() for one in given or ()]
    if set_:
        acts.append(rules_act(set_, scope))
    put(session, federation, read_draft(text), *acts, competence=competence, large=large)


def invite(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(help="A collective: its name, its address, or chain:address.")],
    of: Of = None,
    persons: Annotated[int, typer.Option(help="As how many it counts, when it has no persons of its own.")] = 0,
    because: Because = None,
) -> None:
    """Open a motion that invites a collective to join."""
    from daokit.cli.federation_here import find, member
    from daokit.errors import RuleBroken
    from daokit.federation_acts import Invite

    session: Session = ctx.obj
    federation = find(session, of)
    whom = member(session, federation, who)
    name = federation.name_of(whom)
    if federation.seat_of(whom):
        raise RuleBroken(f"{name} sits in {federation.name} already")
    put(session, federation, _text(because, f"Invite {name}"), Invite(whom, persons))


def expel(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(help="A member.")],
    of: Of = None,
    because: Because = None,
) -> None:
    """Open a motion that expels a member: two thirds of the others, and 14 days' notice."""
    from daokit.cli.federation_here import find
    from daokit.errors import UnknownName
    from daokit.federation_acts import Expel

    session: Session = ctx.obj
    federation = find(session, of)
    seats = federation.seats()
    found = [one for one in seats if who.lower() in (one.name.lower(), one.address.lower())]
    if not found:
        raise UnknownName("member", who, [one.name for one in seats])
    put(session, federation, _text(because, f"Expel {found[0].name}"), Expel(found[0].member))


def put(
    session: Session, federation: Federation, text: str, *acts: Act, competence: str = "", large: bool = False
) -> None:
    """Open a motion with these acts as the account, and say its number."""
    from daokit.cli.federation_here import typed
    from daokit.drafts import committed
    from daokit.errors import UsageError
    from daokit.federation_acts import Pay, Request, Spend
    from daokit.federation_forms import Content
    from daokit.federation_reading import read
    from daokit.federation_words import view
    from daokit.quantities import format_time

    if not competence and (not acts or any(isinstance(one, Pay | Spend | Request) for one in acts)):
        known = ", ".join(one.name for one in federation.competences() if one.held)
        what = "paying and asking" if acts else "a statement"
        raise UsageError(f"{what} is done in a competence: say --competence and one of {known or 'none that is held'}")
    large_acts = [one for one in acts if one.large]
    content = Content(*committed(text), competence, large or bool(large_acts), acts)
    eyes = view(session.chain, federation)
    lines = [f"- {read(one, eyes)}" for one in acts] or ["- it does nothing by itself: a statement"]
    head = text.strip().splitlines()[0].lstrip("# ")
    wait = "declared large: more seats for than against, and a longer wait, so that a member can leave first"
    words = (f"open a motion in {federation.name}: {head}", *lines, *([wait] if content.large else []))
    motion = federation.open(content, words=words)
    ends = format_time(motion.votes_end, session.chain.now())
    session.done(
        {"number": motion.number, "motion": motion.key, "large": content.large, "votes_end": motion.votes_end},
        f"motion {motion.number} of {federation.name} is open; members' own votes on it must end by {ends}",
        f"next, in each member: daokit federation decide {motion.number} --of {typed(federation.name)}",
    )


def scope_of(session: Session, federation: Federation, chain: int | None = None) -> FederationScope:
    """For reading acts as people type them."""
    from daokit.cli.federation_here import member
    from daokit.federation_members import treasury_of
    from daokit.federation_typing import FederationScope
    from daokit.treasury import Treasury

    def token(word: str) -> tuple[str, int]:
        address = session.token(word)
        return address, session.chain.token(address).decimals

    def budget_token(treasury: str, budget: int) -> tuple[str, int]:
        found = Treasury(session.chain, treasury).budget(budget).token
        return found, session.chain.token(found).decimals

    return FederationScope(
        chain=chain or session.chain.id,
        resolve=session.resolve,
        token=token,
        member=lambda word: member(session, federation, word),
        treasury=lambda who: treasury_of(session.chain, str(who.address)),
        budget_token=budget_token,
        rules=federation.rules(),
    )


def _text(path: Path | None, title: str) -> str:
    from daokit.drafts import read_draft

    return read_draft(path) if path else f"# {title}\n"
