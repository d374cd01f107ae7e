"""What members on another chain tell their federation day by day, and what becomes of their seats, as typed."""

from __future__ import annotations

from daokit.branches import Afar
from daokit.federation_acts import Expel
from daokit.purse import SeatState
from tests.across import World, content
from tests.people import DAY
from tests.test_cli_across import Typist, daokit, linked, typed, valley, world
from tests.test_cli_reports import joined
from tests.two_chains import HOME, two_chains, two_nodes

__all__ = ["daokit", "linked", "two_chains", "two_nodes", "typed", "valley", "world"]


def test_a_member_elsewhere_says_that_it_is_still_here_or_is_marked_as_silent_and_heard_again(
    typed: Typist, world: World, linked: Afar
) -> None:
    tell = f"daokit federation tell --of {HOME}:{typed.valley.address}"
    assert "nothing waits" in typed.away("inbox").out
    world.wait(10 * DAY + 60)
    asks = "say to Valley that Harbour is still here, by a note, before silence counts"
    assert f"{asks} {tell}" in joined(typed.away("inbox").out)
    told = typed.away("federation", "tell")
    assert "told Valley: Harbour: still here, 4 people" in told.out, told
    typed.carry(told)
    assert "nothing waits" in typed.away("inbox").out

    world.wait(38 * DAY)
    waits = joined(typed.home("inbox").out)
    assert "Valley has not heard from Harbour on chain 31338 since" in waits and ": mark it as silent" in waits, waits
    said = typed.home("federation", "tell")
    assert "told Valley: Mill: still here, 3 people" in said.out
    assert "marked Harbour on chain 31338 as silent in Valley, until it is heard from again" in joined(said.out), said
    assert [one.live for one in typed.valley.seats()] == [True, False]
    assert "nothing waits" in typed.home("inbox").out
    waits = joined(typed.away("inbox").out)
    assert f"Valley counts Harbour as silent: say that Harbour is still here, by a note {tell}" in waits, waits
    typed.carry(typed.away("federation", "tell"))
    assert typed.valley.totals().live_people == 7


def test_the_seat_of_a_member_elsewhere_ends_at_home_and_then_at_its_branch(
    typed: Typist, world: World, linked: Afar
) -> None:
    seat, treasury = typed.valley.seats()[1], world.away.members["Harbour"].treasury.address
    world.decide(typed.valley, content("Out", Expel(seat.member)))
    assert "Valley has expelled Harbour: its seat ends then" in joined(typed.away("inbox").out)
    send = "daokit federation send-seat 2 --of Valley"
    waits = joined(typed.home("inbox").out)
    assert (
        f"Valley has expelled Harbour on chain 31338; its branch there has not heard of it yet, a note tells it {send}"
        in waits
    )
    typed.carry(typed.home("federation", "send-seat", "2"))
    assert linked.branch.seat_of(treasury).state is SeatState.NOTICE
    assert send not in joined(typed.home("inbox").out)
    world.wait(14 * DAY + 3_600)
    assert "end its seat in Valley daokit federation enact --of Valley" in joined(typed.home("inbox").out)
    ended = typed.home("federation", "enact")
    assert f"next: {send}" in joined(ended.out), ended
    assert "Valley has ended the seat of Harbour on chain 31338; its branch" in joined(typed.home("inbox").out)
    typed.carry(typed.home("federation", "send-seat", "2"))
    assert linked.branch.seat_of(treasury).state is SeatState.NONE
    assert send not in joined(typed.home("inbox").out)


def test_who_has_left_a_branch_is_told_of_at_home(typed: Typist, world: World, linked: Afar) -> None:
    harbour, branch = world.away.members["Harbour"].treasury, linked.branch.address
    code = world.away.chain.rpc.request("eth_getCode", [branch, "latest"])
    # It fails for as long as the harbour leaves.
    world.away.chain.rpc.request("anvil_setCode", [branch, "0xfe"])
    world.away.decide("Harbour", harbour.to_quit(branch))
    world.away.chain.rpc.request("anvil_setCode", [branch, code])
    home = f"{HOME}:{typed.valley.address}"
    noticed = typed.away("federation", "tell", "--of", home)
    assert "Harbour has left: have the branch take note" in noticed.out, noticed
    assert linked.branch.seat_of(harbour.address).state is SeatState.NONE
    told = typed.away("federation", "tell", "--of", home)
    assert "told Valley: Harbour has left" in told.out, told
    typed.carry(told)
    assert [one.name for one in typed.valley.seats()] == ["Mill"]
