"""Actions turned into the payments and calls of an option. `reading` turns these back into words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from daokit import actions as act
from daokit import rules
from daokit.artifact import load_artifact
from daokit.errors import UsageError
from daokit.hashing import ZERO_ADDRESS
from daokit.options import Call, Payment
from daokit.quantities import format_duration, money, parse_amount
from daokit.signatures import Signature

COIN_DECIMALS = 18
MOST_PARTS = 16


@dataclass(frozen=True)
class Scope:
    """What encoding needs to know of a collective.

    `resolve` turns a name into an address, `token` a symbol into an address and decimals, `seat` an address into its
    seat number (0: none). `rules` are all present values, by key. `local` is a chain on one's own machine.
    """

    collective: str
    treasury: str
    resolve: Callable[[str], str]
    token: Callable[[str], tuple[str, int]]
    seat: Callable[[str], int]
    rules: rules.Values
    local: bool = False


def encode(actions: Iterable[act.Action], scope: Scope) -> tuple[tuple[Payment, ...], tuple[Call, ...]]:
    """The payments and calls that do what `actions` say. Changes of rules become one call for each section.

    Raises `UsageError` for what the contracts would refuse: a bound, an unknown name, more than 16 payments or calls.
    """
    payments: list[Payment] = []
    calls: list[Call] = []
    changes: dict[str, int] = {}
    for action in actions:
        if isinstance(action, act.Pay):
            payments.append(_payment(action, scope))
        elif isinstance(action, act.Set | act.LowerNotice):
            key, value = ("exit.notice", action.seconds) if isinstance(action, act.LowerNotice) else _checked(action)
            if changes.get(key, value) != value:
                raise UsageError(f"{key} is set twice, to different values; say once what it shall be")
            changes[key] = value
        else:
            calls.append(_call(action, scope))
    calls += _rule_calls(changes, scope)
    if len(payments) > MOST_PARTS or len(calls) > MOST_PARTS:
        raise UsageError(
            f"an option has at most {MOST_PARTS} payments and {MOST_PARTS} calls; this one would have {len(payments)} "
            f"and {len(calls)}; split it over two proposals"
        )
    return tuple(payments), tuple(calls)


def why_large(
    actions: Sequence[act.Action],
    payments: Sequence[Payment],
    *,
    listed: Collection[str],
    room: Mapping[str, int],
    token_words: Callable[[str], tuple[str, int]],
) -> list[str]:
    """Why the option must be declared large, a sentence each; none when it need not.

    `listed` are the addresses of the listed tokens, `room` what is left now in the bucket of each token, coin included.
    """
    reasons = [f"only a large option can {action.words}" for action in actions if action.large]
    sums: dict[str, int] = defaultdict(int)
    for payment in payments:
        sums[payment.token] += payment.amount
    for token, wanted in sums.items():
        symbol, decimals = token_words(token)
        left = room.get(token, 0)
        if token != ZERO_ADDRESS and token not in listed:
            reasons.append(f"only a large option can pay {symbol}, which is not listed")
        elif wanted > left:
            asked, there = money(wanted, symbol, decimals), money(left, symbol, decimals)
            reasons.append(f"only a large option can pay {asked}: ordinary payments have {there} left now")
    return reasons


def _payment(action: act.Pay, scope: Scope) -> Payment:
    token, decimals = scope.token(action.token)
    amount = parse_amount(action.amount, decimals, action.token)
    return Payment(token, scope.resolve(action.to), amount, action.purpose)


def _checked(action: act.Set) -> tuple[str, int]:
    return rules.find(action.key).key, action.value


def _call(action: act.Action, scope: Scope) -> Call:
    match action:
        case act.Admit(who):
            return _of("Collective", "admit", scope.resolve(who), scope=scope)
        case act.Expel(who):
            return _of("Collective", "expel", _seat(who, scope), scope=scope)
        case act.MoveSeat(who, to):
            return _of("Collective", "moveSeat", _seat(who, scope), scope.resolve(to), scope=scope)
        case act.SetCharter(text, uri):
            return _of("Collective", "setCharter", bytes.fromhex(text[2:]), uri, scope=scope)
        case act.Grant(units, to):
            return _of("Treasury", "grantUnits", scope.resolve(to), units, scope=scope)
        case act.Sell(units, price, symbol, end, most):
            token, decimals = scope.token(symbol)
            terms = (token, units, parse_amount(price, decimals, symbol), most, end)
            return _of("Treasury", "openSale", terms, scope=scope)
        case act.Budget(amount, symbol, period, to, end):
            token, decimals = scope.token(symbol)
            sum_ = parse_amount(amount, decimals, symbol)
            return _of("Treasury", "openBudget", scope.resolve(to), token, sum_, period, end, scope=scope)
        case act.ListToken(symbol):
            return _of("Treasury", "listToken", scope.token(symbol)[0], scope=scope)
        case act.DelistToken(symbol):
            return _of("Treasury", "delistToken", scope.token(symbol)[0], scope=scope)
        case act.Call(target, signature, arguments, value):
            known = {"collective": scope.collective, "treasury": scope.treasury}
            to = known.get(target) or scope.resolve(target)
            data = Signature.parse(signature).encode(arguments, scope.resolve)
            return Call(to, parse_amount(value, COIN_DECIMALS, "coin"), data)
    raise TypeError(f"{action!r} is no action that calls")


def _seat(who: str, scope: Scope) -> int:
    seat = scope.seat(scope.resolve(who))
    if seat == 0:
        raise UsageError(f"{who} holds no seat here")
    return seat


def _rule_calls(changes: Mapping[str, int], scope: Scope) -> list[Call]:
    values = {**scope.rules, **changes}
    notice, present = values["exit.notice"], scope.rules["exit.notice"]
    if notice > present or (notice == present and "exit.notice" in changes):
        now, wanted = format_duration(present), format_duration(notice)
        raise UsageError(f"the exit notice is {now} and can only ever be lowered, not set to {wanted}")
    if changes and (breaches := rules.breaches(values, local=scope.local)):
        raise UsageError("; ".join(breach.sentence for breach in breaches))
    calls = []
    sections = {key.partition(".")[0] for key in changes}
    # The notice comes first: a shorter one makes room for a shorter delay of large acts.
    if "exit" in sections:
        calls.append(_of("Treasury", "lowerNotice", notice, scope=scope))
    for section, function in (("voting", "setVoting"), ("seasons", "setSeasons"), ("admission", "setAdmission")):
        if section in sections:
            row = tuple(values[rule.key] for rule in rules.in_section(section))
            calls.append(_of("Collective", function, *(row if section == "seasons" else (row,)), scope=scope))
    return calls


def _of(artifact: str, function: str, *arguments: Any, scope: Scope) -> Call:
    target = scope.collective if artifact == "Collective" else scope.treasury
    return Call(target, 0, load_artifact(artifact).function(function).encode(arguments))
