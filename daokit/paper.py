"""An agreement as people sign it: its parameters, the names and words that go with them, and one hash over all.

`hash = keccak256(canonical JSON ‖ 0x00 ‖ prose)`. The canonical JSON (RFC 8785) holds strings only, in objects and
lists: every number is a decimal string, every address has its EIP-55 capitals, keys are sorted, there are no spaces,
and text is UTF-8 in the normal form NFC. It holds all terms but `document`, which is the hash itself. The prose is
UTF-8 in NFC, its lines end in one line feed each. So the hash depends on no machine, zone, locale or editor.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from daokit.addresses import TokenWords
from daokit.errors import UsageError
from daokit.hashing import is_address, keccak, parse_address
from daokit.terms import Milestone, Party, Terms

KINDS = ("order", "revenue", "service")

_NUMBERS = ("price", "deposit_bps", "open_by", "review", "grace", "arbitration", "fallback_bps", "residual")
_ADDRESSES = ("token", "customer", "refund_to", "arbiter")
_PARTY = ("payee", "signer", "cost", "tier", "share", "name", "role")
_MILESTONE = ("share", "due", "what")


@dataclass(frozen=True)
class Paper:
    """Everything that an agreement's text is made of. `chain` is the chain's id; `terms` carry the parties' names and
    roles, and no document of their own; `names` are those of customer, refund_to and arbiter; `words` fill the blanks
    of the prose; `number` tells it from an agreement with the same terms, and their addresses from each other."""

    kind: str
    title: str
    chain: int
    token: TokenWords
    terms: Terms
    names: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    number: int = 0

    def canonical(self) -> bytes:
        """The parameters as the hash takes them."""
        return canonical(self.parameters())

    def parameters(self) -> dict[str, Any]:
        """The parameters as objects, lists and strings."""
        return {
            "kind": self.kind,
            "title": self.title,
            "chain": str(self.chain),
            "number": str(self.number),
            "symbol": self.token.symbol,
            "decimals": str(self.token.decimals),
            "terms": terms_parameters(self.terms),
            "names": dict(self.names),
            "words": dict(self.words),
        }

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Paper:
        """From what `parameters` gave. Raises `UsageError` for anything else."""
        try:
            terms = terms_of(parameters["terms"])
            token = TokenWords(terms.token, _text(parameters["symbol"]), _number(parameters["decimals"]))
            names, words = (
                {_text(key): _text(value) for key, value in parameters[part].items()} for part in ("names", "words")
            )
            kind, title, chain = parameters["kind"], parameters["title"], parameters["chain"]
            number = _number(parameters["number"])
            paper = cls(_text(kind), _text(title), _number(chain), token, terms, names, words, number)
            same = canonical(parameters) == paper.canonical()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UsageError(f"the parameters are not those of an agreement: {error}") from None
        if not same or paper.kind not in KINDS:
            raise UsageError("the parameters say more than an agreement has, or say it in another form")
        return paper

    def document(self, prose: str) -> str:
        """The hash that the terms carry with this prose, 0x hex."""
        return document_hash(self.parameters(), prose)

    def with_prose(self, prose: str) -> Terms:
        """The terms that carry the hash of this paper with this prose."""
        return replace(self.terms, document=self.document(prose))


def terms_parameters(terms: Terms) -> dict[str, Any]:
    """All of `terms` but `document`, as objects, lists and strings."""
    return {
        **{name: str(getattr(terms, name)) for name in (*_NUMBERS, *_ADDRESSES)},
        "milestones": [{name: str(getattr(one, name)) for name in _MILESTONE} for one in terms.milestones],
        "parties": [{name: str(getattr(one, name)) for name in _PARTY} for one in terms.parties],
    }


def terms_of(parameters: Mapping[str, Any]) -> Terms:
    """The terms that `terms_parameters` was made from, without document."""
    number = {name: _number(parameters[name]) for name in _NUMBERS}
    address = {name: _address(parameters[name]) for name in _ADDRESSES}
    return Terms(
        token=address["token"],
        refund_to=address["refund_to"],
        open_by=number["open_by"],
        parties=tuple(_party(one) for one in parameters["parties"]),
        residual=number["residual"],
        price=number["price"],
        deposit_bps=number["deposit_bps"],
        review=number["review"],
        grace=number["grace"],
        arbitration=number["arbitration"],
        fallback_bps=number["fallback_bps"],
        customer=address["customer"],
        arbiter=address["arbiter"],
        milestones=tuple(
            Milestone(_number(one["share"]), _number(one["due"]), _text(one["what"]))
            for one in parameters["milestones"]
        ),
    )


def canonical(parameters: Mapping[str, Any]) -> bytes:
    """Objects, lists and strings in the one form that is hashed."""
    text = json.dumps(_normal(parameters), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def normal_prose(prose: str) -> str:
    """Prose as it is hashed: NFC, a line feed at the end of each line, no spaces before it, one line end at the end."""
    text = unicodedata.normalize("NFC", prose.removeprefix("\ufeff"))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip(" \t") for line in lines).strip("\n") + "\n"


def document_hash(parameters: Mapping[str, Any], prose: str) -> str:
    """keccak256 of the canonical parameters, a zero byte and the prose, 0x hex."""
    return "0x" + keccak(canonical(parameters) + b"\0" + normal_prose(prose).encode()).hex()


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {_normal(key): _normal(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_normal(one) for one in value]
    raise UsageError(f"the parameters hold strings, lists and objects only, not {value!r}")


def _party(one: Mapping[str, Any]) -> Party:
    cost, tier, share = (_number(one[name]) for name in ("cost", "tier", "share"))
    payee, signer = _address(one["payee"]), _address(one["signer"])
    return Party(payee, signer, cost, tier, share, _text(one["name"]), _text(one["role"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, str) or not value.isascii() or not value.isdecimal() or len(value) > 78:
        raise ValueError(f"{value!r} is no number in quotes")
    return int(value)


def _address(value: Any) -> str:
    if not isinstance(value, str) or not is_address(value):
        raise ValueError(f"{value!r} is no address")
    return parse_address(value)
