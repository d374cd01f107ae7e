"""Motions opened by a person: a text, and what the federation would do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daokit.cli.federation_here import Of

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.federation import Federation, Motion
    from daokit.federation_acts import Act
    from daokit.federation_forms import Content

Many = list[str] | None
Because = Annotated[Path | None, typer.Option("--because", help="A text for the motion, a markdown file.")]
On = Annotated[int | None, typer.Option("--on", help="The chain that is meant (the federation's own when left out).")]
Text = Annotated[Path, typer.Argument(help="The text, a markdown file; its first line is the title.")]
Pay = Annotated[Many, typer.Option("--pay", help='"50 tUSD to bob for the weir"')]
Spend = Annotated[Many, typer.Option("--spend", help='"50 tUSD from mill mandate 1 to bob for the weir"')]
Request = Annotated[Many, typer.Option("--request", help='"mill: mend its gate"')]
Invite = Annotated[Many, typer.Option("--invite", help='"mill", or "10:0x… as 40 persons"')]
Expel = Annotated[Many, typer.Option("--expel", help="A member.")]
ConfirmRoll = Annotated[Many, typer.Option("--confirm-roll", help='"120 people of mill"')]
AddCompetence = Annotated[Many, typer.Option("--add-competence", help="A competence for the list.")]
DropCompetence = Annotated[Many, typer.Option("--drop-competence", help="One to strike off.")]
List = Annotated[Many, typer.Option("--list-token", help="A token for levies and payments.")]
Delist = Annotated[Many, typer.Option("--delist-token", help="A token to take off the list.")]
Ceiling = Annotated[Many, typer.Option("--ceiling", help='"5% of tUSD" (of the branch --on a chain)')]
Set = Annotated[Many, typer.Option("--set", help="A rule: quorum=30%, ordinary=double")]
Large = Annotated[bool, typer.Option("--large", help="Declare it large, also when no act needs it.")]
Competence = Annotated[
    str, typer.Option("--competence", help="In which competence it acts; none for the federation's own house.")
]

_KINDS = (
    *("pay", "spend", "request", "invite", "expel", "confirm-roll"),
    *("add-competence", "drop-competence", "list-token", "delist-token", "ceiling"),
)


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("open")(open_)
    app.command()(invite)
    app.command()(expel)


def open_(
    ctx: typer.Context,
    text: Text,
    of: Of = None,
    competence: Competence = "",
    pay: Pay = None,
    spend: Spend = None,
    request: Request = None,
    invite: Invite = None,
    expel: Expel = None,
    confirm_roll: ConfirmRoll = None,
    add_competence: AddCompetence = None,
    drop_competence: DropCompetence = None,
    list_token: List = None,
    delist_token: Delist = None,
    ceiling: Ceiling = None,
    set_: Set = None,
    on: On = None,
    large: Large = False,
) -> None:
    """Open a motion as a person who belongs to a member: a text, and what the federation would do."""
    from daokit.cli.federation_here import find
    from daokit.drafts import read_draft

    session: Session = ctx.obj
    federation = find(session, of)
    lists = add_competence, drop_competence, list_token, delist_token, ceiling
    acts = acts_of(session, federation, on, set_, pay, spend, request, invite, expel, confirm_roll, *lists)
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
    from daokit.federation_acts import Invite

    session: Session = ctx.obj
    federation = find(session, of)
    whom = member(session, federation, who)
    name = federation.name_of(whom)
    put(session, federation, _text(because, f"Invite {name}"), Invite(whom, persons))


def expel(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(help="A member.")],
    of: Of = None,
    because: Because = None,
) -> None:
    """Open a motion that expels a member: two thirds of the others, and 14 days' notice."""
    from daokit.cli.federation_here import find, seat_of
    from daokit.federation_acts import Expel

    session: Session = ctx.obj
    federation = find(session, of)
    seat = seat_of(federation.seats(), who)
    put(session, federation, _text(because, f"Expel {seat.name}"), Expel(seat.member))


def put(
    session: Session, federation: Federation, text: str, *acts: Act, competence: str = "", large: bool = False
) -> None:
    """Open a motion with these acts as the account, and say its number."""
    from daokit.cli.federation_here import typed
    from daokit.errors import Reverted, RuleBroken
    from daokit.quantities import format_time

    content, lines = content_of(session, federation, text, acts, competence=competence, large=large)
    try:
        motion = federation.open(content, words=(lines[0], *(f"- {one}" for one in lines[1:])))
    except Reverted as refusal:
        if refusal.name != "OneOpenMotion" or not (one := _to_cancel(session, federation)):
            raise
        raise RuleBroken(
            f"your motion {one.number} of {federation.name} is open, and everybody has one at a time; take it back: "
            f"daokit federation cancel {one.number} --of {typed(federation.name)}"
        ) from None
    ends = format_time(motion.votes_end, session.chain.now())
    session.done(
        {"number": motion.number, "motion": motion.key, "large": content.large, "votes_end": motion.votes_end},
        f"motion {motion.number} of {federation.name} is open; members' own votes on it must end by {ends}",
        f"next, in each member: daokit federation decide {motion.number} --of {typed(federation.name)}",
    )


def _to_cancel(session: Session, federation: Federation) -> Motion | None:
    """The motion of the account that can still be taken back."""
    from daokit.federation import MotionState

    own = {one.key for one in federation.puts() if one.content and one.asked.opener == session.me}
    now = session.chain.now()
    found = [one for one in federation.motions() if one.key in own and now < one.votes_end]
    return next((one for one in found if one.state is MotionState.VOTING), None)


def acts_of(session: Session, federation: Federation, chain: int | None, set_: Many, *given: Many) -> list[Act]:
    """Acts as people type them; `given` are those of each kind, in the order of the options."""
    from daokit.cli.federation_branch import linked
    from daokit.cli.federation_scope import scope_of
    from daokit.federation_typing import parse, rules_act

    if chain not in (None, federation.chain.id):
        linked(federation, chain or 0)
    scope = scope_of(session, federation, chain)
    acts = [parse(kind, one, scope) for kind, typed in zip(_KINDS, given, strict=True) for one in typed or ()]
    return [*acts, rules_act(set_, scope)] if set_ else acts


def content_of(
    session: Session,
    federation: Federation,
    text: str,
    acts: Sequence[Act],
    *,
    competence: str,
    large: bool,
) -> tuple[Content, list[str]]:
    """The content of a motion, and what it says: its title, each act, and why it is large. Raises `UsageError` and
    `RuleBroken` for what nobody should open."""
    from daokit.cli.afar import others
    from daokit.cli.federation_scope import beyond
    from daokit.drafts import committed
    from daokit.errors import UnknownName, UsageError
    from daokit.federation_acts import Pay, Request, Spend
    from daokit.federation_forms import Content
    from daokit.federation_reading import read
    from daokit.federation_words import view

    if not competence and (not acts or any(isinstance(one, Pay | Spend | Request) for one in acts)):
        known = ", ".join(one.name for one in federation.competences() if one.held)
        what = "paying and asking" if acts else "a statement"
        raise UsageError(f"{what} is done in a competence: say --competence and one of {known or 'none that is held'}")
    listed = [one.name for one in federation.competences()] if competence else []
    if competence and competence not in listed:
        remedy = f"{federation.name} takes one up by a motion with --add-competence"
        raise UnknownName("competence", competence, listed, remedy)
    content = Content(*committed(text), competence, large or any(one.large for one in acts), tuple(acts))
    federation.check(content)
    eyes = view(federation.chain, federation, others(session))
    head = text.strip().splitlines()[0].lstrip("# ")
    lines = [f"open a motion in {federation.name}: {head}"]
    lines += [str(read(one, eyes)) for one in acts] or ["it does nothing by itself: a statement"]
    for line in beyond(session, federation, content):
        session.say(f"look twice: {line}")
    if content.large:
        lines.append("declared large: more seats for than against, and a longer wait, so that a member can leave first")
    return content, lines


def _text(path: Path | None, title: str) -> str:
    from daokit.drafts import read_draft

    return read_draft(path) if path else f"# {title}\n"
