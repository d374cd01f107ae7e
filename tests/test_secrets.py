"""No secret leaves its place: a whole life with keys, a phrase and passwords, and then a search for every one of them
in what was printed, written, logged, raised, and handed to other processes."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from eth_account import Account
from hostile import Hostile

from daokit import accounts
from daokit.accounts import KeySigner
from daokit.chain import Chain, Transaction
from daokit.collective import Collective
from daokit.connection import connect
from daokit.errors import DaokitError
from daokit.token import Token
from tests.people import address

ROOT = Path(__file__).parent.parent
PASSWORD, ANOTHER, WRONG = "correct-horse-7f3a", "battery-staple-91c2", "wrong-horse-5d0e"
KEY = "b7c1f2e09d3a4856c1f0ab23de4567890fedcba98765432100112233445566aa"
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
EXPLORER = "EXPLORERSECRETKEY0123456789"
NODE = "nodesecret0123456789abcdef"

# Writes down the environment of every program that daokit starts, then does what the program does.
SPY = """#!/bin/sh
env >> "{seen}"
printf '%s\\n' "$@" >> "{seen}"
exec "{program}" "$@"
"""


def forms(secret: bytes | str) -> dict[str, bytes]:
    """What a secret looks like wherever it might turn up."""
    plain = secret if isinstance(secret, bytes) else secret.encode()
    found = {"plain": plain, "hex": plain.hex().encode(), "base64": base64.b64encode(plain).rstrip(b"=")}
    return {**found, "HEX": plain.hex().upper().encode(), "repr": repr(plain)[2:-1].encode(), "json": _json(plain)}


def _json(plain: bytes) -> bytes:
    return json.dumps(plain.decode("latin-1"))[1:-1].encode()


@pytest.fixture
def secrets() -> dict[str, bytes | str]:
    """Every secret of this life, by what it is."""
    Account.enable_unaudited_hdwallet_features()
    return {
        "password": PASSWORD,
        "changed password": ANOTHER,
        "wrong password": WRONG,
        "key": KEY,
        "raw key": bytes.fromhex(KEY),
        "phrase": PHRASE,
        "end of the phrase": " ".join(PHRASE.split()[-4:]),
        "key of the phrase": bytes(Account.from_mnemonic(PHRASE).key),
        "explorer's key": EXPLORER,
        "node's key": NODE,
    }


def leaks(seen: dict[str, bytes], secrets: dict[str, bytes | str]) -> list[str]:
    """Where which secret was found, in which form."""
    return [
        f"{what} ({form}) in {place}"
        for place, text in seen.items()
        for what, secret in secrets.items()
        for form, shape in forms(secret).items()
        if shape in text or (form == "hex" and shape.upper() in text)
    ]


def test_the_search_finds_what_it_looks_for(secrets: dict[str, bytes | str]) -> None:
    """A test that cannot fail is worse than none: every form of every secret is found where it is."""
    for what, secret in secrets.items():
        for form, shape in forms(secret).items():
            found = leaks({"a log": b"before " + shape + b" after"}, secrets)
            assert any(one.startswith(f"{what} ({form})") for one in found), (what, form)


class Life:
    """Types commands in processes of their own and keeps everything that they print."""

    def __init__(self, folder: Path, coop: Collective) -> None:
        self.folder, self.coop = folder, coop
        self.seen: dict[str, bytes] = {}
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "XDG_STATE_HOME": str(folder / "state"),
            "DAOKIT_NETWORK": coop.chain.rpc.url,
            "DAOKIT_COLLECTIVE": coop.address,
            "DAOKIT_EXPLORER_KEY": EXPLORER,
            "TMPDIR": str(folder / "tmp"),
            "COLUMNS": "120",
        }
        (folder / "tmp").mkdir()

    def password(self, name: str, text: str) -> str:
        path = self.folder / "passwords" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{text}\n")
        path.chmod(0o600)
        return str(path)

    def daokit(self, *words: str, code: int | None = 0, typed: str = "", **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-m", "daokit", *words],
            env={**self.environment, **environment},
            cwd=self.folder,
            input=typed.encode(),
            capture_output=True,
            timeout=600,
        )
        said = done.stdout + done.stderr
        self.keep(" ".join(words), said)
        assert code in (None, done.returncode), said.decode()
        return done.stdout.decode()

    def keep(self, what: str, text: bytes) -> None:
        self.seen[f"{len(self.seen)}: {what}"] = text

    def files(self) -> None:
        """Everything that lies in the home folder by now, but the passwords that their owner put there."""
        for path in self.folder.rglob("*"):
            if path.is_file() and "passwords" not in path.parts:
                self.seen[str(path)] = path.read_bytes() + str(path).encode()


@pytest.fixture
def life(coop: Collective, tmp_path: Path) -> Iterator[Life]:
    folder = tmp_path / "life"
    folder.mkdir()
    yield Life(folder, coop)


def test_no_secret_is_in_any_output_file_or_child_of_a_whole_life(
    life: Life, coop: Collective, coin: str, secrets: dict[str, bytes | str], chain: Chain
) -> None:
    old, fresh, wrong = (
        life.password(name, text) for name, text in (("old", PASSWORD), ("new", ANOTHER), ("wrong", WRONG))
    )
    key = {"DAOKIT_PASSWORD_FILE": old}
    # Keys come by a pipe: one as digits, one as words, one that is mistyped.
    life.daokit("account", "import", "mira", typed=f"{KEY}\n", **key)
    life.daokit("account", "import", "noor", typed=f"{PHRASE}\n", **key)
    life.daokit("account", "import", "oops", typed=f"{KEY}zz\n", code=2, **key)
    life.daokit("account", "import", "oops", typed=f"{PHRASE} {PHRASE}\n", code=2, **key)
    life.daokit("account", "new", "fresh", "--debug", **key)
    life.daokit("account", "list", "--json")
    mira = str(Account.from_key(KEY).address)
    for account in (mira, str(Account.from_mnemonic(PHRASE).address)):
        chain.transact(Transaction(account, value=2 * 10**18))
    Token(chain, coin).transfer(mira, 100_00)

    # Working with them, also wrongly, and with tracebacks.
    words = ("--account", "mira", "--yes", "--debug")
    life.daokit("treasury", "deposit", "12.50 tUSD", *words, **key)
    life.daokit("treasury", "deposit", "0.5 ETH", *words, "--json", **key)
    life.daokit("treasury", "deposit", "12.50 tUSD", *words, code=1, DAOKIT_PASSWORD_FILE=wrong)
    life.daokit("treasury", "deposit", "9,999 tUSD", *words, code=1, **key)
    life.daokit("vote", "7", "3", *words, code=2, **key)
    life.daokit("join", "--name", "Mira", *words, **key)
    life.daokit("tx", "list", "--json", "--account", "mira")
    life.daokit("tx", "show", "1", "--account", "mira")
    life.daokit("status", *words)
    life.daokit("doctor", "--account", "mira")

    # The keyfile on its way: copies, another password, damage.
    life.daokit("account", "export", "mira", "copy.json", **key)
    life.daokit("account", "export", "mira", "copy2.json", "--debug", code=1, DAOKIT_PASSWORD_FILE=wrong)
    life.daokit("account", "password", "mira", "--new-file", fresh, "--debug", **key)
    life.daokit("account", "password", "mira", "--new-file", fresh, "--debug", code=1, DAOKIT_PASSWORD_FILE=wrong)
    life.daokit("treasury", "deposit", "1 tUSD", *words, code=1, **key)
    life.daokit("treasury", "deposit", "1 tUSD", *words, DAOKIT_PASSWORD_FILE=fresh)
    keyfile = life.folder / ".ape" / "accounts" / "noor.json"
    keyfile.write_text(keyfile.read_text().replace('"kdf"', '"kfd"'))
    life.daokit("treasury", "deposit", "1 ETH", "--account", "noor", "--yes", "--debug", code=2, **key)

    # Services with keys of their own: a node's in its address, an explorer's in the environment.
    node = f"http://127.0.0.1:1/v3/{NODE}"
    life.daokit("status", "--network", node, "--debug", code=3)
    life.daokit("doctor", "--network", node, code=None)
    explorer = ("verify", "Treasury", "--explorer", "http://127.0.0.1:1/api", "--yes", "--debug")
    life.daokit(*explorer, code=3)

    # At a terminal, where nothing typed may be echoed.
    child = pexpect.spawn(
        sys.executable,
        ["-m", "daokit", "account", "import", "typed"],
        env=life.environment,
        cwd=str(life.folder),
        timeout=300,
    )
    for question, answer in (("Key or phrase", KEY), ("Password for", PASSWORD), ("Once more", PASSWORD)):
        child.expect(question)
        # The terminal stops echoing a moment after the question stands there.
        child.waitnoecho()
        life.keep(f"terminal, before {question}", child.before or b"")
        child.sendline(answer)
    child.expect(pexpect.EOF)
    life.keep("terminal", child.before or b"")
    child.close()
    assert child.exitstatus == 0

    life.files()
    assert len(life.seen) > 35
    assert any(name.endswith(".jsonl") for name in life.seen), "the journal was not searched"
    assert any("accounts/mira.json" in name for name in life.seen), "the keyfiles were not searched"
    assert leaks(life.seen, secrets) == []


def test_the_key_in_a_node_s_address_is_written_and_printed_nowhere(
    life: Life, coop: Collective, secrets: dict[str, bytes | str]
) -> None:
    with Hostile(coop.chain.rpc) as node:
        keyed = f"{node.url}/v3/{NODE}"
        life.environment["DAOKIT_NETWORK"] = keyed
        life.daokit("use", "--account", "alice")
        life.daokit("treasury", "deposit", "1 ETH", "--yes", "--debug")
        for words in (("status",), ("doctor",), ("tx", "list"), ("use",), ("whoami",)):
            life.daokit(*words, "--json")
        life.daokit("init", "--name", "River")
        charter = life.folder / "charter.toml"
        charter.write_text(charter.read_text().replace('["tUSD"]', "[]"))
        life.daokit("found", "--yes", "--debug")
        for words in (("use",), ("found",)):
            said = life.daokit(*words, "--network", keyed, "--debug", "--json", code=2)
            assert "holds a key, which is not written down" in json.loads(said)["error"]["message"]
        node.trouble = lambda _: "truncate"
        life.daokit("treasury", "deposit", "1 ETH", "--yes", "--debug", code=3)
    life.files()
    assert any(name.endswith("daokit.toml") for name in life.seen) and any("context" in name for name in life.seen)
    assert leaks(life.seen, secrets) == []


def test_no_secret_is_handed_to_a_program_that_daokit_starts(
    life: Life, secrets: dict[str, bytes | str], tmp_path: Path
) -> None:
    """anvil and the rest get what they need and no key: neither in their words nor in their environment."""
    from daokit.tools import find_foundry

    spy, seen = tmp_path / "spy", tmp_path / "seen"
    spy.write_text(SPY.format(seen=seen, program=find_foundry("anvil")))
    spy.chmod(0o755)
    given = {"DAOKIT_ANVIL": str(spy), "OPTIMISM_RPC": f"http://127.0.0.1:1/v3/{NODE}"}
    old = life.password("old", PASSWORD)
    life.daokit("account", "import", "mira", typed=f"{KEY}\n", DAOKIT_PASSWORD_FILE=old)
    try:
        life.daokit("node", "up", DAOKIT_PASSWORD_FILE=old, **given)
    finally:
        life.daokit("node", "down", **given)
    life.keep("child", seen.read_bytes())
    assert b"--chain-id" in life.seen[next(name for name in life.seen if name.endswith("child"))]
    assert leaks(life.seen, secrets) == []


@pytest.mark.parametrize("failing", ["sign", "send", "typed", "decrypt"])
def test_no_secret_is_in_a_traceback_or_in_the_values_of_an_error(
    coop: Collective,
    chain: Chain,
    secrets: dict[str, bytes | str],
    failing: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever breaks beneath, and however it words it."""
    import logging
    import traceback

    from daokit.rpc import Rpc

    caplog.set_level(logging.DEBUG)
    made = accounts.import_key("mira", KEY, lambda _: PASSWORD)
    chain.transact(Transaction(str(made.address), value=10**18))
    mine = connect(chain.rpc.url, "mira", password=lambda _: WRONG if failing == "decrypt" else PASSWORD)

    def breaks(*words: object, **more: object) -> object:
        raise RuntimeError("the library broke")

    if failing == "sign":
        monkeypatch.setattr(KeySigner, "_unlocked", breaks)
    if failing == "send":
        request = Rpc.request
        monkeypatch.setattr(
            Rpc,
            "request",
            lambda self, method, params=(): (
                breaks() if method == "eth_sendRawTransaction" else request(self, method, params)
            ),
        )
    with pytest.raises((DaokitError, RuntimeError, ValueError)) as failure:
        if failing == "typed":
            mine.sign_typed({"name": "x"}, {"A": [{"name": "b", "type": "nonsense"}]}, {"b": object()})
        mine.transact(Transaction(address("bob"), value=1))
    seen = {
        "traceback": "".join(traceback.format_exception(failure.value)).encode(),
        "values": repr(getattr(failure.value, "values", {})).encode(),
        "logs": caplog.text.encode(),
        "signer": repr(mine.signer).encode() + str(vars(mine).keys()).encode(),
    }
    assert leaks(seen, secrets) == []


def test_no_command_takes_a_key_or_a_password_as_a_word() -> None:
    """The reference of all commands has no such option or argument."""
    text = (ROOT / "docs" / "commands.md").read_text().lower()
    for word in ("--key", "--private", "--secret", "--password ", "--mnemonic", "--phrase", "--passphrase"):
        assert word not in text
