"""Which agreement a word means: its address, or a file: `terms.toml`, or the text that people keep of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from daokit.errors import UsageError
from daokit.hashing import is_address

if TYPE_CHECKING:
    from daokit.addresses import TokenWords
    from daokit.cli.session import Session
    from daokit.paper import Paper
    from daokit.profit_share import ProfitShare
    from daokit.terms import Terms

TEXT, TERMS = ".md", ".toml"


@dataclass(frozen=True)
class Written:
    """An agreement from a file: what people sign, its prose, the terms with the hash of both, and the text's file."""

    paper: Paper
    prose: str
    terms: Terms
    text: Path


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
    return Written(paper, text, paper.with_prose(text), path.with_suffix(TEXT))


def address_of(session: Session, found: Written) -> str:
    """Where the agreement is, or will be; the contract that makes agreements must be on the chain."""
    from daokit.agreements import Agreements
    from daokit.factory import missing

    if missing(session.chain, Agreements.artifact_name):
        raise UsageError(
            f"{session.chain.name} does not have the contracts for agreements yet; "
            "`daokit agreement sign terms.toml` puts them up"
        )
    return Agreements(session.chain).address_of(found.terms, found.paper.number)


def agreement(session: Session, word: str) -> ProfitShare:
    """The agreement that a word means, on the chain already. Names of its parties are known from then on."""
    from daokit.profit_share import ProfitShare

    if not word.endswith((TEXT, TERMS)):
        found = ProfitShare.load(session.chain, word if is_address(word) else session.resolve(word))
        session.chain.book.add_seats([("the agreement", found.address)])
        return found
    described = written(session, Path(word))
    address = address_of(session, described)
    found = ProfitShare.load(session.chain, address, described.terms)
    book = session.chain.book
    book.add_seats([(described.paper.title, address)])
    book.add_seats([(one.name, one.payee) for one in described.terms.parties if one.name])
    found.names = described.terms
    return found


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
