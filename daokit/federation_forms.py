"""The content of a motion and its acts in the form that the chain commits to, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from daokit.abi import Tuple, parse_all
from daokit.errors import DaokitError, UsageError
from daokit.federation_acts import (
    Act,
    Ceiling,
    Competence,
    Confirm,
    ConfirmRoll,
    Delegate,
    Expel,
    Invalidate,
    Invite,
    Join,
    Levy,
    Link,
    LinkBack,
    ListToken,
    Pay,
    Quit,
    Request,
    Resume,
    SetCharter,
    SetRules,
    Spend,
    Unreadable,
)
from daokit.federation_rules import Rules
from daokit.interop import Interoperable
from daokit.options import purpose_bytes, purpose_text


@dataclass(frozen=True)
class Content:
    """What a motion puts to the members: `text` is keccak256 of its words (0x hex), `uri` says where they are.

    `competence` is what the federation acts in, "" for its own house (seats, rules, links).
    """

    text: str
    uri: str = ""
    competence: str = ""
    large: bool = False
    acts: tuple[Act, ...] = ()

    def to_solidity(self, home: int) -> tuple[Any, ...]:
        """The arguments of `IFederationWords.Content`, for a federation on chain `home`."""
        acts = [encode(one, home) for one in self.acts]
        return bytes.fromhex(self.text[2:]), self.uri, purpose_bytes(self.competence), self.large, acts

    @classmethod
    def of(cls, put: Any) -> Content:
        """The content in an opening event."""
        acts = tuple(decode(int(one.kind), int(one.chain), bytes(one.data)) for one in put.acts)
        return cls("0x" + put.text.hex(), put.uri, purpose_text(put.competence), bool(put.large), acts)


def encode(act: Act, home: int) -> tuple[int, int, bytes]:
    """Kind, chain and data of an act of a federation on chain `home`."""
    if isinstance(act, Unreadable):
        return act.number, act.chain, act.data
    form = _FORMS[type(act)]
    return act.kind.value, getattr(act, "chain", home), form.types.encode(form.row(act))


def decode(number: int, chain: int, data: bytes) -> Act:
    """The act with this kind, chain and data; `Unreadable` when these do not fit each other."""
    for kind, form in _FORMS.items():
        if kind.kind.value != number:
            continue
        try:
            values = form.types.decode(data, 0)
            # What does not encode back to the same bytes would be shown as something that it is not.
            if form.types.encode(list(values)) == data:
                act: Act = form.make(chain, *values)
                return act
        except (DaokitError, ValueError, OverflowError, IndexError):
            break
    return Unreadable(number, chain, data)


@dataclass(frozen=True)
class _Form:
    types: Tuple
    row: Callable[[Any], Sequence[Any]]
    make: Callable[..., Any]


def _form(types: str, row: Callable[[Any], Sequence[Any]], make: Callable[..., Any]) -> _Form:
    return _Form(parse_all([{"type": one} for one in types.split()]), row, make)


def _rules_form() -> _Form:
    kinds = ["uint32"] * 6 + ["uint16"] * 2 + ["uint8"] * 2
    types = parse_all(
        [{"type": "tuple", "components": [{"type": kind, "name": f"n{n}"} for n, kind in enumerate(kinds)]}]
    )
    return _Form(types, lambda act: [act.rules.to_solidity()], lambda _, row: SetRules(Rules.of(row)))


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _raw(text: str) -> bytes:
    data = bytes.fromhex(text.removeprefix("0x"))
    if len(data) != 32:
        raise UsageError(f"{text} is no hash: 0x and 64 hexadecimal digits")
    return data


def _member(data: bytes) -> Interoperable:
    return Interoperable.decode(data)


class _Forms(dict[type, _Form]):
    def __missing__(self, kind: type) -> _Form:
        raise UsageError(f"{kind.__name__} is no act of a motion")


_FORMS: Mapping[Any, _Form] = _Forms(
    {
        Pay: _form(
            "address address uint256 bytes32",
            lambda a: (a.token, a.to, a.amount, purpose_bytes(a.purpose)),
            lambda chain, token, to, amount, purpose: Pay(chain, token, to, amount, purpose_text(purpose)),
        ),
        Spend: _form(
            "address uint256 address uint256 bytes32",
            lambda a: (a.treasury, a.budget, a.to, a.amount, purpose_bytes(a.purpose)),
            lambda chain, treasury, budget, to, amount, purpose: Spend(
                chain, treasury, budget, to, amount, purpose_text(purpose)
            ),
        ),
        Request: _form(
            "bytes string",
            lambda a: (a.member.encode(), a.what),
            lambda _, member, what: Request(_member(member), what),
        ),
        Invite: _form(
            "bytes uint32",
            lambda a: (a.member.encode(), a.persons),
            lambda _, member, persons: Invite(_member(member), persons),
        ),
        Expel: _form("bytes", lambda a: (a.member.encode(),), lambda _, member: Expel(_member(member))),
        ConfirmRoll: _form(
            "bytes uint32",
            lambda a: (a.member.encode(), a.people),
            lambda _, member, people: ConfirmRoll(_member(member), people),
        ),
        Competence: _form(
            "bytes32 bool",
            lambda a: (purpose_bytes(a.name), a.listed),
            lambda _, name, listed: Competence(purpose_text(name), listed),
        ),
        SetRules: _rules_form(),
        SetCharter: _form(
            "bytes32 string", lambda a: (_raw(a.text), a.uri), lambda _, text, uri: SetCharter(_hex(text), uri)
        ),
        Link: _form(
            "address address uint32 address address[] uint8",
            lambda a: (a.gateway, a.branch, a.domain, a.peer, list(a.validators), a.threshold),
            lambda chain, gateway, branch, domain, peer, validators, threshold: Link(
                chain, gateway, branch, domain, peer, tuple(validators), threshold
            ),
        ),
        LinkBack: _form(
            "uint32 address address[] uint8",
            lambda a: (a.domain, a.peer, list(a.validators), a.threshold),
            lambda chain, domain, peer, validators, threshold: LinkBack(
                chain, domain, peer, tuple(validators), threshold
            ),
        ),
        Ceiling: _form("address uint16", lambda a: (a.token, a.bps), Ceiling),
        ListToken: _form("address bool", lambda a: (a.token, a.listed), ListToken),
        Join: _form(
            "address bytes32 uint256",
            lambda a: (a.purse, _raw(a.charter), a.bps),
            lambda chain, purse, charter, bps: Join(chain, purse, _hex(charter), bps),
        ),
        Quit: _form("address", lambda a: (a.purse,), Quit),
        Levy: _form("address uint256", lambda a: (a.purse, a.bps), Levy),
        Delegate: _form(
            "address bytes32 bool",
            lambda a: (a.purse, purpose_bytes(a.competence), a.given),
            lambda chain, purse, competence, given: Delegate(chain, purse, purpose_text(competence), given),
        ),
        Invalidate: _form("uint256", lambda a: (a.before,), Invalidate),
        Resume: _form("", lambda _: (), Resume),
        Confirm: _form(
            "address bytes32",
            lambda a: (a.branch, _raw(a.order)),
            lambda chain, branch, order: Confirm(chain, branch, _hex(order)),
        ),
    }
)
