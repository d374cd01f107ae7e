"""`daokit account`: keys that sign here, and names for people and tokens."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daokit.hashing import ZERO_ADDRESS

if TYPE_CHECKING:
    from daokit.accounts import KeyFile
    from daokit.cli.session import Session

app = typer.Typer(help="Keys that sign here, and names for people and tokens.", no_args_is_help=True)

Alias = Annotated[str, typer.Argument(help="What you call it: letters, digits, - and _.")]


@app.command()
def new(ctx: typer.Context, alias: Alias) -> None:
    """Make a new key in a file under a password."""
    from daokit import accounts
    from daokit.passwords import password_source

    accounts.free(alias)
    _may_write(ctx.obj, alias)
    _made(ctx.obj, accounts.new(alias, password_source(_choose_password)))


@app.command("import")
def import_(ctx: typer.Context, alias: Alias) -> None:
    """Put an existing key or phrase of words in a file under a password. It is typed unseen, or comes by a pipe."""
    from getpass import getpass

    from daokit import accounts
    from daokit.passwords import password_source

    accounts.free(alias)
    _may_write(ctx.obj, alias)
    secret = getpass("Key or phrase (not shown): ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    _made(ctx.obj, accounts.import_key(alias, secret, password_source(_choose_password)))


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List the accounts that can sign here, with what they have; those that `ape accounts` made are among them."""
    from daokit.accounts import DEV_ADDRESSES, folder, list_all
    from daokit.cli.show import table

    session: Session = ctx.obj
    chosen = session.settings.account
    keyfiles = list_all()
    rows = [(one.alias, one.address, "keyfile") for one in keyfiles]
    balances, local, reason = _balances(session, [one.address for one in keyfiles if one.address])
    if local:
        rows += [(name, address, "local chains only") for name, address in DEV_ADDRESSES.items()]
    drawn = [
        (
            "*" if name == chosen else "",
            name,
            address or "not said in the file",
            session.money(ZERO_ADDRESS, balances[address]) if address in balances else "",
            kind,
        )
        for name, address, kind in rows
    ]
    session.done(
        [
            {
                "name": name,
                "address": address,
                "kind": kind,
                "chosen": name == chosen,
                "balance": balances.get(address or ""),
            }
            for name, address, kind in rows
        ],
        table("", "name", "address", "has", "", rows=drawn, right=("has",)),
        f"keyfiles are in {folder()}",
        *([f"what they have is not known: {reason}"] if reason else []),
        *[one.warning for one in keyfiles if one.warning],
    )


@app.command()
def export(
    ctx: typer.Context,
    alias: Alias,
    path: Annotated[Path, typer.Argument(help="Where to write it; no file must be there.")],
) -> None:
    """Write an encrypted copy of a keyfile, for a safe place or for geth; its password is asked and stays the same."""
    from daokit import accounts
    from daokit.connection import ask_password
    from daokit.errors import DryRun
    from daokit.passwords import password_source

    session: Session = ctx.obj
    if session.options.dry_run:
        raise DryRun(f"--dry-run: {path} would be written", path=str(path))
    accounts.export(alias, path, password_source(ask_password))
    session.done({"name": alias, "path": str(path)}, f"wrote {path}, encrypted under the password of {alias}")


@app.command()
def password(
    ctx: typer.Context,
    alias: Alias,
    new_file: Annotated[
        Path | None, typer.Option("--new-file", help="A file of mode 0600 with the new password (else it is asked).")
    ] = None,
) -> None:
    """Change the password of a keyfile. The old file stays until the new one is on disk and was opened."""
    from daokit import accounts, passwords
    from daokit.connection import ask_password

    session: Session = ctx.obj
    _may_write(session, alias)
    typed: list[str] = []

    def fresh(alias: str) -> str:
        typed.append((passwords.password_file(new_file) if new_file else _choose_password)(alias))
        return typed[-1]

    changed = accounts.change_password(alias, passwords.password_source(ask_password), fresh)
    kept = changed.address is not None and passwords.is_remembered(changed.address)
    if kept:
        passwords.remember(str(changed.address), typed[-1])
    session.done(
        {"name": alias, "address": changed.address, "keyring": kept},
        f"{alias} has another password now{', and the keyring knows it' if kept else ''}; "
        "copies made before open with the old one",
    )


@app.command()
def remember(ctx: typer.Context, alias: Alias) -> None:
    """Keep the password of an account in the keyring of the system, so that it is not asked for any more."""
    from daokit import accounts, passwords
    from daokit.connection import ask_password

    session: Session = ctx.obj
    _may_write(session, alias)
    address, typed = accounts.opened(alias, passwords.password_source(ask_password))
    passwords.remember(address, typed)
    session.done(
        {"name": alias, "address": address},
        f"the keyring keeps the password of {alias}; `daokit account forget` ends it",
    )


@app.command()
def forget(ctx: typer.Context, alias: Alias) -> None:
    """Take the password of an account out of the keyring of the system. The keyfile stays."""
    from daokit import accounts, passwords

    session: Session = ctx.obj
    _may_write(session, alias)
    address = accounts.find(alias).address
    if address:
        passwords.forget(address)
    session.done({"name": alias, "address": address}, f"the password of {alias} is asked for from now on")


@app.command()
def name(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What you call them.")],
    address: Annotated[str, typer.Argument(help="The address, or a name that is known already.")],
) -> None:
    """Give a person or a token a name in the address book of daokit.toml."""
    from daokit import config
    from daokit.addresses import AddressBook
    from daokit.errors import DryRun, RuleBroken
    from daokit.hashing import is_address, parse_address

    session: Session = ctx.obj
    project = session.settings.project
    # The development accounts count even where no chain is: their look-alikes are made too.
    book = AddressBook.of_accounts(session.settings.names, local=True)
    found = book.check(parse_address(address)) if is_address(address) else session.resolve(address)
    known = book.names().get(name)
    if known not in (None, found) and name not in session.settings.names:
        raise RuleBroken(f'"{name}" is your account {known}; choose another name')
    if session.options.dry_run:
        raise DryRun(f"--dry-run: {name} would mean {found}", name=name, address=found)
    if project is None:
        project = Path.cwd()
        (project / config.FILE).touch()
    config.name_address(project, name, found)
    session.done({"name": name, "address": found}, f"{name} means {found} ({project / config.FILE})")


def _balances(session: Session, addresses: list[str]) -> tuple[dict[str, int], bool, str]:
    """What the addresses have, whether the chain is local, and why it is not known."""
    from daokit.accounts import DEV_ADDRESSES
    from daokit.answers import number
    from daokit.errors import DaokitError
    from daokit.rpc import RpcError

    try:
        chain = session.sight
        asked = [*addresses, *(DEV_ADDRESSES.values() if chain.local else ())]
        answers = chain.rpc.batch([("eth_getBalance", [address, "latest"]) for address in asked]) if asked else []
    except DaokitError as failure:
        return {}, session.settings.network in ("local", "memory"), failure.message
    found = {a: number(has) for a, has in zip(asked, answers, strict=True) if not isinstance(has, RpcError)}
    return found, chain.local, ""


def _may_write(session: Session, alias: str) -> None:
    from daokit.errors import DryRun

    if session.options.dry_run:
        raise DryRun(f"--dry-run: nothing was written for {alias}", name=alias)


def _choose_password(alias: str) -> str:
    from getpass import getpass

    from daokit.connection import ask_password
    from daokit.errors import UsageError

    if not sys.stdin.isatty():
        return ask_password(alias)
    chosen = getpass(f"Password for {alias}: ")
    if getpass("Once more: ") != chosen:
        raise UsageError("the two passwords differ; nothing was written, try again")
    return chosen


def _made(session: Session, keyfile: KeyFile) -> None:
    session.done(
        {"name": keyfile.alias, "address": keyfile.address, "path": str(keyfile.path)},
        f"{keyfile.alias} is {keyfile.address}",
        f"its key is in {keyfile.path}: keep a copy, and the password apart from it",
    )
