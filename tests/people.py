"""Words that the tests of collectives share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from daokit.accounts import dev_address
from daokit.errors import Reverted

DAY = 86_400


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
