"""Which agreement a word means: its address, or a file: `terms.toml`, or the text that people keep of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from daokit.errors import RuleBroken, UsageError

if TYPE_CHECKING:
    from daokit.addresses import TokenWords
    from daokit.cli.session import Session
    from daokit.paper import Paper
    from daokit.profit_share import ProfitShare
    from daokit.terms import Terms

TEXT, TERMS = ".md", ".toml"


@dataclass(frozen=True)
class Written:
    """An agreement from a file, its `source`: what people sign, its prose, the terms with the hash of both, and where
    its `text` is or will be kept."""

    paper: Paper
    prose: str
    terms: Terms
    text: Path
    source: Path


@dataclass(frozen=True)
class Found:
    """What a word means: where the agreement is or will be (None: the chain lacks the contracts for agreements), what
    describes it when the word is a file, and the agreement when it is on the chain: opened, or only a `draft`."""

    place: str | None
    described: Written | None
    there: ProfitShare | None
    draft: bool = False

    @property
    def on_chain(self) -> ProfitShare:
        """The agreement, which may be a draft there. Raises `RuleBroken` when it is not on the chain yet."""
        if self.there is None:
            raise self._not_open()
        return self.there

    @property
    def opened(self) -> ProfitShare:
        """The agreement. Raises `RuleBroken` when it is not open yet."""
        if self.draft:
            raise self._not_open()
        return self.on_chain

    @property
    def written(self) -> Written:
        """What the file says. Raises `UsageError` for an address."""
        if self.described is None:
            raise UsageError("name the file of the agreement: its text (.md) or its terms (.toml)")
        return self.described

    def _not_open(self) -> RuleBroken:
        title, text, source = self.written.paper.title, self.written.text, self.written.source
        return RuleBroken(
            f'"{title}" is not open yet: let its parties sign with `daokit agreement sign {source}`, '
            f"then open it with `daokit agreement open {text}`"
        )

    def address(self, session: Session) -> str:
        """Where it is, or will be. Raises `UsageError` while the chain lacks the contracts."""
        if self.place is None:
            raise UsageError(
                f"{session.chain.name} does not have the contracts for agreements yet; "
                "`daokit agreement sign terms.toml` puts them up"
            )
        return self.place


def token_words(session: Session, word: str) -> TokenWords:
    """How a token is written, by its symbol or address."""
    return session.chain.token(session.token(word))


def written(session: Session, path: Path) -> Written:
    """The agreement that a file describes. Raises `UsageError` for another chain's."""
    from daokit.agreement_file import read
    from daokit.legal_text import prose
    from daokit.paper import Paper
    from daokit.terms_file import TermsFile

    if path.suffix == TERMS:
        described = TermsFile.load(path)
        paper = described.paper(session.resolve, lambda word: token_words(session, word), session.chain.id)
        text = prose(paper)
    else:
        parameters, text = read(contents(path))
        paper = Paper.of(parameters)
    if paper.chain != session.chain.id:
        raise UsageError(
            f"{path} is an agreement on chain {paper.chain}, and {session.chain.name} is chain {session.chain.id}; "
            "name the other network"
        )
    return Written(paper, text, paper.with_prose(text), path.with_suffix(TEXT), path)


def find(session: Session, word: str) -> Found:
    """What a word means: an address or a name, or the file of an agreement. Names of its parties are known from then
    on. Raises `RuleBroken` when no agreement is at an address, `UsageError` for another chain's file."""
    from daokit.profit_share import ProfitShare

    if word.endswith((TEXT, TERMS)):
        return placed(session, written(session, Path(word)))
    there = ProfitShare.load(session.chain, session.resolve(word))
    session.chain.book.add_seats([("the agreement", there.address)])
    return Found(there.address, None, there)


def placed(session: Session, described: Written) -> Found:
    """The same for what a file describes."""
    from daokit.agreements import Agreements
    from daokit.factory import missing
    from daokit.profit_share import ProfitShare, State

    if missing(session.chain, Agreements.artifact_name):
        return Found(None, described, None)
    place = Agreements(session.chain).address_of(described.terms, described.paper.number)
    session.chain.book.add_seats([(described.paper.title, place)])
    know(session, described.terms)
    if not session.chain.code(place):
        return Found(place, described, None)
    there = ProfitShare(session.chain, place, described.terms)
    return Found(place, described, there, draft=there.status().state is State.DRAFT)


def know(session: Session, terms: Terms) -> None:
    """Let parties go by their names in a file from now on, where the address book has no other."""
    session.chain.book.add_seats([(one.name, one.payee) for one in terms.parties if one.name])


def drafted(session: Session, found: Found, *lines: str) -> ProfitShare:
    """The agreement, put on the chain as a draft when it is not there: then the one question is asked here, and `lines`
    say what is done after it."""
    from daokit.agreements import Agreements
    from daokit.profit_share import ProfitShare

    if found.there is not None:
        return found.there
    terms, number = found.written.terms, found.written.paper.number
    session.plan("Do this?", "put the agreement on the chain as a draft, which opens nothing", *lines)
    return ProfitShare(session.chain, Agreements(session.chain).make(terms, number), terms)


def agreement(session: Session, word: str) -> ProfitShare:
    """The agreement that a word means. Raises `RuleBroken` when it is not open yet."""
    return find(session, word).opened


def my_row(session: Session, terms: Terms) -> int:
    """The row that the account signs for. Raises `UsageError` when there is none, or several."""
    rows = [place for place, one in enumerate(terms.parties) if session.me in (one.signer, one.payee)]
    if len(rows) != 1:
        which = "no row" if not rows else f"rows {', '.join(str(row + 1) for row in rows)}"
        raise UsageError(f"you sign for {which} of this agreement; say which with --row")
    return rows[0]


def contents(path: Path) -> str:
    """A file's text. Raises `UsageError` when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}; ask for it, or write terms with `daokit agreement draft`") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as text: {error}") from None
