"""A Safe of two in three acts through daokit: the Safe's own published code, on a real chain."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hostile import person

from daokit import waiting
from daokit.accounts import dev_signer
from daokit.chain import CallReverted, Chain, Receipt, Transaction
from daokit.cli import run
from daokit.collective import Collective
from daokit.errors import ConfirmationNeeded, MalformedFile, NotConfirmed, Reverted, RuleBroken, UsageError
from daokit.hashing import checksum, keccak
from daokit.rpc import Rpc
from daokit.safe import Safe, SafeSender, SafeTransaction
from daokit.signatures import Signature
from daokit.token import Token
from tests.people import address

ETHER = 10**18
CODE = json.loads((Path(__file__).parent / "data" / "safe-1.4.1.json").read_text())
SETUP = "setup(address[],uint256,address,bytes,address,address,uint256,address)"
NOBODY = "0x" + "0" * 40


def as_(chain: Chain, name: str) -> Chain:
    return chain.as_(dev_signer(name))


def acting(chain: Chain, safe: str, name: str) -> Chain:
    """The chain for the Safe, with `name` as the owner who signs here."""
    return chain.as_(SafeSender(safe, "safe", as_(chain, name)))


def make_safe(chain: Chain, *owners: str, threshold: int = 2) -> str:
    """A Safe of these owners, from Safe's own code."""
    single = chain.transact(Transaction(None, bytes.fromhex(CODE["Safe"][2:]))).contract_address
    factory = chain.transact(Transaction(None, bytes.fromhex(CODE["SafeProxyFactory"][2:]))).contract_address
    inputs = Signature.parse(SETUP)
    setup = inputs.selector + inputs.inputs.encode([owners, threshold, NOBODY, b"", NOBODY, NOBODY, 0, NOBODY])
    create = Signature.parse("createProxyWithNonce(address,bytes,uint256)")
    made = chain.transact(Transaction(factory, create.selector + create.inputs.encode([single, setup, 7])))
    event = keccak(b"ProxyCreation(address,address)").hex()
    return next(checksum("0x" + log.topics[1][-40:]) for log in made.logs if log.topics[0] == "0x" + event)


@pytest.fixture
def make(chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Makes a Safe of these owners, two of whom must sign unless another `threshold` is named."""
    monkeypatch.chdir(tmp_path)
    return partial(make_safe, chain)


@pytest.fixture
def safe(chain: Chain, make: Callable[..., str]) -> str:
    """Of alice, bob and carol, two of whom must sign; it has 5 coins."""
    made = make(*(address(name) for name in ("alice", "bob", "carol")))
    chain.transact(Transaction(made, value=5 * ETHER))
    return made


@pytest.fixture
def typed(
    coop: Collective, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Types a command about the collective where nobody sits at a terminal: exit code, stdout, stderr."""
    monkeypatch.setenv("DAOKIT_NETWORK", coop.chain.rpc.url)
    monkeypatch.setenv("DAOKIT_COLLECTIVE", coop.address)
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    def typing(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return typing


def test_two_of_three_owners_pay_from_the_safe(chain: Chain, safe: str, coin: str) -> None:
    Token(chain, coin).transfer(safe, 1_000_00)
    pay = Token(acting(chain, safe, "alice"), coin)
    with pytest.raises(ConfirmationNeeded, match=r"1 more of the Safe's owners must sign: give them the file") as first:
        pay.transfer(address("judy"), 250_00)
    assert Token(chain, coin).read("balanceOf", address("judy")) == 0
    assert Path(first.value.values["file"]).is_file()
    Token(acting(chain, safe, "carol"), coin).transfer(address("judy"), 250_00)
    assert Token(chain, coin).read("balanceOf", address("judy")) == 250_00
    assert Token(chain, coin).read("balanceOf", safe) == 750_00
    assert Safe.load(chain, safe).nonce == 1


def test_one_owner_signing_twice_is_one_signature(chain: Chain, safe: str) -> None:
    for _ in range(2):
        with pytest.raises(ConfirmationNeeded, match="1 more"):
            acting(chain, safe, "bob").transact(Transaction(address("judy"), value=1))
    assert chain.balance(safe) == 5 * ETHER


def test_what_another_owner_has_executed_is_refused_once_when_typed_again(chain: Chain, safe: str) -> None:
    """Alice began it, bob signed and brought it; alice and carol do not know."""
    pay = Transaction(address("judy"), value=1)
    had = chain.balance(address("judy"))
    with pytest.raises(ConfirmationNeeded) as first:
        acting(chain, safe, "alice").transact(pay)
    begun = first.value.values["file"]
    bob = Safe.load(as_(chain, "bob"), safe)
    bob.execute(bob.sign(SafeTransaction.load(Path(begun))), ())
    Path("safe-of-others-1-ab.json").write_text("{")
    Path(begun.replace("-0-", "-7-")).write_text("{")  # what is no such file is passed over
    words = rf"this very act was begun as transaction 0 of the Safe \({begun}\), and the Safe is at 1: it was executed"
    for name in ("alice", "carol"):
        with pytest.raises(RuleBroken, match=words):
            acting(chain, safe, name).transact(pay)
    assert Safe.load(chain, safe).nonce == 1 and chain.balance(address("judy")) == had + 1
    # Another act is no matter, and the same one typed again is meant.
    with pytest.raises(ConfirmationNeeded):
        acting(chain, safe, "alice").transact(Transaction(address("judy"), value=2))
    with pytest.raises(ConfirmationNeeded):
        acting(chain, safe, "alice").transact(pay)
    acting(chain, safe, "carol").transact(pay)
    assert chain.balance(address("judy")) == had + 2
    # Who has brought it knows that it is done.
    with pytest.raises(ConfirmationNeeded):
        acting(chain, safe, "carol").transact(pay)


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_what_a_safe_of_one_was_left_with_is_not_done_twice(
    public_node: Rpc, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(waiting, "_PATIENCE", 0.3)
    monkeypatch.chdir(tmp_path)
    owner = Chain(public_node, journal=state / "journal", signer=person("alice"))
    safe = make_safe(owner, owner.sender, threshold=1)
    owner.transact(Transaction(safe, value=ETHER))
    purse = checksum("0x" + keccak(where.encode()).hex()[:40])

    def pay() -> Receipt:
        alice = Chain(public_node, journal=state / "journal", signer=person("alice"))
        return alice.as_(SafeSender(safe, "safe", alice)).transact(Transaction(purse, value=5))

    public_node.request("evm_setAutomine", [False])
    try:
        with pytest.raises(NotConfirmed):
            pay()
        with pytest.raises(RuleBroken, match="this very act is signed already, as transaction 5, and has not ended"):
            pay()
        public_node.request("anvil_mine", ["0x1"])
    finally:
        public_node.request("evm_setAutomine", [True])
    if where == "elsewhere":
        (tmp_path / "other").mkdir()
        monkeypatch.chdir(tmp_path / "other")
    with pytest.raises(RuleBroken, match="transaction 5, this very act, was mined meanwhile"):
        pay()
    assert owner.balance(purse) == 5
    for sum_ in (10, 15):
        assert pay().status == 1
        assert owner.balance(purse) == sum_


def test_what_the_code_of_a_safe_refuses_is_said_in_words(chain: Chain, make: Callable[..., str], coin: str) -> None:
    made = make(chain.sender, threshold=1)
    chain.transact(Transaction(made, value=ETHER))
    safe = Safe.load(chain, made)
    first = safe.sign(safe.transaction(address("judy"), 1, b""))
    safe.execute(first, ())
    with pytest.raises(CallReverted, match=r"refused: GS026 \(a signature is not that of an owner under this very tr"):
        safe.execute(first, ())
    later = Safe.load(chain, made)
    with pytest.raises(CallReverted, match=r"refused: GS013 \(what the Safe was to do failed\)"):
        later.execute(later.sign(later.transaction(address("judy"), 2 * ETHER, b"")), ())


def test_what_waits_is_not_brought_again_with_other_signatures(
    public_node: Rpc, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_PATIENCE", 0.3)
    monkeypatch.chdir(tmp_path)
    owners = [Chain(public_node, journal=state / "journal", signer=person(name)) for name in ("alice", "carol", "judy")]
    safe = make_safe(owners[0], *(one.sender for one in owners))
    pay = Transaction(person("bob").address, value=0)
    alice = owners[0].as_(SafeSender(safe, "safe", owners[0]))
    with pytest.raises(ConfirmationNeeded) as first:
        alice.transact(pay)
    file = Path(first.value.values["file"])

    def sign(owner: Chain) -> None:
        Safe.load(owner, safe).sign(SafeTransaction.load(file)).write(file)

    sign(owners[2])
    public_node.request("evm_setAutomine", [False])
    try:
        with pytest.raises(NotConfirmed):
            alice.transact(pay)
        sign(owners[1])  # by whom the bytes would be others
        with pytest.raises(RuleBroken, match="this very act is signed already, as transaction 4"):
            alice.transact(pay)
    finally:
        public_node.request("anvil_mine", ["0x1"])
        public_node.request("evm_setAutomine", [True])
    assert Safe.load(owners[0], safe).nonce == 1


def test_who_is_no_owner_signs_nothing(chain: Chain, safe: str) -> None:
    with pytest.raises(RuleBroken, match="is no owner of the Safe"):
        acting(chain, safe, "dave").transact(Transaction(address("judy"), value=1))
    assert list(Path.cwd().glob("safe-*.json")) == []


def test_what_would_fail_is_not_signed(chain: Chain, safe: str, coin: str) -> None:
    with pytest.raises(Reverted, match=r"has 0\.00|has 0"):
        Token(acting(chain, safe, "alice"), coin).transfer(address("judy"), 1)
    assert list(Path.cwd().glob("safe-*.json")) == []


def test_a_file_that_was_changed_or_forged_is_refused(chain: Chain, safe: str) -> None:
    with pytest.raises(ConfirmationNeeded) as first:
        acting(chain, safe, "alice").transact(Transaction(address("judy"), value=1))
    path = Path(first.value.values["file"])
    good = json.loads(path.read_text())
    path.write_text(json.dumps({**good, "value": str(5 * ETHER)}))
    with pytest.raises(MalformedFile, match="was changed"):
        SafeTransaction.load(path)
    # Somebody puts bob's name over alice's signature.
    forged = {address("bob"): good["signatures"][address("alice")]}
    path.write_text(json.dumps({**good, "signatures": forged}))
    with pytest.raises(RuleBroken, match=f"the signature of {address('bob')} is not under this"):
        SafeTransaction.load(path)
    for broken in ("", "[]", '{"chain": 1}', json.dumps({**good, "data": "0xzz"}), json.dumps({**good, "nonce": -1})):
        path.write_text(broken)
        with pytest.raises(MalformedFile, match="no file with signatures"):
            SafeTransaction.load(path)
    with pytest.raises(UsageError, match="there is no file"):
        SafeTransaction.load(Path("none.json"))


def test_a_signature_serves_once_and_for_this_safe_and_chain_only(chain: Chain, safe: str) -> None:
    with pytest.raises(ConfirmationNeeded) as first:
        acting(chain, safe, "alice").transact(Transaction(address("judy"), value=1))
    signed = SafeTransaction.load(Path(first.value.values["file"]))
    acting(chain, safe, "bob").transact(Transaction(address("judy"), value=1))
    again = Safe.load(as_(chain, "bob"), safe)
    with pytest.raises(RuleBroken, match="it was executed or replaced"):
        again.check(signed)
    elsewhere = SafeTransaction(10, signed.safe, signed.to, signed.value, signed.data, signed.nonce)
    with pytest.raises(RuleBroken, match="is not under this transaction"):
        elsewhere.joined(SafeTransaction(**{**signed.__dict__, "chain_id": 10}))
    with pytest.raises(RuleBroken, match="on chain 10; take its network"):
        again.check(elsewhere)
    with pytest.raises(UsageError, match="another transaction"):
        signed.joined(elsewhere)


def test_a_node_that_hashes_otherwise_gets_no_signature(
    chain: Chain, safe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = as_(chain, "alice")
    loaded = Safe.load(owner, safe)
    monkeypatch.setattr(owner, "call", lambda *_, **__: bytes(32))
    with pytest.raises(RuleBroken, match="do not trust this node"):
        loaded.transaction(address("judy"), 1, b"")


def test_what_is_no_safe_is_refused(chain: Chain, coin: str) -> None:
    for other in (coin, address("judy")):
        with pytest.raises(RuleBroken, match=r"there is no Safe of version 1\.3\.0, 1\.4\.1, 1\.5\.0 at"):
            Safe.load(chain, other)


# As typed


def test_owners_pass_a_file_on_from_command_to_command(
    coop: Collective, safe: str, typed: Callable[..., tuple[int, str, str]]
) -> None:
    words = ("treasury", "deposit", "2 ETH", "--as", f"safe:{safe}", "--account")
    dry = typed(*words, "alice", "--dry-run")
    assert dry[0] == 0 and "signed by" in dry[2] and list(Path.cwd().glob("safe-*.json")) == []
    code, out, _ = typed(*words, "alice", "--yes", "--json")
    error = json.loads(out)["error"]
    assert (code, error["name"], error["values"]["lacking"]) == (2, "ConfirmationNeeded", 1)
    file = error["values"]["file"]

    code, out, _ = typed("safe", "show", file, "--json", "--account", "bob")
    shown = json.loads(out)["data"]
    assert (shown["signed"], shown["threshold"]) == ([address("alice")], 2)
    assert shown["words"][0].startswith("call ") and "deposit(" in shown["words"][0]
    refused = typed("safe", "execute", file, "--account", "bob", "--yes")
    assert refused[0] == 2 and "1 more of the Safe's owners must sign first" in refused[2]
    assert typed("safe", "sign", file, "--account", "dave", "--yes")[0] == 1
    assert typed("safe", "sign", file, "--account", "bob", "--yes")[0] == 0
    # Who brings it need not be an owner: the signatures are what counts.
    assert typed("safe", "execute", file, "--account", "dave", "--yes")[0] == 0
    assert coop.chain.balance(coop.treasury.address) == 2 * ETHER
    assert coop.chain.balance(safe) == 3 * ETHER
    late = typed("safe", "execute", file, "--account", "dave", "--yes")
    assert late[0] == 1 and "it was executed or replaced" in late[2]
    # Alice, who began it, has heard nothing.
    code, _, err = typed(*words, "alice", "--yes")
    assert code == 1 and f"this very act was begun as transaction 0 of the Safe ({file})" in err
    assert coop.chain.balance(coop.treasury.address) == 2 * ETHER
    code, _, err = typed(*words, "alice", "--yes")
    assert code == 2 and "1 more of the Safe's owners must sign" in err
    wrong = typed("whoami", "--as", "alice", "--account", "alice")
    assert wrong[0] == 2 and "write safe:0x… with the address of a Safe, or me for yourself" in wrong[2]


def test_a_profile_says_for_which_safe_its_account_acts(
    coop: Collective, safe: str, typed: Callable[..., tuple[int, str, str]]
) -> None:
    Path("daokit.toml").write_text(f'[profile.board]\naccount = "alice"\nas = "safe:{safe}"\n')
    assert json.loads(typed("whoami", "--json")[1])["data"]["account"] == safe
    assert json.loads(typed("whoami", "--json", "--as", "me")[1])["data"]["account"] == address("alice")
    code, out, _ = typed("treasury", "deposit", "2 ETH", "--yes", "--json")
    file = json.loads(out)["error"]["values"]["file"]
    assert code == 2
    # Whoever acts for the Safe signs in its files, and pays fees, as the owner that they are.
    assert typed("safe", "sign", file, "--account", "bob", "--yes")[0] == 0
    assert typed("safe", "execute", file, "--yes")[0] == 0
    assert coop.chain.balance(coop.treasury.address) == 2 * ETHER
    listed = json.loads(typed("tx", "list", "--json")[1])["data"]
    assert listed[-1]["sender"] == address("alice") and listed[-1]["status"] == "confirmed"
    findings = {one["what"]: one for one in json.loads(typed("doctor", "--json")[1])["data"]["findings"]}
    assert findings["Safe"]["words"].endswith("2 of 3 owners sign, you are one")
    assert findings["account"]["words"].startswith("alice (")
    # Chosen for oneself from now on, and for the Safe again.
    assert typed("use", "--as", "me")[0] == 0
    assert json.loads(typed("whoami", "--json")[1])["data"]["account"] == address("alice")
    assert typed("use", "--as", f"safe:{safe}", "--account", "dave")[0] == 0
    findings = {one["what"]: one for one in json.loads(typed("doctor", "--json")[1])["data"]["findings"]}
    assert not findings["Safe"]["well"] and "dave (0x90F7…b906) is no owner of the Safe" in findings["Safe"]["words"]


# Owners that are contracts


def test_a_safe_that_owns_a_part_of_a_safe_approves_on_the_chain(
    coop: Collective, make: Callable[..., str], typed: Callable[..., tuple[int, str, str]], chain: Chain
) -> None:
    board = make(address("dave"), address("erin"))
    outer = make(address("alice"), board)
    chain.transact(Transaction(outer, value=5 * ETHER))
    words = ("treasury", "deposit", "2 ETH", "--as", f"safe:{outer}", "--account", "alice", "--yes", "--json")
    file = json.loads(typed(*words)[1])["error"]["values"]["file"]
    sign = ("safe", "sign", file, "--as", f"safe:{board}", "--yes", "--account")
    code, out, _ = typed(*sign, "dave", "--json")
    inner = json.loads(out)["error"]["values"]["file"]
    assert (code, json.loads(out)["error"]["values"]["lacking"]) == (2, 1)
    # The board's own file shows what it approves: the hash that the first file shows.
    shown = json.loads(typed("safe", "show", inner, "--json")[1])["data"]
    hash = json.loads(typed("safe", "show", file, "--json")[1])["data"]["hash"]
    assert shown["words"][0].startswith(f"approve {hash} for the Safe {outer[:6]}")
    code, out, err = typed(*sign, "erin")
    assert code == 0 and "approved on the chain; enough have signed" in out, err
    assert board in json.loads(typed("safe", "show", file, "--json")[1])["data"]["signed"]
    assert "you have signed" in typed(*sign, "dave")[1]
    assert typed("safe", "execute", file, "--account", "carol", "--yes")[0] == 0
    assert coop.chain.balance(coop.treasury.address) == 2 * ETHER


def test_a_collective_that_owns_a_part_of_a_safe_decides_and_then_approves(
    coop: Collective,
    make: Callable[..., str],
    typed: Callable[..., tuple[int, str, str]],
    passed: Callable[[int], None],
    chain: Chain,
) -> None:
    outer = make(address("alice"), coop.treasury.address)
    chain.transact(Transaction(outer, value=5 * ETHER))
    words = ("treasury", "deposit", "2 ETH", "--as", f"safe:{outer}", "--account", "alice", "--yes", "--json")
    file = json.loads(typed(*words)[1])["error"]["values"]["file"]
    hash = json.loads(typed("safe", "show", file, "--json")[1])["data"]["hash"]
    Path("approve.md").write_text("# Put 2 ETH in\n")
    approve = ("--large", "--call", f"{outer} approveHash(bytes32) {hash}")
    code, out, err = typed("proposal", "new", "approve.md", *approve, "--account", "alice", "--yes", "--json")
    assert code == 0, err
    early = typed("safe", "execute", file, "--account", "bob", "--yes")
    assert early[0] == 2 and "1 more of the Safe's owners must sign first" in early[2]
    passed(json.loads(out)["data"]["proposal"])
    assert typed("safe", "execute", file, "--account", "bob", "--yes")[0] == 0
    assert chain.balance(coop.treasury.address) == 2 * ETHER
