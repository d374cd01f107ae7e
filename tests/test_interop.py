"""Addresses that say their chain, as ERC-7930 writes them; the cases with a name are its own examples."""

from __future__ import annotations

import pytest

from daokit.errors import UsageError
from daokit.interop import Interoperable

VITALIK = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
SOLANA = bytes.fromhex("45296998a6f8e2a784db5d9f95e18fc23f70441a1039446801089879b08c7ef0")
ACCOUNT = bytes.fromhex("05333498d5aea4ae009585c43f7b8c30df8e70187d4a713d134f977fc8dfe0b5")

EXAMPLES = {
    "ethereum mainnet address": (
        Interoperable.evm(1, VITALIK),
        "00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045",
        "4CA88C9C",
    ),
    "solana mainnet address": (
        Interoperable(2, SOLANA, ACCOUNT),
        "0001000220" + SOLANA.hex() + "20" + ACCOUNT.hex(),
        "88835C11",
    ),
    "evm address without chainid": (
        Interoperable(0, b"", bytes.fromhex(VITALIK[2:])),
        "000100000014d8da6bf26964af9d7eed9e03e53415d37aa96045",
        "B26DB7CB",
    ),
    "solana mainnet, no address": (Interoperable(2, SOLANA, b""), "0001000220" + SOLANA.hex() + "00", "2EB18670"),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_standard_s_own_examples_come_out_and_go_in(name: str) -> None:
    value, text, digits = EXAMPLES[name]
    assert value.encode().hex() == text
    assert Interoperable.decode(bytes.fromhex(text)) == value
    assert value.check_digits == digits


def test_people_read_address_chain_and_check_digits() -> None:
    assert str(Interoperable.evm(1, VITALIK)) == f"{VITALIK}@eip155:1#4CA88C9C"
    assert str(EXAMPLES["evm address without chainid"][0]) == f"{VITALIK}@eip155#B26DB7CB"
    assert str(EXAMPLES["solana mainnet, no address"][0]).endswith("#2EB18670")


@pytest.mark.parametrize("chain", [1, 255, 256, 31337, 131277322940537, 2**64 - 1])
def test_a_chain_is_written_in_as_few_bytes_as_it_needs(chain: int) -> None:
    data = Interoperable.evm(chain, VITALIK).encode()
    assert data[4] == (chain.bit_length() + 7) // 8 and data[5] != 0
    found = Interoperable.decode(data)
    assert (found.chain, found.address) == (chain, VITALIK)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "no interoperable address of version 1"),
        ("00020000010114d8da6bf26964af9d7eed9e03e53415d37aa96045", "no interoperable address of version 1"),
        ("00010000010114d8da6bf26964af9d7eed9e03e53415d37aa960", "its lengths do not fit"),
        ("00010000010114d8da6bf26964af9d7eed9e03e53415d37aa9604500", "its lengths do not fit"),
        ("0001000005aaaaaa", "its lengths do not fit"),
        ("000100000000", "names neither a chain nor an account"),
    ],
)
def test_other_bytes_are_refused(data: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Interoperable.decode(bytes.fromhex(data))


def test_a_chain_without_an_evm_has_no_chain_id() -> None:
    with pytest.raises(UsageError, match="is not on a chain with an EVM"):
        _ = EXAMPLES["solana mainnet address"][0].chain
    with pytest.raises(UsageError, match="is not on a chain with an EVM"):
        _ = Interoperable(0, b"\x01", b"\x01" * 32).address
    with pytest.raises(UsageError, match="is no chain id"):
        Interoperable.evm(-1)
