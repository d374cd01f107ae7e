"""A plugin of ape's like ape-alchemy, ape-ledger and ape-trezor: a hosted node and devices that stand in for theirs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from ape import plugins
from ape.api.accounts import AccountAPI, AccountContainerAPI
from ape.api.providers import UpstreamProvider
from ape.types.signatures import MessageSignature, TransactionSignature
from ape_ethereum.provider import Web3Provider
from eth_account import Account
from eth_utils import to_bytes
from web3 import HTTPProvider, Web3

DEVICE = "0x" + "42" * 32


class HostedNode(Web3Provider, UpstreamProvider):
    """Where `DAOKIT_TEST_HOSTED` says."""

    name: str = "standin"

    @property
    def http_uri(self) -> str:
        return os.environ["DAOKIT_TEST_HOSTED"]

    @property
    def uri(self) -> str:
        return self.http_uri

    @property
    def connection_str(self) -> str:
        return self.http_uri

    def connect(self) -> None:
        self._web3 = Web3(HTTPProvider(self.http_uri))
        self.network.verify_chain_id(self._web3.eth.chain_id)

    def disconnect(self) -> None:
        self._web3 = None


class Device(AccountAPI):
    """Keeps its key to itself; `mood` says what it does when it is asked to sign."""

    name_of_it: str
    mood: str = "willing"

    @property
    def alias(self) -> str:
        return self.name_of_it

    @property
    def address(self) -> Any:
        return Account.from_key(DEVICE).address

    def _key(self) -> str:
        return DEVICE if self.mood == "willing" else "0x" + "43" * 32

    def sign_message(self, msg: Any, **options: Any) -> MessageSignature | None:
        if self.mood == "refusing":
            return None
        signed = Account.sign_message(msg, self._key())
        return MessageSignature(v=signed.v, r=to_bytes(signed.r), s=to_bytes(signed.s))

    def sign_transaction(self, txn: Any, **options: Any) -> Any:
        if self.mood == "refusing":
            return None
        fields = txn.model_dump(mode="json", by_alias=True, exclude={"sender"})
        signed = Account.sign_transaction(fields, self._key())
        txn.signature = TransactionSignature(v=signed.v, r=to_bytes(signed.r), s=to_bytes(signed.s))
        return txn


class Devices(AccountContainerAPI):
    """What is plugged in: three devices."""

    @property
    def aliases(self) -> Iterator[str]:
        return (f"{mood}-device" for mood in ("willing", "refusing", "lying"))

    @property
    def accounts(self) -> Iterator[AccountAPI]:
        return (Device(name_of_it=alias, mood=alias.partition("-")[0]) for alias in self.aliases)

    def __len__(self) -> int:
        return 3


@plugins.register(plugins.ProviderPlugin)
def providers() -> Iterator[tuple[str, str, type]]:
    yield "ethereum", "sepolia", HostedNode


@plugins.register(plugins.AccountPlugin)
def account_types() -> tuple[type, type]:
    return Devices, Device
