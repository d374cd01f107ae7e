"""Who signs: keyfiles as ape and geth write them, and the development accounts of local chains.

Keys live in `~/.ape/accounts/<alias>.json` (web3 secret storage), or in the folder that `DAOKIT_ACCOUNTS` names, which
may be geth's: its files (`UTC--<time>--<address>`) go by the name `geth-` and eight digits of the address. A key is
decrypted when it signs and is never shown.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from daokit.errors import MalformedFile, RuleBroken, UnknownName, UsageError
from daokit.hashing import ZERO_ADDRESS, checksum, is_address
from daokit.passwords import Password

LOCAL_CHAIN_IDS = frozenset({1337, 31337, 31338, 31339, 131277322940537})

MNEMONIC = "test test test test test test test test test test test junk"

# The first accounts of anvil's mnemonic, in its order; anyone can derive their keys.
DEV_ADDRESSES = {
    "alice": "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
    "bob": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    "carol": "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
    "dave": "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
    "erin": "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65",
    "frank": "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc",
    "grace": "0x976EA74026E726554dB657fA54763abd0C3a0aa9",
    "heidi": "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
    "ivan": "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f",
    "judy": "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720",
}
DEV_NAMES = tuple(DEV_ADDRESSES)

_GETH = "UTC--"


class Signer(Protocol):
    """Who signs. `local_only` accounts have keys that everybody knows."""

    @property
    def address(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def local_only(self) -> bool: ...
    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """The raw transaction, ready to send."""

    def sign_typed(self, domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> bytes:
        """The 65 bytes of an EIP-712 signature."""


@dataclass
class KeySigner:
    """Signs with a key in this process. `key` is called at the first signature."""

    address: str
    name: str
    key: Callable[[], bytes] = field(repr=False)
    local_only: bool = False
    warning: str = ""
    _account: Any = field(default=None, init=False, repr=False)

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        unsigned = {name: value for name, value in transaction.items() if name != "from" and value is not None}
        return bytes(self._unlocked().sign_transaction(unsigned).raw_transaction)

    def sign_typed(self, domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> bytes:
        signed = self._unlocked().sign_typed_data(dict(domain), dict(types), dict(message))
        return bytes(signed.signature)

    def _unlocked(self) -> Any:
        if self._account is None:
            from eth_account import Account

            account = Account.from_key(self.key())
            if account.address != self.address:
                words = f"the keyfile of {self.name} says {self.address} and holds the key of {account.address}"
                raise RuleBroken(words)
            self._account = account
        return self._account


@dataclass(frozen=True)
class Watching:
    """An address without its key: reads and prepares for it, signs nothing."""

    address: str
    name: str = ""
    local_only: bool = False

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        who = self.name or self.address
        raise RuleBroken(
            f"{who} is only watched here: its key is not; choose another account, or let its owner sign where the key "
            "is (in Python, `.prepare` gives what to sign)"
        )

    def sign_typed(self, domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> bytes:
        raise RuleBroken(f"{self.name or self.address} is only watched here; its owner has to sign")


def unlock(signer: Signer) -> None:
    """Ask for a keyfile's password now: nobody else should wait for a nonce while it is typed."""
    if isinstance(signer, KeySigner):
        signer._unlocked()


# Development accounts


def dev_address(name: str | int) -> str:
    """The address of a development account, by its name or its place in the mnemonic (0 is alice)."""
    if isinstance(name, str):
        return DEV_ADDRESSES[name]
    return DEV_ADDRESSES[DEV_NAMES[name]] if 0 <= name < len(DEV_NAMES) else dev_signer(name).address


def dev_signer(name: str | int) -> KeySigner:
    """A development account, by its name or its place in the mnemonic. `Chain` lets it sign on local chains only."""
    if isinstance(name, str):
        if name not in DEV_ADDRESSES:
            raise UnknownName("development account", name, DEV_NAMES)
        place = DEV_NAMES.index(name)
    else:
        place = name
    if place < len(DEV_NAMES):
        alias = DEV_NAMES[place]
        return KeySigner(DEV_ADDRESSES[alias], alias, lambda: _dev_key(place), local_only=True)
    from eth_account import Account

    address = str(Account.from_key(_dev_key(place)).address)
    return KeySigner(address, f"dev{place}", lambda: _dev_key(place), local_only=True)


@lru_cache(maxsize=4096)
def _dev_key(place: int) -> bytes:
    from eth_account.hdaccount.deterministic import HDPath

    return bytes(HDPath(f"m/44'/60'/0'/0/{place}").derive(_seed()))


def dev_key(name: str) -> str:
    """The key of a development account, 0x hex: everybody knows it, and it is for local chains only."""
    return "0x" + _dev_key(DEV_NAMES.index(name)).hex()


@lru_cache(maxsize=1)
def _seed() -> bytes:
    from eth_account.hdaccount import seed_from_mnemonic

    return bytes(seed_from_mnemonic(MNEMONIC, ""))


# Keyfiles


@dataclass(frozen=True)
class KeyFile:
    """A keyfile. `address` is None when the file does not say it; `warning` is a sentence with the remedy, or empty."""

    alias: str
    address: str | None
    path: Path
    warning: str = ""


def folder() -> Path:
    """Where keyfiles are: `DAOKIT_ACCOUNTS`, or ape's folder."""
    named = os.environ.get("DAOKIT_ACCOUNTS")
    return Path(named).expanduser() if named else Path.home() / ".ape" / "accounts"


def list_all() -> list[KeyFile]:
    """The keyfiles, by alias. Files that are no keyfiles are passed over."""
    found = []
    for path in sorted({*folder().glob("*.json"), *folder().glob(f"{_GETH}*")}):
        try:
            found.append(_keyfile(path, _read(path)))
        except MalformedFile:
            continue
    return found


def find(alias: str) -> KeyFile:
    """The keyfile with this alias, or `UnknownName` with the near ones."""
    path = _path(alias)
    if not path.is_file():
        path = next((one for one in sorted(folder().glob(f"{_GETH}*")) if _alias(one) == alias), path)
    if not path.is_file():
        known = [one.alias for one in list_all()]
        raise UnknownName("account", alias, known, "make one with `daokit account new`")
    return _keyfile(path, _read(path))


def load(alias: str, password: Password) -> KeySigner:
    """The account with this alias. `password` is asked at the first signature, not before. A file that others could
    read is closed to them, and the signer's `warning` says so."""
    keyfile = find(alias)
    content = _read(keyfile.path)

    warning = _close_to_others(keyfile)

    def key() -> bytes:
        return _decrypt(content, password(alias), alias)

    if keyfile.address is not None:
        return KeySigner(keyfile.address, alias, key, warning=warning)
    opened = key()
    return KeySigner(_address_of(opened), alias, lambda: opened, warning=warning)


def opened(alias: str, password: Password) -> tuple[str, str]:
    """The address of an account and its password, which was tried."""
    content = _read(find(alias).path)
    typed = password(alias)
    return _address_of(_decrypt(content, typed, alias)), typed


def new(alias: str, password: Password) -> KeyFile:
    """Make a new key and write its file. Raises `RuleBroken` when the alias is taken."""
    from eth_account import Account

    path = free(alias)
    return _write(path, bytes(Account.create().key), password(alias))


def import_key(alias: str, secret: str, password: Password) -> KeyFile:
    """Write the file of a key that exists already: `secret` is 64 hex digits or a mnemonic phrase (first account)."""
    from eth_account import Account

    path = free(alias)
    try:
        if len(secret.split()) >= 12:
            Account.enable_unaudited_hdwallet_features()
            key = bytes(Account.from_mnemonic(" ".join(secret.split())).key)
        else:
            key = bytes(Account.from_key(secret.strip()).key)
    except Exception:  # its message could quote the secret
        raise UsageError("this is neither a key of 64 hexadecimal digits nor a valid phrase of words") from None
    return _write(path, key, password(alias))


def export(alias: str, path: Path, password: Password) -> Path:
    """Write an encrypted copy of a keyfile, as geth and ape read it, once its password has proved to open it. Raises
    `RuleBroken` when there is a file at `path` already."""
    keyfile = find(alias)
    if path.exists():
        raise _is_there(path)
    content = _read(keyfile.path)
    address = _address_of(_decrypt(content, password(alias), alias))
    copy = {"address": address[2:].lower(), "crypto": content["crypto"], "id": content.get("id"), "version": 3}
    with _draft(path, copy) as draft:
        try:
            os.link(draft, path)
        except FileExistsError:
            raise _is_there(path) from None
        except OSError as failure:
            raise UsageError(
                f"{path} cannot be written ({failure.strerror}); name a file in a folder of yours"
            ) from None
    return path


def _is_there(path: Path) -> RuleBroken:
    return RuleBroken(f"{path} is there already; name another file")


def change_password(alias: str, old: Password, fresh: Password) -> KeyFile:
    """Encrypt a keyfile under another password. The old file stays until the new one is on disk and was opened."""
    keyfile = find(alias)
    content = _read(keyfile.path)
    key = _decrypt(content, old(alias), alias)
    password = fresh(alias)
    written = {**content, **_encrypt(key, password), "address": content.get("address") or _address_of(key)[2:].lower()}
    with _draft(keyfile.path, written) as draft:
        if _decrypt(_read(draft), password, alias) != key:
            raise RuleBroken(f"the new keyfile of {alias} could not be read back; the old one stays as it is")
        draft.replace(keyfile.path)
    return _keyfile(keyfile.path, written)


def _path(alias: str) -> Path:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}", alias) or is_address(alias):
        raise UsageError(f'"{alias}" cannot be the name of an account: letters, digits, - and _, at most 64')
    return folder() / f"{alias}.json"


def _alias(path: Path) -> str:
    """What the account of a keyfile is called: as the file, but those that geth made, whose names nobody types."""
    if path.name.startswith(_GETH):
        return f"geth-{path.name.removesuffix('.json').rpartition('--')[2].removeprefix('0x')[:8].lower()}"
    return path.stem


def free(alias: str) -> Path:
    """The file that a new account of this name will have. Raises `RuleBroken` when the name is taken, `UsageError` for
    one that cannot be a name: to be called before a secret is asked for."""
    path = _path(alias)
    if path.exists():
        raise RuleBroken(f'there is an account "{alias}" already; choose another name')
    if alias in DEV_ADDRESSES:
        raise RuleBroken(f'"{alias}" is a development account of local chains; choose another name')
    return path


def _write(path: Path, key: bytes, password: str) -> KeyFile:
    content = {**_encrypt(key, password), "address": _address_of(key)[2:].lower(), "alias": path.stem}
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _draft(path, content) as draft:
        try:
            # A link, not a rename: it never replaces a key that another process has just written.
            os.link(draft, path)
        except FileExistsError:
            raise RuleBroken(f'there is an account "{path.stem}" already; choose another name') from None
    return _keyfile(path, content)


@contextmanager
def _draft(path: Path, content: Mapping[str, Any]) -> Iterator[Path]:
    """A file beside `path` with this content, on disk, for its owner alone; gone afterwards."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as failure:
        raise UsageError(f"{path} cannot be written ({failure.strerror}); name a file in a folder of yours") from None
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _encrypt(key: bytes, password: str) -> dict[str, Any]:
    from eth_account import Account

    if not password:
        raise RuleBroken("an empty password protects nothing; choose one")
    return dict(Account.encrypt(key, password))


def _address_of(key: bytes) -> str:
    from eth_account import Account

    return str(Account.from_key(key).address)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text()) if path.stat().st_size < 100_000 else None
    except (OSError, ValueError):
        content = None
    if isinstance(content, dict):
        content = {name.lower(): value for name, value in content.items()}
        if isinstance(content.get("crypto"), dict):
            return content
    raise MalformedFile(f"{path} is no keyfile; restore it from a copy")


def _keyfile(path: Path, content: Mapping[str, Any]) -> KeyFile:
    text = content.get("address")
    address = "0x" + text.lower().removeprefix("0x") if isinstance(text, str) else ""
    known = checksum(address) if is_address(address) and address != ZERO_ADDRESS else None
    open_to_others = sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077
    warning = f"others can read the keyfile of {_alias(path)}; run `chmod 600 {path}`" if open_to_others else ""
    return KeyFile(_alias(path), known, path, warning)


def _close_to_others(keyfile: KeyFile) -> str:
    if not keyfile.warning:
        return ""
    try:
        keyfile.path.chmod(0o600)
    except OSError:
        raise RuleBroken(f"{keyfile.warning}; nothing is signed before") from None
    return (
        f"others could read the keyfile of {keyfile.alias} until now; change its password with "
        f"`daokit account password {keyfile.alias}` if somebody else uses this machine"
    )


def _decrypt(content: Mapping[str, Any], password: str, alias: str) -> bytes:
    from eth_account import Account

    try:
        return bytes(Account.decrypt({"version": 3, **content}, password))
    except ValueError as failure:
        if "MAC" in str(failure):
            raise RuleBroken(f'wrong password for "{alias}"') from None
        raise MalformedFile(f'the keyfile of "{alias}" is damaged; restore it from a copy') from None
    except (KeyError, TypeError, NotImplementedError):
        raise MalformedFile(f'the keyfile of "{alias}" is damaged; restore it from a copy') from None
