"""`daokit bridge` as typed, between two chains."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daokit.chain import Chain
from daokit.cli import elsewhere
from daokit.deployments import Deployments
from daokit.errors import RuleBroken
from daokit.hyperlane import core, development
from daokit.hyperlane.checkpoints import keep
from tests.people import DAY
from tests.test_bridge import STRANGER, End, Ends, apart, ends, forge_note, wait
from tests.test_cli import Daokit, typist
from tests.test_hyperlane import bare, bare_chain
from tests.two_chains import AWAY, HOME, VALIDATORS, TwoChains

__all__ = ["apart", "bare", "bare_chain", "ends"]


@pytest.fixture
def daokit(
    two_chains: TwoChains, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Daokit:
    """Types a command as alice, in a folder whose networks are the two chains."""
    folder = tmp_path / "project"
    folder.mkdir()
    networks = [
        f'[network.{name}]\nurl = "{place.chain.rpc.url}"\nchain_id = {place.chain.id}\n'
        for name, place in (("home", two_chains.home), ("away", two_chains.away))
    ]
    (folder / "daokit.toml").write_text("\n".join(networks))
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DAOKIT_NETWORK", "home")
    monkeypatch.setenv("DAOKIT_ACCOUNT", "alice")
    # A machine at work may take longer than a person waits.
    monkeypatch.setattr(elsewhere, "PATIENCE", 60.0)
    monkeypatch.setattr(elsewhere, "GLANCE", 60.0)
    return typist(monkeypatch, capsys)


def named(end: End) -> str:
    return f"{end.place.chain.name}:{end.gateway.address}"


def test_the_core_is_put_up_by_one_command_and_shown_by_another(daokit: Daokit, bare: Chain) -> None:
    there = ("--network", bare.rpc.url)
    assert daokit("bridge", "status", *there).code == 2
    assert daokit("bridge", "deploy", *there).code == 2  # nobody said yes
    planned = daokit("bridge", "deploy", *there, "--dry-run")
    assert planned.code == 0 and "Hyperlane's Mailbox goes to 0x" in planned.err
    done = daokit("bridge", "deploy", *there, "--yes", "--json")
    assert (done.code, done.data["domain"]) == (0, bare.id)
    assert Path(done.data["record"]).is_file()
    spent = bare.block_number()
    assert daokit("bridge", "deploy", *there, "--json").data == done.data and bare.block_number() == spent
    shown = daokit("bridge", "status", *there, "--json").data
    assert (shown["mailbox"], shown["dispatched"]) == (core.core_of(bare.id).mailbox, 0)
    # What was announced is enough for what it took.
    spending = [bare.rpc.request("eth_getBlockByNumber", [hex(number), False]) for number in range(1, spent + 1)]
    gas = sum(int(one["gasUsed"], 16) for one in spending)
    print(f"core {gas:,}")
    assert gas <= gas_in(planned.err)


def gas_in(text: str) -> int:
    """The gas that a plan announces."""
    [found] = re.findall(r"\(([\d,]+) gas\)", text)
    return int(found.replace(",", ""))


def test_the_links_of_a_gateway_are_shown(daokit: Daokit, ends: Ends) -> None:
    shown = daokit("bridge", "status", ends.home.gateway.address)
    assert shown.code == 0 and "2 of 3" in shown.out and ends.away.gateway.address in shown.out
    data = daokit("bridge", "status", ends.home.gateway.address, "--json").data["gateway"]
    assert data["owner"] == ends.home.contract.address
    assert data["links"][str(AWAY)]["validators"] == VALIDATORS


def test_a_note_is_carried_by_hand(daokit: Daokit, ends: Ends, tmp_path: Path) -> None:
    left = ends.home.tell(ends.away).receipt.hash
    sent = ends.last()
    words = ("bridge", "relay", left, "--to", "away", "--from", str(tmp_path / "validators"))
    keep(ends.chains.validators[HOME].sign(sent, VALIDATORS[0]), tmp_path / "validators" / "one")
    early = daokit(*words, "--yes")
    assert early.code == 1 and "2 of 3 validators must sign" in early.err
    keep(ends.chains.validators[HOME].sign(sent, VALIDATORS[1]), tmp_path / "validators" / "two")
    assert daokit(*words).code == 2  # nobody said yes
    assert ends.away.heard == 0
    done = daokit(*words, "--yes")
    assert done.code == 0 and f"message {sent.id} arrived in block" in done.out and ends.away.heard == 1
    again = daokit("bridge", "relay", sent.id, "--to", str(AWAY), "--from", str(tmp_path / "validators"), "--yes")
    assert again.code == 0 and "had arrived before" in again.out and ends.away.heard == 1


def test_a_note_is_carried_with_what_validators_announced(daokit: Daokit, ends: Ends, tmp_path: Path) -> None:
    ends.home.tell(ends.away)
    sent = ends.last()
    one, two, three = VALIDATORS
    keep(ends.chains.validators[HOME].sign(sent, two), tmp_path / two)
    ends.chains.announce(HOME, two, f"file://{tmp_path}/{two}")
    ends.chains.announce(HOME, three, "http://127.0.0.1:9/nobody")
    early = daokit("bridge", "relay", sent.id, "--to", "away", "--yes")
    assert early.code == 1 and "and 1 have" in early.err and "127.0.0.1:9" in early.err
    # What was announced last counts; one place that is no longer there holds nobody up.
    keep(ends.chains.validators[HOME].sign(sent, three), tmp_path / three)
    ends.chains.announce(HOME, three, f"file://{tmp_path}/{three}")
    ends.chains.announce(HOME, one, "file:///nowhere")
    assert daokit("bridge", "relay", sent.id, "--to", "away", "--yes").code == 0
    assert ends.away.heard == 1


def test_development_validators_sign_so_that_the_note_is_carried_as_printed(daokit: Daokit, ends: Ends) -> None:
    left = ends.home.tell(ends.away).receipt.hash
    early = daokit("bridge", "relay", left, "--to", "away", "--yes")
    assert early.code == 1 and "and 0 have" in early.err and "name with --from where" in early.err, early
    assert daokit("bridge", "sign").code == 2  # nobody said yes
    planned = daokit("bridge", "sign", "--dry-run")
    assert planned.code == 0 and f"  {VALIDATORS[0]}" in planned.err, planned
    assert daokit("bridge", "relay", left, "--to", "away", "--yes").code == 1
    signed = daokit("bridge", "sign", "--yes", "--json")
    assert (signed.data["signed"], signed.data["validators"]) == (1, VALIDATORS), signed
    block = ends.chains.home.chain.block_number()
    assert daokit("bridge", "relay", left, "--to", "away", "--yes").code == 0 and ends.away.heard == 1
    # Announced once; what leaves later is signed without a transaction.
    left = ends.home.tell(ends.away, b"2").receipt.hash
    again = daokit("bridge", "sign")
    assert again.code == 0 and "2 messages that left home" in again.out, again
    assert ends.chains.home.chain.block_number() == block + 1
    assert daokit("bridge", "relay", left, "--to", "away", "--yes").code == 0 and ends.away.heard == 2


def test_validators_whose_keys_everybody_knows_sign_for_no_public_chain(
    two_chains: TwoChains, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Chain, "local", False)
    with pytest.raises(RuleBroken, match="everybody knows the keys"):
        development.sign_all(two_chains.home, tmp_path)


def test_time_passes_on_the_chain_that_is_named_and_on_no_other(daokit: Daokit, ends: Ends) -> None:
    home, away = ends.chains.home.chain, ends.chains.away.chain
    # The clocks run on by themselves while this runs: what was mined tells whose was moved.
    before = home.block_number(), away.now()
    moved = daokit("node", "time", "+1d", "--network", "away")
    assert moved.code == 0 and "on away it is" in moved.out and "1 day later" in moved.out, moved
    assert home.block_number() == before[0] and 0 <= away.now() - before[1] - DAY < 3_600


def test_a_note_that_goes_elsewhere_or_never_left_is_not_carried(daokit: Daokit, ends: Ends) -> None:
    ends.home.tell(ends.away)
    wrong = daokit("bridge", "relay", ends.last().id, "--to", "home", "--yes")
    assert wrong.code == 1 and f"it goes to Hyperlane's domain {AWAY}, and home is {HOME}" in wrong.err
    missing = daokit("bridge", "relay", "0x" + "00" * 32, "--to", "away", "--yes")
    assert missing.code == 2 and "has left home" in missing.err


def test_the_audit_ends_with_2_when_something_was_received_that_was_never_sent(daokit: Daokit, ends: Ends) -> None:
    words = ("bridge", "audit", named(ends.home), f"{AWAY}:{ends.away.gateway.address}")
    ends.home.tell(ends.away, b"1")
    said = daokit(*words)
    assert said.code == 0 and "waiting" in said.out and "1 message, 0 alarms" in said.out
    ends.chains.carry()
    assert "1 message, 0 alarms" in daokit(*words).out
    assert [one["fate"] for one in daokit(*words, "--all", "--json").data["passages"]] == ["arrived"]
    forge_note(ends, ends.home.account, ends.away.account, b"2")
    ends.chains.carry()
    alarm = daokit(*words)
    assert alarm.code == 2 and "forged" in alarm.out and "1 alarm" in alarm.out
    assert len(daokit(*words, "--json").data["alarms"]) == 1


def test_an_audit_and_the_status_say_what_is_on_its_way_since_when(daokit: Daokit, ends: Ends) -> None:
    words = ("bridge", "audit", named(ends.home), named(ends.away), "--all", "--json", "--since")
    ends.home.tell(ends.away, b"1")
    ends.chains.carry()
    block = ends.chains.home.chain.block_number()
    wait(ends, 3 * DAY)
    ends.home.tell(ends.away, b"2")
    ends.away.tell(ends.home, b"3")
    wait(ends, 2 * 3_600)
    ends.away.tell(ends.home, b"4")
    now = datetime.fromtimestamp(ends.chains.home.chain.now())
    days = [f"{now - timedelta(days=back):%Y-%m-%d}" for back in (-2, 1, 5)]
    for since, fates in (
        (str(block + 1), ["missing", "missing", "waiting"]),
        (str(block), ["arrived", "missing", "missing", "waiting"]),
        (days[1], ["missing", "missing", "waiting"]),
        (days[2], ["arrived", "missing", "missing", "waiting"]),
    ):
        assert [one["fate"] for one in daokit(*words, since).data["passages"]] == fates, since
    for since, sentence in (
        (days[0], "is still to come"),
        ("99999", "home has no block 99999 yet"),
        ("lately", '"lately" is not a date'),
    ):
        refused = daokit(*words, since)
        assert refused.code == 2 and sentence in refused.data["message"], refused
    status = ("bridge", "status", ends.home.gateway.address)
    assert daokit(*status, "--json").data["gateway"]["notes"] == {
        str(AWAY): {"sent": {"arrived": 1, "missing": 1}, "received": {"missing": 1, "waiting": 1}}
    }
    shown = " ".join(daokit(*status).out.split())
    assert "1 arrived, 1 missing" in shown and "1 missing, 1 waiting" in shown
    assert daokit(*status, "--since", days[1], "--json").data["gateway"]["notes"][str(AWAY)]["sent"] == {"missing": 1}
    wait(ends, 30 * DAY)
    sent = daokit(*status, "--json").data["gateway"]["notes"][str(AWAY)]["sent"]
    assert sent == {"arrived": 1, "expired": 1}
    settings = Path("daokit.toml")
    settings.write_text(settings.read_text().replace(ends.chains.away.chain.rpc.url, "http://127.0.0.1:9"))
    blind = daokit(*status)
    assert blind.code == 0 and f"what arrived on chain {AWAY} is not known" in " ".join(blind.out.split()), blind
    assert daokit(*status, "--json").data["gateway"]["notes"] == {str(AWAY): None}


def test_ends_that_are_not_named_as_they_should_be_are_refused(daokit: Daokit, ends: Ends) -> None:
    assert "two ends at least" in daokit("bridge", "audit", named(ends.home)).err
    lone = daokit("bridge", "audit", named(ends.home), ends.away.gateway.address)
    assert lone.code == 2 and "is not an end" in lone.err
    assert daokit("bridge", "audit", named(ends.home), "nowhere:0x" + "11" * 20).code == 2


def test_an_audit_of_what_is_no_gateway_or_not_linked_so_is_refused(daokit: Daokit, ends: Ends) -> None:
    home, away = ends.home.gateway.address, ends.away.gateway.address
    nowhere = daokit("bridge", "audit", f"home:{home}", f"away:{STRANGER}")
    assert nowhere.code == 1 and f"there is no gateway at {STRANGER} on away" in nowhere.err, nowhere
    other = daokit("bridge", "status", ends.home.contract.address)
    assert other.code == 1 and f"there is no gateway at {ends.home.contract.address} on home" in other.err, other
    stranger = ends.chains.gateway(ends.chains.away, ends.away.contract.address).address
    wrong = daokit("bridge", "audit", f"home:{home}", f"away:{stranger}")
    assert wrong.code == 1 and f"is linked with {away} on away, not with {stranger}" in wrong.err, wrong
    ends.home.act("unlink", AWAY)
    alone = daokit("bridge", "audit", f"home:{home}", f"away:{stranger}")
    assert alone.code == 1 and f"{home} on home is linked with none of the others" in alone.err, alone
    assert daokit("bridge", "audit", f"home:{home}", f"away:{away}").code == 0  # one end still says so


def test_a_relayer_needs_two_networks_that_answer_http_and_a_key(daokit: Daokit, ends: Ends) -> None:
    assert "two networks at least" in daokit("bridge", "up", "home").err
    said = daokit("bridge", "up", "home", "away", "--dry-run")
    assert said.code == 2 and "needs a node of chain31337 that answers http" in said.err


def test_a_record_is_written_beside_the_deployments(two_chains: TwoChains) -> None:
    shelf = Deployments(HOME, genesis=two_chains.home.chain.genesis)
    path = core.write(two_chains.home.core, shelf)
    assert path.name == "_hyperlane.json" and core.read(shelf) == two_chains.home.core
    assert shelf.list() == ()
