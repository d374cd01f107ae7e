"""Joining a federation: what a collective reads and sees before it decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli.federation_here import For

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.federation import Federation
    from daokit.federation_power import Power
    from daokit.federation_rules import Count
    from daokit.interop import Interoperable
    from daokit.purse import Purse

Which = Annotated[str, typer.Argument(help="A federation: its name, its address, or its purse's on this chain.")]
Share = Annotated[str, typer.Option("--levy", help="The share of revenue passed up.")]


def join(
    ctx: typer.Context,
    federation: Which,
    levy: Share = "0%",
    charter: Annotated[
        str | None, typer.Option("--charter", help="The hash of the charter that you read (checked against the chain).")
    ] = None,
    for_: For = None,
) -> None:
    """Propose that the collective joins a federation, under the charter that you read."""
    from daokit.cli.federation_here import POWER_COLUMNS, find, motions_counted, power_rows, record
    from daokit.cli.federation_member import by_motion, by_proposal, find_above
    from daokit.cli.show import quoted, table
    from daokit.errors import RuleBroken
    from daokit.federation_acts import Join
    from daokit.interop import Interoperable
    from daokit.quantities import parse_share

    session: Session = ctx.obj
    above, purse, name = find_above(session, federation)
    bps, hash_ = parse_share(levy), purse.charter()
    if charter is not None and charter.lower() != hash_.lower():
        raise RuleBroken(
            f"the charter of {name} has the hash {hash_}, not {charter}: read it again before you join",
            expected=charter,
            found=hash_,
        )
    if above.charter() != hash_:
        raise RuleBroken(
            f"the charter of {name} is {above.charter()} at home, and its branch here knows {hash_} still: have "
            f"it told here first, on its chain: `daokit federation send-charter {session.chain.id}`",
            expected=hash_,
            found=above.charter(),
        )
    text = above.charter_text()
    if text is None and charter is None:
        raise RuleBroken(
            f"the charter of {name} does not stand on its chain; read it where its founders put it, and name its "
            f"hash with --charter {hash_}"
        )
    inner = find(session, for_) if for_ else None
    who = inner.member if inner else Interoperable.evm(session.chain.id, session.collective.address)
    whose = inner.name if inner else session.collective.name
    _check_joining(above, purse, who, whose, name)
    (inner.purse if inner else session.treasury).check_levy(purse.address, bps)
    if text and not session.options.quiet:
        session.say(quoted(text))
    powers = _power_with(session, above, who, whose)
    for count, (rows, _) in powers.items():
        if not session.options.json and not session.options.quiet:
            from daokit.cli.show import console

            session.say(f"who would decide in {name}, counted {count.words}{motions_counted(above.rules(), count)}:")
            console(err=True).print(table(*POWER_COLUMNS, rows=power_rows(rows), right=POWER_COLUMNS[1:]))
    for sentence in [
        *dict.fromkeys(one for _, said in powers.values() for one in said),
        *_too_slow(session, above, who, whose),
    ]:
        session.say(f"look twice: {sentence}")
    record(session, above)
    words = f"Join {name}"
    if inner:
        by_motion(session, inner, words, Join(session.chain.id, purse.address, hash_, bps))
        return
    by_proposal(session, words, session.treasury.to_join(purse.address, hash_, bps))


def _too_slow(session: Session, above: Federation, who: Interoperable, whose: str) -> list[str]:
    """A sentence when votes at home take so long that none would ever count there."""
    from daokit.federation_power import voting_of
    from daokit.quantities import format_duration

    takes, lasts = voting_of(session.chain, str(who.address)), above.rules().voting
    if takes < lasts:
        return []
    words = f"motions of {above.name} are voted on for {format_duration(lasts)}, and {whose} takes"
    return [f"{words} {format_duration(takes)} to vote: its votes would never count until one of the two changes"]


def _check_joining(above: Federation | None, purse: Purse, who: Any, whose: str, name: str) -> None:
    from daokit.errors import RuleBroken
    from daokit.federation_members import MOST_LEVELS

    if above and above.seat_of(who):
        raise RuleBroken(f"{whose} sits in {name} already")
    trail = purse.trail()
    if who.id in trail:
        raise RuleBroken(f"{whose} is above {name}, so joining would close a circle")
    if len(trail) >= MOST_LEVELS:
        raise RuleBroken(f"{name} has {len(trail)} levels above it; nobody can join below that")
    if above and above.invitation(who) is None:
        raise RuleBroken(
            f"nobody has invited {whose} to {name}; a person of a member does, with `daokit federation invite`"
        )


def _power_with(
    session: Session, above: Federation, who: Any, whose: str
) -> dict[Count, tuple[list[Power], list[str]]]:
    """The powers when one more sits, by each way in which motions are counted, and what to know about them. Raises
    `RuleBroken` when nobody should join as that would leave."""
    from daokit.federation import Seat
    from daokit.federation_checks import check_seating
    from daokit.federation_power import people_of, power_of, warnings

    rules = above.rules()
    people = above.invitation(who) or people_of(session.chain, str(who.address))
    check_seating(above, {who: people}, rules)
    seats = [*above.seats(), Seat(0, who, whose, 1, 0, 0, people, 0, True)]
    powers = {count: power_of(seats, count) for count in dict.fromkeys((rules.ordinary, rules.large))}
    return {count: (one, warnings(one, count)) for count, one in powers.items()}
