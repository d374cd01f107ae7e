"""Contract ABI: values to words and back, after Solidity's "Contract ABI Specification".

eth-abi does the same, but half of the second that a read command may take would go into importing it; the tests hold
this against it. Decoding is strict: what does not fit its type is refused.
"""

from __future__ import annotations

import dataclasses
import keyword
import re
from collections import namedtuple
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from daokit.errors import NoConnection, UsageError
from daokit.hashing import checksum, parse_address

_EXACT = 2**53  # greater integers lose digits in the JSON of others


class AbiType(Protocol):
    """A type: `name` as in a signature, `size` the bytes of its head, `dynamic` whether the head is an offset."""

    name: str
    size: int
    dynamic: bool

    def encode(self, value: Any) -> bytes: ...
    def decode(self, data: bytes, at: int) -> Any: ...
    def plain(self, value: Any) -> Any:
        """The value as JSON can hold it, exactly."""

    def revive(self, plain: Any) -> Any:
        """What `plain` was made from."""


class _Word:
    size = 32
    dynamic = False

    def __init__(self, name: str) -> None:
        self.name = name

    def plain(self, value: Any) -> Any:
        return value

    def revive(self, plain: Any) -> Any:
        return plain


class _Integer(_Word):
    def __init__(self, name: str, bits: int, signed: bool) -> None:
        super().__init__(name)
        self._signed = signed
        self._low = -(1 << (bits - 1)) if signed else 0
        self._high = (1 << (bits - 1 if signed else bits)) - 1

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, int):
            raise UsageError(f"{value!r} is no whole number ({self.name})")
        if not self._low <= value <= self._high:
            raise UsageError(f"{int(value)} does not fit {self.name}: {self._low} to {self._high}")
        return int(value).to_bytes(32, "big", signed=self._signed)

    def decode(self, data: bytes, at: int) -> int:
        value = int.from_bytes(_word(data, at), "big", signed=self._signed)
        if not self._low <= value <= self._high:
            raise _unfit(self.name)
        return value

    def plain(self, value: Any) -> Any:
        return str(value) if abs(value) > _EXACT else value

    def revive(self, plain: Any) -> int:
        return int(plain)


class _Bool(_Word):
    def encode(self, value: Any) -> bytes:
        if value not in (True, False):
            raise UsageError(f"{value!r} is neither true nor false")
        return int(value).to_bytes(32, "big")

    def decode(self, data: bytes, at: int) -> bool:
        value = int.from_bytes(_word(data, at), "big")
        if value > 1:
            raise _unfit(self.name)
        return value == 1


class _Address(_Word):
    def encode(self, value: Any) -> bytes:
        return b"\x00" * 12 + bytes.fromhex(parse_address(str(value))[2:])

    def decode(self, data: bytes, at: int) -> str:
        word = _word(data, at)
        if any(word[:12]):
            raise _unfit(self.name)
        return checksum("0x" + word[12:].hex())


class _FixedBytes(_Word):
    def __init__(self, name: str, length: int) -> None:
        super().__init__(name)
        self._length = length

    def encode(self, value: Any) -> bytes:
        given = _as_bytes(value)
        if len(given) != self._length:
            raise UsageError(f"{self.name} takes {self._length} bytes, not {len(given)}")
        return given.ljust(32, b"\x00")

    def decode(self, data: bytes, at: int) -> bytes:
        word = _word(data, at)
        if any(word[self._length :]):
            raise _unfit(self.name)
        return word[: self._length]

    def plain(self, value: Any) -> Any:
        return "0x" + value.hex()

    def revive(self, plain: Any) -> bytes:
        return bytes.fromhex(plain[2:])


class _Bytes:
    name = "bytes"
    size = 32
    dynamic = True

    def encode(self, value: Any) -> bytes:
        given = _as_bytes(value)
        return len(given).to_bytes(32, "big") + given + b"\x00" * (-len(given) % 32)

    def decode(self, data: bytes, at: int) -> Any:
        length = int.from_bytes(_word(data, at), "big")
        if at + 32 + length > len(data):
            raise _unfit(self.name)
        return data[at + 32 : at + 32 + length]

    def plain(self, value: Any) -> Any:
        return "0x" + value.hex()

    def revive(self, plain: Any) -> Any:
        return bytes.fromhex(plain[2:])


class _String(_Bytes):
    name = "string"

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise UsageError(f"{value!r} is no text")
        return super().encode(value.encode())

    def decode(self, data: bytes, at: int) -> str:
        # The chain does not check that text is UTF-8, and one bad name must not hide all the others.
        text: bytes = super().decode(data, at)
        return text.decode("utf-8", "replace")

    def plain(self, value: Any) -> Any:
        return value

    def revive(self, plain: Any) -> Any:
        return plain


class _Array:
    def __init__(self, item: AbiType, length: int | None) -> None:
        self._item = item
        self._length = length
        self.name = f"{item.name}[{'' if length is None else length}]"
        self.dynamic = length is None or item.dynamic
        self.size = 32 if self.dynamic else item.size * (length or 0)

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise UsageError(f"{value!r} is no list ({self.name})")
        if self._length is not None and len(value) != self._length:
            raise UsageError(f"{self.name} takes {self._length} values, not {len(value)}")
        body = _encode_all([self._item] * len(value), value)
        return body if self._length is not None else len(value).to_bytes(32, "big") + body

    def decode(self, data: bytes, at: int) -> list[Any]:
        length = self._length
        if length is None:
            length, at = int.from_bytes(_word(data, at), "big"), at + 32
        if length * self._item.size > len(data) - at or length > len(data):
            raise _unfit(self.name)
        return _decode_all([self._item] * length, data, at)

    def plain(self, value: Any) -> Any:
        return [self._item.plain(one) for one in value]

    def revive(self, plain: Any) -> list[Any]:
        return [self._item.revive(one) for one in plain]


class Tuple:
    """A struct, or the parameters of a function. Decodes to a named tuple with the ABI's names."""

    def __init__(self, items: Sequence[AbiType], names: Sequence[str], title: str = "Values") -> None:
        self.items = tuple(items)
        self.names = tuple(names)
        self.name = f"({','.join(item.name for item in items)})"
        self.dynamic = any(item.dynamic for item in items)
        self.size = 32 if self.dynamic else sum(item.size for item in items)
        self.record = _record(title, self.names)

    def encode(self, value: Any) -> bytes:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        if isinstance(value, Mapping):
            value = [_named(value, name) for name in self.names]
        if not isinstance(value, Sequence) or isinstance(value, str | bytes) or len(value) != len(self.items):
            raise UsageError(f"{value!r} does not have the {len(self.items)} fields {', '.join(self.names)}")
        return _encode_all(self.items, value)

    def decode(self, data: bytes, at: int) -> Any:
        return self.record(*_decode_all(self.items, data, at))

    def plain(self, value: Any) -> Any:
        return {
            name or str(place): item.plain(one)
            for place, (name, item, one) in enumerate(zip(self.names, self.items, value, strict=True))
        }

    def revive(self, plain: Any) -> Any:
        return self.record(*(item.revive(one) for item, one in zip(self.items, plain.values(), strict=True)))


def parse(parameter: Mapping[str, Any]) -> AbiType:
    """The type of one entry of an ABI's inputs or outputs."""
    name = str(parameter["type"])
    if match := re.fullmatch(r"(.+)\[(\d*)\]", name):
        return _Array(parse({**parameter, "type": match[1]}), int(match[2]) if match[2] else None)
    if name == "tuple":
        title = str(parameter.get("internalType", "")).removeprefix("struct ").split("[")[0].split(".")[-1]
        return parse_all(parameter["components"], title or "Values")
    return _simple(name)


def parse_all(parameters: Sequence[Mapping[str, Any]], title: str = "Values") -> Tuple:
    """The types of an ABI's inputs or outputs together."""
    return Tuple([parse(one) for one in parameters], [str(one.get("name", "")) for one in parameters], title)


@lru_cache(maxsize=256)
def _simple(name: str) -> AbiType:
    if match := re.fullmatch(r"(u?)int(\d+)", name):
        return _Integer(name, int(match[2]), signed=not match[1])
    if match := re.fullmatch(r"bytes(\d+)", name):
        return _FixedBytes(name, int(match[1]))
    kinds: dict[str, AbiType] = {
        "address": _Address(name),
        "bool": _Bool(name),
        "bytes": _Bytes(),
        "string": _String(),
    }
    if name not in kinds:
        raise UsageError(f"daokit does not know the ABI type {name}")
    return kinds[name]


def _encode_all(items: Sequence[AbiType], values: Sequence[Any]) -> bytes:
    heads: list[bytes] = []
    tails: list[bytes] = []
    place = sum(item.size for item in items)
    for item, value in zip(items, values, strict=True):
        words = item.encode(value)
        if item.dynamic:
            heads.append(place.to_bytes(32, "big"))
            tails.append(words)
            place += len(words)
        else:
            heads.append(words)
    return b"".join([*heads, *tails])


def _decode_all(items: Sequence[AbiType], data: bytes, at: int) -> list[Any]:
    values = []
    place = at
    for item in items:
        if item.dynamic:
            values.append(item.decode(data, at + int.from_bytes(_word(data, place), "big")))
        else:
            values.append(item.decode(data, place))
        place += item.size
    return values


def _word(data: bytes, at: int) -> bytes:
    word = data[at : at + 32]
    if len(word) != 32:
        raise _unfit("a word")
    return word


def _unfit(name: str) -> NoConnection:
    return NoConnection(f"what the contract answers does not fit its interface ({name}); is this the right address?")


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    if isinstance(value, str) and re.fullmatch(r"0x(?:[0-9a-fA-F]{2})*", value):
        return bytes.fromhex(value[2:])
    raise UsageError(f"{value!r} is neither bytes nor their hex")


def _named(values: Mapping[str, Any], name: str) -> Any:
    """Python's names may stand for the contract's: `season_days` for `seasonDays`."""
    for choice in (name, re.sub(r"([A-Z])", lambda match: "_" + match[1].lower(), name), f"{name}_"):
        if choice in values:
            return values[choice]
    raise UsageError(f'the field "{name}" is missing; there are {", ".join(values)}')


@lru_cache(maxsize=1024)
def _record(title: str, names: tuple[str, ...]) -> Any:
    return namedtuple(title, [attribute(name) for name in names], rename=True)


def attribute(name: str) -> str:
    """The name under which a value is an attribute: `from` is a word of Python, so it is `from_` there."""
    return f"{name}_" if keyword.iskeyword(name) else name
