"""`daokit agreement`, when less than a whole milestone is delivered: what all who lose by it sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from daokit.cli.agreement_sign import Subject
    from daokit.cli.session import Session

Part = Annotated[str, typer.Option("--part", help="How much of the milestone, like 80%.")]
Report = Annotated[str, typer.Option("--report", help="What was delivered: words or a file; its hash is kept.")]


def lesser_delivery(session: Session, path: Path, part: str, report: str) -> Subject:
    """What is signed to deliver only a `part` of the present milestone. Raises `UsageError` for the whole."""
    from daokit.agreement_messages import DELIVERY_TYPE, delivery_message
    from daokit.agreement_signatures import beside
    from daokit.cli.agreement_at import Found, agreement
    from daokit.cli.agreement_sign import Subject
    from daokit.errors import UsageError
    from daokit.profit_share import BPS
    from daokit.quantities import format_share, parse_share

    bps = parse_share(part)
    if not 0 < bps < BPS:
        raise UsageError("the whole milestone needs no signature; name a part of it, like --part 80%")
    there = agreement(session, str(path))
    terms, milestone, said = there.terms(), there.status().milestone, report_hash(report)
    message = delivery_message(there.hash, milestone, bps, said)
    value = terms.value_of(milestone)
    lost = session.money(terms.token, value - value * bps // BPS)
    words = f"a delivery of {format_share(bps)} of milestone {milestone + 1}"
    named = f"{path} --part {part}" + (f' --report "{report}"' if report else "")
    return Subject(
        at=Found(there.address, None, there),
        agreement=there.address,
        signers=list(dict.fromkeys(there.losers())),
        typed=(there.domain(), DELIVERY_TYPE, message),
        path=path,
        signatures=beside(path.with_name(f"{path.stem}.delivery-{milestone + 1}.md")),
        named=named,
        words=words,
        reading=f"{lost} of the price is lost to all by it; hash of the report: {said}",
        after=f"daokit agreement deliver {named}",
    )


def report_hash(words: str) -> str:
    """The hash of a sentence, or of the file with this name; of nothing when there are no words."""
    from pathlib import Path

    from daokit.documents import text_hash
    from daokit.terms import NO_TEXT

    if not words:
        return NO_TEXT
    path = Path(words)
    try:
        return text_hash(path.read_text(encoding="utf-8")) if path.is_file() else text_hash(words)
    except (OSError, UnicodeDecodeError):
        return text_hash(words)
