"""Acts of a motion as people type them behind an option of `daokit federation open`: `50 tUSD to bob for the weir`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from daokit import federation_acts as act
from daokit.errors import RuleBroken, UsageError
from daokit.federation_rules import Rules, changed
from daokit.interop import Interoperable
from daokit.quantities import format_amount, format_duration, parse_amount, parse_share, parse_time, split_money
from daokit.treasury import Budget


@dataclass(frozen=True)
class FederationScope:
    """What reading what people type needs to know. `chain` is where money and tokens are meant, `resolve` turns a name
    into an address, `token` a symbol into an address and decimals, `member` a word into a member, `mandate` gives the
    treasury of a member and the terms of a mandate that it gave, `rules` are the present ones."""

    chain: int
    resolve: Callable[[str], str]
    token: Callable[[str], tuple[str, int]]
    member: Callable[[str], Interoperable]
    mandate: Callable[[Interoperable, int], tuple[str, Budget]]
    rules: Rules


def parse(kind: str, text: str, scope: FederationScope) -> act.Act:
    """One act, as typed behind `--<kind>`. Raises `UsageError`."""
    return _READERS[kind](" ".join(text.split()), scope)


def rules_act(settings: list[str], scope: FederationScope) -> act.SetRules:
    """The rules with all `name=value` set at once."""
    pairs: dict[str, str] = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f'"{text}" sets nothing; write it like quorum=30%')
        pairs[name.strip()] = value.strip()
    return act.SetRules(changed(scope.rules, pairs))


def _pay(text: str, scope: FederationScope) -> act.Act:
    form = r"(?P<money>\S+ \S+) to (?P<to>.+?)(?: for (?P<purpose>.+))?"
    found = _match(form, text, "50 tUSD to bob for the weir")
    token, amount = _sum(found["money"], scope)
    return act.Pay(scope.chain, token, scope.resolve(found["to"]), amount, found["purpose"] or "")


def _spend(text: str, scope: FederationScope) -> act.Act:
    form = r"(?P<money>\S+ \S+) from (?P<member>.+?) mandate (?P<budget>\d+) to (?P<to>.+?)(?: for (?P<purpose>.+))?"
    found = _match(form, text, "50 tUSD from mill mandate 1 to bob for the weir")
    token, amount = _sum(found["money"], scope)
    budget = int(found["budget"])
    treasury, given = scope.mandate(scope.member(found["member"]), budget)
    if given.token != token:
        raise UsageError(f"mandate {budget} of {found['member']} is in another token")
    if amount > given.amount:
        _, decimals = scope.token(token)
        most = f"{format_amount(given.amount, decimals)} {split_money(found['money'])[1]}"
        raise RuleBroken(
            f"mandate {budget} of {found['member']} is for at most {most} every {format_duration(given.period)}; ask "
            "for less, or for a greater mandate",
            most=given.amount,
        )
    return act.Spend(scope.chain, treasury, budget, scope.resolve(found["to"]), amount, found["purpose"] or "")


def _request(text: str, scope: FederationScope) -> act.Act:
    member, colon, what = text.partition(":")
    if not colon or not what.strip():
        raise UsageError(f'"{text}" asks nobody for anything; write it like "mill: mend its gate"')
    return act.Request(scope.member(member.strip()), what.strip())


def _invite(text: str, scope: FederationScope) -> act.Act:
    found = _match(r"(?P<member>.+?)(?: as (?P<persons>[\d,]+) persons?)?", text, "mill, or 10:0x… as 40 persons")
    return act.Invite(scope.member(found["member"]), int((found["persons"] or "0").replace(",", "")))


def _confirm_roll(text: str, scope: FederationScope) -> act.Act:
    found = _match(r"(?P<people>[\d,]+) people of (?P<member>.+)", text, "120 people of mill")
    return act.ConfirmRoll(scope.member(found["member"]), int(found["people"].replace(",", "")))


def _ceiling(text: str, scope: FederationScope) -> act.Act:
    found = _match(r"(?P<share>\S+) of (?P<token>\S+)", text, "5% of tUSD")
    return act.Ceiling(scope.chain, scope.token(found["token"])[0], parse_share(found["share"]))


def _invalidate(text: str, scope: FederationScope) -> act.Act:
    return act.Invalidate(scope.chain, parse_time(text))


_READERS: Mapping[str, Callable[[str, FederationScope], act.Act]] = {
    "pay": _pay,
    "spend": _spend,
    "request": _request,
    "invite": _invite,
    "expel": lambda text, scope: act.Expel(scope.member(text)),
    "confirm-roll": _confirm_roll,
    "add-competence": lambda text, _: act.Competence(text, True),
    "drop-competence": lambda text, _: act.Competence(text, False),
    "list-token": lambda text, scope: act.ListToken(scope.chain, scope.token(text)[0], True),
    "delist-token": lambda text, scope: act.ListToken(scope.chain, scope.token(text)[0], False),
    "ceiling": _ceiling,
    "invalidate": _invalidate,
    "resume": lambda _, scope: act.Resume(scope.chain),
}


def _sum(text: str, scope: FederationScope) -> tuple[str, int]:
    number, symbol = split_money(text)
    token, decimals = scope.token(symbol)
    amount = parse_amount(number, decimals, symbol)
    if amount == 0:
        raise UsageError(f'"{text}" is nothing; name an amount above zero')
    return token, amount


def _match(form: str, text: str, example: str) -> dict[str, str]:
    found = re.fullmatch(form, text)
    if not found:
        raise UsageError(f'"{text}" cannot be read; write it like "{example}"')
    return found.groupdict()
