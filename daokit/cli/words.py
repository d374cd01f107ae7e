"""What a session knows, in the forms that turning actions into calls and back into words needs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daokit.actions import Action
    from daokit.calls import Scope
    from daokit.cli.session import Session
    from daokit.options import Call, Option, Payment
    from daokit.reading import Reading, View


class Words:
    """Actions to calls and calls to words, in the names of one collective."""

    def __init__(self, session: Session, signatures: Sequence[str] = ()) -> None:
        self.session = session
        self.signatures = tuple(signatures)

    @cached_property
    def scope(self) -> Scope:
        """For encoding actions."""
        from daokit.calls import Scope
        from daokit.differences import present_rules

        session = self.session
        return Scope(
            collective=session.collective.address,
            treasury=session.treasury.address,
            resolve=session.resolve,
            token=self._token,
            seat=session.membership.seat_of,
            rules=present_rules(session.collective),
            local=session.chain.local,
        )

    @cached_property
    def view(self) -> View:
        """For reading calls."""
        from daokit.differences import present_rules
        from daokit.quantities import format_time
        from daokit.reading import View
        from daokit.services import address

        session = self.session
        names = {seat.number: seat.name for seat in session.membership.roll(former=True)}
        now = session.chain.now()
        return View(
            collective=session.collective.address,
            treasury=session.treasury.address,
            name_of=session.name,
            token_words=self.token_words,
            seat_name=lambda seat: names.get(seat, f"seat {seat}"),
            moment=lambda when: format_time(when, now),
            rules=present_rules(session.collective),
            signatures=self.signatures,
            services=address(),
            federation_of=self.federation_of,
        )

    def federation_of(self, purse: str) -> str:
        """The name of the federation whose purse an address is, "" for anything else."""
        from daokit.federation_members import federation_of

        return federation_of(self.session.chain, purse)

    def token_words(self, token: str) -> tuple[str, int]:
        """Symbol and decimals of a token."""
        found = self.session.chain.token(token)
        return found.symbol, found.decimals

    def _token(self, word: str) -> tuple[str, int]:
        address = self.session.token(word)
        return address, self.token_words(address)[1]

    def of(self, option: Option) -> list[Reading]:
        """Each payment and call of an option, in words, in the order in which they are done."""
        from daokit.reading import read

        parts: list[Payment | Call] = [*option.payments, *option.calls]
        return [read(part, self.view) for part in parts]

    def reasons(self, actions: Sequence[Action], option: Option) -> list[str]:
        """Why an option with these actions must be declared large; none when it need not."""
        from daokit.calls import why_large

        session = self.session
        share = session.governor.rules().large_bps
        room = {}
        for token in {payment.token for payment in option.payments}:
            cap, used = session.treasury.bucket(token, share)
            room[token] = max(0, cap - used)
        return why_large(
            actions, option.payments, listed=session.treasury.tokens(), room=room, token_words=self.token_words
        )
