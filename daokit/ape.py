"""ape's networks, accounts and contract types, for those who installed `daokit[ape]`.

ape takes seconds to import, so this happens only for what asks for it: a network by ape's words
(`ethereum:sepolia:alchemy`), an account `ape:<alias>`, and these functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from daokit.artifact import artifact_names, load_artifact
from daokit.errors import NoConnection, RuleBroken, ToolMissing, UnknownName, UsageError
from daokit.policy import Policy
from daokit.text import clean
from daokit.typed_data import signable

PREFIX = "ape:"
"""Before the alias of an account of ape's: `--account ape:ledger-of-mira`."""


@dataclass(frozen=True)
class ApeSigner:
    """Signs through an account of ape's: a keyfile, a Ledger, a Trezor, or what another plugin brings."""

    address: str
    name: str
    local_only: bool
    _account: Any = field(repr=False, compare=False)

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        ape, failure = _ape()
        fields = {name: value for name, value in transaction.items() if name != "from" and value is not None}
        try:
            unsigned = ape.networks.ethereum.create_transaction(**fields, sender=self.address)
            signed = self._account.sign_transaction(unsigned)
            if signed is None:
                raise RuleBroken(f"{self.name} did not sign; nothing was sent")
            return bytes(signed.serialize_transaction())
        except failure as refusal:
            raise self._refused(refusal) from None

    def sign_typed(self, domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> bytes:
        from eth_account import Account

        _, failure = _ape()
        encoded = signable(domain, types, message)
        # A Trezor shows what it signs only when it gets the whole of it; its plugin takes that as a dictionary.
        whole = type(self._account).__module__.startswith("ape_trezor")
        try:
            signed = self._account.sign_message(_typed(domain, types, message) if whole else encoded)
        except failure as refusal:
            raise self._refused(refusal) from None
        if signed is None:
            raise RuleBroken(f"{self.name} did not sign; nothing was sent")
        signature = bytes(signed.encode_rsv())
        if Account.recover_message(encoded, signature=signature) != self.address:
            raise RuleBroken(f"what signed for {self.name} is not {self.address}; look at the device")
        return signature

    def _refused(self, refusal: Exception) -> RuleBroken:
        return RuleBroken(f"ape's account {self.name} does not sign ({_reason(refusal)})")


@lru_cache(maxsize=16)
def node(choice: str) -> tuple[str, int | None, Policy]:
    """Where the node of one of ape's networks is, the chain that must be there (None for development networks), and how
    ape uses it: the confirmations that it waits for, and fees of the old kind where its plugin says so.

    `choice` is written as for ape's `--network`: `ethereum:local:foundry`, `ethereum:sepolia:alchemy`. ape starts the
    node when the provider is one that it starts, and stops it when this process ends.
    """
    ape, failure = _ape()
    try:
        provider = ape.networks.get_provider_from_choice(choice)
        known = None if provider.network.is_dev else int(provider.network.chain_id)
    except (failure, ValueError) as refusal:
        raise UsageError(f"ape has no network {clean(choice, 80)} ({_reason(refusal)})") from None
    try:
        provider.connect()
    except Exception as broken:  # a plugin lets its libraries' errors through
        raise NoConnection(f"ape does not reach {clean(choice, 80)} ({_reason(broken)})") from None
    url = provider.http_uri or provider.ipc_path or provider.ws_uri
    if not url:
        raise UsageError(
            f"ape's network {clean(choice, 80)} runs inside ape and has no address; take a provider that has one, "
            "such as foundry"
        )
    return str(url), known, _policy(provider.network)


def _policy(network: Any) -> Policy:
    # ape counts the blocks after that of the transaction, we count its own too.
    deep = 1 if network.is_dev else int(network.required_confirmations) + 1
    old = int(network.ecosystem.default_transaction_type.value) == 0
    return Policy("legacy" if old else None, confirmations=deep)


def signer(alias: str) -> ApeSigner:
    """The account with this alias among all of ape's containers, or one of ape's test accounts: `TEST::0`."""
    ape, _ = _ape()
    for account in ape.accounts:
        if account.alias == alias:
            return ApeSigner(str(account.address), alias, False, account)
    kind, _, place = alias.partition("::")
    tests = ape.accounts.test_accounts
    if kind == "TEST" and place.isdecimal() and int(place) < len(tests):
        account = tests[int(place)]
        return ApeSigner(str(account.address), alias, True, account)
    known = [str(one) for one in ape.accounts.aliases]
    raise UnknownName("account of ape's", alias, known, "`ape accounts list --all` shows them")


def contract_types() -> dict[str, Any]:
    """Our contracts as ape's `ContractType`, by name; `ape.Contract(address, contract_types()["Treasury"])`."""
    _ape()
    from ethpm_types import ContractType

    made = {}
    for name in artifact_names():
        artifact = load_artifact(name)
        made[name] = ContractType.model_validate(
            {
                "contractName": name,
                "abi": list(artifact.abi),
                "deploymentBytecode": {"bytecode": "0x" + artifact.bytecode.hex()},
                "runtimeBytecode": {"bytecode": "0x" + artifact.deployed_bytecode.hex()},
                "userdoc": {"version": 1, "kind": "user", "errors": _sentences(artifact)},
            }
        )
    return made


def _sentences(artifact: Any) -> dict[str, list[dict[str, str]]]:
    return {one.signature: [{"notice": one.notice}] for one in artifact.errors.values() if one.notice}


def _typed(domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> dict[str, Any]:
    """EIP-712 in the form of `eth_signTypedData_v4`."""
    kinds = {"name": "string", "version": "string", "chainId": "uint256", "verifyingContract": "address"}
    kinds["salt"] = "bytes32"
    heads = [{"name": name, "type": kind} for name, kind in kinds.items() if name in domain]
    inner = {
        field["type"].partition("[")[0]
        for name, fields in types.items()
        for field in fields
        if field["type"].partition("[")[0] != name
    }
    primary = next(name for name in types if name not in inner)
    whole = {"EIP712Domain": heads, **{name: [dict(one) for one in fields] for name, fields in types.items()}}
    return {"types": whole, "primaryType": primary, "domain": dict(domain), "message": dict(message)}


@lru_cache(maxsize=1)
def _ape() -> tuple[Any, Any]:
    try:
        import ape
        from ape.exceptions import ApeException
        from ape.logging import ClickHandler, logger
    except ImportError:
        raise ToolMissing("this needs ape, which is not here; run `pip install 'daokit[ape]'`") from None
    for handler in logger._logger.handlers:
        if isinstance(handler, ClickHandler):
            # ape tells about its nodes on stdout, which belongs to the answer.
            handler.echo_kwargs = {level: {"err": True} for level in ("error", "warning", "success", "info", "debug")}
    return ape, ApeException


def _reason(failure: Exception) -> str:
    return clean(str(failure) or type(failure).__name__, 200).rstrip(".")
