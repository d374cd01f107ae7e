"""What is different for a member on another chain than its federation: notes carry what it tells and is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli.federation_here import Of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daokit.branches import Afar
    from daokit.bridge import Sent
    from daokit.chain import Chain
    from daokit.cli.session import Session
    from daokit.federation import Federation
    from daokit.federation_reports import Report


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("send-seat")(send_seat)
    app.command("send-charter")(send_charter)
    app.command("send-order")(send_order)


def send_seat(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(help="A member on another chain, its address, or the number of its seat.")],
    of: Of = None,
) -> None:
    """Tell the branch of a member's chain how it stands: seated, under notice, gone. Anyone may; the note's fee goes
    along."""
    from daokit.cli.federation_here import find, seat_of
    from daokit.errors import RuleBroken
    from daokit.notes import fee_of

    session: Session = ctx.obj
    federation = find(session, of)
    seats = federation.seats(former=True)
    seat = next((one for one in seats if who == str(one.number)), None) or seat_of(seats, who)
    chain = seat.member.chain or 0
    if chain == federation.chain.id:
        raise RuleBroken(f"{seat.name} is on the federation's own chain: its purse there knows how it stands")
    send = partial(federation.send_seat, seat.number)
    words = f"how {seat.name} stands is on its way to chain {chain}"
    _note(session, federation, chain, fee_of(federation, "sendSeat", seat.number), send, words)


def send_charter(
    ctx: typer.Context,
    chain: Annotated[int, typer.Argument(help="The chain's id.")],
    of: Of = None,
) -> None:
    """Tell the branch on a chain the federation's charter, and what stands above it. Anyone may; the note's fee goes
    along."""
    from daokit.cli.federation_branch import linked
    from daokit.cli.federation_here import find
    from daokit.notes import fee_of

    session: Session = ctx.obj
    federation = find(session, of)
    linked(federation, chain)
    send = partial(federation.send_charter, chain)
    words = f"the charter of {federation.name} is on its way to chain {chain}"
    _note(session, federation, chain, fee_of(federation, "sendCharter", chain), send, words)


def send_order(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(help="A motion that was enacted.")],
    act: Annotated[int | None, typer.Argument(help="One of its acts, from 1 (all that a branch has to do).")] = None,
    of: Of = None,
) -> None:
    """Send what an enacted motion orders to the branch that is to do it, or send it again. Anyone may; the note's fee
    goes along."""
    from daokit.cli.federation_here import find
    from daokit.errors import RuleBroken
    from daokit.federation_forms import encode
    from daokit.hashing import ZERO_ADDRESS
    from daokit.notes import fee_of

    session: Session = ctx.obj
    federation = find(session, of)
    put = federation.put(number)
    ordered = federation.orders_of(put.key)
    wanted = ordered if act is None else [one for one in ordered if one == act - 1]
    if not wanted or put.content is None:
        which = f"act {act} of motion" if act is not None else "motion"
        raise RuleBroken(f"{which} {number} of {federation.name} has made no order to a branch; has it been enacted?")
    forms = {index: encode(put.content.acts[index], federation.chain.id) for index in wanted}
    fees = {index: fee_of(federation, "sendOrder", put.key, index, form) for index, form in forms.items()}
    block = federation.chain.block_number()
    session.plan(
        f"Send {len(wanted)} of these?",
        f"Orders of motion {number} of {federation.name}; the notes cost "
        f"{session.money(ZERO_ADDRESS, sum(fees.values()))}:",
        *(f"  act {index + 1} to chain {forms[index][1]}" for index in wanted),
        orders=[index + 1 for index in wanted],
        fee_wei=sum(fees.values()),
    )
    for index in wanted:
        federation.send_order(put.key, index, value=fees[index])
    chains = sorted({forms[index][1] for index in wanted})
    words = f"the orders of motion {number} are on their way to chain {', '.join(map(str, chains))}"
    _answer(session, federation, chains, block, words)


def decide_afar(session: Session, found: Afar, number: int) -> None:
    """Put a motion of a federation on another chain to the vote of the collective here."""
    from daokit.cli.afar import others
    from daokit.cli.federation_vote import check_standing, pass_down
    from daokit.errors import RuleBroken
    from daokit.federation_duties import all_above
    from daokit.federation_words import acts_in_words, title
    from daokit.interop import Interoperable
    from daokit.quantities import format_time

    federation, collective, governor = found.federation, session.collective, session.governor
    one, now = federation.put(number), federation.chain.now()
    motion = federation.motion(one.key)
    ends = format_time(motion.votes_end, now)
    check_standing(federation, one)
    if motion.state.name != "VOTING" or now >= motion.votes_end:
        raise RuleBroken(f"motion {number} of {found.name} is over for its members: their votes on it ended {ends}")
    seat = federation.seat_of(Interoperable.evm(session.chain.id, collective.address))
    below = [one for one in all_above(session.treasury) if one.purse.tie_of(found.branch.address)]
    if seat is None and below:
        head = f"put to the members of {below[0].name} motion {number} of {found.name}: {title(one)}"
        said = (head, *(f"- {line}" for line in acts_in_words(federation, one, others(session))))
        pass_down(session, below[0], found.branch.address, federation, one, said)
        return
    if seat is None:
        raise RuleBroken(f"{collective.name} does not sit in {found.name} yet: its joining has to be told at home")
    if seat.joined > motion.opened:
        raise RuleBroken(f"{collective.name} joined {found.name} after motion {number} was opened: it does not count")
    head = f"motion {number} of {found.name}: {title(one) or 'its text is not here'}"
    key = governor.motion_proposal(found.branch.address, one.key)
    if key in governor.home_votes():
        there = governor.number_of(key)
        raise RuleBroken(f"proposal {there} is the vote here on {head} already: daokit vote {there} +1")
    lines = (f"- {words}" for words in acts_in_words(federation, one, others(session)))
    words = (f"put to the vote here {head}", *lines, f"a vote that ends by {ends} counts, once its note arrives")
    proposal = governor.open_motion(found.branch.address, one.asked, words=words)
    until = format_time(governor.proposal(proposal).voting_ends, session.chain.now())
    session.done(
        {"motion": one.key, "proposal": proposal, "votes_end": motion.votes_end},
        f"proposal {proposal} is the vote here on {head}; it is open until {until}",
        f"vote: daokit vote {proposal} +1; then: daokit federation tell, and carry its note home by "
        f"{format_time(motion.closes, now)}",
    )


@dataclass(frozen=True)
class Telling:
    """What can be done here now so that a federation elsewhere hears of a member: a note that is `sent`, with what it
    costs (wei), or what comes before it."""

    words: str
    member: str
    motions: tuple[str, ...]
    fee: int
    send: Callable[[], object]
    sent: bool = True


def tellings(session: Session, found: Afar, reports: Sequence[Report]) -> list[Telling]:
    """All that members here can tell a federation on another chain now, by their `reports`."""
    from daokit.cli.federation_tell import telling
    from daokit.cli.refusals import sentence
    from daokit.errors import Reverted
    from daokit.federation_reports import Standing
    from daokit.notes import fee_of

    branch, federation, made = found.branch, found.federation, []
    for one in reports:
        if not one.due:
            continue
        name = one.seat.name
        if one.standing is Standing.LEFT:
            said = f"{name} has left: have the branch take note, and tell {found.name} then"
            release: Callable[[], object] = partial(branch.release, one.treasury, words=(said,))
            made.append(Telling(said, name, (), 0, release, sent=False))
            continue
        if one.standing is Standing.GONE:
            fee = fee_of(branch, "tellGone", one.seat.address)
            send: Callable[[], object] = partial(branch.tell_gone, one.seat.address, value=fee)
            made.append(Telling(f"{name} has left", name, (), fee, send))
            continue
        said = f"{name}: {telling(one, federation)}"
        try:
            fee = fee_of(branch, "tell", one.treasury, list(one.motions))
        except Reverted as refusal:
            # What is refused of one member keeps nobody from telling of the others.
            session.say(f"not told {found.name}: {said}: {sentence(refusal, session)}")
            continue
        words = (f"tell {found.name}: {said}",)
        send = partial(branch.tell, one.treasury, one.motions, value=fee, words=words)
        made.append(Telling(said, name, one.motions, fee, send))
    if session.has_collective and found.unheard(own := session.collective):
        fee, said = fee_of(branch, "tell", own.treasury.address, []), f"{own.name} has joined"
        words = (f"tell {found.name} that {said}",)
        send = partial(branch.tell, own.treasury.address, value=fee, words=words)
        made.append(Telling(said, own.name, (), fee, send))
    return made


def tell_afar(session: Session, found: Afar, notes: Sequence[Telling]) -> tuple[list[Any], list[str]]:
    """Send these notes to a federation on another chain; the data and the lines."""
    block = session.chain.block_number()
    data: list[Any] = []
    lines: list[str] = []
    for one in notes:
        one.send()
        lines.append(f"told {found.name}: {one.words}")
        told = {"federation": found.federation.address, "member": one.member, "motions": one.motions}
        data.append({**told, "fee_wei": one.fee})
    return data, lines + carrying(session, found.branch.gateway(), found.federation.chain, block)


def tell_delegation(session: Session, found: Afar | None, competence: str) -> None:
    """Tell a federation on another chain whether the collective delegates a competence."""
    from daokit.errors import RuleBroken, UnknownName
    from daokit.hashing import ZERO_ADDRESS
    from daokit.notes import fee_of
    from daokit.options import purpose_bytes

    if found is None:
        raise RuleBroken("only a federation on another chain has to be told; at home it hears of a delegation at once")
    known = [one.name for one in found.federation.competences()]
    if competence not in known:
        raise UnknownName("competence", competence, known)
    block, treasury = session.chain.block_number(), session.treasury.address
    fee = fee_of(found.branch, "tellDelegation", treasury, purpose_bytes(competence))
    session.say(f"the note costs {session.money(ZERO_ADDRESS, fee)}")
    note = found.branch.tell_delegation(treasury, competence, value=fee)
    lines = carrying(session, found.branch.gateway(), found.federation.chain, block)
    session.done({"note": note}, f'told {found.name} how {session.collective.name} stands to "{competence}"', *lines)


def carrying(session: Session, gateway: str, to: Chain, block: int) -> list[str]:
    """How to carry the notes by hand that left this chain since a block."""
    return [_by_hand(session, session.chain, one) for one in _left(session.chain, gateway, to.id, block)]


def _by_hand(session: Session, origin: Chain, note: Sent) -> str:
    where = _network(session, origin.id)
    return f"carry it: daokit bridge relay {note.transaction} --to {_network(session, note.chain)} --network {where}"


def _network(session: Session, chain: int) -> str:
    """What `--network` or `--to` takes for a chain; its id where daokit.toml has no network of it."""
    from daokit.errors import UsageError
    from daokit.networks import of_chain
    from daokit.rpc import masked

    if chain == session.chain.id:
        return masked(session.network)
    try:
        return of_chain(chain, session.settings).name or str(chain)
    except UsageError:
        return str(chain)


def _left(chain: Chain, gateway: str, to: int, block: int) -> list[Sent]:
    from daokit.bridge import Gateway

    return [one for one in Gateway(chain, gateway).sent(block + 1) if one.chain == to]


def _note(
    session: Session, federation: Federation, chain: int, fee: int, send: Callable[..., object], words: str
) -> None:
    """Say what a note costs (wei), send it, and say how to carry it by hand."""
    from daokit.hashing import ZERO_ADDRESS

    session.say(f"the note costs {session.money(ZERO_ADDRESS, fee)}")
    block = federation.chain.block_number()
    send(value=fee)
    _answer(session, federation, [chain], block, words)


def _answer(session: Session, federation: Federation, chains: Sequence[int], block: int, words: str) -> None:
    """What left for these chains since a block, and how to carry it by hand."""
    left = []
    for chain in chains:
        linked = federation.link(chain)
        left += _left(federation.chain, linked.gateway, chain, block) if linked else []
    session.done(
        {"notes": [one.id for one in left], "messages": [one.message_id for one in left], "chains": list(chains)},
        words,
        *(_by_hand(session, federation.chain, one) for one in left),
    )
