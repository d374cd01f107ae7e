"""The prose of agreements: templates in `daokit/legal`, filled with parameters in plain words.

Templates are rendered in Jinja's sandbox, and rendering refuses while a blank (`words.law`) is left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daokit.affected import Asked
from daokit.errors import UnknownName, UsageError
from daokit.hashing import ZERO_ADDRESS
from daokit.paper import Paper, normal_prose, terms_parameters
from daokit.quantities import format_share
from daokit.terms import Change, Terms
from daokit.terms_words import differences, length, part_of_profit, utc

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

TEMPLATES = Path(__file__).parent / "legal"


@dataclass(frozen=True)
class AmendmentPaper:
    """Everything that the text of an amendment is made of: the agreement's own paper with the terms in force and their
    hash (`IProfitShare.hash`), what was `released` when it was written, the new terms, and who signs why. The `change`
    carries no document of its own yet."""

    paper: Paper
    agreement: str
    before: str
    amendment: int
    released: int
    changed: Terms
    change: Change
    asked: Sequence[Asked]
    words: Mapping[str, str]

    def parameters(self) -> dict[str, Any]:
        """The parameters as objects, lists and strings."""
        return {
            "kind": "amendment",
            "title": self.paper.title,
            "chain": str(self.paper.chain),
            "agreement": self.agreement,
            "symbol": self.paper.token.symbol,
            "decimals": str(self.paper.token.decimals),
            "before": self.before,
            "amendment": str(self.amendment),
            "released": str(self.released),
            "changed": {**terms_parameters(self.changed), "document": self.changed.document},
            "capital": str(self.change.capital),
            "capital_to": self.change.capital_to,
            "deadline": str(self.change.deadline),
            "signers": [one.signer for one in self.asked],
            "words": dict(self.words),
        }


def blanks(kind: str) -> tuple[str, ...]:
    """The blanks of a kind's template, `words.NAME`, in alphabetical order."""
    from jinja2 import nodes

    environment = _environment()
    found: set[str] = set()
    for name in (f"{kind}.md", *(() if kind == "amendment" else ("_frame.md",))):
        tree = environment.parse((TEMPLATES / name).read_text(encoding="utf-8"))
        found |= {
            one.attr
            for one in tree.find_all(nodes.Getattr)
            if isinstance(one.node, nodes.Name) and one.node.name == "words"
        }
    return tuple(sorted(found))


def prose(paper: Paper) -> str:
    """The text of an agreement. Raises `UsageError` that names the blanks still left."""
    return _rendered(paper.kind, paper.words, _said(paper))


def amendment_prose(paper: AmendmentPaper) -> str:
    """The text of an amendment. Raises `UsageError` that names the blanks still left."""
    token, terms = paper.paper.token, paper.paper.terms
    changed = paper.changed.named_like(terms) if not any(one.name for one in paper.changed.parties) else paper.changed
    said = {
        "title": _line(paper.paper.title),
        "chain": paper.paper.chain,
        "symbol": token.symbol,
        "agreement": paper.agreement,
        "before": paper.before,
        "amendment": paper.amendment,
        "released": token.write(paper.released),
        "changes": [f"{one.what}: {one.other} instead of {one.one}." for one in differences(terms, changed, token)],
        "capital": token.write(paper.change.capital) if paper.change.capital else "",
        "capital_to": paper.change.capital_to,
        "deadline": utc(paper.change.deadline),
        "signers": paper.asked,
    }
    return _rendered("amendment", paper.words, said)


def _rendered(kind: str, words: Mapping[str, str], said: Mapping[str, Any]) -> str:
    wanted = blanks(kind)
    if left := [name for name in wanted if not words.get(name, "").strip()]:
        are = "this blank is" if len(left) == 1 else "these blanks are"
        raise UsageError(f"{are} still to be filled under [words]: {', '.join(left)}", blanks=left)
    for name in words:
        if name not in wanted:
            raise UnknownName("blank", name, wanted)
    text = _environment().get_template(f"{kind}.md").render(**said, words=words)
    return normal_prose(re.sub(r"\n{3,}", "\n\n", text))


def _said(paper: Paper) -> dict[str, Any]:
    terms, token = paper.terms, paper.token
    return {
        "title": _line(paper.title),
        "chain": paper.chain,
        "symbol": token.symbol,
        "token": "the chain's own coin" if terms.token == ZERO_ADDRESS else f"the token at {terms.token}",
        "ends": terms.is_order,
        "rows": [
            {"name": _line(terms.label(row)), "role": _line(one.role), "payee": one.payee, "signer": one.signer}
            for row, one in enumerate(terms.parties)
        ],
        "tiers": _tiers(paper),
        "profit": _profit(terms),
        "residual": _line(terms.label(terms.residual)),
        "price": token.write(terms.price),
        "deposit": token.write(terms.deposit),
        "deposit_share": format_share(terms.deposit_bps),
        "open_by": utc(terms.open_by),
        "review": length(terms.review),
        "grace": length(terms.grace),
        "arbitration": length(terms.arbitration),
        "fallback": format_share(terms.fallback_bps),
        "customer": _who(paper, "customer", terms.customer),
        "refund_to": _who(paper, "refund_to", terms.refund_to),
        "arbiter": "" if terms.arbiter == ZERO_ADDRESS else _who(paper, "arbiter", terms.arbiter),
        "milestones": [
            {
                "what": _line(one.what).rstrip("."),
                "worth": token.write(terms.value_of(place)),
                "share": format_share(one.share),
                "due": utc(one.due),
            }
            for place, one in enumerate(terms.milestones)
        ],
        "milestones_words": "There is one."
        if len(terms.milestones) == 1
        else f"There are {len(terms.milestones)}, one after the other.",
    }


def _tiers(paper: Paper) -> list[dict[str, Any]]:
    terms = paper.terms
    tiers = sorted({one.tier for one in terms.parties if one.cost})
    return [
        {
            "costs": [
                f"{_line(terms.label(row))} {paper.token.write(one.cost)}"
                for row, one in enumerate(terms.parties)
                if one.cost and one.tier == tier
            ]
        }
        for tier in tiers
    ]


def _profit(terms: Terms) -> str:
    parts = {row: part_of_profit(terms, row) for row in range(len(terms.parties))}
    shown = [f"{_line(terms.label(row))} {part}" for row, part in parts.items() if part != "nothing"]
    return f"It is shared like this: {', '.join(shown)}."


def _who(paper: Paper, role: str, address: str) -> str:
    name = _line(paper.names.get(role, ""))
    return f"{name} ({address})" if name and name.lower() != address.lower() else address


def _line(text: str) -> str:
    """A name as it stands in a sentence: nothing in it is a sign of Markdown."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
