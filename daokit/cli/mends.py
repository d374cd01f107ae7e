"""What to type or do about each thing that `daokit doctor` finds wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daokit.errors import DaokitError, NoConnection, RuleBroken, ToolMissing, UnknownName

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.pending import Standing

Mend = Callable[[DaokitError], str]
"""From what went wrong to what helps."""


@dataclass(frozen=True)
class Mends:
    """The mends of one place. `place` is what to type after `daokit` to mean it (`--profile town`), "" where one is."""

    session: Session
    place: str = ""

    def command(self, words: str) -> str:
        """A command for this place."""
        return f"daokit {words} {self.place}".rstrip()

    def of(self, failure: DaokitError) -> str:
        """What helps against a failure of the network, its nodes or its chain."""
        from daokit.nodes import Disagreement
        from daokit.policy import write_price

        settings = self.session.settings
        if isinstance(failure, ToolMissing):
            return "pip install 'daokit[ape]'"
        if variable := failure.values.get("variable"):
            return f"export {variable}={failure.values.get('example', '…')}"
        if "limit" in failure.values:
            price = write_price(failure.values["needed"])
            return f'wait, say --max-fee "{price}" or more, or raise max_fee in daokit.toml'
        if isinstance(failure, Disagreement):
            return "find out which node is wrong, and replace it in daokit.toml"
        if isinstance(failure, UnknownName):
            if failure.values.get("kind") == "account":
                return self.command("use --account <name>")
            if settings.profile:
                return f"correct the network of [profile.{settings.profile}] in daokit.toml"
        if isinstance(failure, RuleBroken) and "expected" in failure.values and self._network in settings.networks:
            return f"correct the url or the chain_id of [network.{self._network}] in daokit.toml"
        if isinstance(failure, RuleBroken):
            return "name another --network"
        return self.reach()

    def unless_reached(self, mend: str) -> Mend:
        """`mend`, but for a failure of the nodes what helps against that."""
        from daokit.nodes import Disagreement
        from daokit.rpc import RpcError

        ways = (NoConnection, Disagreement, RpcError, ToolMissing)
        return lambda failure: self.of(failure) if isinstance(failure, ways) else mend

    def reach(self) -> str:
        """What helps when a node does not answer, or not as it should."""
        network, settings = self._network, self.session.settings
        if network is None:
            return "correct daokit.toml"
        if network == "local" and network not in settings.networks:
            return "daokit node up"
        if network not in settings.networks:
            return "name another --network"
        if len(settings.networks[network].urls) > 1:
            return f"correct or replace what fails in the urls of [network.{network}] in daokit.toml, or add another"
        return f"correct the url of [network.{network}] in daokit.toml, or add a second one"

    def waiting(self, one: Standing) -> str:
        """What helps on a signed transaction that has not ended."""
        if one.state == "waiting" and not one.mend:
            return "send what comes before it from where this account signs too"
        return self.command((one.mend or "daokit tx resume").removeprefix("daokit "))

    @property
    def _network(self) -> str | None:
        try:
            return self.session.network
        except DaokitError:
            return None
