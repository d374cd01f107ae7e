"""Sums as people deal in them, down to the last unit of each token."""

from __future__ import annotations

from daokit.experiments.year.world import COIN, World

# One "whole" of coin is little enough that what everybody has from the first block on lasts a year.
_WHOLE_COIN = 10**14


def some(world: World, token: str, wholes: int) -> int:
    """A sum of at most so many wholes, and at least a hundredth of them, to the unit."""
    most = wholes * whole(world, token)
    return world.random.randint(most // 100, most)


def whole(world: World, token: str) -> int:
    """Smallest units in a whole token."""
    return _WHOLE_COIN if token == COIN else 10 ** world.chain.token(token).decimals
