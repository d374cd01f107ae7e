"""`daokit agreement`, what is signed: sign, collect, open, amend. Texts and signatures travel as files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli.agreement_change import change_in, is_change, keep, written_change
from daokit.cli.agreement_part import Report, lesser_delivery
from daokit.errors import RuleBroken, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daokit.agreement_signatures import Signatures
    from daokit.cli.agreement_at import Found
    from daokit.cli.session import Session
    from daokit.profit_share import ProfitShare
    from daokit.terms import Change, Terms

Text = Annotated[Path, typer.Argument(help="The text to sign (.md), or the terms that it is made from (.toml).")]

LesserPart = Annotated[str, typer.Option("--part", help="For a delivery of only a part of the milestone, like 80%.")]


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    for command in (sign, collect, open_, amend):
        app.command(command.__name__.rstrip("_"))(command)


def sign(
    ctx: typer.Context,
    text: Text,
    change: Annotated[Path | None, typer.Option("--change", help="New terms for it (.toml): sign the change.")] = None,
    capital: Annotated[str, typer.Option("--capital", help='What comes in with the change: "500 tUSD".')] = "",
    capital_to: Annotated[str, typer.Option("--capital-to", help="Who gets that capital.")] = "",
    until: Annotated[str, typer.Option("--until", help="Until when the change can be brought (30 days).")] = "",
    part: LesserPart = "",
    report: Report = "",
) -> None:
    """Sign an agreement; with --change new terms for it; with --part that only so much of a milestone is delivered.

    It costs nothing; the signature goes into a file beside the text.
    """
    from daokit.cli.show import count
    from daokit.typed_data import digest_of

    session: Session = ctx.obj
    if change is not None and part:
        raise UsageError("sign one of --change and --part at a time")
    if report and not part:
        raise UsageError("--report goes with --part: a whole delivery needs no signature")
    if change is not None:
        change = written_change(session, text, change, capital, capital_to, until)
    signed = subject(session, change or text, part, report)
    if session.me not in signed.signers:
        raise RuleBroken(
            f"your signature is not needed here; those who sign: {', '.join(map(session.name, signed.signers))}"
        )
    digest = digest_of(*signed.typed)
    path = signed.signatures
    had = _at(path, session.chain.id, signed.agreement, digest)
    lines = (f"sign {signed.words}", signed.reading)
    session.plan("Sign this? It costs nothing.", *lines, agreement=signed.agreement, digest=digest)
    whole = had.with_one(session.me, session.chain.sign_typed(*signed.typed))
    whole.write(path)
    lacking = _lacking(session, signed, whole, signed.brought_by(session))
    session.done(
        {"agreement": signed.agreement, "text": str(signed.path), "signatures": str(path), "missing": lacking},
        f"signed; {count(len(whole.by), 'signature')} in {path}",
        f"agreement: {signed.agreement}",
        _missing_words(session, signed, lacking),
    )


def collect(
    ctx: typer.Context,
    text: Text,
    others: Annotated[list[Path], typer.Argument(help="Files of signatures that came from others.")],
    part: LesserPart = "",
    report: Report = "",
) -> None:
    """Take in signatures from other files. Each is checked; one under another text is refused."""
    from daokit.agreement_signatures import Signatures
    from daokit.typed_data import digest_of, signed_by_key

    session: Session = ctx.obj
    signed = subject(session, text, part, report)
    digest = digest_of(*signed.typed)
    path = signed.signatures
    whole = _at(path, session.chain.id, signed.agreement, digest)
    for other in others:
        given = Signatures.load(other)
        for signer, signature in given.by.items():
            is_key = not session.chain.code(signer)
            if given.digest == digest and is_key and not signed_by_key(signer, signed.typed, signature):
                raise RuleBroken(f"the signature of {session.name(signer)} in {other} is not good; ask for another")
        whole = whole.joined(given)
    whole.write(path)
    lacking = _lacking(session, signed, whole, signed.brought_by(session))
    session.done(
        {"signatures": str(path), "signed": list(whole.by), "missing": lacking},
        f"signed by {', '.join(map(session.name, whole.by))}",
        _missing_words(session, signed, lacking),
    )


def open_(ctx: typer.Context, text: Text) -> None:
    """Open an agreement that all have signed and whose deposit is paid. Anyone can."""
    from daokit.agreements import Agreements

    session: Session = ctx.obj
    signed = subject(session, text)
    if (found := signed.at.described) is None:
        raise UsageError(f"{text} is the text of a change; `daokit agreement amend {text}` puts it in force")
    whole, title = good(session, signed, None), found.paper.title
    Agreements(session.chain).open(found.terms, whole.by, found.paper.number, words=(f'open "{title}"',))
    session.done({"agreement": signed.agreement}, f'"{title}" is open at {signed.agreement}')


def amend(ctx: typer.Context, text: Annotated[Path, typer.Argument(help="The text of the change (.md).")]) -> None:
    """Put new terms in force that all whom they affect have signed. Anyone can; capital is paid by whoever does."""
    session: Session = ctx.obj
    signed = signed_change(session, text, session.me)
    signed.there.amend(signed.changed, signed.change, signed.by, words=signed.words)
    where = signed.there.address
    session.done({"agreement": where, "terms": signed.changed}, f"new terms hold; see: daokit agreement show {where}")


@dataclass(frozen=True)
class SignedChange:
    """A change that all whom it affects have signed: of which agreement, what it brings, who signed (signatures by
    signer), and what it does, in lines of words."""

    there: ProfitShare
    changed: Terms
    change: Change
    by: Mapping[str, bytes]
    words: tuple[str, ...]


def signed_change(session: Session, text: Path, sender: str) -> SignedChange:
    """The change in a text, for `sender` to bring. Raises `RuleBroken` while a signature is missing."""
    from daokit.profit_share import ProfitShare

    agreement, changed, change, _ = change_in(text)
    there = ProfitShare.load(session.chain, agreement)
    whole = good(session, subject(session, text), sender)
    words = ["put new terms in force: what was released stays divided as it was"]
    if change.capital:
        words.append(
            f"pay {session.money(changed.token, change.capital)} of capital to {session.name(change.capital_to)}"
        )
    return SignedChange(there, changed, change, whole.by, tuple(words))


@dataclass(frozen=True)
class Subject:
    """What is to be signed: for which `agreement`, by whom, as which typed data; what it is in words; the command for
    `after` all have signed; from which file, where its signatures are kept, what to type after `sign` or `approve` to
    mean it, and what to read before."""

    at: Found
    agreement: str
    signers: list[str]
    typed: tuple[Any, Any, Any]
    words: str
    after: str
    path: Path
    signatures: Path
    named: str
    reading: str

    def brought_by(self, session: Session) -> str | None:
        """Whose transaction stands for a signature: of whoever brings a change. An agreement is opened by its maker."""
        return None if self.at.described else session.chain.reader


def subject(session: Session, path: Path, part: str = "", report: str = "") -> Subject:
    """What a file is for: the opening of an agreement, or a change of one; with `part`, a delivery of less than a whole
    milestone of it."""
    from daokit.cli.agreement_at import TERMS

    if part:
        return lesser_delivery(session, path, part, report)
    return _opening(session, path) if path.suffix == TERMS or not is_change(path) else _amendment(session, path)


def _opening(session: Session, path: Path) -> Subject:
    from daokit.agreement_file import kept
    from daokit.agreement_messages import OPENING_TYPE, opening_message
    from daokit.cli.agreement_at import TERMS, placed, written
    from daokit.factory import deploy
    from daokit.profit_share import ProfitShare
    from daokit.token import balance_of

    found = written(session, path)
    deploy(session.chain, "ProfitShareFactory")
    at = placed(session, found)
    address = at.address(session)
    typed = ProfitShare(session.chain, address).domain(), OPENING_TYPE, opening_message(found.terms)
    if path.suffix == TERMS:
        keep(found.text, kept(found.paper, found.prose))
    signers = list(dict.fromkeys(party.signer for party in found.terms.parties))
    words, after = f'"{found.paper.title}" as one of its parties', f"daokit agreement open {found.text}"
    token, deposit = found.terms.token, found.terms.deposit
    if (there := balance_of(session.chain, token, address)) < deposit:
        payer, missing = session.name(found.terms.customer), session.money(token, deposit - there)
        after = f'{payer} pays the deposit, daokit agreement fund {found.text} "{missing}"; then {after}'
    return Subject(at, address, signers, typed, words, after, **_of_text(found.text, found.terms.document))


def _amendment(session: Session, path: Path) -> Subject:
    from daokit.agreement_messages import AMENDMENT_TYPE, amendment_message
    from daokit.cli.agreement_at import Found, know
    from daokit.profit_share import ProfitShare

    agreement, changed, change, before = change_in(path)
    there = ProfitShare.load(session.chain, agreement)
    know(session, changed)
    current = there.hash
    if before != current:
        raise RuleBroken("the terms have changed since this was written; write the change anew with `sign --change`")
    message = amendment_message(current, changed, change)
    signers = list(dict.fromkeys(there.signers_of(changed)))
    typed = there.domain(), AMENDMENT_TYPE, message
    words, after = f"new terms for the agreement at {agreement}", f"daokit agreement amend {path}"
    at = Found(agreement, None, there)
    return Subject(at, agreement, signers, typed, words, after, **_of_text(path, change.document))


def _of_text(text: Path, document: str) -> dict[str, Any]:
    """What follows from a text that people sign."""
    from daokit.agreement_signatures import beside

    reading = f"the text is {text}; read it first: its hash is {document}"
    return {"path": text, "signatures": beside(text), "named": str(text), "reading": reading}


def _at(path: Path, chain: int, agreement: str, digest: str) -> Signatures:
    from daokit.agreement_signatures import Signatures

    empty = Signatures(chain, agreement, digest)
    return empty.joined(Signatures.load(path)) if path.exists() else empty


def good(session: Session, signed: Subject, sender: str | None) -> Signatures:
    """The signatures beside a text, when none is missing; who sends the transaction need not sign."""
    from daokit.typed_data import digest_of

    whole = _at(signed.signatures, session.chain.id, signed.agreement, digest_of(*signed.typed))
    if lacking := _lacking(session, signed, whole, sender):
        raise RuleBroken(
            f"not signed yet by {_names(session, signed, lacking)}; each signs with "
            f"`daokit agreement sign {signed.named}`, and `collect` takes their files in"
        )
    return whole


def _lacking(session: Session, signed: Subject, whole: Signatures, sender: str | None) -> list[str]:
    """Who has not said yes yet: by a signature, as a contract, on the chain, or by being who sends the transaction."""
    from daokit.agreement_messages import missing_signers
    from daokit.agreement_signatures import signed_by_contract
    from daokit.profit_share import Said
    from daokit.typed_data import digest_of

    chain, digest, there = session.chain, digest_of(*signed.typed), signed.at.there
    said = {one: there.said_by(one, digest) for one in signed.signers} if there else {}
    by = {one: signature for one, signature in whole.by.items() if said.get(one) is not Said.REVOKED}
    return [
        one
        for one in missing_signers(signed.signers, by)
        if one != sender
        and said.get(one) is not Said.APPROVED
        and (said.get(one) is Said.REVOKED or not chain.code(one) or not signed_by_contract(chain, one, digest))
    ]


def _names(session: Session, signed: Subject, lacking: Sequence[str]) -> str:
    """Who is still to sign, and what a collective does for it."""
    words = ", ".join(map(session.name, lacking))
    if any(session.chain.code(one) for one in lacking):
        words += f" (a collective signs by the proposal that `daokit agreement approve {signed.named}` opens)"
    return words


def _missing_words(session: Session, signed: Subject, lacking: Sequence[str]) -> str:
    return f"still to sign: {_names(session, signed, lacking)}" if lacking else f"all have signed; next: {signed.after}"
