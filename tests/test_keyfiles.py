"""Keyfiles move between programs and passwords, and whatever goes wrong on the way, no key is lost."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from chain_fixtures import *  # noqa: F403
from eth_account import Account

from daokit import accounts, passwords
from daokit.accounts import Watching
from daokit.connection import signer
from daokit.errors import RuleBroken, ToolMissing, UnknownName, UsageError

SECRET = "0x" + "42" * 32
ADDRESS = "0x17c5185167401eD00cF5F5b2fc97D9BBfDb7D025"


pytestmark = pytest.mark.usefixtures("quick_keyfiles")


def says(password: str) -> passwords.Password:
    return lambda _alias: password


def unasked(alias: str) -> str:
    pytest.fail(f"the password of {alias} was asked for")


@pytest.fixture
def mira() -> Path:
    """A keyfile under the password `old`."""
    return accounts.import_key("mira", SECRET, says("old")).path


def opens(path: Path, password: str) -> bool:
    """Whether geth's rules open the file to our key."""
    try:
        return bytes(Account.decrypt(json.loads(path.read_text()), password)) == bytes.fromhex(SECRET[2:])
    except ValueError:
        return False


# Passwords


def test_a_changed_password_opens_and_the_old_one_does_not(mira: Path) -> None:
    changed = accounts.change_password("mira", says("old"), says("new"))
    assert (changed.address, changed.alias, stat.S_IMODE(mira.stat().st_mode)) == (ADDRESS, "mira", 0o600)
    assert opens(mira, "new") and not opens(mira, "old")
    assert json.loads(mira.read_text())["alias"] == "mira"
    assert [path.name for path in mira.parent.iterdir()] == ["mira.json"]


def test_a_wrong_or_empty_password_changes_nothing(mira: Path) -> None:
    before = mira.read_bytes()
    with pytest.raises(RuleBroken, match='wrong password for "mira"'):
        accounts.change_password("mira", says("odl"), says("new"))
    with pytest.raises(RuleBroken, match="empty password"):
        accounts.change_password("mira", says("old"), says(""))
    with pytest.raises(RuleBroken, match="wrong password"):
        accounts.export("mira", mira.parent / "copy", says("odl"))
    assert mira.read_bytes() == before
    assert [path.name for path in mira.parent.iterdir()] == ["mira.json"]


@pytest.mark.parametrize("step", ["os.open", "os.fsync", "json.dump", "pathlib.Path.replace"])
def test_a_password_change_stopped_at_any_step_leaves_a_file_that_opens(
    mira: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(step, die)
        with pytest.raises(KeyboardInterrupt):
            accounts.change_password("mira", says("old"), says("new"))
    assert opens(mira, "old")
    assert accounts.load("mira", says("old")).address == ADDRESS


def test_a_full_disk_says_so_and_keeps_the_old_file(mira: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(UsageError, match="No space left on device"):
        accounts.change_password("mira", says("old"), says("new"))
    monkeypatch.undo()
    assert opens(mira, "old")


# Copies


def test_an_export_is_a_keyfile_that_geth_opens_under_the_same_password(mira: Path, tmp_path: Path) -> None:
    copy = accounts.export("mira", tmp_path / "UTC--mira", says("old"))
    content = json.loads(copy.read_text())
    assert set(content) == {"address", "crypto", "id", "version"} and content["version"] == 3
    assert content["address"] == ADDRESS[2:].lower()
    with pytest.raises(UnknownName, match="did you mean mira"):
        accounts.opened("mria", unasked)
    assert opens(copy, "old") and stat.S_IMODE(copy.stat().st_mode) == 0o600
    with pytest.raises(RuleBroken, match="is there already"):
        accounts.export("mira", copy, unasked)
    with pytest.raises(UsageError, match="cannot be written"):
        accounts.export("mira", tmp_path / "nowhere" / "copy", says("old"))


@pytest.mark.parametrize("kdf", ["scrypt", "pbkdf2"])
@pytest.mark.parametrize("capital", [False, True])
def test_the_dialects_of_other_programs_can_be_exported_and_changed(
    tmp_path: Path, kdf: str, capital: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("DAOKIT_ACCOUNTS", str(tmp_path))
    content = Account.encrypt(SECRET, "old", kdf=kdf, iterations=2)
    if capital:
        content = {"Crypto": content["crypto"], "Version": 3, "Id": content["id"], "x-ethers": {"client": "other"}}
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(content))
    path.chmod(0o600)
    assert opens(accounts.export("theirs", tmp_path / "copy", says("old")), "old")
    accounts.change_password("theirs", says("old"), says("new"))
    assert accounts.load("theirs", says("new")).address == ADDRESS
    if capital:
        assert json.loads(path.read_text())["x-ethers"] == {"client": "other"}


# Files that others can read


def test_a_keyfile_that_others_could_read_is_closed_when_it_is_used_and_that_is_said(mira: Path) -> None:
    mira.chmod(0o644)
    loaded = accounts.load("mira", says("old"))
    assert stat.S_IMODE(mira.stat().st_mode) == 0o600
    assert loaded.warning.startswith("others could read the keyfile of mira until now; change its password")
    assert accounts.load("mira", says("old")).warning == ""


def test_a_keyfile_that_cannot_be_closed_to_others_signs_nothing(mira: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mira.chmod(0o644)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(RuleBroken, match=r"others can read the keyfile of mira; run `chmod 600 .*nothing is signed"):
        accounts.load("mira", says("old"))


# Watching, and the keyring


def test_a_name_of_the_address_book_is_watched_and_signs_nothing(mira: Path) -> None:
    names = {"builder": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "me": ADDRESS}
    watched = signer("builder", local=False, names=names)
    assert isinstance(watched, Watching) and watched.address == names["builder"]
    with pytest.raises(RuleBroken, match="only watched here"):
        watched.sign_transaction({})
    # A name for an address whose key is here signs with that key.
    assert signer("me", local=False, names=names).name == "mira"
    with pytest.raises(UnknownName):
        signer("bilder", local=False, names=names)


def test_without_the_keyring_package_the_extra_is_named(mira: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ToolMissing, match=r"pip install 'daokit\[keyring\]'"):
        passwords.remember(ADDRESS, "old")
    assert not passwords.is_remembered(ADDRESS)
    assert passwords.password_source(says("asked"))("mira") == "asked"
