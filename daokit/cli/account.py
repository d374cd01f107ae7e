"""`daokit account`: keys that sign here, and names for people and tokens."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daokit.accounts import KeyFile
    from daokit.cli.session import Session

app = typer.Typer(help="Keys that sign here, and names for people and tokens.", no_args_is_help=True)

Alias = Annotated[str, typer.Argument(help="What you call it: letters, digits, - and _.")]


@app.command()
def new(ctx: typer.Context, alias: Alias) -> None:
    """Make a new key in a file under a password."""
    from daokit import accounts

    _may_write(ctx.obj, alias)
    _made(ctx.obj, accounts.new(alias, accounts.password_source(_choose_password)))


@app.command("import")
def import_(ctx: typer.Context, alias: Alias) -> None:
    """Put an existing key or phrase of words in a file under a password. It is typed unseen, or comes by a pipe."""
    from getpass import getpass

    from daokit import accounts

    _may_write(ctx.obj, alias)
    secret = getpass("Key or phrase (not shown): ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    _made(ctx.obj, accounts.import_key(alias, secret, accounts.password_source(_choose_password)))


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List the accounts that can sign here; those that `ape accounts` made are among them."""
    from daokit.accounts import DEV_ADDRESSES, folder, list_all
    from daokit.cli.show import table
    from daokit.networks import resolve

    session: Session = ctx.obj
    chosen = session.settings.account
    keyfiles = list_all()
    rows = [(one.alias, one.address or "not said in the file", "keyfile") for one in keyfiles]
    if resolve(session.network, session.settings).name in ("local", "memory"):
        rows += [(name, address, "local chains only") for name, address in DEV_ADDRESSES.items()]
    session.done(
        [{"name": name, "address": address, "kind": kind, "chosen": name == chosen} for name, address, kind in rows],
        table("", "name", "address", "", rows=[("*" if row[0] == chosen else "", *row) for row in rows]),
        f"keyfiles are in {folder()}",
        *[one.warning for one in keyfiles if one.warning],
    )


@app.command()
def name(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What you call them.")],
    address: Annotated[str, typer.Argument(help="The address, or a name that is known already.")],
) -> None:
    """Give a person or a token a name in the address book of daokit.toml."""
    from pathlib import Path

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


def _may_write(session: Session, alias: str) -> None:
    from daokit.errors import DryRun

    if session.options.dry_run:
        raise DryRun(f"--dry-run: a keyfile {alias} would be made")


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
