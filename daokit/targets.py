"""Whom a transaction reaches, and what about them should make its signer look twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daokit.answers import raw_bytes
from daokit.decoding import addresses_in
from daokit.factory import DEPLOYER, DEPLOYER_SENDER, clone_of, made, parts
from daokit.hashing import ZERO_ADDRESS
from daokit.rpc import RpcError

if TYPE_CHECKING:
    from daokit.chain import Chain
    from daokit.preview import Preview


def reached(preview: Preview) -> tuple[str, ...]:
    """Every address that a transaction names: its target, those in its arguments, and who would gain by it."""
    gaining = [change.address for change in preview.changes if change.after > change.before]
    found = [*([preview.to] if preview.to else []), *addresses_in(preview.data), *gaining]
    return tuple(dict.fromkeys(one for one in found if one not in (ZERO_ADDRESS, preview.sender)))


def check(chain: Chain, preview: Preview) -> None:
    """Raises `RuleBroken` when an address that it reaches looks like a known one and is another."""
    for address in reached(preview):
        chain.book.check(address)


def warnings(chain: Chain, preview: Preview) -> tuple[str, ...]:
    """Sentences about what is unknown: a target without code, code that is not ours, receivers without a name."""
    known = {DEPLOYER, DEPLOYER_SENDER, *_implementations()}
    unknown = [one for one in reached(preview) if one not in known and not chain.book.knows(one)]
    codes = chain.rpc.batch([("eth_getCode", [address, "latest"]) for address in unknown])
    said = []
    for address, answer in zip(unknown, codes, strict=True):
        code = b"" if isinstance(answer, RpcError) else raw_bytes(answer)
        if is_ours(code):
            continue
        if address != preview.to or not preview.data:
            said.append(f"{address} has no name here: compare every digit with what its owner gave you")
        elif code:
            said.append(f"{address} has no name here and runs code that this program does not know")
        else:
            said.append(f"there is no contract at {address}: a call does nothing there but send what goes along")
    return tuple(said)


def is_ours(code: bytes) -> bool:
    """Whether code is one of the shared contracts or a clone of one."""
    from daokit.artifact import artifact_names, load_artifact

    if runs := clone_of(code):
        return runs in _implementations()
    return bool(code) and any(load_artifact(name).is_code(code) for name in artifact_names())


def _implementations() -> set[str]:
    return {part.address for part in (*parts(), *made())}
