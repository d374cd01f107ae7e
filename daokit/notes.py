"""What a note to another chain costs: whoever has it sent brings exactly the fee along."""

from __future__ import annotations

from typing import Any

from daokit.contract import Contract
from daokit.errors import Reverted


def fee_of(end: Contract, function: str, *arguments: Any) -> int:
    """What the note of this call at an end costs now, in wei. The gateway says it when too little comes along, so the
    call is asked for without coin. Raises `Reverted` with what else it would be refused for."""
    try:
        end.read(function, *arguments)
    except Reverted as refusal:
        if refusal.name != "WrongFee":
            raise
        return int(refusal.values["fee"])
    return 0
