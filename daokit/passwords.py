"""Where the password of a keyfile comes from: a file of its owner's, the keyring of the system, or the terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daokit.config import state_home
from daokit.errors import RuleBroken, ToolMissing, UnknownName, UsageError
from daokit.files import write_whole

Password = Callable[[str], str]
"""Gives the password of the account with this alias: asks for it, or reads it from a file."""

_SERVICE = "daokit"


def password_file(path: Path) -> Password:
    """Reads the password from the first line of a file that only its owner can read."""

    def read(_alias: str) -> str:
        try:
            if sys.platform != "win32" and path.stat().st_mode & 0o077:
                raise RuleBroken(f"others can read the password in {path}; run `chmod 600 {path}`")
            return path.read_text().split("\n", 1)[0]
        except OSError as failure:
            raise UsageError(f"the password file {path} cannot be read ({failure.strerror})") from None

    return read


def password_source(ask: Password) -> Password:
    """The file that `DAOKIT_PASSWORD_FILE` names, else the keyring for accounts that are remembered there, or `ask`."""
    named = os.environ.get("DAOKIT_PASSWORD_FILE")
    if named:
        return password_file(Path(named).expanduser())

    def source(alias: str) -> str:
        address = _address(alias)
        return recall(address) if address and is_remembered(address) else ask(alias)

    return source


def remember(address: str, password: str) -> None:
    """Put the password of the account with this address into the system's keyring; it is taken from there from now on.
    Raises `ToolMissing` without the keyring extra, `RuleBroken` when the keyring refuses."""
    _with_keyring(lambda keyring: keyring.set_password(_SERVICE, address, password))
    _note({*_noted(), address})


def recall(address: str) -> str:
    """The password that was put into the keyring. Raises `RuleBroken` when it is not there any more."""
    found = _with_keyring(lambda keyring: keyring.get_password(_SERVICE, address))
    if not found:
        raise RuleBroken(f"the keyring has no password for {address} any more; run `daokit account forget` for it")
    return str(found)


def forget(address: str) -> None:
    """Take the password out of the keyring; nothing happens when there is none."""
    if address not in _noted():
        return
    _note(_noted() - {address})
    if _with_keyring(lambda keyring: keyring.get_password(_SERVICE, address)):
        _with_keyring(lambda keyring: keyring.delete_password(_SERVICE, address))


def is_remembered(address: str) -> bool:
    """Whether the password is taken from the keyring."""
    return address in _noted()


def _with_keyring(act: Callable[[Any], Any]) -> Any:
    try:
        import keyring
    except ImportError:
        raise ToolMissing(
            "the keyring of the system needs a package that is not here; run `pip install 'daokit[keyring]'`"
        ) from None
    try:
        return act(keyring)
    except keyring.errors.KeyringError as refusal:
        # Its words may come from any backend; its kind says enough and holds no secret.
        raise RuleBroken(
            f"the keyring of the system does not answer ({type(refusal).__name__}); unlock it, or use "
            "DAOKIT_PASSWORD_FILE"
        ) from None


def _address(alias: str) -> str | None:
    from daokit.accounts import find

    try:
        return find(alias).address
    except (UnknownName, UsageError):
        return None


def _noted() -> set[str]:
    """Whose password lies in the keyring: asking the keyring each time would unlock it for nothing."""
    try:
        found = json.loads(_file().read_text())
    except (OSError, ValueError):
        return set()
    return {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()


def _note(addresses: set[str]) -> None:
    _file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(_file(), json.dumps(sorted(addresses)))


def _file() -> Path:
    return state_home() / "remembered.json"
