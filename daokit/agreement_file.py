"""The file that people keep of an agreement: its prose, then its parameters, and the check against the chain.

The prose stands first, exactly as it was hashed; behind a line the parameters as JSON, laid out for reading. Line ends
and spaces at the end of lines do not count, everything else does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from daokit.addresses import TokenWords
from daokit.errors import UsageError
from daokit.legal_text import AmendmentPaper, prose
from daokit.paper import Paper, document_hash, normal_prose, terms_of
from daokit.terms import Terms
from daokit.terms_bounds import MOST_MILESTONES, MOST_PARTIES
from daokit.terms_words import differences

MOST_BYTES = 262_144

_BETWEEN = "\n---\n\n## The parameters\n\n```json\n"
_END = "\n```\n"
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Verdict:
    """Whether a file is the one that the chain holds the hash of, in one sentence. `document` is the file's own."""

    holds: bool
    sentence: str
    document: str


def kept(paper: Paper | AmendmentPaper, text: str) -> str:
    """The file to keep: `text` is the prose."""
    shown = json.dumps(paper.parameters(), ensure_ascii=False, indent=2)
    return normal_prose(normal_prose(text) + _BETWEEN + shown + _END)


def read(content: str) -> tuple[dict[str, Any], str]:
    """The parameters and the prose of a kept file. Raises `UsageError` when it is none."""
    if len(content.encode(errors="replace")) > MOST_BYTES:
        raise UsageError(f"the file is longer than {MOST_BYTES:,} bytes; an agreement is shorter")
    text = normal_prose(content)
    # Nothing within the parameters can look like this, since no line breaks within a JSON string.
    head, between, rest = text.rpartition(_BETWEEN)
    if not between or not rest.endswith(_END):
        raise UsageError("this is no agreement's file: its parameters do not stand at the end, as daokit writes them")
    # Deep nesting can end the whole process; an agreement has an object for each row, each milestone, and a few more.
    if len(re.findall(r"[\[{]", _STRING.sub("", rest))) > MOST_PARTIES + MOST_MILESTONES + 8:
        raise UsageError("the parameters at the end of the file are not those of an agreement")
    try:
        parameters = json.loads(rest.removesuffix(_END), object_pairs_hook=_once)
    except ValueError as error:
        raise UsageError(f"the parameters at the end of the file cannot be read: {error}") from None
    if not isinstance(parameters, dict):
        raise UsageError("the parameters at the end of the file are not those of an agreement")
    return parameters, normal_prose(head)


def verify(content: str, terms: Terms) -> Verdict:
    """Whether a kept file is what the terms on the chain carry the hash of. `terms` are those of the opening: later
    changes have files of their own. Raises `UsageError` when the file cannot be read."""
    parameters, text = read(content)
    paper = Paper.of(parameters)
    document = paper.document(text)
    if found := _compared(paper.with_prose(text), terms, paper.token, document):
        return found
    if _today(paper) == text:
        return Verdict(True, f"This is the agreement that was signed: {_SAME}.", document)
    sentence = (
        "This is the agreement that was signed, and its parameters are those on the chain. Its text is not the one "
        "that this version of daokit makes of them, so read the text itself."
    )
    return Verdict(True, sentence, document)


def verify_amendment(content: str, changed: Terms, document: str) -> Verdict:
    """Whether a kept file is the text of the amendment that brought the terms `changed`, whose hash is `document`
    (`Change.document`, the event `Amended`)."""
    parameters, text = read(content)
    own = document_hash(parameters, text)
    try:
        if parameters["kind"] != "amendment":
            raise UsageError("this is the file of an agreement, not of a change of it")
        named = terms_of(parameters["changed"])
        words = TokenWords(named.token, str(parameters["symbol"]), int(parameters["decimals"]))
        said = replace(named, document=str(parameters["changed"]["document"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"the parameters are not those of an amendment: {error}") from None
    if (differ := _differing(said, changed, words)) is not None:
        return Verdict(False, differ, own)
    if own != document:
        return Verdict(False, _WORDS_DIFFER, own)
    return Verdict(True, f"This is the change that was signed: {_SAME}.", own)


_SAME = "text, parameters and the chain are the same"
_WORDS_DIFFER = (
    "The terms are those on the chain, but not the words: the text, a name or a word in it was changed since it was "
    "signed, and the chain holds the hash of another text."
)


def _today(paper: Paper) -> str | None:
    try:
        return prose(paper)
    except UsageError:
        # A template that has been given other blanks since.
        return None


def _compared(said: Terms, terms: Terms, words: TokenWords, document: str) -> Verdict | None:
    """What is wrong, told by the first thing that differs other than the hash itself, which follows from it."""
    if (differ := _differing(replace(said, document=terms.document), terms, words)) is not None:
        return Verdict(False, differ, document)
    return Verdict(False, _WORDS_DIFFER, document) if document != terms.document else None


def _differing(said: Terms, terms: Terms, words: TokenWords) -> str | None:
    found = differences(said, terms.named_like(said), words)
    if not found:
        return None
    first, more = found[0], len(found) - 1
    others = f" {more} more {'thing differs' if more == 1 else 'things differ'}." if more else ""
    return f"The file says of {first.what}: {first.one}; the chain says: {first.other}.{others}"


def _once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
