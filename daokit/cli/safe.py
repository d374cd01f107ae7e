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
    """Sign what a file is about, as one of the Safe's owners; the signature is written into the file."""
    from daokit.cli.confirm import confirm
    from daokit.safe import SafeTransaction, preview

    session: Session = ctx.obj
    safe, transaction = _loaded(session, file)
    safe.check(transaction)
    if safe.chain.sender in transaction.signatures:
        session.done(_data(session, safe, transaction), f"you have signed {file} already")
        return
    confirm(session, preview(safe.chain, transaction, _words(session, transaction)))
    signed = safe.sign(transaction)
    # Somebody else may have signed in the same file meanwhile.
    signed = signed.joined(SafeTransaction.load(file))
    signed.write(file)
    lacking = safe.lacking(signed)
    next_ = f"{lacking} more must sign" if lacking else f"enough have signed: daokit safe execute {file}"
    session.done(_data(session, safe, signed), f"signed in {file}; {next_}")


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
    if transaction.chain_id != session.chain.id:
        raise RuleBroken(
            f"{file} is for chain {transaction.chain_id}, and {session.chain.name} is chain {session.chain.id}; "
            "name a network on that chain with --network",
            found=session.chain.id,
            expected=transaction.chain_id,
        )
    return Safe.load(session.chain, transaction.safe), transaction


def _words(session: Session, transaction: SafeTransaction) -> tuple[str, ...]:
    """Made from the bytes, never from what the file's author says."""
    from daokit.decoding import call_words

    book = session.chain.book
    if not transaction.data:
        return (f"send {session.money(ZERO_ADDRESS, transaction.value)} to {book.show(transaction.to)}",)
    said = call_words(transaction.data, book.show)
    return (f"call {book.show(transaction.to)}: {said}",) if said else ()


def _facts(session: Session, safe: Safe, transaction: SafeTransaction) -> list[tuple[str, str] | None]:
    book = session.chain.book
    signed = [book.show(owner) for owner in transaction.signatures]
    words = _words(session, transaction) or (f"a call that cannot be read: 0x{transaction.data[:36].hex()}…",)
    return [
        ("Safe", f"{book.show(safe.address)} on {session.chain.name}, number {transaction.nonce}"),
        ("does", "; ".join(words)),
        ("sends along", session.money(ZERO_ADDRESS, transaction.value)) if transaction.value else None,
        ("signed by", f"{', '.join(signed) or 'nobody yet'} ({len(signed)} of {safe.threshold} wanted)"),
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
        "signed": list(transaction.signatures),
        "threshold": safe.threshold,
        "lacking": safe.lacking(transaction),
    }
