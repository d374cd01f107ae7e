"""What founders write: `charter.toml` as a model, with every bound of the contracts checked before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from daokit import rules
from daokit.documents import text_of as text_of
from daokit.errors import UnknownName, UsageError
from daokit.founding_file import FoundingFile, refuse_unknown
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


class Charter(FoundingFile):
    """A whole charter. Sections hold the contracts' integers by the charter's own names (see `rules`)."""

    FILE: ClassVar[str] = "charter.toml"
    WRITER: ClassVar[str] = "daokit init"

    founders: tuple[Founder, ...]
    voting: Annotated[Mapping[str, int], _section("voting"), Field(validate_default=True)] = {}
    seasons: Annotated[Mapping[str, int], _section("seasons"), Field(validate_default=True)] = {}
    admission: Annotated[Mapping[str, int], _section("admission"), Field(validate_default=True)] = {}
    exit: Annotated[Mapping[str, int], _section("exit"), Field(validate_default=True)] = {}
    treasury: Annotated[Mapping[str, tuple[str, ...]], BeforeValidator(_treasury), Field(validate_default=True)] = {}

    @classmethod
    def sentence(cls, error: Any) -> str:
        """One of pydantic's errors in our words."""
        place = [f"{part + 1}" if isinstance(part, int) else str(part) for part in error["loc"]]
        if error["type"] == "extra_forbidden" and place[0] == "founders":
            return f"{' '.join(place)} is not a key of a founder; there are {', '.join(Founder.model_fields)}"
        table = ", [[founders]]" if error["type"] == "model_type" else ""
        return super().sentence(error) + table

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


def _token(word: str, resolve: Callable[[str], str]) -> str:
    try:
        return resolve(word)
    except UnknownName:
        raise UnknownName(
            "token", word, (), "give its address under [treasury] in the charter, or leave it out"
        ) from None
