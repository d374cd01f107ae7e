"""A call as its bytes say it, whatever its author says about it."""

from __future__ import annotations

from collections.abc import Callable

from daokit.contract import decode_call
from daokit.signatures import show
from daokit.text import clean

_LONGEST = 400


def call_words(data: bytes, name_of: Callable[[str], str]) -> str:
    """`transfer(to bob (0x7099…79C8), amount 1250)` for a function of our contracts and its arguments; empty for no
    call, and for one that cannot be read."""
    found = decode_call(data)
    if found is None:
        return ""
    function, values = found
    said = [
        f"{field.get('name') or '_'} {show(field, value, name_of)}"
        for field, value in zip(function.fields, values, strict=True)
    ]
    return clean(f"{function.name}({', '.join(said)})", _LONGEST)
