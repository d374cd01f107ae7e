"""The compiled contracts in `daokit/artifacts`, ready to encode calls and decode what comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from daokit.abi import Tuple, parse_all
from daokit.errors import UsageError
from daokit.hashing import keccak

FOLDER = Path(__file__).parent / "artifacts"


@dataclass(frozen=True)
class Function:
    """One function. `inputs` and `outputs` encode and decode its parameters; `fields` are the ABI's own entries."""

    name: str
    signature: str
    selector: bytes
    inputs: Tuple
    outputs: Tuple
    fields: tuple[Mapping[str, Any], ...]
    mutability: str

    def encode(self, arguments: Sequence[Any]) -> bytes:
        """The data of a call."""
        if len(arguments) != len(self.inputs.items):
            raise UsageError(f"{self.signature} takes {len(self.inputs.items)} arguments, not {len(arguments)}")
        return self.selector + self.inputs.encode(list(arguments))

    def result(self, data: bytes) -> Any:
        """What a call gave: one value as it is, several as a named tuple."""
        values = self.outputs.decode(data, 0)
        return values[0] if len(self.outputs.items) == 1 else values


@dataclass(frozen=True)
class EventType:
    """One kind of event. The indexed parameters are in the topics, the others in the data."""

    name: str
    signature: str
    topic: str
    inputs: Tuple
    indexed: tuple[bool, ...]

    @cached_property
    def _rest(self) -> Tuple:
        kept = [place for place, flag in enumerate(self.indexed) if not flag]
        return Tuple([self.inputs.items[place] for place in kept], [self.inputs.names[place] for place in kept])

    def decode(self, topics: Sequence[str], data: bytes) -> Any:
        """The named tuple of all parameters. Indexed texts and lists are their hash: 32 bytes."""
        words = iter(topics[1:])
        rest = iter(self._rest.decode(data, 0))
        values = []
        for item, flag in zip(self.inputs.items, self.indexed, strict=True):
            if not flag:
                values.append(next(rest))
                continue
            word = bytes.fromhex(next(words)[2:])
            values.append(word if item.dynamic or item.size != 32 else item.decode(word, 0))
        return self.inputs.record(*values)


@dataclass(frozen=True)
class ErrorType:
    """One kind of refusal, with the interface's sentence about it (empty when there is none)."""

    name: str
    signature: str
    selector: bytes
    inputs: Tuple
    fields: tuple[Mapping[str, Any], ...]
    notice: str


class Artifact:
    """One compiled contract."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.name: str = content["name"]
        self.abi: Sequence[Mapping[str, Any]] = content["abi"]
        self.bytecode = bytes.fromhex(content["bytecode"][2:])
        self.deployed_bytecode = bytes.fromhex(content["deployedBytecode"][2:])
        self.immutable_references: Sequence[Mapping[str, int]] = content.get("immutableReferences") or []
        self.source_hash: str = content.get("sourceHash", "")
        self.solc: str = content.get("solc", "")
        self.settings: Mapping[str, Any] = content.get("settings") or {}
        self.enums: Mapping[str, Sequence[str]] = content.get("enums") or {}
        self._notices: Mapping[str, str] = content.get("errors") or {}

    @cached_property
    def functions(self) -> Mapping[str, tuple[Function, ...]]:
        """By name; several when it is overloaded."""
        found: dict[str, tuple[Function, ...]] = {}
        for entry in self._entries("function"):
            inputs, outputs = parse_all(entry["inputs"]), parse_all(entry["outputs"])
            signature = entry["name"] + inputs.name
            function = Function(
                entry["name"],
                signature,
                keccak(signature.encode())[:4],
                inputs,
                outputs,
                tuple(entry["inputs"]),
                entry["stateMutability"],
            )
            found[function.name] = (*found.get(function.name, ()), function)
        return found

    @cached_property
    def by_selector(self) -> Mapping[bytes, Function]:
        return {one.selector: one for overloads in self.functions.values() for one in overloads}

    @cached_property
    def events(self) -> Mapping[str, EventType]:
        """By topic: 0x hex of the hash of the signature."""
        found = {}
        for entry in self._entries("event"):
            inputs = parse_all(entry["inputs"], entry["name"])
            signature = entry["name"] + inputs.name
            topic = "0x" + keccak(signature.encode()).hex()
            found[topic] = EventType(
                entry["name"], signature, topic, inputs, tuple(bool(one["indexed"]) for one in entry["inputs"])
            )
        return found

    @cached_property
    def errors(self) -> Mapping[bytes, ErrorType]:
        """By selector."""
        found = {}
        for entry in self._entries("error"):
            inputs = parse_all(entry["inputs"])
            signature = entry["name"] + inputs.name
            selector = keccak(signature.encode())[:4]
            notice = self._notices.get(signature, "")
            found[selector] = ErrorType(entry["name"], signature, selector, inputs, tuple(entry["inputs"]), notice)
        return found

    @cached_property
    def _constructor(self) -> Tuple:
        return parse_all(next((entry["inputs"] for entry in self._entries("constructor")), []))

    def function(self, name: str, arguments: int | None = None) -> Function:
        """The function with this name, or with this signature; of overloaded ones that with so many arguments."""
        overloads = self.functions.get(name.partition("(")[0], ())
        fitting = [
            one
            for one in overloads
            if ("(" in name and one.signature == name)
            or ("(" not in name and (len(overloads) == 1 or len(one.inputs.items) == arguments))
        ]
        if len(fitting) != 1:
            known = ", ".join(sorted(self.functions))
            raise UsageError(f"{self.name} has no function {name} that fits; it has {known}")
        return fitting[0]

    def creation_code(self, *arguments: Any) -> bytes:
        """The data of a transaction that makes this contract."""
        return self.bytecode + self._constructor.encode(list(arguments))

    def is_code(self, code: bytes) -> bool:
        """Whether the code at an address is this contract's, whatever its immutable values are."""
        if len(code) != len(self.deployed_bytecode):
            return False
        ours, theirs = bytearray(self.deployed_bytecode), bytearray(code)
        for place in self.immutable_references:
            blank = b"\x00" * place["length"]
            ours[place["start"] : place["start"] + place["length"]] = blank
            theirs[place["start"] : place["start"] + place["length"]] = blank
        return ours == theirs

    def _entries(self, kind: str) -> list[Mapping[str, Any]]:
        return [entry for entry in self.abi if entry["type"] == kind]


@lru_cache(maxsize=64)
def load_artifact(name: str) -> Artifact:
    """The compiled contract with this name."""
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        raise UsageError(f"there is no compiled contract {name}; there are {', '.join(artifact_names())}")
    return Artifact(json.loads(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def artifact_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@lru_cache(maxsize=1)
def known_errors() -> Mapping[bytes, ErrorType]:
    """The refusals of all our contracts, by selector; where two share one, that with a sentence."""
    found: dict[bytes, ErrorType] = {}
    for name in artifact_names():
        for selector, error in load_artifact(name).errors.items():
            if error.notice or selector not in found:
                found[selector] = error
    return found


@lru_cache(maxsize=1)
def known_events() -> Mapping[tuple[str, int], EventType]:
    """The events of all our contracts, by topic and number of indexed parameters."""
    return {
        (topic, sum(event.indexed)): event
        for name in artifact_names()
        for topic, event in load_artifact(name).events.items()
    }


@lru_cache(maxsize=1)
def known_functions() -> Mapping[bytes, Function]:
    """The functions of all our contracts, by selector: to read calls to people."""
    return {
        selector: function
        for name in artifact_names()
        for selector, function in load_artifact(name).by_selector.items()
    }


@lru_cache(maxsize=1)
def known_enums() -> Mapping[str, Sequence[str]]:
    """The members of all our enums, by their Solidity name (`IGovernor.State`)."""
    return {title: members for name in artifact_names() for title, members in load_artifact(name).enums.items()}
