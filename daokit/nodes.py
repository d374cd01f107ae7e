"""Several nodes of one chain, used as one: when one fails the next is asked; with a quorum, that many must agree."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from daokit.agreeing import compared, essence, pinned, question, reverts, told
from daokit.errors import NoConnection, RuleBroken
from daokit.fees import guessed, lowest
from daokit.places import check_quorum
from daokit.rpc import Call, Rpc, RpcError, too_often

_REST = 30.0  # seconds for which a node that failed is asked last
_HEAD_KEPT = 0.5  # seconds for which the block that reads are about stays the same
_FURTHEST = 64  # blocks that one honest node may be behind another
_LOOKS = 5  # at an answer on which nodes differ, before it is called a disagreement
_PAUSE = 0.2  # seconds between these; longer each time
_TOP = ("safe", "finalized")


class Disagreement(RuleBroken):
    """Two nodes of one chain say different things. Nothing is signed on such ground."""


class Nodes(Rpc):
    """Nodes of one chain, in the order in which they are asked.

    Each is asked for its chain id, and for its first block if it has that, before it is used; one that is on another
    chain is never used, and `on_stray` hears about it once. With `quorum` 2 or more every fact of the chain is read
    from that many nodes and compared; a disagreement raises `Disagreement`. Of what they guess gas to cost, the least
    is taken. Signed transactions go to all of them: the same bytes are the same transaction everywhere.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        chain_id: int | None = None,
        quorum: int = 1,
        remedy: str = "",
        on_stray: Callable[[str], None] = lambda _: None,
        shown: Sequence[str] = (),
    ) -> None:
        """`chain_id` is the chain that must be there; None takes that of the first node that answers. `shown` says how
        each address is shown. Raises `UsageError` when fewer nodes are named than must agree."""
        self.members = [Rpc(url, remedy=remedy, shown=one) for url, one in zip_longest(urls, shown, fillvalue="")]
        check_quorum(quorum, urls, [one.shown for one in self.members])
        for one in self.members:
            one.tries = 2
        self.url = urls[0]
        self.shown = ", ".join(one.shown for one in self.members)
        self.quorum = quorum
        self.checked_by = quorum
        self.split = ""  # which node has the last receipt asked for and which has not, when that differs
        self.sent = 0
        self._expected = chain_id
        self._genesis: str | None = None
        self._on_stray = on_stray
        self._known: set[Rpc] = set()
        self._strays: dict[Rpc, str] = {}
        self._failed: dict[Rpc, float] = {}
        self._pin: tuple[float, int, int] = (float("-inf"), 0, -1)
        self._seen = 0  # the highest block in which a receipt lay: what is read afterwards must know it

    def __repr__(self) -> str:
        return f"Nodes({self.shown!r})"

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        """One call. Raises `RpcError`, `NoConnection` when none (or too few) answer, `Disagreement`."""
        answer = self.batch([(method, params)])[0]
        if isinstance(answer, RpcError):
            raise answer
        return answer

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        """Many calls in one exchange, as `Rpc.batch`."""
        if any(method == "eth_sendRawTransaction" for method, _ in calls):
            return [
                self._send(call) if call[0] == "eth_sendRawTransaction" else self.batch([call])[0] for call in calls
            ]
        if self.quorum < 2 or not any(_matters(*call) for call in calls):
            (answers,) = self._asked(calls, 1).values()
            return answers
        return self._agreed(calls)

    def close(self) -> None:
        """Let go of all connections."""
        for one in self.members:
            one.close()

    # One after the other

    def _asked(self, calls: Sequence[Call], wanted: int) -> dict[Rpc, list[Any]]:
        """The answers of the first `wanted` nodes that answer."""
        found: dict[Rpc, list[Any]] = {}
        failures: list[NoConnection | RpcError] = []
        for one in self._order():
            try:
                if not self._belongs(one):
                    continue
                answers = one.batch(calls)
                if early := next((answer for answer in answers if too_often(answer)), None):
                    raise early
            except (NoConnection, RpcError) as failure:
                self._failed[one] = time.monotonic()
                failures.append(failure)
                continue
            found[one] = answers
            if len(found) == wanted:
                return found
        raise self._too_few(wanted, list(found), failures)

    def _order(self) -> list[Rpc]:
        """As they were given, with those that failed a moment ago at the end."""
        now = time.monotonic()
        return sorted(self.members, key=lambda one: now - self._failed.get(one, float("-inf")) < _REST)

    def _belongs(self, one: Rpc) -> bool:
        """Whether a node is on our chain: asked once, before it is used."""
        if one in self._strays:
            return False
        if one in self._known:
            return True
        answer, first = one.batch([("eth_chainId", []), ("eth_getBlockByNumber", ["0x0", False])])
        if isinstance(answer, RpcError) or too_often(first):
            raise answer if isinstance(answer, RpcError) else first
        try:
            found = int(answer, 16)
            # Some nodes have thrown their oldest blocks away.
            genesis = None if first is None or isinstance(first, RpcError) else str(first["hash"])
        except (TypeError, ValueError, KeyError):
            raise NoConnection(f"the node at {one.shown} does not say on which chain it is") from None
        if self._expected not in (None, found):
            words = f"wrong chain: {one.shown} is on chain {found}, and chain {self._expected} was expected"
        elif genesis is not None and self._genesis not in (None, genesis):
            words = f"wrong chain: {one.shown} has another first block than the nodes before it"
        else:
            self._expected, self._genesis = found, self._genesis or genesis
            self._known.add(one)
            return True
        self._strays[one] = words
        self._on_stray(f"{words}; it is not used")
        return False

    def _too_few(self, wanted: int, found: list[Rpc], failures: list[Any]) -> Exception:
        if not failures and self._strays and not found:
            return RuleBroken(f"{'; '.join(self._strays.values())}; correct the network", expected=self._expected)
        reasons = "; ".join([str(failure) for failure in failures] + list(self._strays.values()))
        if wanted == 1:
            return failures[0] if len(self.members) == 1 else NoConnection(f"no node answers: {reasons}")
        there = " and ".join(one.shown for one in found) or "none"
        return NoConnection(f"quorum = {wanted} needs {wanted} nodes, and {there} answers: {reasons}", url=self.shown)

    # All together

    def _agreed(self, calls: Sequence[Call]) -> list[Any]:
        answers: list[Any] = [None] * len(calls)
        waiting = list(range(len(calls)))
        differing: list[tuple[int, dict[Rpc, Any]]] = []
        for look in range(_LOOKS):
            if look:
                time.sleep(_PAUSE * look)
                self._pin = (float("-inf"), 0, -1)
            block = self._head()
            some = [pinned(calls[place], block) for place in waiting]
            found = self._asked(some, self.quorum)
            differing = []
            for number, place in enumerate(waiting):
                each = {one: answers_of[number] for one, answers_of in found.items()}
                agreed, answer = _together(*calls[place], each)
                if calls[place][0] == "eth_getTransactionReceipt":
                    self.split = _split(each)
                if agreed:
                    answers[place] = answer
                    self._see(answer)
                else:
                    differing.append((place, each))
            if not differing:
                return answers
            waiting = [place for place, _ in differing]
        place, each = differing[0]
        raise _disagreement(calls[place], each)

    def _head(self) -> int:
        """The block that reads are about: the latest that all of the quorum have."""
        moment, block, sent = self._pin
        if time.monotonic() - moment < _HEAD_KEPT and sent == self.sent and block >= self._seen:
            return block
        for look in range(_LOOKS):
            time.sleep(_PAUSE * look)
            asked = self._asked([("eth_blockNumber", [])], self.quorum)
            found = {one: _height(answers[0]) for one, answers in asked.items()}
            lowest, last = min(found.values()), look == _LOOKS - 1
            # A block that is gone for good was taken back.
            if max(found.values()) - lowest <= _FURTHEST and (lowest >= self._seen or last):
                self._pin, self._seen = (time.monotonic(), lowest, self.sent), min(lowest, self._seen)
                return lowest
        said = ", ".join(f"{one.shown} is at block {height:,}" for one, height in found.items())
        raise Disagreement(f"the nodes disagree: {said}; wait until both are in sync, or replace one")

    def _see(self, answer: Any) -> None:
        if isinstance(answer, dict) and "transactionHash" in answer and answer.get("blockNumber"):
            self._seen = max(self._seen, _height(answer["blockNumber"]))

    def _send(self, call: Call) -> Any:
        """To every node with a quorum, else to the first that answers. Taken by one is taken."""
        self.sent += 1
        taken: Any = None
        refusal: RpcError | None = None
        failures: list[NoConnection] = []
        for one in self._order():
            try:
                if not self._belongs(one):
                    continue
                answer = one.batch([call])[0]
            except (NoConnection, RpcError) as failure:
                failures.append(failure if isinstance(failure, NoConnection) else NoConnection(str(failure)))
                continue
            if isinstance(answer, RpcError):
                refusal = refusal or answer
                if not too_often(answer) and self.quorum < 2:
                    break
                continue
            taken = taken or answer
            if self.quorum < 2:
                break
        if taken is None and refusal is None:
            raise self._too_few(1, [], failures)
        return refusal if taken is None else taken


def _height(answer: Any) -> int:
    if isinstance(answer, RpcError):
        raise answer
    try:
        return int(answer, 16)
    except (TypeError, ValueError):
        raise NoConnection(f"the node gives {str(answer)[:40]!r} where a number belongs") from None


def _matters(method: str, params: Sequence[Any]) -> bool:
    """Whether one node's word is not enough with a quorum."""
    return compared(method, params) or guessed(method) or method == "eth_blockNumber"


def _together(method: str, params: Sequence[Any], each: dict[Rpc, Any]) -> tuple[bool, Any]:
    """Whether the nodes say the same, and what."""
    answers = list(each.values())
    if method == "eth_blockNumber":
        return True, hex(min(_height(one) for one in answers))
    if guessed(method):
        return True, lowest(method, answers)
    if not compared(method, params):
        return True, next((one for one in answers if one is not None and not isinstance(one, RpcError)), answers[0])
    if method == "eth_getBlockByNumber" and params[0] in _TOP and all(isinstance(one, dict) for one in answers):
        # Each knows of its own moment how far the chain is final.
        return True, min(answers, key=lambda one: int(one["number"], 16))
    said = [essence(method, one) for one in answers]
    if method == "eth_getTransactionReceipt" and "nothing" in said:
        return True, None  # one hears of it before the other: it counts when both have it
    if any(isinstance(one, RpcError) and not reverts(one) for one in answers):
        return True, next(one for one in answers if isinstance(one, RpcError) and not reverts(one))
    return len(set(said)) == 1, answers[0]


def _split(each: dict[Rpc, Any]) -> str:
    have = [one.shown for one, answer in each.items() if isinstance(answer, dict)]
    have_not = [one.shown for one, answer in each.items() if answer is None]
    return f"{' and '.join(have)} says it is mined and {' and '.join(have_not)} does not" if have and have_not else ""


def _disagreement(call: Call, each: dict[Rpc, Any]) -> Disagreement:
    method, params = call
    said = " and ".join(f"{one.shown} says {told(method, answer)}" for one, answer in each.items())
    words = f"the nodes disagree about {question(method, params)}: {said}; nothing is signed on such ground"
    return Disagreement(f"{words}; find out which one is wrong and replace it", method=method)
