"""Our ABI codec agrees with eth-abi, and refuses what does not fit."""

from __future__ import annotations

import contextlib
from typing import Any

import eth_abi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daokit.abi import parse, parse_all
from daokit.errors import NoConnection, UsageError
from daokit.hashing import checksum

WORDS = st.one_of(
    st.integers(8, 256).filter(lambda bits: bits % 8 == 0).map(lambda bits: f"uint{bits}"),
    st.integers(8, 256).filter(lambda bits: bits % 8 == 0).map(lambda bits: f"int{bits}"),
    st.integers(1, 32).map(lambda length: f"bytes{length}"),
    st.sampled_from(["address", "bool", "bytes", "string"]),
)


def entries(children: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    lists = st.tuples(children, st.sampled_from(["[]", "[2]"])).map(
        lambda one: {**one[0], "type": one[0]["type"] + one[1]}
    )
    structs = st.lists(children, min_size=1, max_size=3).map(
        lambda parts: {"type": "tuple", "components": [{**part, "name": f"f{n}"} for n, part in enumerate(parts)]}
    )
    return lists | structs


TYPES = st.recursive(WORDS.map(lambda name: {"type": name}), entries, max_leaves=6)


def value_of(entry: dict[str, Any]) -> st.SearchStrategy[Any]:
    name = entry["type"]
    if name.endswith("]"):
        item = value_of({**entry, "type": name[: name.rindex("[")]})
        return st.lists(item, min_size=2, max_size=2) if name.endswith("[2]") else st.lists(item, max_size=3)
    if name == "tuple":
        return st.tuples(*map(value_of, entry["components"]))
    if name.startswith("uint"):
        return st.integers(0, 2 ** int(name[4:]) - 1)
    if name.startswith("int"):
        return st.integers(-(2 ** (int(name[3:]) - 1)), 2 ** (int(name[3:]) - 1) - 1)
    if name == "address":
        return st.binary(min_size=20, max_size=20).map(lambda raw: checksum("0x" + raw.hex()))
    if name == "bool":
        return st.booleans()
    if name == "string":
        return st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    return st.binary(max_size=70) if name == "bytes" else st.binary(min_size=int(name[5:]), max_size=int(name[5:]))


def as_eth_abi(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(as_eth_abi(one) for one in value)
    if isinstance(value, str) and value.startswith("0x") and len(value) == 42:
        return value.lower()
    return value


@settings(max_examples=300)
@given(st.data())
def test_it_agrees_with_eth_abi_both_ways(data: st.DataObject) -> None:
    entry = data.draw(TYPES)
    kind = parse(entry)
    value = data.draw(value_of(entry))
    encoded = parse_all([entry]).encode([value])
    assert encoded == eth_abi.encode([kind.name], [value])
    decoded = parse_all([entry]).decode(encoded, 0)[0]
    assert as_eth_abi(decoded) == as_eth_abi(eth_abi.decode([kind.name], encoded)[0])
    assert kind.revive(kind.plain(decoded)) == decoded


@settings(max_examples=200)
@given(TYPES, st.binary(max_size=400))
def test_nonsense_is_refused_and_never_hangs(entry: dict[str, Any], data: bytes) -> None:
    with contextlib.suppress(NoConnection):
        parse_all([entry]).decode(data, 0)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("uint8", 256, "256 does not fit uint8: 0 to 255"),
        ("int8", -129, "-129 does not fit int8: -128 to 127"),
        ("uint256", "7", "no whole number"),
        ("address", "0x12", "not an address"),
        ("address", "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "mistyped"),
        ("bytes32", b"abc", "bytes32 takes 32 bytes, not 3"),
        ("uint8[2]", [1], "takes 2 values, not 1"),
    ],
)
def test_a_value_that_does_not_fit_is_said(kind: str, value: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse({"type": kind}).encode(value)


def test_a_struct_takes_pythons_names_and_gives_the_contracts() -> None:
    struct = parse(
        {
            "type": "tuple",
            "internalType": "struct ICollective.Charter",
            "components": [{"name": "seasonDays", "type": "uint256"}, {"name": "from", "type": "address"}],
        }
    )
    sender = checksum("0x" + "ab" * 20)
    decoded = struct.decode(struct.encode({"season_days": 90, "from_": sender}), 0)
    assert (decoded.seasonDays, decoded.from_) == (90, sender)
    assert type(decoded).__name__ == "Charter"


def test_text_that_is_no_utf8_does_not_hide_the_rest() -> None:
    kinds = parse_all([{"type": "string"}, {"type": "uint8"}])
    data = eth_abi.encode(["bytes", "uint8"], [b"caf\xe9", 7])
    assert list(kinds.decode(data, 0)) == ["caf\ufffd", 7]
