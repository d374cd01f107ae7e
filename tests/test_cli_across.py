"""`daokit bridge link` and `daokit federation` as typed, for a member on another chain than its federation."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from daokit.branches import Afar
from daokit.chain import Chain
from daokit.cli import elsewhere
from daokit.documents import data_uri, text_hash
from daokit.federation import Federation
from daokit.federation_acts import Invite, Pay, SetCharter
from daokit.federation_members import federation_of
from daokit.hyperlane.checkpoints import keep
from daokit.options import COIN
from tests.across import World, content
from tests.federations import LARGE, MOTION, TALK, TELLING, VOTE
from tests.people import DAY, address
from tests.test_cli import Daokit, Said
from tests.test_cli_bridge import daokit
from tests.test_federation_across import HARBOUR, MILL, valley, world
from tests.two_chains import AWAY, HOME, KEYS, VALIDATORS, two_chains, two_nodes

__all__ = ["daokit", "two_chains", "two_nodes", "valley", "world"]

SIGNED = ("--validators", ",".join(VALIDATORS), "--threshold", "2")


class Typist:
    """Types as people of both chains, and carries notes by hand."""

    def __init__(self, daokit: Daokit, world: World, valley: Federation, folder: Path) -> None:
        self.daokit, self.world, self.valley, self.folder = daokit, world, valley, folder

    def home(self, *words: str, by: str = "alice", collective: str = "Mill") -> Said:
        """On the federation's own chain."""
        where = self.world.home.members[collective].address
        return self.daokit(*words, "--network", "home", "--account", by, "--collective", where, "--yes")

    def away(self, *words: str, by: str = "dave", collective: str = "Harbour") -> Said:
        """On the other chain."""
        where = self.world.away.members[collective].address
        return self.daokit(*words, "--network", "away", "--account", by, "--collective", where, "--yes")

    def carry(self, said: Said) -> str:
        """Carry the notes of an answer by hand, with what the validators signed, as the answer says; what was said."""
        lines = said.out.replace("\n", " ").split("carry it: ")[1:]
        assert lines, said
        carried = [self.relay(line) for line in lines]
        assert all(done.code == 0 for done in carried), carried
        return "".join(done.out for done in carried)

    def relay(self, line: str) -> Said:
        """The same for one such line, whatever comes of it."""
        typed = line.split()
        [transaction] = [word for word in typed if word.startswith("0x") and len(word) == 66][:1]
        origin = HOME if self.world.home.chain.rpc.request("eth_getTransactionReceipt", [transaction]) else AWAY
        for sent in self.world.chains.places[origin].find(transaction):
            for one in VALIDATORS[:2]:
                keep(self.world.chains.validators[origin].sign(sent, one), self.folder / str(origin) / one)
        there, here = ("away", "home") if origin == HOME else ("home", "away")
        assert typed[:8] == ["daokit", "bridge", "relay", transaction, "--to", there, "--network", here], line
        # As it stands there, in a shell whose profile is of neither chain in particular.
        return self.daokit(*typed[1:8], "--from", str(self.folder / str(origin)), "--account", "alice", "--yes")


@pytest.fixture
def typed(daokit: Daokit, world: World, valley: Federation, tmp_path: Path) -> Typist:
    return Typist(daokit, world, valley, tmp_path / "validators")


def test_a_federation_is_linked_joined_and_decided_from_the_other_chain(typed: Typist, world: World) -> None:
    name = typed.valley.address
    alone = typed.home("bridge", "link", name, "--with", "home", *SIGNED)
    assert alone.code == 1 and "name another chain to link it with" in alone.err
    few = typed.home("bridge", "link", name, "--with", "away", "--validators", ",".join(VALIDATORS), "--threshold", "4")
    assert few.code == 2 and "4 of 3 validators would have to sign" in few.err
    planned = typed.home("bridge", "link", name, "--with", "away", *SIGNED, "--dry-run")
    assert planned.code == 0 and "found the branch of Valley on away" in planned.err
    assert "two thirds of all seats must be for it, and it can be enacted 45 days after that" in planned.err
    assert not typed.valley.link(AWAY) and typed.valley.count() == 0
    opened = typed.home("bridge", "link", name, "--with", "away", *SIGNED)
    assert opened.code == 0 and "motion 1 of Valley is open" in opened.out, opened
    again = typed.home("bridge", "link", name, "--with", str(AWAY), *SIGNED)
    assert again.code == 0 and "daokit federation decide 1" in again.out, again
    assert "look twice" not in again.err, again
    other = typed.home("bridge", "link", name, "--with", "away", *SIGNED, "--wait", "48 hours", "--dry-run")
    assert other.code == 0 and "look twice: motion 1 of Valley links it with away by the branch 0x" in other.err, other
    world.home.vote("Mill", typed.valley, 1, dict.fromkeys(MILL, 1))
    world.wait(VOTE)
    assert typed.home("federation", "tell").code == 0
    world.wait(45 * DAY - VOTE - 3_600)
    assert "can be enacted now" in typed.home("federation", "enact").out
    world.wait(3_600)
    assert typed.home("federation", "enact", "1").code == 0
    linked = typed.home("bridge", "link", name, "--with", "away", *SIGNED)
    assert linked.code == 0 and "Valley is linked with away" in linked.out

    proposed = typed.away("federation", "join", f"{HOME}:{name}", "--levy", "5%")
    assert proposed.code == 0 and "water and roads together" in proposed.err, proposed
    world.wait(TALK)
    for person in HARBOUR:
        assert typed.away("vote", "1", "+1", by=person).code == 0
    world.wait(VOTE + 8 * 86_400)
    assert typed.away("proposal", "execute", "1").code == 0
    home = typed.away("--json").data
    assert home["waiting"][0]["what"] == "Valley has not heard yet that Harbour has joined; a note tells it"
    assert home["next"][0] == f"daokit federation tell --of {HOME}:{name}"
    told = typed.away("federation", "tell")
    assert "Harbour has joined" in told.out, told
    carried = typed.carry(told)
    assert "who decides in Valley, counted by people:\n  Mill: 1 → 0\n" in carried, carried
    assert "  Harbour on chain 31338: no member → 1\nlook twice: Mill has no power" in carried
    home = typed.away("--json").data
    assert home["waiting"][0]["what"].startswith("Valley has seated Harbour; the branch here has not heard of it yet")
    assert "daokit federation send-seat 2 --of Valley" in typed.home("--json").data["next"]
    seat = typed.away(*home["next"][0].split()[1:])
    assert seat.code == 0, seat
    assert "who decides" not in typed.carry(seat)
    assert typed.home("federation", "tell").code == 0
    assert typed.away("--json").data["waiting"] == typed.home("--json").data["waiting"] == []
    drawn = typed.home("federation", "tree")
    assert "Harbour · 4 people" in drawn.out and "passes up 5% · chain 31338" in drawn.out
    assert typed.away("federation", "tree").out == drawn.out
    shown = typed.away("federation", "show", "--json").data
    assert (shown["chain"], shown["federation"]) == (HOME, name)
    assert f"home ({HOME})" in typed.away("federation", "show").out

    world.wait(1)
    text = Path("weir.md")
    text.write_text("# Mend the weir\n")
    assert typed.home("federation", "open", str(text), "--competence", "water").code == 0
    inbox = typed.away("inbox")
    assert inbox.code == 0 and "motion 2 of Valley (Mend the weir) waits to be put to the vote" in inbox.out, inbox
    alone = typed.away()
    assert "daokit federation decide 2 --of" in alone.out and "nothing waits" not in alone.out, alone
    put = typed.away("federation", "decide", "2")
    assert put.code == 0 and "Mend the weir" in put.out, put
    for person in HARBOUR:
        assert typed.away("vote", "2", "+1", by=person).code == 0
    world.wait(VOTE)
    told = typed.away("federation", "tell")
    assert told.code == 0 and "Harbour: motion 2" in told.out
    assert "nothing has been told yet" in typed.home("federation", "motions", "2").out
    typed.carry(told)
    assert "4 for, 0 against, of 2" not in typed.home("federation", "motions", "2").out
    assert typed.valley.motion(2).people_for == 4
    assert KEYS


@pytest.fixture
def linked(typed: Typist, world: World) -> Afar:
    """The valley linked with the other chain, where the harbour sits."""
    found = world.link(typed.valley)
    world.join("Harbour", found)
    return found


def test_an_order_is_sent_vetoed_and_a_dead_bridge_keeps_nobody(typed: Typist, world: World, linked: Afar) -> None:
    treasury = world.away.members["Harbour"].treasury
    treasury.deposit(world.away.coin, 2_000_00)
    treasury.bubble(linked.branch.address, world.away.coin)
    pay = Pay(AWAY, world.away.coin, address("bob"), 4_00)
    world.decide(typed.valley, content("Mend the pier", pay, competence="water"))
    early = typed.home("federation", "send-order", "1", "--of", typed.valley.address)
    assert early.code == 1 and "has made no order to a branch" in early.err
    asked = typed.daokit("federation", "send-order", "2", "--network", "home", "--of", typed.valley.address)
    assert asked.code == 2 and "the notes cost 0 ETH" in asked.err
    sent = typed.home("federation", "send-order", "2")
    assert "send act 1 of motion 2 to its branch" in sent.err, sent
    typed.carry(sent)
    waiting = typed.away("federation", "orders")
    assert "pay 4.00 tUSD" in waiting.out and "waits" in waiting.out
    vetoed = typed.away("federation", "veto", "1")
    assert vetoed.code == 0 and "needs two thirds of the other members here" in vetoed.out, vetoed
    dropped = typed.home("federation", "invalidate", str(AWAY))
    assert dropped.code == 0 and "motion 3 of Valley is open" in dropped.out
    refused = typed.away("federation", "mandate", "300 tUSD every 30 days until 2099-12-31")
    assert refused.code == 1 and "money of its branch only" in refused.err
    changed = typed.away("federation", "levy", "--set", "7%", by="erin")
    assert changed.code == 0 and "Pass 7% up to Valley" in changed.err, changed

    # The federation's chain does not answer any more.
    settings = Path("daokit.toml")
    settings.write_text(settings.read_text().replace(world.home.chain.rpc.url, "http://127.0.0.1:9"))
    assert typed.away("federation", "tell").code == 3
    inbox = typed.away("inbox")
    assert inbox.code == 0 and f"on chain {HOME} was not read" in inbox.out.replace("\n", " "), inbox
    gone = typed.away("federation", "leave", linked.branch.address)
    assert gone.code == 0 and "leaving now would bring 100.00 tUSD" in gone.err, gone


def test_what_a_motion_pays_on_the_other_chain_can_be_read_on_both(typed: Typist, world: World, linked: Afar) -> None:
    Path("pier.md").write_text("# Mend the pier\n")
    open_ = ("federation", "open", "pier.md", "--competence", "water")
    unlinked = typed.home(*open_, "--pay", "1 ETH to bob", "--on", "10")
    assert unlinked.code == 1 and "Valley has no link with chain 10" in unlinked.err, unlinked
    pay = ("--pay", "0.02 ETH to bob for pier", "--pay", "4 tUSD to bob", "--on", str(AWAY))
    # A short look, at names only, comes first: that it found nobody decides nothing for who waits for longer.
    with pytest.MonkeyPatch.context() as hurried:
        hurried.setattr(elsewhere, "GLANCE", 1e-6)
        opened = typed.home(*open_, *pay)
    assert opened.code == 0 and "CANNOT BE CHECKED" not in opened.err, opened
    for words in ("pay 0.02 ETH from the purse on chain 31338 to bob", "pay 4.00 tUSD from the purse on chain 31338"):
        assert words in opened.err.replace("\n", " "), opened.err
    assert "look twice: it would pay 4.00 tUSD, and the purse has 0.00 tUSD now" in opened.err.replace("\n", " ")
    lost = typed.home(*open_, "--pay", "1 ETH to mill", *pay[4:])
    assert lost.code == 1 and "on chain 31338 nothing stands at its address" in lost.err.replace("\n", " "), lost
    assert [one.token for one in typed.valley.put(2).content.acts] == [COIN, world.away.coin]
    assert typed.away("federation", "decide", "2").code == 0
    ballot = typed.away("proposal", "show", "2").out
    command = f"daokit federation motions 2 --of {HOME}:{typed.valley.address}"
    assert command in ballot, ballot
    shown = typed.away(*command.split()[1:])
    assert shown.code == 0 and "pay 4.00 tUSD from the purse on chain 31338" in shown.out.replace("\n", " "), shown
    settings = Path("daokit.toml")
    settings.write_text(settings.read_text().replace(world.away.chain.rpc.url, "http://127.0.0.1:9"))
    blind = typed.home(*open_, *pay, by="bob")
    assert blind.code == 1 and "chain 31338 cannot be read from here" in blind.err.replace("\n", " "), blind


def test_other_validators_are_a_motion_and_what_is_on_its_way_is_told(
    typed: Typist, world: World, linked: Afar
) -> None:
    name = typed.valley.address
    change = ("bridge", "link", name, "--with", "away", "--change", "--validators")
    same = typed.home(*change, ",".join(VALIDATORS))
    assert same.code == 1 and "is linked with away so already" in same.err
    signers = Path("signers.txt")
    signers.write_text(f"# who signs from summer on\n{address('judy')}\n" + "\n".join(VALIDATORS[:2]))
    opened = typed.home(*change, str(signers), by="bob")
    assert opened.code == 0 and "motion 2 of Valley is open" in opened.out, opened
    assert [type(one).__name__ for one in typed.valley.put(2).content.acts] == ["LinkBack", "Link"]
    assert "says just this already" in typed.home(*change, str(signers), by="carol").out
    assert "takes no notes until" in typed.away("federation", "pause").out
    typed.home("federation", "send-seat", "2")
    ends = [f"{one.chain.name}:{one.address}" for one in world.gateways(linked)]
    assert "waiting" in typed.daokit("bridge", "audit", *ends).out
    world.wait(2 * 3_600)
    assert "missing" in typed.daokit("bridge", "audit", *ends).out
    status = typed.daokit("bridge", "status", world.gateways(linked)[0].address)
    assert status.code == 0 and "2 of 3" in status.out


def test_a_branch_is_left_for_another_once_nobody_sits_there(typed: Typist, world: World) -> None:
    first = world.link(typed.valley)
    name = typed.valley.address
    anew = ("bridge", "link", name, "--with", "away", *SIGNED, "--wait", "48 hours")
    first.branch.deposit(COIN, 10**18, "grant")
    opened = typed.home(*anew)
    assert opened.code == 0 and "motion 2 of Valley is open" in opened.out, opened
    said = f"look twice: Valley is linked with away already, with the branch {first.branch.address}; this founds and"
    assert said in opened.err.replace("\n", " "), opened
    assert f"look twice: no order reaches 1 ETH at {first.branch.address} any more" in opened.err.replace("\n", " ")
    world.home.vote("Mill", typed.valley, 2, dict.fromkeys(MILL, 1))
    world.wait(VOTE)
    typed.home("federation", "tell")
    world.wait(MOTION + TELLING + MOTION - VOTE)
    assert typed.home("federation", "enact", "2").code == 0
    assert "Valley is linked with away" in typed.home(*anew).out
    second = Afar.of(typed.valley, world.away.chain)
    assert second.branch.address != first.branch.address
    world.join("Harbour", second)
    assert typed.valley.seats()[-1].address == world.away.members["Harbour"].address


def test_a_link_and_its_gateways_need_no_collective_on_their_chain(
    typed: Typist, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = world.link(typed.valley)
    monkeypatch.setenv("DAOKIT_COLLECTIVE", "harbour")  # of the other chain, as a profile has it
    status = typed.daokit("bridge", "status", world.gateways(first)[0].address, "--network", "home")
    assert status.code == 0 and "2 of 3" in status.out, status
    unnamed = typed.daokit("federation", "motions", "--network", "home")
    assert unnamed.code == 2 and "no federation is known here" in unnamed.err, unnamed
    linked = typed.daokit(
        *("bridge", "link", typed.valley.address, "--with", "away", *SIGNED, "--network", "home"),
        *("--account", "alice", "--token", world.away.coin, "--exit-share"),
    )
    assert linked.code == 0 and "Valley is linked with away" in linked.out, linked
    named = typed.daokit("bridge", "status", "harbour", "--network", "home", "--collective", "harbour")
    assert named.code == 2 and 'no deployment of "harbour" on chain 31337' in named.err, named


def test_a_new_charter_is_told_to_a_branch_where_nobody_sits(typed: Typist, world: World) -> None:
    world.link(typed.valley)
    text = "# Valley\n\nWater, roads and the ferry together.\n"
    world.decide(typed.valley, content("A new charter", SetCharter(text_hash(text), data_uri(text))))
    join = ("federation", "join", f"{HOME}:{typed.valley.address}", "--levy", "5%")
    refused = typed.away(*join)
    assert refused.code == 1 and f"`daokit federation send-charter {AWAY}`" in refused.err, refused
    sent = typed.home("federation", "send-charter", str(AWAY))
    assert sent.code == 0 and f"the charter of Valley is on its way to chain {AWAY}" in sent.out, sent
    typed.carry(sent)
    joined = typed.away(*join)
    assert joined.code == 0 and "roads and the ferry together" in joined.err, joined
    unlinked = typed.home("federation", "send-charter", "1")
    assert unlinked.code == 1 and "has no link with chain 1" in unlinked.err, unlinked


def test_a_member_on_another_chain_goes_by_its_name_where_its_chain_answers(
    typed: Typist, world: World, linked: Afar, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = world.away.members["Harbour"].address[:6]
    assert "Harbour on chain 31338" in " ".join(typed.home("federation", "power").out.split())
    assert "how Harbour on chain 31338 stands" in typed.home("federation", "send-seat", "harbour").out
    asked = typed.home("federation", "expel", "Harbour on chain 31338")
    assert asked.code == 0 and "expel Harbour on chain 31338" in asked.err, asked
    unknown = typed.home("federation", "expel", "Harbor")
    assert unknown.code == 2 and "Harbour on chain 31338" in unknown.err, unknown
    settings = Path("daokit.toml")
    with socket.create_server(("127.0.0.1", 0)) as mute:  # takes calls and never answers
        port = mute.getsockname()[1]
        settings.write_text(settings.read_text().replace(world.away.chain.rpc.url, f"http://127.0.0.1:{port}"))
        monkeypatch.setattr(elsewhere, "GLANCE", 2.0)
        began = time.monotonic()
        assert short in typed.home("federation", "seats").out
        assert time.monotonic() - began < 30  # and not the 60 of who waits for an answer
    assert short in typed.home("federation", "seats").out
    settings.write_text(settings.read_text().partition("[network.away]")[0])
    assert short in typed.home("federation", "seats").out


def test_nothing_is_looked_at_twice_that_the_program_knows(typed: Typist, world: World, linked: Afar) -> None:
    at = linked.branch.address
    treasury = world.away.members["Harbour"].treasury
    treasury.deposit(world.away.coin, 2_000_00)
    assert "Valley on chain 31337" in " ".join(typed.away("federation", "levy").out.split())
    more = typed.away("federation", "levy", "--set", "7%")
    assert more.code == 0 and "Pass 7% up to Valley" in more.err, more
    passed = typed.away("federation", "bubble")
    assert "up to Valley on chain 31337" in " ".join(passed.out.split()), passed
    pay = Pay(AWAY, world.away.coin, address("bob"), 4_00)
    world.decide(typed.valley, content("Mend the pier", pay, competence="water"))
    [line] = typed.home("federation", "send-order", "2").out.split("carry it: ")[1:]
    carried = typed.relay(line)
    assert carried.code == 0 and "look twice" not in carried.err, carried
    vetoed = typed.away("federation", "veto", "1")
    assert vetoed.code == 0 and "look twice" not in vetoed.err, vetoed
    assert "object to an order of Valley on chain 31337" in vetoed.err, vetoed
    assert "of branch of Valley on chain 31337" in " ".join(vetoed.err.split()), vetoed
    Path("weir.md").write_text("# Mend the weir\n")
    assert typed.home("federation", "open", "weir.md", "--competence", "water", by="bob").code == 0
    put = typed.away("federation", "decide", "3")
    assert put.code == 0 and "look twice" not in put.err, put
    assert "federation Valley on chain 31337" in " ".join(put.err.split()), put
    # At the federation's address on this chain nobody is paid by its name.
    assert 'no name "Valley"' in typed.away("bridge", "status", "Valley").err
    # A branch that the federation is not linked with does not bear its name.
    other = world.linking(typed.valley, wait=96 * 3_600).found_branch()
    assert federation_of(knowing(world), at) == "Valley on chain 31337"
    assert federation_of(knowing(world), other.address) == f"{typed.valley.address} on chain {HOME}"


def knowing(world: World) -> Chain:
    """The other chain, with a way to the federation's."""
    chain = world.away.chain.as_(None)
    chain.elsewhere = {HOME: world.home.chain}.get
    return chain


def test_who_sits_at_a_branch_is_not_left_behind(typed: Typist, linked: Afar) -> None:
    name = typed.valley.address
    behind = typed.home("bridge", "link", name, "--with", "away", *SIGNED, "--wait", "48 hours")
    assert behind.code == 1 and "where 1 member would be left behind" in behind.err, behind
    # Hyperlane is put up anew, under another number: the gateway stays with the mailbox that it was made for.
    assert typed.home("bridge", "deploy", "--domain", "41337").code == 0
    moved = typed.home("bridge", "link", name, "--with", "away", "--change", *SIGNED)
    assert moved.code == 1 and "for good, and Hyperlane is at" in moved.err, moved
    assert f"have left the branch {linked.branch.address}" in moved.err


def test_a_federation_between_is_asked_and_told_for(typed: Typist, world: World) -> None:
    afar = world.link(typed.valley)
    coast = world.away.found(world.away.members["Harbour"], name="Coast")
    world.away.join("Harbour", coast)
    world.decide(typed.valley, content("Invite the coast", Invite(coast.member)))
    joined = typed.away("federation", "join", afar.branch.address, "--levy", "5%", "--for", coast.address)
    assert joined.code == 0 and "motion 1 of Coast is open" in joined.out, joined
    world.away.vote("Harbour", coast, 1, dict.fromkeys(HARBOUR, 1))
    world.wait(VOTE)
    assert typed.away("federation", "tell", "--of", coast.address).code == 0
    world.wait(MOTION + TELLING + LARGE - VOTE)
    assert typed.away("federation", "enact", "1", "--of", coast.address).code == 0
    afar.branch.tell(coast.purse.address)
    world.carry()
    world.wait(1)
    Path("on.md").write_text("# Go on together\n")
    assert typed.home("federation", "open", "on.md", "--competence", "water").code == 0
    passed = typed.away("federation", "decide", "3", "--of", f"{HOME}:{typed.valley.address}")
    assert passed.code == 0 and "motion 2 of Coast asks its members about it" in passed.out, passed
    world.away.vote("Harbour", coast, 2, dict.fromkeys(HARBOUR, 1))
    world.wait(VOTE)
    assert "told Coast: Harbour: motion 2" in typed.away("federation", "tell").out
    world.wait(MOTION - VOTE + 3_600)
    told = typed.away("federation", "tell")
    assert told.code == 0 and "told Valley: Coast: motion 3" in told.out, told
    typed.carry(told)
    assert typed.valley.motion(3).people_for == 4


def test_what_cannot_be_is_said(typed: Typist, world: World) -> None:
    name = typed.valley.address
    unlinked = typed.away("federation", "join", f"{HOME}:{name}")
    assert unlinked.code == 1 and "Valley is not linked with away (31338)" in unlinked.err
    assert typed.home("federation", "send-seat", "9").code == 2
    here = typed.home("federation", "send-seat", "Mill")
    assert here.code == 1 and "on the federation's own chain" in here.err
    none = typed.home("federation", "send-order", "1")
    assert none.code == 2 and "there is no motion 1" in none.err
    nowhere = typed.home("bridge", "link", name, "--with", "nowhere", *SIGNED)
    assert nowhere.code == 2
    missing = typed.home("bridge", "link", name, "--with", "away", "--validators", "signers.txt")
    assert missing.code == 2 and "neither a list of validators" in missing.err
    twice = typed.home("bridge", "link", name, "--with", "away", "--validators", ",".join([VALIDATORS[0]] * 3))
    assert twice.code == 2 and "is named twice" in twice.err
    unchanged = typed.home("bridge", "link", name, "--with", "away", *SIGNED, "--change")
    assert unchanged.code == 1 and "has no link with away" in unchanged.err
