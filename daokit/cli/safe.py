"""`daokit safe`: what a Safe does when its owners have signed, from the files that they pass on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.hashing import ZERO_ADDRESS

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.safe import Safe, SafeTransaction

app = typer.Typer(
    help="Sign and execute what a Safe does; `--as safe:0x…` with any command begins it.", no_args_is_help=True
)

File = Annotated[Path, typer.Argument(help="The file that an owner passed on.")]


@app.command()
def show(ctx: typer.Context, file: File) -> None:
    """Show what a file is about, read from its bytes, and who has signed."""
    from daokit.cli.show import facts

    session: Session = ctx.obj
    safe, transaction = _loaded(session, file)
    session.done(_data(session, safe, transaction), facts(*_facts(session, safe, transaction)))


@app.command()
def sign(ctx: typer.Context, file: File) -> None:
    """Sign what a file is about, as one of the Safe's owners; the signature is written into the file. An owner that is
    a Safe itself (--as) approves on the chain instead."""
    from daokit.cli.confirm import confirm
    from daokit.safe import SafeTransaction, preview

    session: Session = ctx.obj
    safe, transaction = _loaded(session, file)
    safe.check(transaction)
    if safe.chain.sender in safe.counted(transaction):
        session.done(_data(session, safe, transaction), f"you have signed {file} already")
        return
    if safe.chain is not session.own:
        safe.approve(transaction, _words(session, transaction))
        session.done(_data(session, safe, transaction), f"approved on the chain; {_next(safe, transaction, file)}")
        return
    confirm(session, preview(safe.chain, transaction, _words(session, transaction)))
    signed = safe.sign(transaction)
    # Somebody else may have signed in the same file meanwhile.
    signed = signed.joined(SafeTransaction.load(file))
    signed.write(file)
    session.done(_data(session, safe, signed), f"signed in {file}; {_next(safe, signed, file)}")


@app.command()
def execute(ctx: typer.Context, file: File) -> None:
    """Bring what enough owners have signed to the chain; your account pays the fee."""
    session: Session = ctx.obj
    safe, transaction = _loaded(session, file)
    safe.check(transaction)
    receipt = safe.execute(transaction, _words(session, transaction))
    session.done(
        {**_data(session, safe, transaction), "transaction": receipt.hash}, f"the Safe has done it in {receipt.hash}"
    )


def _loaded(session: Session, file: Path) -> tuple[Safe, SafeTransaction]:
    from daokit.errors import RuleBroken
    from daokit.safe import Safe, SafeTransaction

    transaction = SafeTransaction.load(file)
    own = session.own
    if transaction.chain_id != own.id:
        raise RuleBroken(
            f"{file} is for chain {transaction.chain_id}, and {own.name} is chain {own.id}; "
            "name a network on that chain with --network",
            found=own.id,
            expected=transaction.chain_id,
        )
    # Who acts for this very Safe signs in it as the owner that they are.
    within = session.settings.safe and session.me != transaction.safe
    return Safe.load(session.chain if within else own, transaction.safe), transaction


def _next(safe: Safe, transaction: SafeTransaction, file: Path) -> str:
    lacking = safe.lacking(transaction)
    return f"{lacking} more must sign" if lacking else f"enough have signed: daokit safe execute {file}"


def _words(session: Session, transaction: SafeTransaction) -> tuple[str, ...]:
    """Made from the bytes, never from what the file's author says."""
    from daokit.decoding import call_words
    from daokit.safe import approved_hash

    book = session.own.book
    if approved := approved_hash(transaction.data):
        return (f"approve {approved} for the Safe {book.show(transaction.to)}",)
    if not transaction.data:
        return (f"send {session.money(ZERO_ADDRESS, transaction.value)} to {book.show(transaction.to)}",)
    said = call_words(transaction.data, book.show)
    return (f"call {book.show(transaction.to)}: {said}",) if said else ()


def _facts(session: Session, safe: Safe, transaction: SafeTransaction) -> list[tuple[str, str] | None]:
    book = session.own.book
    counted = safe.counted(transaction)
    signed = [
        f"{book.show(owner)}{'' if owner in transaction.signatures else ', on the chain'}"
        for owner in dict.fromkeys([*transaction.signatures, *counted])
    ]
    words = _words(session, transaction) or (f"a call that cannot be read: 0x{transaction.data[:36].hex()}…",)
    return [
        ("Safe", f"{book.show(safe.address)} on {session.own.name}, number {transaction.nonce}"),
        ("does", "; ".join(words)),
        ("sends along", session.money(ZERO_ADDRESS, transaction.value)) if transaction.value else None,
        ("hash", transaction.hash),
        ("signed by", f"{', '.join(signed) or 'nobody yet'} ({len(counted)} of {safe.threshold} wanted)"),
    ]


def _data(session: Session, safe: Safe, transaction: SafeTransaction) -> dict[str, Any]:
    return {
        "safe": safe.address,
        "to": transaction.to,
        "value": transaction.value,
        "data": "0x" + transaction.data.hex(),
        "nonce": transaction.nonce,
        "hash": transaction.hash,
        "words": list(_words(session, transaction)),
        "signed": list(dict.fromkeys([*transaction.signatures, *safe.counted(transaction)])),
        "threshold": safe.threshold,
        "lacking": safe.lacking(transaction),
    }
