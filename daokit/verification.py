"""Publishes the sources of contracts where people look them up: Sourcify, and explorers that speak as Etherscan does.

Both get the standard JSON that the compiler was given (`sources.py`) and compile it themselves.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from daokit.artifact import load_artifact
from daokit.errors import NoConnection, Refused, UsageError
from daokit.factory import Part
from daokit.rpc import masked
from daokit.sources import standard_json
from daokit.text import clean

SOURCIFY = "https://sourcify.dev/server"
_SECONDS = 30.0  # for one answer
_PATIENCE = 300.0  # for one contract
_LARGEST = 5_000_000  # bytes of an answer


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: the key of an explorer would come along."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


@dataclass(frozen=True)
class Verified:
    """What a service says of a contract: `exact`, `partial` (all but metadata), `verified` where it does not tell."""

    name: str
    address: str
    how: str
    before: bool = False


@dataclass(frozen=True)
class Sourcify:
    """A server of Sourcify's, by the address of its API."""

    url: str = SOURCIFY
    pause: float = 2.0  # seconds between questions

    def verify(self, chain_id: int, part: Part, transaction: str = "") -> Verified:
        """Publish one contract and wait until it was compiled. Raises `Refused` with the server's reason."""
        known = self._ask("GET", f"/v2/contract/{chain_id}/{part.address}", None, missing=404)
        if known.get("match"):
            return Verified(part.name, part.address, _how(known["match"]), before=True)
        artifact = load_artifact(part.name)
        wish = {
            "stdJsonInput": standard_json(part.name),
            "compilerVersion": artifact.solc,
            "contractIdentifier": f"{part.name}.sol:{part.name}",
            **({"creationTransactionHash": transaction} if transaction else {}),
        }
        job = self._ask("POST", f"/v2/verify/{chain_id}/{part.address}", wish).get("verificationId")
        if not isinstance(job, str):
            raise NoConnection(f"{masked(self.url)} does not speak Sourcify's language")

        def done() -> Verified | None:
            said = self._ask("GET", f"/v2/verify/{job}", None)
            if not said.get("isJobCompleted"):
                return None
            match = (said.get("contract") or {}).get("match")
            if not match:
                reason = (said.get("error") or {}).get("message", "it does not say why")
                raise _refused(part, self.url, reason)
            return Verified(part.name, part.address, _how(match))

        return _wait(done, self.pause, part, self.url)

    def _ask(self, method: str, path: str, body: Any, missing: int | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        return _exchange(urllib.request.Request(self.url.rstrip("/") + path, data, headers, method=method), missing)


@dataclass(frozen=True)
class Explorer:
    """An explorer that speaks as Etherscan does (version 2: one address for all chains). `key` is a secret."""

    url: str
    key: str = field(default="", repr=False)
    pause: float = 5.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if self.key and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise UsageError(f"{masked(self.url)} would carry your key in the clear; use its https:// address")

    def verify(self, chain_id: int, part: Part, transaction: str = "") -> Verified:
        """Publish one contract and wait until it was compiled. Raises `Refused` with the explorer's reason."""
        artifact = load_artifact(part.name)
        arguments = part.code[len(artifact.bytecode) :].hex()
        said = self._ask(
            chain_id,
            "verifysourcecode",
            contractaddress=part.address,
            sourceCode=json.dumps(standard_json(part.name)),
            codeformat="solidity-standard-json-input",
            contractname=f"{part.name}.sol:{part.name}",
            compilerversion=f"v{artifact.solc}",
            constructorArguments=arguments,
            constructorArguements=arguments,  # as older explorers spell it
        )
        if "already verified" in str(said.get("result", "")).lower():
            return Verified(part.name, part.address, "verified", before=True)
        if str(said.get("status")) != "1":
            raise _refused(part, self.url, self._without_key(str(said.get("result", ""))))
        guid = str(said["result"])

        def done() -> Verified | None:
            result = str(self._ask(chain_id, "checkverifystatus", guid=guid).get("result", ""))
            if "pending" in result.lower() or "in progress" in result.lower():
                return None
            if "pass" not in result.lower() and "already verified" not in result.lower():
                raise _refused(part, self.url, self._without_key(result))
            return Verified(part.name, part.address, "verified")

        return _wait(done, self.pause, part, self.url)

    def _ask(self, chain_id: int, action: str, **fields: str) -> dict[str, Any]:
        """One POST: what stands in an address is written into the logs of everybody on the way, the key too."""
        asked = {"module": "contract", "action": action, **fields, **({"apikey": self.key} if self.key else {})}
        mark = "&" if "?" in self.url else "?"
        address = f"{self.url}{mark}{urlencode({'chainid': chain_id})}"
        try:
            return _exchange(urllib.request.Request(address, urlencode(asked).encode()))
        except NoConnection as failure:
            raise NoConnection(self._without_key(failure.message)) from None

    def _without_key(self, words: str) -> str:
        return words.replace(self.key, "…") if self.key else words


def _exchange(request: urllib.request.Request, missing: int | None = None) -> dict[str, Any]:
    shown = masked(request.full_url.partition("?")[0])
    try:
        with _OPENER.open(request, timeout=_SECONDS) as answer:
            text = answer.read(_LARGEST)
    except urllib.error.HTTPError as failure:
        if failure.code == missing:
            return {}
        if 300 <= failure.code < 400:
            where = masked(str(failure.headers.get("Location", "")).partition("?")[0])
            raise NoConnection(
                f"{shown} sends on to {clean(where, 100) or 'nowhere'}, which is not followed; if that is the service, "
                "give its address"
            ) from None
        raise NoConnection(f"{shown} answers {failure.code}: {_message(failure)}") from None
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "reason", failure)
        raise NoConnection(f"{shown} does not answer ({clean(str(reason), 100)})") from None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NoConnection(f"{shown} gives an answer that is none; is it the address of the service?")
    return found


def _message(failure: urllib.error.HTTPError) -> str:
    try:
        found = json.loads(failure.read(100_000))
        return clean(str(found.get("message") or found.get("customCode") or ""), 200)
    except (OSError, ValueError, AttributeError):
        return "without words"


def _wait(done: Callable[[], Verified | None], pause: float, part: Part, url: str) -> Verified:
    end = time.monotonic() + _PATIENCE
    while (found := done()) is None:
        if time.monotonic() > end:
            raise NoConnection(f"{masked(url)} has not compiled {part.name} yet; run the same again later")
        time.sleep(pause)
    return found


def _how(match: Any) -> str:
    kinds: Mapping[str, str] = {"exact_match": "exact", "match": "partial"}
    return kinds.get(str(match), "verified")


def _refused(part: Part, url: str, reason: str) -> Refused:
    return Refused(f"{masked(url)} does not verify {part.name}: {clean(reason, 300)}", name=part.name)
