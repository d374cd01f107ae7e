"""Who knows web3.py uses it on the same chain."""

from __future__ import annotations

import pytest
from web3 import Web3
from web3.exceptions import ContractCustomError

from daokit.contract import load_artifact
from daokit.web3_provider import ChainProvider


def test_web3_reads_a_collective(coop):
    web3 = Web3(ChainProvider(coop.chain))
    mill = web3.eth.contract(address=coop.address, abi=load_artifact("Collective").abi)
    assert web3.is_connected()
    assert mill.functions.seats().call() == 5
    assert web3.eth.chain_id == coop.chain.id


def test_a_refusal_reaches_web3_as_its_own_error(coop):
    web3 = Web3(ChainProvider(coop.chain))
    mill = web3.eth.contract(address=coop.address, abi=load_artifact("Collective").abi)
    with pytest.raises(ContractCustomError):
        mill.functions.expel(2).call()
