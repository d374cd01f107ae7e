"""The real keyring package with a stand-in for the system's keyring behind its own interface."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from daokit import accounts, passwords
from daokit.cli import run
from daokit.errors import RuleBroken


class Wallet(KeyringBackend):
    """Keeps what it is given, and can be locked."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked, with hunter2 in its words")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def wallet(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> Wallet:
    made = Wallet()
    keyring.set_keyring(made)
    monkeypatch.chdir(tmp_path)
    return made


def write(path: Path, password: str) -> Path:
    path.write_text(f"{password}\n")
    path.chmod(0o600)
    return path


def test_a_remembered_password_is_not_asked_for_until_it_is_forgotten(
    wallet: Wallet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = accounts.new("mira", lambda _: "hunter2").address
    asked: list[str] = []
    source = passwords.password_source(lambda alias: asked.append(alias) or "typed")
    assert (source("mira"), asked) == ("typed", ["mira"])

    monkeypatch.setenv("DAOKIT_PASSWORD_FILE", str(write(tmp_path / "pw", "hunter2")))
    assert run(["account", "remember", "mira"]) == 0
    assert wallet.kept == {("daokit", address): "hunter2"}
    monkeypatch.delenv("DAOKIT_PASSWORD_FILE")
    assert (source("mira"), asked) == ("hunter2", ["mira"])

    # A changed password is changed in the keyring too; the old one comes from there.
    assert run(["account", "password", "mira", "--new-file", str(write(tmp_path / "fresh", "correct horse"))]) == 0
    assert wallet.kept == {("daokit", address): "correct horse"}
    accounts.load("mira", source).sign_typed({"name": "x"}, {"A": [{"name": "b", "type": "uint8"}]}, {"b": 1})

    assert run(["account", "forget", "mira"]) == 0
    assert wallet.kept == {} and source("mira") == "typed"
    said = "".join(capsys.readouterr())
    assert "hunter2" not in said and "correct horse" not in said


def test_a_wrong_password_is_not_remembered(wallet: Wallet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.new("mira", lambda _: "hunter2")
    monkeypatch.setenv("DAOKIT_PASSWORD_FILE", str(write(tmp_path / "pw", "hunter3")))
    assert run(["account", "remember", "mira"]) == 1
    assert wallet.kept == {}


def test_a_locked_keyring_is_one_sentence_without_secrets(wallet: Wallet) -> None:
    address = str(accounts.new("mira", lambda _: "hunter2").address)
    passwords.remember(address, "hunter2")
    wallet.locked = True
    with pytest.raises(RuleBroken, match=r"does not answer \(KeyringLocked\); unlock it") as failure:
        passwords.password_source(lambda _: "typed")("mira")
    assert "hunter2" not in str(failure.value)
    wallet.locked = False
    wallet.kept.clear()
    with pytest.raises(RuleBroken, match="has no password for"):
        passwords.password_source(lambda _: "typed")("mira")
