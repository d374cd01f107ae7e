"""The hash of a block comes out of the fields of its header, on chains of every fork."""

from __future__ import annotations

from typing import Any

import pytest

from daokit.header import fits
from daokit.rpc import Rpc

EMPTY_TREE = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
FIRST_OF_ETHEREUM = {
    "hash": "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
    "parentHash": "0x" + "00" * 32,
    "sha3Uncles": "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
    "miner": "0x" + "00" * 20,
    "stateRoot": "0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544",
    "transactionsRoot": EMPTY_TREE,
    "receiptsRoot": EMPTY_TREE,
    "logsBloom": "0x" + "00" * 256,
    "difficulty": "0x400000000",
    "number": "0x0",
    "gasLimit": "0x1388",
    "gasUsed": "0x0",
    "timestamp": "0x0",
    "extraData": "0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa",
    "mixHash": "0x" + "00" * 32,
    "nonce": "0x0000000000000042",
}


def test_the_first_block_of_ethereum_has_the_hash_that_everybody_knows() -> None:
    assert fits(FIRST_OF_ETHEREUM)
    assert fits(FIRST_OF_ETHEREUM, FIRST_OF_ETHEREUM["hash"])
    # Some chains show a base fee that they do not hash.
    assert fits({**FIRST_OF_ETHEREUM, "baseFeePerGas": "0x7"})


@pytest.mark.parametrize("name", sorted(set(FIRST_OF_ETHEREUM) - {"hash"}))
def test_no_field_of_an_old_header_can_be_another(name: str) -> None:
    assert not fits({**FIRST_OF_ETHEREUM, name: _other(FIRST_OF_ETHEREUM[name])})


def test_no_field_of_a_new_header_can_be_another(public_node: Rpc) -> None:
    head = public_node.request("eth_getBlockByNumber", ["latest", False])
    assert fits(head) and fits(head, head["hash"])
    assert not fits(head, FIRST_OF_ETHEREUM["hash"])
    later = ["baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot"]
    for name in ["hash", "stateRoot", "transactionsRoot", "receiptsRoot", *later, "requestsHash"]:
        assert not fits({**head, name: _other(head[name])}), name


@pytest.mark.parametrize("head", [None, {}, [], 7, "0x", {"hash": "0x12"}, {**FIRST_OF_ETHEREUM, "number": None}])
def test_what_is_no_header_has_no_hash(head: Any) -> None:
    assert not fits(head)


def _other(text: str) -> str:
    """Of the same length, with another last digit."""
    return text[:-1] + ("1" if text[-1] == "0" else "0")
