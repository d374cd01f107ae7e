"""Words that the tests of collectives share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from daokit.accounts import dev_address
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.documents import text_hash
from daokit.errors import Reverted
from daokit.factory import Factory

DAY = 86_400
FOUNDERS = ("alice", "bob", "carol", "dave", "erin")


def address(name: str) -> str:
    """The address of a development account."""
    return dev_address(name)


@contextmanager
def reverts(name: str, **values: Any) -> Iterator[None]:
    """The chain refuses with this error and these of its values."""
    with pytest.raises(Reverted) as refused:
        yield
    error = refused.value
    while error.name == "CallFailed" and error.inner is not None:
        error = error.inner
    assert error.name == name, error
    assert {key: error.values[key] for key in values} == values


def found_on(chain: Chain, name: str = "Mill", tokens: Sequence[str] = (), number: int = 0) -> Collective:
    """A collective of alice to erin, 100 units each, on a chain that has the shared contracts."""
    rules = (3 * DAY, 5 * DAY, 2 * DAY, 7 * DAY, 14 * DAY, 2000, 1000, 8, 1)
    people = [(address(founder), 100, founder) for founder in FOUNDERS]
    text = bytes.fromhex(text_hash("we share what we make")[2:])
    charter = (name, text, "", rules, (2, 3 * DAY, 500, 2, 500), 90, 100, 5 * DAY, list(tokens), people)
    made, _ = Factory(chain).found(charter, number)
    return Collective.load(chain, made)
