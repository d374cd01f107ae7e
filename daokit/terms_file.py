"""What people write: `terms.toml` as a model, turned into terms and the paper that people sign.

Times without a zone are UTC, so that the same file means the same everywhere. Tiers count from 1, as people do. Names
of accounts and tokens become addresses by functions that the caller passes in.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from daokit.addresses import TokenWords
from daokit.amounts import BPS
from daokit.errors import MalformedFile, UnknownName, UsageError
from daokit.hashing import ZERO_ADDRESS
from daokit.paper import Paper
from daokit.quantities import parse_duration, parse_share, parse_time
from daokit.terms import Milestone, Party, Terms
from daokit.text import clean, clean_lines

MOST_BYTES = 65_536
MOST_TITLE = 120
MOST_NAME = 64
MOST_WORDS = 4_000

T = TypeVar("T")
Resolve = Callable[[str], str]
TokenOf = Callable[[str], TokenWords]

# What an order that says nothing else has; a share of revenue has none of it.
ORDER_DEFAULTS = {"deposit": "50%", "review": "7 days", "grace": "14 days", "arbitration": "14 days", "fallback": "50%"}
ORDER_ONLY = ("price", *ORDER_DEFAULTS, "customer", "arbiter")


def _moment(given: object) -> object:
    """TOML has dates of its own; in quotes they serve as well."""
    return given.isoformat() if isinstance(given, date) else given


When = Annotated[str, BeforeValidator(_moment)]
_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class MilestoneLine(BaseModel):
    """`[[milestone]]`: what is delivered, which part of the price it is worth, by when."""

    model_config = _STRICT

    what: str
    share: str
    due: When


class PartyLine(BaseModel):
    """`[[party]]`: a row. `payee` and `name` stand for each other where one is left out, `signer` for the payee."""

    model_config = _STRICT

    name: str = ""
    payee: str = ""
    signer: str = ""
    role: str = ""
    cost: str = "0"
    tier: int = 1
    share: str = "0%"
    residual: bool = False

    @property
    def called(self) -> str:
        """The name that people read."""
        return self.name or self.payee


class TermsFile(BaseModel):
    """A whole `terms.toml`, as written."""

    model_config = _STRICT

    kind: Literal["order", "revenue", "service"]
    title: str
    token: str
    open_by: When
    price: str = ""
    deposit: str = ""
    review: str = ""
    grace: str = ""
    arbitration: str = ""
    fallback: str = ""
    customer: str = ""
    refund_to: str = ""
    arbiter: str = ""
    number: int = 0
    milestone: tuple[MilestoneLine, ...] = ()
    party: tuple[PartyLine, ...] = ()
    words: dict[str, str] = {}

    @classmethod
    def load(cls, path: Path | str) -> TermsFile:
        """The terms in a file. Raises `MalformedFile`, which names the file and the key."""
        path = Path(path)
        try:
            if path.stat().st_size > MOST_BYTES:
                raise MalformedFile(f"{path} is longer than {MOST_BYTES:,} bytes; terms are short")
            return cls.parse(path.read_text(encoding="utf-8"), path)
        except FileNotFoundError:
            raise UsageError(f"there is no {path}; `daokit agreement draft` writes one") from None
        except (OSError, UnicodeDecodeError) as error:
            raise MalformedFile(f"{path} cannot be read as text: {error}") from None

    @classmethod
    def parse(cls, content: str, path: Path | str = "terms.toml") -> TermsFile:
        """The terms written in `content`; errors name `path`."""
        if len(content.encode()) > MOST_BYTES:
            raise MalformedFile(f"{path} is longer than {MOST_BYTES:,} bytes; terms are short")
        try:
            given = tomllib.loads(content)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise MalformedFile(f"{path} is not TOML: {error}") from None
        try:
            _known_keys(given)
            return cls.model_validate({**given, **_lists(given)})
        except ValidationError as error:
            raise MalformedFile(f"{path}: {'; '.join(_sentence(one) for one in error.errors())}") from None
        except UsageError as error:
            raise MalformedFile(f"{path}: {error.message}") from None

    def paper(self, resolve: Resolve, token: TokenOf, chain: int) -> Paper:
        """The paper of this agreement on the chain with the id `chain`. `resolve` turns an account's name into its
        address, `token` a token's into how it is written. Raises `UsageError` with a sentence for each thing amiss."""
        found = [*self._unfit(), *self._unfit_for_kind()]
        if found:
            raise UsageError("; ".join(found))
        words = token(self.token)
        terms = self._terms(resolve, words)
        terms.check()
        filled = {key: _normal(text) for key, text in self.words.items()}
        said = {"customer": self.customer, "refund_to": self.refund_to or self.customer, "arbiter": self.arbiter}
        names = {role: _normal(name) for role, name in said.items() if name}
        return Paper(self.kind, _normal(self.title), chain, words, terms, names, filled, self.number)

    def _terms(self, resolve: Resolve, token: TokenWords) -> Terms:
        order = self.kind != "revenue"
        said = {key: getattr(self, key) or (usual if order else "0") for key, usual in ORDER_DEFAULTS.items()}
        customer = _at("customer", self.customer, resolve)
        return Terms(
            token=token.address,
            refund_to=_at("refund_to", self.refund_to, resolve) if self.refund_to else customer,
            open_by=_time("open_by", self.open_by),
            parties=tuple(self._party(line, resolve, token) for line in self.party),
            residual=next((row for row, line in enumerate(self.party) if line.residual), 0),
            price=_money("price", self.price or "0", token),
            deposit_bps=_share("deposit", said["deposit"]) if order else 0,
            review=_length("review", said["review"]),
            grace=_length("grace", said["grace"]),
            arbitration=_length("arbitration", said["arbitration"]),
            fallback_bps=_share("fallback", said["fallback"]) if order else 0,
            customer=customer,
            arbiter=_at("arbiter", self.arbiter, resolve),
            milestones=tuple(
                Milestone(
                    _share(f"the share of milestone {place}", line.share),
                    _time(f"due of milestone {place}", line.due),
                    _normal(line.what),
                )
                for place, line in enumerate(self.milestone, 1)
            ),
        )

    def _party(self, line: PartyLine, resolve: Resolve, token: TokenWords) -> Party:
        who = line.called
        payee = _at(f"payee of {who}", line.payee or line.name, resolve)
        return Party(
            payee,
            _at(f"signer of {who}", line.signer, resolve) if line.signer else payee,
            _money(f"the cost of {who}", line.cost, token),
            line.tier - 1,
            _share(f"the share of {who}", line.share),
            _normal(line.called),
            _normal(line.role),
        )

    def _unfit(self) -> list[str]:
        found = []
        if not 0 <= self.number < 2**256:
            found.append("number lies between 0 and 2^256 - 1")
        lines = [("the title", self.title, MOST_TITLE)]
        lines += [(f"what milestone {place} is", one.what, MOST_TITLE) for place, one in enumerate(self.milestone, 1)]
        for place, one in enumerate(self.party, 1):
            lines += [(f"the name of party {place}", one.called, MOST_NAME)]
            lines += [(f"the role of {one.called}", one.role, MOST_NAME)] if one.role else []
        for role in ("customer", "refund_to", "arbiter"):
            lines += [(role, getattr(self, role), MOST_NAME)] if getattr(self, role) else []
        for what, text, most in lines:
            if not text.strip() or clean(text, most) != text:
                found.append(f"{what} is one line of 1 to {most} characters, without control signs")
        for key, text in self.words.items():
            if not re.fullmatch(r"[a-z][a-z_]{0,31}", key):
                found.append(f'the blank "{clean(key, 32)}" is named in small letters, like "law"')
            if clean_lines(text, MOST_WORDS + 1) != "\n".join(line.rstrip() for line in text.splitlines()):
                found.append(
                    f"the words for {clean(key, 32)} have at most {MOST_WORDS:,} characters, and no control signs"
                )
        names = [one.called.casefold() for one in self.party]
        for name in sorted({one for one in names if one and names.count(one) > 1}):
            found.append(f"two parties are called {name}; give each a name of its own")
        return found

    def _unfit_for_kind(self) -> list[str]:
        found = []
        for place, line in enumerate(self.party, 1):
            if line.tier < 1:
                found.append(f"party {place} stands in tier {line.tier}; tiers count from 1")
        residual = sum(line.residual for line in self.party)
        if self.party and residual != 1 and (residual or len(self.party) > 1):
            found.append(
                f"{residual} parties are residual; mark the one that gets what rounding leaves: residual = true"
            )
        if self.party and (total := sum(_share("share", line.share) for line in self.party)) not in (0, BPS):
            shown = f"{total // 100}.{total % 100:02d}%"
            found.append(f"the shares of the profit are {shown} together; they must be 100%, or nobody names any")
        if self.kind == "revenue":
            said = [key for key in ORDER_ONLY if getattr(self, key)] + (["milestone"] if self.milestone else [])
            if said:
                found.append(f"an open-ended share of revenue has no {', '.join(said)}; leave that out")
            if not self.refund_to:
                found.append("refund_to is missing: who gets whatever does not belong here")
            return found
        found += [f"{key} is missing; {self.kind} needs it" for key in ("price", "customer") if not getattr(self, key)]
        return found + ([] if self.milestone else ["there is no [[milestone]]; say what is delivered and by when"])


def _lists(given: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    # Strict models take tuples only, and TOML has lists.
    return {key: tuple(given[key]) for key in ("milestone", "party") if isinstance(given.get(key), list)}


def _known_keys(given: Mapping[str, Any]) -> None:
    _refuse_unknown("key of terms", given, TermsFile.model_fields)
    for key, model in (("milestone", MilestoneLine), ("party", PartyLine)):
        lines = given.get(key, [])
        for line in lines if isinstance(lines, list) else ():
            if isinstance(line, dict):
                _refuse_unknown(f"key of [[{key}]]", line, model.model_fields)


def _refuse_unknown(kind: str, given: Iterable[str], known: Iterable[str]) -> None:
    for key in given:
        if key not in known:
            raise UnknownName(kind, clean(key, 40), known)


_PLAIN = {
    "missing": "is missing",
    "string_type": "is text, in quotes",
    "int_type": "is a whole number, without quotes",
    "bool_type": "is true or false, without quotes",
    "tuple_type": "is a list of tables, each begun with its name in double brackets",
    "dict_type": "is a section of its own",
    "model_type": "is a table of its own",
    "literal_error": "is order, revenue or service",
}


def _sentence(error: Any) -> str:
    place = [f"{part + 1}" if isinstance(part, int) else str(part) for part in error["loc"]]
    return f"{' '.join(place)} {_PLAIN.get(error['type'], error['msg'])}"


def _at(what: str, name: str, resolve: Resolve) -> str:
    return _in(what, resolve, name) if name else ZERO_ADDRESS


def _money(what: str, text: str, token: TokenWords) -> int:
    return _in(what, token.read, text)


def _share(what: str, text: str) -> int:
    return _in(what, parse_share, text)


def _length(what: str, text: str) -> int:
    return _in(what, parse_duration, text)


def _time(what: str, text: str) -> int:
    return _in(what, lambda words: parse_time(words, UTC), text)


def _in(what: str, read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except UsageError as error:
        raise type(error)(f"{what}: {error.message}") if type(error) is UsageError else error from None


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())
