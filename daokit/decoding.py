"""A call as its bytes say it, whatever its author says about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from daokit.contract import decode_call
from daokit.signatures import show
from daokit.text import clean

_LONGEST = 400


def call_words(data: bytes, name_of: Callable[[str], str], money: Callable[[int], str] | None = None) -> str:
    """`transfer(to bob (0x7099…79C8), amount 1250)` for a function of our contracts and its arguments; empty for no
    call, and for one that cannot be read. `money` writes amounts of the token that is called."""
    found = decode_call(data)
    if found is None:
        return ""
    function, values = found
    said = []
    for field, value in zip(function.fields, values, strict=True):
        shown = money(value) if money and field["type"] == "uint256" else show(field, value, name_of)
        said.append(f"{field.get('name') or '_'} {shown}")
    return clean(f"{function.name}({', '.join(said)})", _LONGEST)


def addresses_in(data: bytes) -> tuple[str, ...]:
    """Every address among the arguments of a call of our contracts, also those in lists and structs."""
    found = decode_call(data)
    if found is None:
        return ()
    function, values = found
    pairs = zip(function.fields, values, strict=True)
    return tuple(address for field, value in pairs for address in _addresses(field, value))


def _addresses(field: Mapping[str, Any], value: Any) -> Iterator[str]:
    kind = str(field["type"])
    if kind.endswith("]"):
        for one in value:
            yield from _addresses({**field, "type": kind[: kind.rindex("[")]}, one)
    elif kind == "tuple":
        for part, one in zip(field["components"], value, strict=True):
            yield from _addresses(part, one)
    elif kind == "address":
        yield value
