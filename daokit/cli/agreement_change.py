"""Changes of an agreement as files: new terms in, the text that is signed out, and what it says read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from daokit.errors import RuleBroken, UsageError
from daokit.files import write_whole

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.profit_share import Snapshot
    from daokit.terms import Change, Terms

_MONTH = 30 * 86_400  # how long a change waits for its signatures, when nothing is said: collectives decide slowly


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
        changed = change_in(path)[1]
    if found := change_breaches(now.terms, changed, now.status.milestone, now.released):
        raise RuleBroken("; ".join(found))
    return changed


def is_change(text: Path) -> bool:
    """Whether a file is the text of a change, not of an agreement. Raises `UsageError` when it is neither."""
    from daokit.agreement_file import read
    from daokit.cli.agreement_at import contents

    return read(contents(text))[0].get("kind") == "amendment"


def written_change(session: Session, text: Path, change: Path, capital: str, capital_to: str, until: str) -> Path:
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
    there = at.opened
    now = there.snapshot()
    terms, released = now.terms, now.released
    paper = replace(at.written.paper, terms=terms)
    changed = changed_terms(session, now, change)
    token, amount = session.amount(capital) if capital else (terms.token, 0)
    if token != terms.token or bool(capital) != bool(capital_to):
        raise UsageError(f"capital is in {session.chain.symbol(terms.token)} and goes to whom --capital-to names")
    deadline = parse_time(until) if until else session.chain.now() + _MONTH
    if deadline <= session.chain.now():
        raise UsageError(f"--until {until} has passed; name a time until when the change can be brought")
    to = session.resolve(capital_to) if capital_to else ZERO_ADDRESS
    wanted = blanks("amendment")
    words = {key: said for key, said in TermsFile.load(change).words.items() if key in wanted}
    draft = AmendmentPaper(
        paper, there.address, there.hash, now.frozen.amendment + 1, released, changed,
        Change(NO_TEXT, deadline, amount, to), affected(terms, changed, released, now.frozen), words,
    )  # fmt: skip
    path = change.with_suffix(TEXT)
    keep(path, kept(draft, amendment_prose(draft)))
    return path


def change_in(path: Path) -> tuple[str, Terms, Change, str]:
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


def keep(path: Path, content: str) -> None:
    """Write a text that people sign. Raises `UsageError` when another one is there already."""
    if path.exists() and path.read_text(encoding="utf-8") != content:
        raise UsageError(
            f"{path} holds another text already, which somebody may have signed; give these terms another file name"
        )
    write_whole(path, content)
