"""Who and what is in the day's story, and how each person acts in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from daokit.accounts import DEV_NAMES, dev_address, dev_signer
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.experiments.pictures import table
from daokit.experiments.stage import Say, Stage
from daokit.experiments.telling import WIDTH, paragraph
from daokit.fund import Fund
from daokit.hashing import ZERO_ADDRESS
from daokit.profit_share import ProfitShare
from daokit.token import Token

COIN = ZERO_ADDRESS
HOUR, DAY = 3_600, 86_400
CENTS = 100  # tUSD has two decimals
PEOPLE = DEV_NAMES


@dataclass
class Day:
    """The stage, the token of the story, and the contracts by the names that the tables give them."""

    stage: Stage
    token: str
    say: Say
    places: dict[str, str] = field(default_factory=dict)

    @property
    def holders(self) -> dict[str, str]:
        """Everybody and everything that can hold something here, by name."""
        return {**{name.title(): dev_address(name) for name in PEOPLE}, **self.places}

    def as_(self, name: str) -> Chain:
        """The chain for one person."""
        return self.stage.chain.as_(dev_signer(name))

    def purse(self, name: str) -> Token:
        """The token, for one person."""
        return Token(self.as_(name), self.token)

    def collective(self, place: str, name: str) -> Collective:
        """A collective of the story, for one person."""
        return Collective.load(self.as_(name), self.places[f"{place} itself"])

    def fund(self) -> Fund:
        """Erin's fund, for Erin."""
        return Fund.load(self.as_("erin"), self.places["Erin's fund"])

    def agreement(self, place: str, name: str) -> ProfitShare:
        """An agreement of the story, for one person."""
        return ProfitShare.load(self.as_(name), self.places[place])

    def money(self, amount: int) -> str:
        """An amount of the story's token, as people write it."""
        return self.stage.chain.money(self.token, amount)

    def number(self, amount: int) -> str:
        """The same without its symbol."""
        return self.stage.chain.token(self.token).number(amount)

    def coins(self, amount: int) -> str:
        """An amount of coin, as people write it."""
        return self.stage.chain.money(COIN, amount)

    def tell(self, words: str) -> None:
        """A paragraph, with an empty line after it."""
        self.say(paragraph(words))

    def table(self, title: str, columns: tuple[str, ...], rows: Iterable[Sequence[object]], *right: str) -> None:
        """A table; the columns named in `right` hold numbers."""
        self.say(table(title, columns, rows, right, WIDTH))
