"""Where a state machine plays: a founded collective on anvil with a clock set to the second, put back after a run."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.errors import Reverted


class Stage:
    """One collective for many runs. `now` is the time at which the next call and the next block are made."""

    def __init__(self, coop: Collective) -> None:
        self.rpc = coop.chain.rpc
        self.address = coop.address
        self.done: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.start = coop.chain.now()

    def open(self) -> None:
        """Begin a run."""
        self.before = self.rpc.request("evm_snapshot")
        self.people: dict[str, Collective] = {}
        self.now = self.start
        self.wait(10)

    def close(self) -> None:
        """Put the chain back as it was."""
        self.rpc.request("evm_revert", [self.before])

    def as_(self, name: str) -> Collective:
        """The collective for one person."""
        # Without a journal: the chain goes back under it.
        if name not in self.people:
            self.people[name] = Collective.load(Chain(self.rpc, signer=dev_signer(name)), self.address)
        return self.people[name]

    def wait(self, seconds: int = 1) -> None:
        """Let time pass; each action needs a second of its own, since no two blocks here share one."""
        self.now += seconds
        self.rpc.request("evm_setNextBlockTimestamp", [self.now])

    def act(self, name: str, refusal: str | None, action: Callable[[], Any], **values: Any) -> Any:
        """Do it, a second later being the next time; with a `refusal`, see that it is refused by this very name."""
        if refusal is not None:
            with refused(refusal, **values):
                action()
            self.refusals[refusal] += 1
            return None
        result = action()
        self.done[name] += 1
        self.wait()
        return result


def run(stage: Stage, machine: Callable[[Stage], RuleBasedStateMachine], number: int, runs: int, steps: int) -> None:
    """Play `runs` runs of `steps` steps, the same each time. Nothing shrinks: against a node that takes minutes."""

    @seed(number)
    def play() -> RuleBasedStateMachine:
        return machine(stage)

    run_state_machine_as_test(
        play,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def wander(
    stage: Stage,
    machine: Callable[[Stage], RuleBasedStateMachine],
    number: int,
    runs: int,
    steps: int,
    *,
    done: Mapping[str, int],
    refused: Collection[str],
) -> None:
    """Play until each act was `done` so often and each refusal has come up. What is drawn from a seed also depends on
    the constants of all modules that are imported, so one walk may do without some."""

    def missing() -> list[str]:
        rare = [name for name, times in done.items() if stage.done[name] < times]
        return rare + [name for name in refused if not stage.refusals[name]]

    for further in range(6):
        run(stage, machine, number + further, runs, steps)
        if not missing():
            return
    raise AssertionError((missing(), stage.done, stage.refusals))


def move(
    often: int = 1, when: Callable[[Any], Any] = lambda _: True, **arguments: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Marks what people may do in a step, how often it comes up, and its arguments; `data` is passed when asked for."""

    def mark(function: Callable[..., None]) -> Callable[..., None]:
        function.move = (often, when, arguments)  # type: ignore[attr-defined]
        return function

    return mark


class Turns:
    """Whose move it is. Left to rules of hypothesis, whole runs would do without some moves, and runs here are few: so
    all moves go into a bag, as often as they are marked, which is emptied before it is filled again."""

    def __init__(self, machine: RuleBasedStateMachine, order: int) -> None:
        self.machine = machine
        self.random = Random(order)
        marked = [one for _, one in inspect.getmembers(type(machine), lambda one: hasattr(one, "move"))]
        self.all = [one for one in marked for _ in range(one.move[0])]
        self.bag: list[Any] = []

    def take(self, data: st.DataObject) -> None:
        """The next move that is open now."""
        while True:
            if not self.bag:
                self.bag = self.random.sample(self.all, len(self.all))
            chosen = self.bag.pop()
            _, when, strategies = chosen.move
            if when(self.machine):
                break
        arguments = {name: data.draw(strategy, name) for name, strategy in strategies.items()}
        if "data" in inspect.signature(chosen).parameters:
            arguments["data"] = data
        chosen(self.machine, **arguments)


@contextmanager
def refused(name: str, **values: Any) -> Iterator[None]:
    """The chain refuses with this error, however deep inside a call."""
    with pytest.raises(Reverted) as refusal:
        yield
    error = refusal.value
    while error.name == "CallFailed" and error.inner is not None:
        error = error.inner
    assert error.name == name, error
    assert {key: error.values[key] for key in values} == values
