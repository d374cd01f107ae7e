"""What founders write: `charter.toml` as a model, with every bound of the contracts checked before anything is sent."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

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


def _written(key: str) -> Any:
    """A rule's type in the model: read from the words of a charter, kept as the contract's integer."""
    rule = rules.BY_KEY[key]
    plain = rule.kind in (rules.Kind.COUNT, rules.Kind.SWITCH)

    def read(value: object) -> int:
        is_plain = type(value) is (bool if rule.kind is rules.Kind.SWITCH else int)
        if plain and not is_plain:
            raise ValueError(f"{rule.name} is {rule.kind.value}, written without quotes, not {value!r}")
        if not plain and not isinstance(value, str):
            example = rule.show(rules.DEFAULTS[key])
            raise ValueError(f'{rule.name} is {rule.kind.value}, written in quotes with its unit, like "{example}"')
        try:
            return rule.parse(str(value).lower() if plain else str(value))
        except UsageError as error:
            raise ValueError(error.message) from None

    return Annotated[int, BeforeValidator(read), Field(default=rules.DEFAULTS[key], validate_default=False)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Founder(_Table):
    """One founder: the name on the roll, the account (an address or a known name), and units at the start."""

    name: str
    account: str
    units: Annotated[int, Field(ge=0, le=MOST_UNITS, strict=True)] = 0


def _section(name: str) -> type[_Table]:
    annotations = {rule.name: _written(rule.key) for rule in rules.in_section(name)}
    return type(name.title(), (_Table,), {"__annotations__": annotations, "__module__": __name__})


class _Treasury(_Table):
    tokens: tuple[str, ...] = ()


class Charter(_Table):
    """A whole charter. `text` is the document itself; rules are the contracts' integers, by key, in `values`."""

    SECTIONS: ClassVar[tuple[str, ...]] = ("voting", "seasons", "admission", "exit")
