"""`daokit federation adapt` as typed, for a real Governor and a real Safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from daokit.accounts import dev_signer
from daokit.adapters import FOR, Step, charter_of
from daokit.chain import Transaction
from daokit.federation import Federation, MotionState
from daokit.federation_acts import Join, Pay
from daokit.federation_charter import FederationCharter
from daokit.hashing import ZERO_ADDRESS
from daokit.options import Call
from tests import daos
from tests.federations import CHARTER, content
from tests.people import DAY, address
from tests.test_adapters import ETHER, make, safe, valley
from tests.test_cli import Daokit, typist

__all__ = ["make", "safe", "valley"]


@pytest.fixture
def typed(chain, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Daokit:
    """Types a command as judy, who has no part in anything."""
    monkeypatch.setenv("DAOKIT_NETWORK", chain.rpc.url)
    monkeypatch.setenv("DAOKIT_ACCOUNT", "judy")
    monkeypatch.delenv("DAOKIT_COLLECTIVE", raising=False)
    said = typist(monkeypatch, capsys)
    return lambda *words: said("federation", "adapt", *words)


def test_anybody_makes_an_adapter_and_sees_what_comes_next(typed, safe, chain) -> None:
    made = typed("safe", safe, "--yes", "--json").data
    assert (made["kind"], made["dao"], made["executor"]) == ("safe", safe, safe)
    said = typed("safe", safe, "--yes")
    assert said.code == 0 and made["adapter"] in said.out and "the federation invites the adapter" in said.out
    refused = typed("governor", safe, "--yes")
    assert (refused.code, refused.out) == (1, "")
    assert "is no Governor of OpenZeppelin's" in refused.err
    for words in (("status", safe), ("leave", safe, safe), ("forward", address("bob"))):
        wrong = typed(*words)
        assert wrong.code == 1 and "there is no adapter at" in wrong.err


def test_a_governor_s_people_propose_vote_and_record_from_here(typed, valley) -> None:
    here = valley()
    motion, _ = here.open()
    who = here.orchards.address
    # Judy cannot do it, and gets what a proposal has to hold.
    printed = typed("decide", who, here.federation.address, motion, "--json").data
    (call,) = printed["calls"]
    assert (call["target"], call["value"], printed["executor"]) == (who, 0, here.orchard.timelock)
    step = here.orchards.to_decide(here.at, motion, FOR)
    assert call["data"] == "0x" + step.call.data.hex()
    assert printed["description"] == here.orchards.describe(here.at, motion)
    in_words = typed("decide", who, here.at, motion)
    assert in_words.code == 0 and "only the DAO can do this" in in_words.out and call["data"] in in_words.out
    # Bob brings the printed call to the Governor himself, as any wallet would.
    bob = here.chain.as_(dev_signer("bob"))
    bob.transact(Transaction(printed["governor"], bytes.fromhex(printed["propose"][2:])))
    early = typed("record", who, here.at, motion, "--yes")
    assert early.code == 1 and ": it takes no side" in early.err
    here.orchard.vote([step], printed["description"], {"bob": daos.FOR}, propose=False)
    recorded = typed("record", who, here.at, motion, "--yes", "--json")
    assert (recorded.code, recorded.data["side"]) == (0, 1)
    seen = typed("status", who, "--json").data
    assert [one["side"] for one in seen["decisions"]] == [1]
    assert [(one["purse"], one["bps"]) for one in seen["ties"]] == [(here.at, 250)]
    assert seen["clock_shows_seconds"] is True
    assert "acts by" in typed("status", who).out


def test_daos_stand_among_the_members_that_other_commands_show(typed, valley, monkeypatch, capsys) -> None:
    here = valley()
    above = typist(monkeypatch, capsys)
    motion, _ = here.open()
    who = here.safes.address
    decide = ("decide", who, here.federation.address, "1", "--as", f"safe:{here.safe}", "--yes", "--account")
    assert [typed(*decide, name).code for name in ("alice", "bob")] == [2, 0]
    decided = here.safes.decision(here.at, motion)
    assert decided is not None and decided.side == 1
    of = ("--of", here.federation.address)
    assert above("federation", "tell", *of, "--yes").code == 0
    assert here.counted(motion).peopleFor == 3
    for words in (("seats",), ("power",), ("motions", "1"), ("tree",)):
        said = above("federation", *words, *of)
        assert said.code == 0, said.err
    seats = above("federation", "seats", *of, "--json").data["seats"]
    for adapter, persons in ((here.safes, 3), (here.orchards, 12)):
        assert [one["people"] for one in seats if adapter.address.lower() in one["member"].lower()] == [persons]


def test_propose_puts_it_to_the_governor(typed, valley) -> None:
    here = valley()
    words = ("leave", here.orchards.address, here.at, "--propose", "--account", "bob", "--yes", "--json")
    description = typed(*words).data["description"]
    here.orchard.vote([here.orchards.to_quit(here.at)], description, {"bob": daos.FOR}, propose=False)
    again = typed(*words)
    assert again.code == 1 and "is there already, or not ready for this" in again.data["message"]


def test_owners_of_a_safe_decide_and_pay_from_here(typed, valley) -> None:
    here = valley()
    motion, _ = here.open()
    who = here.safes.address
    decide = ("decide", who, here.at, motion, "--against", "--as", f"safe:{here.safe}", "--yes", "--account")
    first = typed(*decide, "alice", "--json")
    assert (first.code, first.data["name"], first.data["values"]["lacking"]) == (2, "ConfirmationNeeded", 1)
    second = typed(*decide, "bob")
    assert second.code == 0 and "done: decide against motion" in second.out
    decided = here.safes.decision(here.at, motion)
    assert decided is not None and decided.side == -1
    pay = ("pay", who, here.at, "2 ETH", "--as", f"safe:{here.safe}", "--yes", "--account")
    assert [typed(*pay, name).code for name in ("carol", "alice")] == [2, 0]
    assert here.chain.balance(here.at) == 2 * ETHER
    # What comes back when it leaves goes on by anybody's hand.
    here.as_safe(here.safes.to_quit(here.at))
    assert typed("forward", who, "--yes", "--json").data["amount"] == 2 * ETHER
    nothing = typed("forward", who, "--yes")
    assert nothing.code == 1 and "holds nothing of" in nothing.err


def test_who_joins_names_the_charter_that_it_read(typed, valley) -> None:
    here = valley()
    known = charter_of(here.chain, here.at)
    for charter in ((), ("--charter", "0x" + "11" * 32)):
        refused = typed("join", here.safes.address, here.federation.address, *charter)
        assert refused.code == 1 and f"has the hash {known}: read it" in refused.err
    printed = typed("join", here.safes.address, here.at, "--charter", known, "--levy", "2.5%", "--json").data
    assert printed["calls"][0]["data"] == "0x" + here.safes.to_join(here.at, known, 250).call.data.hex()
    assert "propose" not in printed


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("decide", "SAFE", "AT", "0x12"), 2, "is no key; it is 0x and 64 hex digits"),
        (("decide", "GOVERNOR", "AT", "0x" + "12" * 32, "--against"), 2, "vote against by voting against the proposal"),
        (("record", "SAFE", "AT", "0x" + "12" * 32), 2, "what it executes is done, and needs no record"),
        (("record", "GOVERNOR", "AT", "0x" + "12" * 32), 1, "The Governor knows no proposal"),
        (("leave", "SAFE", "AT", "--propose"), 2, "this is the adapter of a Safe"),
        (("leave", "SAFE", "SAFE"), 1, "there is no federation, and no purse of one, at"),
        (("levy", "SAFE", "AT", "lots"), 2, "is not a share"),
        (("delegate", "SAFE", "AT", "w" * 33), 2, "32"),
        (("collect", "SAFE", "AT"), 1, "owe"),
        (
            ("open", "SAFE", "AT", "weir.md"),
            2,
            "a statement is done in a competence: say --competence and one of tools",
        ),
        (("open", "SAFE", "AT", "none.md", "--competence", "tools"), 2, "none.md"),
        (("open", "SAFE", "AT", "weir.md", "--pay", "lots"), 2, "50 tUSD to bob for the weir"),
        (("cancel", "SAFE", "AT", "7"), 2, "there is no motion 7 in Valley"),
        (("cancel", "SAFE", "AT", "0x12"), 2, "is no key"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(typed, valley, weir, words, code, sentence) -> None:
    here = valley()
    known = {"SAFE": here.safes.address, "GOVERNOR": here.orchards.address, "AT": here.at}
    said = typed(*(known.get(word, word) for word in words), "--yes")
    assert said.code == code and sentence in said.err, said.err


@pytest.fixture
def weir() -> Path:
    """The text of a motion, in the folder where people type."""
    text = Path("weir.md")
    text.write_text("# Mend the weir\n\nIt leaks.\n")
    return text


def test_a_dao_opens_a_motion_and_takes_it_back(typed, valley, weir) -> None:
    here = valley()
    words = ("open", here.safes.address, here.federation.address, str(weir), "--competence", "tools", "--yes")
    pay = ("--pay", "1 ETH to judy for boards")
    says = "open a motion in Valley: Mend the weir; pay 1.00 ETH from the purse to judy, for boards"
    printed = typed(*words, *pay)
    assert printed.code == 0 and says in printed.out.replace("\n", " "), printed
    assert printed.err == "look twice: it would pay 1 ETH, and the purse has 0 ETH now\n"
    # The Safe's owners.
    acting = ("--as", f"safe:{here.safe}", "--account")
    first, second = (typed(*words, *pay, *acting, name) for name in ("alice", "bob"))
    assert first.code == 2 and says in first.err.replace("\n", " "), first
    assert second.code == 0 and "done: open a motion in Valley" in second.out, second
    federation = Federation.load(here.chain, here.federation.address)
    put = federation.put(1)
    assert put.asked.opener == here.safes.address and put.text == weir.read_text()
    assert put.content is not None and put.content.competence == "tools"
    assert put.content.acts == (Pay(here.chain.id, ZERO_ADDRESS, address("judy"), ETHER, "boards"),)
    more = typed(*words)
    assert more.code == 0 and "look twice" in more.err and "has a motion open until" in more.err, more
    # Who opened it takes it back, and nobody else.
    other = typed("cancel", here.orchards.address, here.at, "1")
    assert other.code == 0 and "look twice" in other.err, other
    cancel = ("cancel", here.safes.address, here.at, "1", "--yes", *acting)
    assert [typed(*cancel, name).code for name in ("alice", "bob")] == [2, 0]
    assert federation.motion(1).state is MotionState.CANCELLED


def test_the_holders_of_a_governor_open_a_motion_by_their_own_proposal(typed, valley, weir) -> None:
    here = valley()
    words = ("open", here.orchards.address, here.at, str(weir), "--set", "quorum=30%")
    said = typed(*words, "--propose", "--account", "bob", "--yes", "--json")
    assert said.code == 0, said
    description = said.data["description"]
    assert "Mend the weir" in description and "quorum" in description and "declared large" in description
    printed = typed(*words, "--json").data
    assert printed["description"] == description
    [call] = printed["calls"]
    step = Step(Call(call["target"], call["value"], bytes.fromhex(call["data"][2:])), call["words"])
    here.orchard.vote([step], description, {"bob": daos.FOR, "carol": daos.FOR}, propose=False)
    here.orchard.execute([step], description)
    federation = Federation.load(here.chain, here.federation.address)
    assert federation.put(1).asked.opener == here.orchards.address and federation.motion(1).large


def test_a_dao_puts_a_motion_from_above_to_the_members_beside_it(typed, valley, weir) -> None:
    here = valley()
    own = Federation.load(here.chain, here.federation.address)
    nowhere = typed("pass-down", here.safes.address, here.at, "1")
    assert nowhere.code == 1 and "Valley sits in no federation" in nowhere.err
    text = CHARTER.format(
        tokens="", ordinary="people", large="people", invited=f'[[invited]]\nmember = "{own.address}"'
    )
    above = Federation.found(FederationCharter.parse(text.replace("Valley", "Coast")), here.chain)
    join = Join(here.chain.id, above.purse.address, above.charter(), 100)
    motion = own.open(content("Join the coast", join))
    here.as_safe(here.safes.to_decide(here.at, motion.key, FOR))
    here.mill_votes(own.asked(motion.key).to_solidity(), 1)
    for treasury in (here.safes.address, here.mill.treasury.address):
        here.tell(treasury, motion.key)
    here.warp(45 * DAY)
    own.enact(motion.key)
    here.warp(60)
    above.open(content("Go on together"))
    words = ("pass-down", here.safes.address, here.federation.address, "1")
    printed = typed(*words)
    assert printed.code == 0 and printed.err == "", printed
    assert "put motion 1 of Coast (Go on together) to the members of Valley" in printed.out
    acting = ("--as", f"safe:{here.safe}", "--yes", "--account")
    assert [typed(*words, *acting, name).code for name in ("alice", "bob")] == [2, 0]
    passed = own.put(2)
    assert (passed.above, passed.purse) == (above.key(1), above.purse.address)
    again = typed(*words, "--of", above.address)
    assert again.code == 1 and "motion 2 of Valley asks its members about it already" in again.err
    here.warp(21 * DAY + 60)
    above.open(content("Go on"))
    here.warp(19 * DAY)
    late = typed("pass-down", here.safes.address, here.at, "2")
    assert late.code == 1 and "the members of Valley could be asked about motion 2 of Coast until" in late.err


def test_every_act_of_a_dao_is_printed_as_its_call(typed, valley) -> None:
    here = valley()
    key = "0x" + "12" * 32
    for who in (here.safes, here.orchards):
        for words, step in (
            (("leave", here.at), who.to_quit(here.at)),
            (("levy", here.at, "7%"), who.to_set_levy(here.at, 700)),
            (("delegate", here.at, "tools"), who.to_delegate(here.at, "tools")),
            (("delegate", here.at, "tools", "--recall"), who.to_delegate(here.at, "tools", given=False)),
            (("veto", here.at, key), who.to_veto(here.at, key)),
            (("confirm", here.at, key), who.to_confirm(here.at, key)),
            (("pause", here.at), who.to_pause(here.at)),
            (("pause", here.at, "--chain", "10"), who.to_pause(here.at, 10)),
        ):
            said = typed(words[0], who.address, *words[1:], "--json").data["calls"]
            assert said == [
                {
                    "words": step.words,
                    "target": who.address,
                    "value": 0,
                    "data": "0x" + step.call.data.hex(),
                }
            ]
