"""Alice's fund and those who provide for her: a school (judy's), a grocer (ivan's) and a doctor (heidi's)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.fund import Fund
from daokit.services import Services, Terms
from daokit.token import Token
from tests.people import DAY

NOTICE = 90 * DAY


def as_(chain: Chain, name: str) -> Chain:
    return chain.as_(dev_signer(name))


def offers_of(chain: Chain, name: str) -> Services:
    return Services.load(as_(chain, name))


def seen_by(fund: Fund, name: str) -> Fund:
    return Fund.load(as_(fund.chain, name), fund.address)


@pytest.fixture
def fund(chain: Chain, coin: str) -> Fund:
    """Alice's fund, with 1,000.00 tUSD of income."""
    opened = Fund.open(chain)
    Token(chain, coin).transfer(opened.address, 1_000_00)
    return opened


@pytest.fixture
def offer(chain: Chain) -> Callable[..., int]:
    """An offer of somebody, with 90 days of notice; 12 baskets every 30 days unless said otherwise."""

    def offering(who: str, service: str, lowest: int = 1, highest: int = 9_000, **more: object) -> int:
        terms = Terms(service, lowest, highest, **{"notice": NOTICE, "count": 12, "period": 30 * DAY, **more})  # type: ignore[arg-type]
        return offers_of(chain, who).offer(terms, "ipfs://terms")

    return offering
