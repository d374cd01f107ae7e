"""What stands before every signature: the preview in words, money and cost, the checks, and one question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from daokit.addresses import short
from daokit.errors import ConfirmationNeeded, DryRun, RuleBroken
from daokit.hashing import ZERO_ADDRESS, checksum

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.costs import Cost
    from daokit.preview import Preview

_STOPPED = "--dry-run: nothing was signed"
_DECLINED = "you did not say yes; nothing was signed"
# What is said to be a purse stands in full, as in what members vote on.
_ADDRESS = re.compile(r"(?<!purse )0x[0-9a-fA-F]{40}(?![0-9a-fA-F])")


def confirm(session: Session, preview: Preview) -> None:
    """Show one transaction; raises `DryRun` or `ConfirmationNeeded` to stop it."""
    from daokit.targets import check, warnings

    check_code(session)
    check(session.chain, preview)
    words = [named(session, line) for line in preview.words]
    if session.agreed:
        _hold(session, preview)
        _afford(session, preview)
        if preview.nonce is not None:
            words.append(f"nonce {preview.nonce} by the word of one node")
        for line in words:
            session.say(f"  {line}")
        return
    if not preview.words and not session.options.blind:
        raise RuleBroken(
            "this call cannot be put in words; check its data elsewhere, and say --blind to sign it all the same"
        )
    said = warnings(session.chain, preview)
    changes = [_change(session, change) for change in preview.changes]
    if not (session.options.quiet and session.options.yes):
        _draw(session, words, changes, preview)
    for sentence in said:
        session.say(f"look twice: {sentence}")
    _afford(session, preview)
    if session.options.dry_run:
        raise DryRun(_STOPPED, **_as_values(session, preview, words, said))
    if not session.ask("Sign and send this?"):
        raise ConfirmationNeeded(_DECLINED)


def agree(session: Session, question: str, lines: Sequence[str], cost: Cost | None, values: Mapping[str, Any]) -> None:
    """Show a plan of several transactions; raises `DryRun` or `ConfirmationNeeded` to stop it."""
    for line in lines:
        session.say(line)
    if cost is not None:
        about, limit = rounded(session, cost.about), rounded(session, cost.limit)
        session.say(f"  fees: about {about}, at most {limit} ({cost.gas:,} gas)")
        if cost.coin:
            session.say(f"  sends along: {session.money(ZERO_ADDRESS, cost.coin)}")
        values = {**values, "gas": cost.gas, "fee_wei": cost.about, "most_wei": cost.limit, "value": cost.coin}
        _have(session, session.own.sender, cost.needed, "this takes about")
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
            # From now on each call to them is signed only while the node still shows this code.
            session.chain.codes.update({address: record.code_hashes[name] for name, address in named.items()})


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
    from daokit.sending import checked

    screen = console(err=True)
    for line in words:
        screen.print(Text(line, style="bold"))
    if not words:
        to = session.chain.book.show(preview.to) if preview.to else "a new contract"
        screen.print(
            Text(f"A call to {to} that cannot be put in words: 0x{preview.data[:36].hex()}…", style="bold red")
        )
    call = _call(session, preview)
    money = _in_money(session, preview.fee_wei)
    screen.print(
        facts(
            ("calls", call) if call else None,
            ("signed by", session.chain.book.show(preview.sender)),
            ("chain", f"{preview.chain_name} ({preview.chain_id})"),
            ("sends along", session.money(ZERO_ADDRESS, preview.value)) if preview.value else None,
            (
                "fee",
                f"at most {rounded(session, preview.fee_wei)}{money and f', about {money}'}"
                if preview.gas
                else "none; who brings it pays",
            ),
            ("balances", checked(preview.checked_by)) if not session.chain.local else None,
            ("nonce", f"{preview.nonce} by the word of one node") if preview.nonce is not None else None,
        )
    )
    if changes:
        screen.print(table("", "before", "after", "change", rows=changes, right=("before", "after", "change")))
    if not preview.simulated:
        screen.print(Text("This node cannot simulate: what else changes hands is not known.", style="yellow"))


def _afford(session: Session, preview: Preview) -> None:
    _have(session, preview.sender, preview.value + preview.fee_wei, "needs up to")


def _have(session: Session, who: str, needed: int, words: str) -> None:
    """Raises `RuleBroken` when an account has less than is needed."""
    chain = session.chain
    if (has := chain.balance(who)) < needed:
        raise RuleBroken(
            f"{chain.book.show(who)} has {session.money(ZERO_ADDRESS, has)} on {chain.name} and {words} "
            f"{rounded(session, needed)}; send coin to {who}",
            balance=has,
            needed=needed,
        )


def _hold(session: Session, preview: Preview) -> None:
    """Raises `RuleBroken` when an agreed plan comes to cost more than was agreed."""
    if beyond := session.allowance.take(preview.gas, preview.fee_wei, preview.data_fee):
        comes, most = beyond
        raise RuleBroken(
            f"gas has become dear since you agreed: the fees would come to as much as {rounded(session, comes)}, and "
            f"{rounded(session, most)} was the most; this is not signed. Type it again to see what the rest costs now",
            fee=comes,
            limit=most,
        )


def rounded(session: Session, wei: int) -> str:
    """A fee as people read it, rounded up."""
    # More digits than three say nothing about a fee.
    step = 10 ** max(len(str(wei)) - 3, 0)
    return session.money(ZERO_ADDRESS, -(-wei // step) * step)


def _call(session: Session, preview: Preview) -> str:
    """The call as its bytes say it."""
    from daokit.decoding import call_words

    book = session.chain.book
    token = book.token_words(preview.to) if preview.to else None
    said = call_words(preview.data, book.show, token.write if token else None)
    return f"{said} of {_contract(session, preview.to)}" if said and preview.to else ""


def _contract(session: Session, address: str) -> str:
    from daokit.factory import made, parts

    shared = next((part.name for part in (*parts(), *made()) if part.address == address), "")
    return f"{shared} ({short(address)})" if shared else session.chain.book.show(address)


def _in_money(session: Session, wei: int) -> str:
    """The fee in money, where daokit.toml names a file of prices that has the coin."""
    from daokit import prices

    if session.settings.prices is None or not wei:
        return ""
    coin = session.chain.token(ZERO_ADDRESS)
    price = prices.load(session.settings.prices).get(prices.key_of(coin.symbol))
    return price.about(wei, coin.decimals) if price else ""


def _as_values(session: Session, preview: Preview, words: Sequence[str], warnings: Sequence[str]) -> dict[str, Any]:
    return {
        "words": list(words),
        "call": _call(session, preview),
        "warnings": list(warnings),
        "chain_id": preview.chain_id,
        "from": preview.sender,
        "to": preview.to,
        "value": preview.value,
        "data": "0x" + preview.data.hex(),
        "gas": preview.gas,
        "fee_wei": preview.fee_wei,
        "fee_money": _in_money(session, preview.fee_wei),
        "checked_by": preview.checked_by,
        "unchecked_nonce": preview.nonce,
        "changes": [
            {"address": one.address, "token": one.token or ZERO_ADDRESS, "before": one.before, "after": one.after}
            for one in preview.changes
        ],
    }
