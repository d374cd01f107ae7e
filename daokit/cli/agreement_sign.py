"""`daokit agreement`, what is signed: sign, collect, open, amend, revoke. Texts and signatures travel as files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.errors import RuleBroken, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daokit.agreement_signatures import Signatures
    from daokit.cli.agreement_at import Found
    from daokit.cli.session import Session
    from daokit.profit_share import Snapshot
    from daokit.terms import Change, Terms

Text = Annotated[Path, typer.Argument(help="The text to sign (.md), or the terms that it is made from (.toml).")]
_WEEKS = 14 * 86_400  # how long an amendment waits for its signatures, when nothing is said


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    for command in (sign, collect, open_, amend, revoke):
        app.command(command.__name__.rstrip("_"))(command)


def sign(
    ctx: typer.Context,
    text: Text,
    change: Annotated[Path | None, typer.Option("--change", help="New terms for it (.toml): sign the change.")] = None,
    capital: Annotated[str, typer.Option("--capital", help='What comes in with the change: "500 tUSD".')] = "",
    capital_to: Annotated[str, typer.Option("--capital-to", help="Who gets that capital.")] = "",
    until: Annotated[str, typer.Option("--until", help="Until when the change can be brought (two weeks).")] = "",
) -> None:
    """Sign an agreement, or with --change new terms for it. Costs nothing; the signature goes into a file beside it."""
    from daokit.agreement_signatures import beside, digest_of
    from daokit.cli.show import count

    session: Session = ctx.obj
    if change is not None:
        change = _written_change(session, text, change, capital, capital_to, until)
    signed = _subject(session, change or text)
    if session.me not in signed.signers:
        raise RuleBroken(
            f"your signature is not needed here; those who sign: {', '.join(map(session.name, signed.signers))}"
        )
    digest = digest_of(*signed.typed)
    path = beside(signed.path)
    had = _at(path, session.chain.id, signed.agreement, digest)
    lines = (
        f"sign {signed.words}",
        f"the text is {signed.path}; read it first: its hash is {signed.document}",
    )
    session.plan("Sign this? It costs nothing.", *lines, agreement=signed.agreement, digest=digest)
    whole = had.with_one(session.me, session.chain.sign_typed(*signed.typed))
    whole.write(path)
    lacking = _lacking(session, signed.signers, whole)
    session.done(
        {"agreement": signed.agreement, "text": str(signed.path), "signatures": str(path), "missing": lacking},
        f"signed; {count(len(whole.by), 'signature')} in {path}",
        f"agreement: {signed.agreement}",
        _missing_words(session, lacking, signed.next),
    )


def collect(
    ctx: typer.Context,
    text: Text,
    others: Annotated[list[Path], typer.Argument(help="Files of signatures that came from others.")],
) -> None:
    """Take in signatures from other files. Each is checked; one under another text is refused."""
    from daokit.agreement_signatures import Signatures, beside, digest_of, signed_by_key

    session: Session = ctx.obj
    signed = _subject(session, text)
    digest = digest_of(*signed.typed)
    path = beside(signed.path)
    whole = _at(path, session.chain.id, signed.agreement, digest)
    for other in others:
        given = Signatures.load(other)
        for signer, signature in given.by.items():
            is_key = not session.chain.code(signer)
            if given.digest == digest and is_key and not signed_by_key(signer, signed.typed, signature):
                raise RuleBroken(f"the signature of {session.name(signer)} in {other} is not good; ask for another")
        whole = whole.joined(given)
    whole.write(path)
    lacking = _lacking(session, signed.signers, whole)
    session.done(
        {"signatures": str(path), "signed": list(whole.by), "missing": lacking},
        f"signed by {', '.join(map(session.name, whole.by))}",
        _missing_words(session, lacking, signed.next),
    )


def open_(ctx: typer.Context, text: Text) -> None:
    """Open an agreement that all have signed and whose deposit is paid. Anyone can."""
    from daokit.agreements import Agreements

    session: Session = ctx.obj
    signed = _subject(session, text)
    if (found := signed.at.described) is None:
        raise UsageError(f"{text} is the text of a change; `daokit agreement amend {text}` puts it in force")
    whole, title = _good(session, signed), found.paper.title
    Agreements(session.chain).open(found.terms, whole.by, found.paper.number, words=(f'open "{title}"',))
    session.done({"agreement": signed.agreement}, f'"{title}" is open at {signed.agreement}')


def amend(ctx: typer.Context, text: Annotated[Path, typer.Argument(help="The text of the change (.md).")]) -> None:
    """Put new terms in force that all whom they affect have signed. Anyone can; capital is paid by whoever does."""
    from daokit.profit_share import ProfitShare

    session: Session = ctx.obj
    agreement, changed, change, _ = _change_in(text)
    there = ProfitShare.load(session.chain, agreement)
    whole = _good(session, _subject(session, text))
    words = ["put new terms in force: what was released stays divided as it was"]
    if change.capital:
        words.append(
            f"pay {session.money(changed.token, change.capital)} of capital to {session.name(change.capital_to)}"
        )
    there.amend(changed, change, whole.by, words=tuple(words))
    session.done({"agreement": agreement, "terms": changed}, f"new terms hold; see: daokit agreement show {agreement}")


def revoke(ctx: typer.Context, text: Text) -> None:
    """Take back your signature under an agreement or a change that does not hold yet."""
    from daokit.agreement_signatures import digest_of
    from daokit.profit_share import Said

    session: Session = ctx.obj
    signed = _subject(session, text)
    signed.at.on_chain.speak(digest_of(*signed.typed), Said.REVOKED)
    session.done({"agreement": signed.agreement}, "your signature under it is worth nothing from now on")


def changed_terms(session: Session, now: Snapshot, path: Path) -> Terms:
    """New terms for an agreement, which is as it is `now`, from a file of terms or from the text of a change. Raises
    `RuleBroken` for a change that the chain would refuse, whoever signs it."""
    from daokit.cli.agreement_at import TERMS, token_words
    from daokit.terms_bounds import change_breaches
    from daokit.terms_file import TermsFile

    if now.status.state.ended:
        raise RuleBroken("this agreement has ended: its terms cannot change any more")
    if path.suffix == TERMS:
        described = TermsFile.load(path)
        paper = described.paper(session.resolve, lambda word: token_words(session, word), session.chain.id)
        # The text that was signed stays; the change has one of its own.
        changed = replace(paper.terms, document=now.terms.document)
    else:
        changed = _change_in(path)[1]
    if found := change_breaches(now.terms, changed, now.status.milestone, now.released):
        raise RuleBroken("; ".join(found))
    return changed


@dataclass(frozen=True)
class _Subject:
    """What is to be signed: for which `agreement`, by whom, as which typed data, from which file; what it is in words,
    the hash of its text, and the command for when all have signed."""

    at: Found
    agreement: str
    signers: list[str]
    typed: tuple[Any, Any, Any]
    path: Path
    words: str
    document: str
    next: str


def _subject(session: Session, path: Path) -> _Subject:
    from daokit.agreement_file import read
    from daokit.cli.agreement_at import TERMS, contents

    if path.suffix == TERMS or read(contents(path))[0].get("kind") != "amendment":
        return _opening(session, path)
    return _amendment(session, path)


def _opening(session: Session, path: Path) -> _Subject:
    from daokit.agreement_file import kept
    from daokit.cli.agreement_at import TERMS, placed, written
    from daokit.factory import deploy
    from daokit.profit_share import OPENING_TYPE, ProfitShare, opening_message

    found = written(session, path)
    deploy(session.chain, "ProfitShareFactory")
    at = placed(session, found)
    address = at.address(session)
    typed = ProfitShare(session.chain, address).domain(), OPENING_TYPE, opening_message(found.terms)
    if path.suffix == TERMS:
        _keep(found.text, kept(found.paper, found.prose))
    signers = list(dict.fromkeys(party.signer for party in found.terms.parties))
    words, after = f'"{found.paper.title}" as one of its parties', f"daokit agreement open {found.text}"
    return _Subject(at, address, signers, typed, found.text, words, found.terms.document, after)


def _amendment(session: Session, path: Path) -> _Subject:
    from daokit.cli.agreement_at import Found
    from daokit.profit_share import AMENDMENT_TYPE, ProfitShare, amendment_message

    agreement, changed, change, before = _change_in(path)
    there = ProfitShare.load(session.chain, agreement)
    current = "0x" + there.read("hash").hex()
    if before != current:
        raise RuleBroken("the terms have changed since this was written; write the change anew with `sign --change`")
    message = amendment_message(current, changed, change)
    signers = list(dict.fromkeys(there.signers_of(changed)))
    typed = there.domain(), AMENDMENT_TYPE, message
    words, after = f"new terms for the agreement at {agreement}", f"daokit agreement amend {path}"
    at = Found(agreement, None, there)
    return _Subject(at, agreement, signers, typed, path, words, change.document, after)


def _written_change(session: Session, text: Path, change: Path, capital: str, capital_to: str, until: str) -> Path:
    """Writes the text of a change beside its terms; returns its file."""
    from daokit.affected import affected
    from daokit.agreement_file import kept
    from daokit.cli.agreement_at import TEXT, find
    from daokit.hashing import ZERO_ADDRESS
    from daokit.legal_text import AmendmentPaper, amendment_prose, blanks
    from daokit.quantities import parse_time
    from daokit.terms import NO_TEXT, Change
    from daokit.terms_file import TermsFile

    at = find(session, str(text))
    if at.described is None:
        raise UsageError(f"{text} is not the file of an agreement; a change is written from its text (.md)")
    there = at.on_chain
    now = there.snapshot()
    terms, released = now.terms, now.released
    paper = replace(at.described.paper, terms=terms)
    changed = changed_terms(session, now, change)
    token, amount = session.amount(capital) if capital else (terms.token, 0)
    if token != terms.token or bool(capital) != bool(capital_to):
        raise UsageError(f"capital is in {session.chain.symbol(terms.token)} and goes to whom --capital-to names")
    deadline = parse_time(until) if until else session.chain.now() + _WEEKS
    if deadline <= session.chain.now():
        raise UsageError(f"--until {until} has passed; name a time until when the change can be brought")
    to = session.resolve(capital_to) if capital_to else ZERO_ADDRESS
    wanted = blanks("amendment")
    words = {key: said for key, said in TermsFile.load(change).words.items() if key in wanted}
    draft = AmendmentPaper(
        paper, there.address, "0x" + there.read("hash").hex(), now.frozen.amendment + 1, released, changed,
        Change(NO_TEXT, deadline, amount, to), affected(terms, changed, released, now.frozen), words,
    )  # fmt: skip
    path = change.with_suffix(TEXT)
    _keep(path, kept(draft, amendment_prose(draft)))
    return path


def _change_in(path: Path) -> tuple[str, Terms, Change, str]:
    """Agreement, new terms, what comes with them, and the hash of the terms before, from the text of a change."""
    from daokit.agreement_file import read
    from daokit.cli.agreement_at import contents
    from daokit.hashing import parse_address
    from daokit.paper import document_hash, terms_of
    from daokit.terms import Change

    parameters, prose = read(contents(path))
    if parameters.get("kind") != "amendment":
        raise UsageError(f"{path} is the text of an agreement, not of a change of one")
    try:
        changed = replace(terms_of(parameters["changed"]), document=str(parameters["changed"]["document"]))
        document = document_hash(parameters, prose)
        capital, to = int(parameters["capital"]), parse_address(parameters["capital_to"])
        change = Change(document, int(parameters["deadline"]), capital, to)
        return parse_address(parameters["agreement"]), changed, change, str(parameters["before"])
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path} is not the text of a change: {error}") from None


def _keep(path: Path, content: str) -> None:
    if path.exists() and path.read_text(encoding="utf-8") != content:
        raise UsageError(
            f"{path} holds another text already, which somebody may have signed; give these terms another file name"
        )
    path.write_text(content, encoding="utf-8")


def _at(path: Path, chain: int, agreement: str, digest: str) -> Signatures:
    from daokit.agreement_signatures import Signatures

    empty = Signatures(chain, agreement, digest)
    return empty.joined(Signatures.load(path)) if path.exists() else empty


def _good(session: Session, signed: _Subject) -> Signatures:
    """The signatures beside a text, when none is missing."""
    from daokit.agreement_signatures import beside, digest_of

    whole = _at(beside(signed.path), session.chain.id, signed.agreement, digest_of(*signed.typed))
    if lacking := _lacking(session, signed.signers, whole):
        raise RuleBroken(f"not signed yet by {', '.join(map(session.name, lacking))}; `collect` takes their files in")
    return whole


def _lacking(session: Session, signers: Sequence[str], whole: Signatures) -> list[str]:
    """Key holders who have not signed, nor send this themselves. Contracts say yes on the chain."""
    from daokit.profit_share import missing_signers

    me = session.chain.reader
    return [one for one in missing_signers(signers, whole.by) if one != me and not session.chain.code(one)]


def _missing_words(session: Session, lacking: Sequence[str], after: str) -> str:
    if lacking:
        return f"still to sign: {', '.join(map(session.name, lacking))}"
    return f"all have signed; next: {after}"
