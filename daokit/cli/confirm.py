"""What stands before every signature: the preview in words, money and cost, the checks, and one question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from daokit.errors import ConfirmationNeeded, DryRun, RuleBroken
from daokit.hashing import ZERO_ADDRESS, checksum

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.preview import Preview

_STOPPED = "--dry-run: nothing was signed"
_DECLINED = "you did not say yes; nothing was signed"
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}(?![0-9a-fA-F])")


def confirm(session: Session, preview: Preview) -> None:
    """Show one transaction; raises `DryRun` or `ConfirmationNeeded` to stop it."""
    check_code(session)
    words = [named(session, line) for line in preview.words]
    if session.agreed:
        for line in words:
            session.say(f"  {line}")
        return
    if not preview.words and not session.options.blind:
        raise RuleBroken(
            "this call cannot be put in words; check its data elsewhere, and say --blind to sign it all the same"
        )
    changes = [_change(session, change) for change in preview.changes]
    if not (session.options.quiet and session.options.yes):
        _draw(session, words, changes, preview)
    _afford(session, preview)
    if session.options.dry_run:
        raise DryRun(_STOPPED, **_as_values(preview, words, changes))
    if not session.ask("Sign and send this?"):
        raise ConfirmationNeeded(_DECLINED)


def agree(session: Session, question: str, lines: Sequence[str], values: Mapping[str, Any]) -> None:
    """Show a plan of several transactions; raises `DryRun` or `ConfirmationNeeded` to stop it."""
    for line in lines:
        session.say(line)
    if session.options.dry_run:
        raise DryRun(_STOPPED, **values)
    if not session.ask(question):
        raise ConfirmationNeeded(_DECLINED)


def check_code(session: Session) -> None:
    """Before the first write: the code at the collective's addresses is the code that was recorded."""
    from daokit.deployments import check_code as compare

    collective = session.__dict__.get("collective")
    if collective is None or session.checked:
        return
    session.checked = True
    for record in session.deployments.list():
        if record.collective == collective.address and record.code_hashes:
            named = {name: record.addresses[name] for name in record.code_hashes if name in record.addresses}
            compare(record, {name: session.chain.code(address) for name, address in named.items()})


def named(session: Session, line: str) -> str:
    """A line with every known address replaced by its name and both ends of its hex."""
    from daokit.text import clean

    return _ADDRESS.sub(lambda found: session.chain.book.show(checksum(found[0])), clean(line, 1_000))


def _change(session: Session, change: Any) -> tuple[str, str, str, str]:
    token = change.token or ZERO_ADDRESS
    moved = change.after - change.before
    sign = "+" if moved > 0 else "−"
    return (
        session.chain.book.show(change.address),
        session.money(token, change.before),
        session.money(token, change.after),
        f"{sign}{session.money(token, abs(moved))}",
    )


def _draw(session: Session, words: Sequence[str], changes: Sequence[tuple[str, ...]], preview: Preview) -> None:
    from rich.text import Text

    from daokit.cli.show import console, facts, table

    screen = console(err=True)
    for line in words:
        screen.print(Text(line, style="bold"))
    if not words:
        to = session.chain.book.show(preview.to) if preview.to else "a new contract"
        screen.print(
            Text(f"A call to {to} that cannot be put in words: 0x{preview.data[:36].hex()}…", style="bold red")
        )
    screen.print(
        facts(
            ("signed by", session.chain.book.show(preview.sender)),
            ("chain", f"{preview.chain_name} ({preview.chain_id})"),
            ("sends along", session.money(ZERO_ADDRESS, preview.value)) if preview.value else None,
            ("fee", f"at most {_fee(session, preview.fee_wei)}" if preview.gas else "none; who brings it pays"),
        )
    )
    if changes:
        screen.print(table("", "before", "after", "change", rows=changes, right=("before", "after", "change")))
    elif not preview.simulated:
        screen.print(Text("This node cannot simulate what changes hands.", style="yellow"))


def _afford(session: Session, preview: Preview) -> None:
    has, needed = session.chain.balance(preview.sender), preview.value + preview.fee_wei
    if has < needed:
        raise RuleBroken(
            f"{session.chain.book.show(preview.sender)} has {session.money(ZERO_ADDRESS, has)} on {preview.chain_name} "
            f"and needs up to {_fee(session, needed)}; send coin to {preview.sender}",
            balance=has,
            needed=needed,
        )


def _fee(session: Session, wei: int) -> str:
    # More digits than three say nothing about a fee.
    step = 10 ** max(len(str(wei)) - 3, 0)
    return session.money(ZERO_ADDRESS, -(-wei // step) * step)


def _as_values(preview: Preview, words: Sequence[str], changes: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    return {
        "words": list(words),
        "chain_id": preview.chain_id,
        "from": preview.sender,
        "to": preview.to,
        "value": preview.value,
        "data": "0x" + preview.data.hex(),
        "gas": preview.gas,
        "fee_wei": preview.fee_wei,
        "changes": [
            {"address": one.address, "token": one.token or ZERO_ADDRESS, "before": one.before, "after": one.after}
            for one in preview.changes
        ],
    }
