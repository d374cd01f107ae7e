"""Functions of any contract as typed: `transfer(address,uint256)`, and their arguments as words.

Types are those of Solidity's ABI; lists and structs are written `[1,2]` and `(1,bob)`, in types and in arguments alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from daokit.abi import AbiType, Tuple, parse_all
from daokit.errors import NoConnection, UsageError
from daokit.hashing import selector

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_WORD = re.compile(
    r"address|bool|string|bytes(?:[1-9]|[12]\d|3[0-2])?|u?int(?:8|16|24|32|40|48|56|64|72|80|88|96"
    r"|1[0-9]{2}|2[0-5][0-9])"
)
_MOST = 500  # a stranger may have written it, and brackets inside brackets cost a call each
_SHORT = {"uint": "uint256", "int": "int256"}

Fields = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Signature:
    """A function by its name and the types of its parameters."""

    name: str
    fields: Fields

    @classmethod
    def parse(cls, text: str) -> Signature:
        """`transfer(address,uint256)`, without spaces or names of parameters. Raises `UsageError`."""
        if len(text) > _MOST:
            raise UsageError(f"a function's signature has at most {_MOST} characters, not {len(text)}")
        name, bracket, _ = text.partition("(")
        if not bracket or not text.endswith(")") or not _NAME.fullmatch(name):
            raise UsageError(f'"{text}" is not a function; write its name and types, like transfer(address,uint256)')
        return cls(name, tuple(_field(part) for part in _split(text[len(name) :], text)))

    @cached_property
    def inputs(self) -> Tuple:
        """What encodes and decodes the arguments."""
        return parse_all(self.fields)

    @property
    def canonical(self) -> str:
        """The form that is hashed."""
        return self.name + self.inputs.name

    @property
    def selector(self) -> bytes:
        """The 4 bytes that name the function in a call."""
        return selector(self.canonical)

    def check_count(self, arguments: Sequence[str]) -> None:
        """Raises `UsageError` when there are more or fewer arguments than parameters."""
        if len(arguments) != len(self.fields):
            raise UsageError(f"{self.canonical} takes {len(self.fields)} arguments, not {len(arguments)}")

    def encode(self, arguments: Sequence[str], resolve: Callable[[str], str]) -> bytes:
        """The data of a call. `resolve` turns names into addresses."""
        self.check_count(arguments)
        values = [_value(field, word, resolve) for field, word in zip(self.fields, arguments, strict=True)]
        return self.selector + self.inputs.encode(values)


def decode(inputs: Tuple, data: bytes) -> Any | None:
    """The arguments in the data of a call (without its selector); None when these are not exactly the bytes of any."""
    try:
        values = inputs.decode(data, 0)
        return values if inputs.encode(values) == data else None
    except (NoConnection, UsageError, ValueError):
        return None


def show(kind: AbiType | Mapping[str, Any], value: Any, name_of: Callable[[str], str]) -> str:
    """A decoded value as people read it, addresses by name."""
    field = kind if isinstance(kind, Mapping) else {"type": kind.name}
    name = str(field["type"])
    if name.endswith("]"):
        item = {**field, "type": name[: name.rindex("[")]}
        return f"[{', '.join(show(item, one, name_of) for one in value)}]"
    if name == "tuple":
        parts = zip(field["components"], value, strict=True)
        return f"({', '.join(_named(part, show(part, one, name_of)) for part, one in parts)})"
    if name == "address":
        return name_of(value)
    if name == "string":
        return f'"{value}"'
    if name.startswith("bytes"):
        return f"0x{value.hex()}"
    return ("no", "yes")[value] if name == "bool" else f"{value}"


def _named(field: Mapping[str, Any], shown: str) -> str:
    return f"{field['name']} {shown}" if field.get("name") else shown


def _field(text: str) -> Mapping[str, Any]:
    base, arrays = re.fullmatch(r"(.*?)((?:\[\d*\])*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    if base.startswith("("):
        parts = [_field(part) for part in _split(base, text)]
        return {"name": "", "type": f"tuple{arrays}", "components": parts}
    base = _SHORT.get(base, base)
    if not _WORD.fullmatch(base) or (base.lstrip("u").startswith("int") and int(re.sub(r"\D", "", base)) % 8):
        raise UsageError(f'"{text}" is not a type; types are address, bool, string, bytes, bytes32, uint256, int256, …')
    return {"name": "", "type": base + arrays}


def _value(field: Mapping[str, Any], word: str, resolve: Callable[[str], str]) -> Any:
    name = str(field["type"])
    if name.endswith("]"):
        item = {**field, "type": name[: name.rindex("[")]}
        return [_value(item, part, resolve) for part in _split(word, word)]
    if name == "tuple":
        parts = _split(word, word)
        if len(parts) != len(field["components"]):
            raise UsageError(f'"{word}" has {len(parts)} parts, and {len(field["components"])} are wanted')
        return tuple(_value(one, part, resolve) for one, part in zip(field["components"], parts, strict=True))
    if name == "address":
        return resolve(word)
    if name == "bool":
        if word not in ("true", "false"):
            raise UsageError(f'"{word}" is neither true nor false')
        return word == "true"
    if "int" in name:
        if not re.fullmatch(r"-?\d+", word):
            raise UsageError(f'"{word}" is no whole number ({name})')
        return int(word)
    return word  # texts as they are; bytes in hex are checked where they are encoded


def _split(text: str, whole: str) -> list[str]:
    """The parts of `(a,b)` or `[a,b]`, at its own commas only."""
    closing = {"(": ")", "[": "]"}
    if len(text) < 2 or closing.get(text[0]) != text[-1]:
        raise UsageError(f'"{whole}" is not a list; write it in brackets, like [1,2]')
    parts, depth, start = [], 0, 1
    for place, sign in enumerate(text):
        depth += (sign in closing) - (sign in closing.values())
        if depth == 0 and place != len(text) - 1:
            raise UsageError(f'the brackets in "{whole}" do not match')
        if sign == "," and depth == 1:
            parts.append(text[start:place].strip())
            start = place + 1
    if depth:
        raise UsageError(f'the brackets in "{whole}" do not match')
    last = text[start:-1].strip()
    return [*parts, last] if parts or last else []
