"""daokit: run a collective together on an EVM chain.

import daokit

chain = daokit.connect("local", account="alice")
coop = daokit.Collective.load(chain, "0x…")
coop.governor.vote(7, 3)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daokit.chain import Chain as Chain
    from daokit.charter import Charter as Charter
    from daokit.collective import Collective as Collective
    from daokit.connection import connect as connect
    from daokit.errors import ConfirmationNeeded as ConfirmationNeeded
    from daokit.errors import DaokitError as DaokitError
    from daokit.errors import NoConnection as NoConnection
    from daokit.errors import NotConfirmed as NotConfirmed
    from daokit.errors import Refused as Refused
    from daokit.errors import Reverted as Reverted
    from daokit.errors import RuleBroken as RuleBroken
    from daokit.errors import ToolMissing as ToolMissing
    from daokit.errors import UsageError as UsageError
    from daokit.federation import Federation as Federation
    from daokit.federation_charter import FederationCharter as FederationCharter
    from daokit.fund import Fund as Fund
    from daokit.options import Call as Call
    from daokit.options import Option as Option
    from daokit.options import Payment as Payment
    from daokit.profit_share import ProfitShare as ProfitShare
    from daokit.services import Services as Services

__version__ = "0.1.0"

_HOMES = {
    "Call": "options",
    "Chain": "chain",
    "Charter": "charter",
    "Collective": "collective",
    "ConfirmationNeeded": "errors",
    "DaokitError": "errors",
    "Federation": "federation",
    "FederationCharter": "federation_charter",
    "Fund": "fund",
    "NoConnection": "errors",
    "NotConfirmed": "errors",
    "Option": "options",
    "Payment": "options",
    "ProfitShare": "profit_share",
    "Refused": "errors",
    "Reverted": "errors",
    "RuleBroken": "errors",
    "Services": "services",
    "ToolMissing": "errors",
    "UsageError": "errors",
    "connect": "connection",
}

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name: str) -> Any:
    # Lazily: `import daokit` and `daokit --help` must not wait for what they do not use.
    if name not in _HOMES:
        raise AttributeError(f"module daokit has no {name}")
    return getattr(import_module(f"daokit.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
