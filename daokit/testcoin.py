"""tUSD: a coin of two decimals to try things with on local chains, at one address. Every development account
begins with 10,000.00; anyone mints more."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from daokit.accounts import DEV_NAMES, dev_address
from daokit.addresses import TokenWords
from daokit.chain import Chain, Transaction
from daokit.contract import load_artifact, transact
from daokit.errors import RuleBroken, UnknownName
from daokit.factory import DEPLOYER, SALT
from daokit.hashing import create2_address, keccak
from daokit.token import Token

NAME, SYMBOL, DECIMALS = "Test dollar", "tUSD", 2
EACH = 10_000_00


@lru_cache(maxsize=1)
def _code() -> bytes:
    return load_artifact("TestCoin").creation_code(NAME, SYMBOL, DECIMALS)


@lru_cache(maxsize=1)
def address() -> str:
    """Where it is, or will be."""
    return create2_address(DEPLOYER, SALT, keccak(_code()))


def put_up(chain: Chain) -> str:
    """Put it on a local chain unless it is there; returns its address. Raises `RuleBroken` anywhere else."""
    if not chain.local:
        raise RuleBroken(f"{SYMBOL} is a test coin for local chains, and {chain.name} is none")
    if not chain.code(address()):
        transact(chain, Transaction(DEPLOYER, SALT + _code(), words=(f"put up the test coin {SYMBOL}",)))
        for name in DEV_NAMES:
            Token(chain, address()).mint(dev_address(name), EACH)
    remember(chain)
    return address()


def remember(chain: Chain) -> None:
    """Let the chain's address book know it by its symbol, when it is there."""
    if chain.local and chain.code(address()):
        chain.book.remember_token(TokenWords(address(), SYMBOL, DECIMALS))


def resolver(chain: Chain) -> Callable[[str], str]:
    """Names of people and, where nobody has the name, symbols of tokens: as a charter is written."""
    remember(chain)

    def resolve(word: str) -> str:
        try:
            return chain.resolve(word)
        except UnknownName as unknown:
            try:
                return chain.book.token(word)
            except UnknownName:
                raise unknown from None

    return resolve
