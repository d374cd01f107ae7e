"""What one command works with: the chain and collective of its context, names, money, the answer, the one question."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from daokit.cli.options import Options
from daokit.errors import ConfirmationNeeded, DaokitError, DryRun, Refused, RuleBroken, UsageError

if TYPE_CHECKING:
    from daokit.chain import Chain
    from daokit.collective import Collective
    from daokit.config import Settings
    from daokit.costs import Allowance, Cost
    from daokit.deployments import Deployments
    from daokit.fund import Fund
    from daokit.governor import Governor
    from daokit.membership import Membership
    from daokit.preview import Preview
    from daokit.treasury import Treasury

_NO_COLLECTIVE = (
    "no collective is chosen; choose one with `daokit use <name or chain:address>`, or found one with `daokit init`"
)


T = TypeVar("T")


class once(Generic[T]):
    """A value found at its first use, then kept. Python 3.11's cached_property would hold one lock for all sessions
    while one of them waits for its node."""

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self.__doc__ = find.__doc__

    def __get__(self, session: Session | None, owner: type) -> T:
        if session is None:
            return self  # type: ignore[return-value]
        found = session.__dict__[self._find.__name__] = self._find(session)
        return found


class Session:
    """One command's context (`ctx.obj`). Everything is connected when it is first needed."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.agreed = False
        self.checked = False
        self.closing = ExitStack()

    def elsewhere(self, settings: Settings) -> Session:
        """The same command with other settings."""
        made = Session(self.options)
        made.settings = settings
        return made

    @once
    def allowance(self) -> Allowance:
        """What an agreed plan may cost."""
        from daokit.costs import Allowance

        return Allowance()

    @once
    def settings(self) -> Settings:
        """What holds for this command."""
        from daokit import config

        names = ("profile", "network", "account", "collective", "as_", "max_fee")
        return config.load({name: getattr(self.options, name) for name in names})

    @once
    def chain(self) -> Chain:
        """The chain of the context; signs as its account when there is one, or for the Safe that it acts for. Every
        write is shown and asked for."""
        return self._acting(self.own) if self.settings.safe else self.own

    @once
    def own(self) -> Chain:
        """The chain for the account itself, whoever it acts for: it signs and pays the fees."""
        from daokit.connection import signer

        if not self.settings.account:
            return self.sight
        chain = self.sight.as_(
            signer(self.settings.account, local=self.sight.local, names=self.settings.names, where=self.sight.name)
        )
        if warning := getattr(chain.signer, "warning", ""):
            self.say(warning)
        return chain

    @once
    def sight(self) -> Chain:
        """The chain without an account, for looking: no wrong account gets in the way."""
        from dataclasses import replace

        from daokit.cli.afar import glance
        from daokit.connection import connect

        settings = replace(self.settings, account=None)
        chain = connect(self.network, confirm=self._confirm, settings=settings, tell=self.say)
        chain.elsewhere = lambda number: glance(self, number)
        return chain

    def _acting(self, owner: Chain) -> Chain:
        """The chain for the Safe of the context, for which the account is one of the owners."""
        from daokit.safe import SafeSender

        who = str(self.settings.safe)
        _ = owner.sender  # an owner has to sign
        return owner.as_(SafeSender(owner.resolve(who), f"safe:{who}", owner))

    @property
    def network(self) -> str:
        """The network of the context; `10:0x…` as the collective brings its own."""
        from daokit.deployments import parse_reference
        from daokit.networks import of_chain

        chosen = self.settings.network
        reference = parse_reference(self.settings.collective or "")
        # A node by its address, or one of ape's, is asked for its chain when it is connected.
        if reference is None or self.options.network or "/" in chosen or ":" in chosen:
            return chosen
        found = of_chain(reference[0], self.settings)
        return found.name or found.url

    @property
    def kept_network(self) -> str | None:
        """The network as it may be written down for the next commands; None for a node's address that holds a key and
        stands in the environment. Raises `UsageError` when such an address was typed."""
        from daokit.rpc import masked

        chosen = self.settings.network
        if masked(chosen) == chosen:
            return chosen
        if self.options.network:
            raise UsageError(
                f"{masked(chosen)} holds a key, which is not written down; put the address in a variable, name that in "
                'daokit.toml ([network.far] url = "$FAR_RPC"), and say --network far'
            )
        return None

    @once
    def collective(self) -> Collective:
        """The collective of the context. Names of its seats and symbols of its tokens are known from then on."""
        from daokit.collective import Collective

        if not self.settings.collective:
            raise UsageError(_NO_COLLECTIVE)
        found = Collective.load(self.chain, self.collective_address(self.settings.collective))
        book = self.chain.book
        book.add_seats([("treasury", found.treasury.address), (found.name, found.address)])
        book.add_seats([(seat.name, seat.holder) for seat in found.membership.roll(former=True)])
        book.add_seats([(name, who) for who, name in found.membership.applicants()])
        for token in found.treasury.tokens():
            self.chain.token(token)
        return found

    def collective_address(self, word: str) -> str:
        """The address of a collective by its name, its address or `chain:address`."""
        from daokit.deployments import parse_reference
        from daokit.hashing import is_address, parse_address

        if reference := parse_reference(word):
            if reference[0] != self.chain.id:
                raise RuleBroken(
                    f"{word} is on chain {reference[0]}, and {self.chain.name} is chain {self.chain.id}; "
                    "leave --network away, or name one on that chain",
                    found=self.chain.id,
                    expected=reference[0],
                )
            return reference[1]
        return parse_address(word) if is_address(word) else self.deployments.find(word).collective

    @once
    def has_collective(self) -> bool:
        """Whether a collective is chosen. One that was chosen before does not count where --network leads to a chain
        that it is not on."""
        word = self.settings.collective
        if not word or not self.options.network or self.options.collective:
            return bool(word)
        try:
            return bool(self.chain.code(self.collective_address(word)))
        except (RuleBroken, UsageError):
            return False

    @once
    def deployments(self) -> Deployments:
        """The records of this chain."""
        from daokit.deployments import Deployments

        return Deployments(self.chain.id, genesis=self.chain.genesis, project=self.settings.project)

    @property
    def membership(self) -> Membership:
        return self.collective.membership

    @property
    def governor(self) -> Governor:
        return self.collective.governor

    @property
    def treasury(self) -> Treasury:
        return self.collective.treasury

    def fund(self, word: str | None = None) -> Fund:
        """The account's own fund, or the one that `word` names. Raises `UsageError` when there is none."""
        from daokit.fund import Fund
        from daokit.funds import Funds

        if word is None:
            found = Fund.own(self.chain)
            if found is None:
                raise UsageError(f"you have no fund on {self.chain.name} yet; open one with `daokit fund open`")
            return found
        found = Fund.load(self.chain, self.resolve(word))
        if self.has_account and found.owner() == self.me:
            Funds(self.chain).remember(self.me, found.address)
        return found

    @once
    def own_fund(self) -> Fund | None:
        """The account's own fund; None without one, or when there are several."""
        from daokit.fund import Fund
        from daokit.funds import Funds

        found = Funds(self.chain).usual(self.me) if self.has_account else None
        return Fund(self.chain, found) if found else None

    @property
    def me(self) -> str:
        """The address of the account. Raises `UsageError` when there is none."""
        return self.chain.sender

    @property
    def has_account(self) -> bool:
        """Whether an account is chosen."""
        return self.settings.account is not None

    # Words and values

    def resolve(self, word: str) -> str:
        """The address that a name or a hex means; seats of the collective count when one is chosen."""
        if self.has_collective:
            _ = self.collective
        return self.chain.resolve(word)

    def name(self, address: str) -> str:
        """The name of an address, or both ends of its hex."""
        return self.chain.name_of(address)

    def token(self, word: str) -> str:
        """The address of a token by its symbol or address; `coin` or the coin's symbol is the zero address."""
        from daokit import testcoin

        if self.has_collective:
            _ = self.collective
        if self.chain.local and self.chain.book.token_words(testcoin.address()) is None:
            testcoin.remember(self.chain)
        return self.chain.book.token(word)

    def amount(self, text: str) -> tuple[str, int]:
        """`12.50 tUSD` as the token's address and an amount in its smallest unit."""
        number, _, symbol = text.strip().rpartition(" ")
        if not number:
            raise UsageError(f'"{text}" is no sum of money; write it with its token, as "12.50 tUSD"')
        token = self.token(symbol)
        return token, self.chain.amount(token, number.strip())

    def money(self, token: str, amount: int) -> str:
        """An amount as people read it."""
        return self.sight.money(token, amount)

    def sum(self, token: str, amount: int) -> dict[str, Any]:
        """An amount as JSON has it."""
        return {"amount": amount, "token": token, "text": self.money(token, amount)}

    # The answer

    def done(self, data: object, *renderables: Any) -> None:
        """The answer, once: `data` with --json, else what is drawn."""
        from daokit.cli.show import console, plain

        if self.options.json:
            print(json.dumps({"ok": True, "data": plain(data)}, ensure_ascii=False, indent=None))
            return
        screen = console()
        for one in renderables:
            # What comes from chains may hold brackets: plain text has no markup.
            screen.print(one, markup=False)

    def say(self, text: str) -> None:
        """A line about progress."""
        if not self.options.quiet:
            print(text, file=sys.stderr, flush=True)

    def fail(self, failure: DaokitError) -> int:
        """Say what went wrong; returns the exit code."""
        from daokit.cli.refusals import sentence, values

        if isinstance(failure, DryRun):
            self.done({"dry_run": True, **values(failure)}, failure.message)
            return 0
        message = sentence(failure, self)
        if self.options.json:
            from daokit.cli.show import plain

            error = {"name": failure.name, "message": message, "values": plain(values(failure))}
            print(json.dumps({"ok": False, "error": error}, ensure_ascii=False))
        else:
            print(f"{'refused' if isinstance(failure, Refused) else 'daokit'}: {message}", file=sys.stderr)
        return failure.exit_code

    # The one question

    def ask(self, question: str) -> bool:
        """Yes or no. True with --yes; raises `ConfirmationNeeded` when nobody can be asked."""
        if self.options.yes:
            return True
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise ConfirmationNeeded(f"{question.rstrip('?')}? There is no terminal to ask at; say --yes to go on")
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    def plan(self, question: str, *lines: str, cost: Cost | None = None, **values: Any) -> None:
        """One question for a command that sends several transactions: shows `lines` and their cost, stops for
        --dry-run, asks; what is sent afterwards is said and not asked for again, within the cost that was shown.
        `values` are the lines for JSON. Raises `RuleBroken` when the account cannot pay for it."""
        from daokit.cli.confirm import agree
        from daokit.costs import Allowance

        agree(self, question, lines, cost, values)
        self.agreed, self.allowance = True, Allowance(cost.limit if cost else None)

    def _confirm(self, preview: Preview) -> None:
        from daokit.cli.confirm import confirm

        confirm(self, preview)

    @property
    def connected(self) -> Chain | None:
        """The chain, if it was needed already."""
        return self.__dict__.get("sight")

    def close(self) -> None:
        """Let go of the node, and of those of other chains."""
        self.closing.close()
        if self.connected is not None:
            self.connected.rpc.close()
