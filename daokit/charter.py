"""What founders write: `charter.toml` as a model, with every bound of the contracts checked before anything is sent."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from daokit import rules
from daokit.documents import data_uri, text_hash
from daokit.documents import text_of as text_of
from daokit.errors import MalformedFile, UnknownName, UsageError
from daokit.hashing import ZERO_ADDRESS

PRESETS = Path(__file__).parent / "presets"
MOST_FOUNDERS = 32
MOST_TOKENS = 8
MOST_UNITS = 2**64 - 1
MOST_NAME = 64  # bytes


def _section(name: str) -> Any:
    """The reader of one section: people's words to the contract's integers, what is not said as by default."""
    known = {rule.name: rule for rule in rules.in_section(name)}

    def read(given: object) -> dict[str, int]:
        if not isinstance(given, dict):
            raise ValueError(f"[{name}] is a section with keys of its own")
        refuse_unknown(given, known)
        return {
            key: _value(rule, given[key]) if key in given else rules.DEFAULTS[rule.key] for key, rule in known.items()
        }

    return BeforeValidator(read)


def _value(rule: rules.Rule, given: object) -> int:
    plain = {rules.Kind.COUNT: int, rules.Kind.SWITCH: bool}.get(rule.kind)
    if plain and type(given) is not plain:
        raise ValueError(f"{rule.name} is {rule.kind.value}, without quotes, not {given!r}")
    if not plain and not isinstance(given, str):
        example = rule.show(rules.DEFAULTS[rule.key])
        raise ValueError(f'{rule.name} is {rule.kind.value}, in quotes with its unit, like "{example}", not {given!r}')
    try:
        return rule.parse(str(given).lower() if plain else str(given))
    except UsageError as error:
        raise ValueError(f"{rule.name}: {error.message}") from None


def _treasury(given: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, dict):
        raise ValueError("[treasury] is a section with the key tokens")
    refuse_unknown(given, ("tokens",))
    tokens = given.get("tokens", [])
    if not isinstance(tokens, list | tuple) or not all(isinstance(token, str) for token in tokens):
        raise ValueError('tokens is a list of symbols or addresses, like ["tUSD"]')
    return {"tokens": tuple(tokens)}


class Founder(BaseModel):
    """One founder: the name on the roll, the account (an address or a known name), and units at the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    account: str
    units: Annotated[int, Field(strict=True)] = 0


class Charter(BaseModel):
    """A whole charter. Sections hold the contracts' integers by the charter's own names (see `rules`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    purpose: str = ""
    text: str = ""
    uri: str = ""
    number: Annotated[int, Field(strict=True)] = 0
    founders: tuple[Founder, ...]
    voting: Annotated[Mapping[str, int], _section("voting"), Field(validate_default=True)] = {}
    seasons: Annotated[Mapping[str, int], _section("seasons"), Field(validate_default=True)] = {}
    admission: Annotated[Mapping[str, int], _section("admission"), Field(validate_default=True)] = {}
    exit: Annotated[Mapping[str, int], _section("exit"), Field(validate_default=True)] = {}
    treasury: Annotated[Mapping[str, tuple[str, ...]], BeforeValidator(_treasury), Field(validate_default=True)] = {}

    _own_file: bool = PrivateAttr(default=False)

    @classmethod
    def load(cls, path: Path | str) -> Charter:
        """The charter in a file. Raises `MalformedFile`, which names the file and the key, for whatever the contracts
        would refuse on one's own machine; `check` says what a public chain asks beyond that."""
        path = Path(path)
        try:
            return cls.parse(path.read_text(encoding="utf-8"), path)
        except FileNotFoundError:
            raise UsageError(f"there is no {path}; `daokit init` writes one") from None
        except (OSError, UnicodeDecodeError) as error:
            raise MalformedFile(f"{path} cannot be read as text: {error}") from None

    @classmethod
    def parse(cls, content: str, path: Path | str = "charter.toml") -> Charter:
        """The charter written in `content`. `path` is where it stands: errors name it, and a `text` that names a file
        is looked for beside it."""
        path = Path(path)
        try:
            given = tomllib.loads(content)
        except tomllib.TOMLDecodeError as error:
            raise MalformedFile(f"{path} is not TOML: {error}") from None
        own_file = names_a_file(given.get("text"))
        if own_file:
            given["text"] = document_beside(path, given["text"])
        try:
            refuse_unknown(given, cls.model_fields)
            charter = cls.model_validate(given)
        except ValidationError as error:
            raise MalformedFile(f"{path}: {'; '.join(_sentence(one) for one in error.errors())}") from None
        except ValueError as error:
            raise MalformedFile(f"{path}: {error}") from None
        charter._own_file = own_file
        try:
            charter.check(local=True)
        except UsageError as error:
            raise MalformedFile(f"{path}: {error.message}") from None
        return charter

    def check(self, *, local: bool) -> None:
        """Raises `UsageError` with one sentence for each thing that a founding would be refused for, on a chain on
        one's own machine or on a public one."""
        breaches = rules.breaches(self.values, local=local, founders=len(self.founders))
        found = [f"[{rules.BY_KEY[breach.key].section}] {breach.sentence}" for breach in breaches] + self._unfit()
        if found:
            raise UsageError("; ".join(found))
        self.data_or_uri()

    def _unfit(self) -> list[str]:
        found = []
        for what, name in (("name", self.name), *((f"founder {one.account}: name", one.name) for one in self.founders)):
            if not 0 < len(name.strip().encode()) <= MOST_NAME:
                found.append(f"{what} is {len(name.strip().encode())} bytes long; a name has 1 to {MOST_NAME}")
        if not 0 < len(self.founders) <= MOST_FOUNDERS:
            found.append(
                f"there are {len(self.founders)} founders; a collective begins with 1 to {MOST_FOUNDERS}, "
                "and all others join once it stands"
            )
        accounts = [one.account.lower() for one in self.founders]
        for account in sorted({one for one in accounts if accounts.count(one) > 1}):
            found.append(f"the account {account} stands twice among the founders; one seat a person")
        if any(one.units < 0 for one in self.founders) or sum(one.units for one in self.founders) > MOST_UNITS:
            found.append("units are not negative and fewer than 2^64 in all")
        if not 0 <= self.number < 2**256:
            found.append("number lies between 0 and 2^256 - 1")
        tokens = [one.lower() for one in self.tokens]
        if len(tokens) > MOST_TOKENS:
            found.append(f"{len(tokens)} tokens are listed; at most {MOST_TOKENS}, as every act goes through them all")
        for token in sorted({one for one in tokens if tokens.count(one) > 1}):
            found.append(f"the token {token} is listed twice")
        return found

    @property
    def values(self) -> rules.Values:
        """All rules, by key (`voting.quorum`)."""
        return {rule.key: getattr(self, rule.section)[rule.name] for rule in rules.RULES}

    @property
    def tokens(self) -> tuple[str, ...]:
        """Tokens to be listed from the start, as written. The chain's own coin needs no listing."""
        return self.treasury["tokens"]

    @property
    def document(self) -> str:
        """What members accept: a file that `text` names, exactly as it stands; otherwise name, purpose and text."""
        if self._own_file:
            return self.text
        parts = (f"# {self.name.strip()}", self.purpose.strip(), self.text.strip())
        return "\n\n".join(part for part in parts if part) + "\n"

    @property
    def text_hash(self) -> str:
        """keccak256 of the document, 0x hex."""
        return text_hash(self.document)

    def data_or_uri(self) -> str:
        """Where the document is: the charter's `uri`, or one that carries it whole. Raises `UsageError` when it is too
        long for that."""
        return self.uri or data_uri(self.document, "the charter's text")

    def to_solidity(self, resolve: Callable[[str], str]) -> tuple[Any, ...]:
        """The arguments of `ICollective.Charter`. `resolve` turns names of accounts and tokens into addresses."""
        accounts = [resolve(one.account) for one in self.founders]
        tokens = [_token(one, resolve) for one in self.tokens]
        for names, found in (([one.account for one in self.founders], accounts), (list(self.tokens), tokens)):
            for place, address in enumerate(found):
                if address == ZERO_ADDRESS:
                    raise UsageError(f"{names[place]} is the zero address: no account, and the coin needs no listing")
                if address in found[:place]:
                    twin = names[found.index(address)]
                    raise UsageError(f"{twin} and {names[place]} are the same address, {address}")

        def row(section: str) -> tuple[int, ...]:
            return tuple(self.values[rule.key] for rule in rules.in_section(section))

        return (
            self.name.strip(),
            bytes.fromhex(self.text_hash[2:]),
            self.data_or_uri(),
            row("voting"),
            row("admission"),
            *row("seasons"),
            *row("exit"),
            tokens,
            [(account, one.units, one.name.strip()) for account, one in zip(accounts, self.founders, strict=True)],
        )


def presets() -> tuple[str, ...]:
    """The kinds of institution that there are templates for."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.toml")))


def template(like: str, name: str) -> str:
    """A commented `charter.toml` for an institution of a kind, called `name`. Raises `UnknownName`."""
    if like not in presets():
        raise UnknownName("kind of charter", like, presets())
    if not 0 < len(name.strip().encode()) <= MOST_NAME or not name.isprintable():
        raise UsageError(f"a name has 1 to {MOST_NAME} bytes, in one line")
    quoted = name.strip().replace("\\", "\\\\").replace('"', '\\"')
    return (PRESETS / f"{like}.toml").read_text(encoding="utf-8").replace("{{name}}", quoted)


def names_a_file(text: object) -> bool:
    return isinstance(text, str) and "\n" not in text and text.endswith((".md", ".txt"))


def document_beside(path: Path, name: str) -> str:
    try:
        # As bytes, so that the hash is that of the file, whatever its line ends.
        return (path.parent / name).read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        raise MalformedFile(f'{path}: text names the file "{name}", and there is no such text beside it') from None


def _token(word: str, resolve: Callable[[str], str]) -> str:
    try:
        return resolve(word)
    except UnknownName:
        raise UnknownName(
            "token", word, (), "give its address under [treasury] in the charter, or leave it out"
        ) from None


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key, list(known), n=2, cutoff=0.5)
            remedy = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
            raise ValueError(f'there is no key "{key}" here; {remedy}')


_PLAIN = {
    "missing": "is missing",
    "string_type": "is text, in quotes",
    "int_type": "is a whole number, without quotes",
    "extra_forbidden": "is not a key that is known here",
    "tuple_type": "is a list",
    "model_type": "is a table of its own, [[founders]]",
}


def _sentence(error: Any) -> str:
    place = [f"{part + 1}" if isinstance(part, int) else str(part) for part in error["loc"]]
    words = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden" and place[0] == "founders":
        return f"{' '.join(place)} is not a key of a founder; there are {', '.join(Founder.model_fields)}"
    return f"{' '.join(place)} {_PLAIN[error['type']]}" if error["type"] in _PLAIN else f"[{'.'.join(place)}] {words}"
