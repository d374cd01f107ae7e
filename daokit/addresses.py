"""The address book: names for people and tokens, and how amounts of a token are written.

Names that we gave (accounts here, `daokit.toml`) are trusted; names that others gave themselves on chain (seats,
symbols of tokens) serve only while they are not ambiguous and no trusted name is the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from daokit.accounts import DEV_ADDRESSES, list_all
from daokit.errors import RuleBroken, UnknownName, UsageError
from daokit.hashing import ZERO_ADDRESS, checksum, is_address, parse_address
from daokit.text import clean

# A comma only groups thousands: 12,50 may mean 12.50 to its writer and must not become 1250.
_AMOUNT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")
_MOST_DECIMALS = 36


@dataclass(frozen=True)
class TokenWords:
    """How amounts of a token are written. `address` zero is the chain's coin."""

    address: str
    symbol: str
    decimals: int

    @classmethod
    def of_chain(cls, address: str, symbol: bytes, decimals: bytes) -> TokenWords:
        """From what a token's `symbol()` and `decimals()` gave; a stranger wrote it."""
        digits = int.from_bytes(decimals[:32], "big") if len(decimals) >= 32 else 0
        if digits > _MOST_DECIMALS:
            raise RuleBroken(f"the token {address} claims {digits} decimals; no honest token does")
        return cls(checksum(address), clean(_text(symbol), 16) or short(address), digits)

    def write(self, amount: int) -> str:
        """With the symbol: `12.50 tUSD`."""
        return f"{self.number(amount)} {self.symbol}"

    def number(self, amount: int) -> str:
        """The amount without the symbol, exact: `1,250.50`. Money with up to two decimals always shows them."""
        whole, part = divmod(abs(amount), 10**self.decimals)
        digits = f"{part:0{self.decimals}d}" if self.decimals else ""
        if self.decimals > 2:
            digits = digits.rstrip("0")
        return f"{'-' if amount < 0 else ''}{whole:,}{'.' + digits if digits else ''}"

    def read(self, text: str) -> int:
        """What was typed (`12.5`, `1,250.50`, `12.5 tUSD`) in the smallest unit. Refuses what is finer than that."""
        typed = text.strip()
        if typed.lower().endswith(self.symbol.lower()):
            typed = typed[: -len(self.symbol)].strip()
        match = _AMOUNT.fullmatch(typed)
        if match is None:
            raise UsageError(f'"{clean(text, 40)}" is no amount; write it as 12.50')
        part = match[2] or ""
        if len(part) > self.decimals:
            words = f"{self.symbol} has {self.decimals} digits after the point; {clean(text, 40)} has {len(part)}"
            raise UsageError(words)
        return int(match[1].replace(",", "") + part.ljust(self.decimals, "0"))


COIN = TokenWords(ZERO_ADDRESS, "ETH", 18)


class AddressBook:
    """Names for addresses. Capitals do not matter."""

    def __init__(self, names: Mapping[str, str] | None = None, *, coin: TokenWords = COIN) -> None:
        """`names` are trusted; `coin` is how the chain's own coin is written."""
        self._ours: dict[str, tuple[str, str]] = {}  # key -> name, address
        self._theirs: dict[str, tuple[str, set[str]]] = {}
        self._by_address: dict[str, str] = {}
        self._tokens: dict[str, TokenWords] = {coin.address: coin}
        self._symbols: dict[str, set[str]] = {_key(coin.symbol): {coin.address}, "coin": {coin.address}}
        for name, address in (names or {}).items():
            self.add(name, address)

    @classmethod
    def of_accounts(
        cls, names: Mapping[str, str] | None = None, *, local: bool = False, coin: TokenWords = COIN
    ) -> AddressBook:
        """With the accounts that can sign here: keyfiles, and on local chains the development accounts."""
        book = cls(names, coin=coin)
        for keyfile in list_all():
            if keyfile.address is not None:
                book.add(keyfile.alias, keyfile.address)
        for name, address in DEV_ADDRESSES.items() if local else ():
            book.add(name, address)
        return book

    def add(self, name: str, address: str) -> None:
        """A name that we gave. The first one given stays the one that is shown."""
        proper = parse_address(address)
        self._ours.setdefault(_key(name), (clean(name, 64), proper))
        self._by_address.setdefault(proper, clean(name, 64))

    def add_seats(self, seats: Iterable[tuple[str, str]]) -> None:
        """Names and addresses as people gave them on chain."""
        for name, address in seats:
            shown = clean(name, 64)
            if not shown:
                continue
            self._theirs.setdefault(_key(shown), (shown, set()))[1].add(checksum(address))
            if _key(shown) not in self._ours:
                self._by_address.setdefault(checksum(address), shown)

    def names(self) -> dict[str, str]:
        """Every name that means one address, with it."""
        theirs = {name: next(iter(found)) for name, found in self._theirs.values() if len(found) == 1}
        return {**theirs, **dict(self._ours.values())}

    def resolve(self, text: str) -> str:
        """The address that a name or a hex means.

        Raises `UnknownName` with near names, `UsageError` when two people go by the name, `RuleBroken` for the hex of
        an address that looks like a known one and is another.
        """
        if text.startswith("0x"):
            return self.check(parse_address(text))
        if known := self._ours.get(_key(text)):
            return known[1]
        name, found = self._theirs.get(_key(text), (text, set()))
        if len(found) > 1:
            raise UsageError(f'{len(found)} go by the name "{name}": {", ".join(sorted(found))}; give the address')
        if not found:
            remedy = "give an address, or name it with `daokit account name`"
            raise UnknownName("name", clean(text, 64), self.names(), remedy)
        return next(iter(found))

    def check(self, address: str) -> str:
        """The address itself. Raises `RuleBroken` when it has both ends of a known one and is another."""
        for known in {*self._by_address, *(token for token in self._tokens if token != ZERO_ADDRESS)}:
            if known != address and _ends(known) == _ends(address):
                raise RuleBroken(
                    f"{address} looks like {self.name_of(known)} ({known}) and is another address; such look-alikes "
                    "are made to deceive: copy the whole address from its owner",
                    address=address,
                    known=known,
                )
        return address

    def name_of(self, address: str) -> str:
        """The name, or both ends of the hex."""
        if not is_address(address):
            return clean(address, 64)
        proper = checksum(address)
        if proper in self._tokens and proper != ZERO_ADDRESS and proper not in self._by_address:
            return self._tokens[proper].symbol
        return self._by_address.get(proper) or short(proper)

    def knows(self, address: str) -> bool:
        """Whether an address has a name here, or is a token that was looked at."""
        return checksum(address) in self._by_address or checksum(address) in self._tokens

    def show(self, address: str) -> str:
        """The name with both ends of the hex: `bob (0x7099…79C8)`."""
        name = self.name_of(address)
        return name if name == short(address) else f"{name} ({short(address)})"

    # Tokens

    def remember_token(self, words: TokenWords) -> None:
        """A token's words. The same symbol on two tokens makes the symbol ambiguous."""
        self._tokens[words.address] = words
        self._symbols.setdefault(_key(words.symbol), set()).add(words.address)

    def token_words(self, address: str) -> TokenWords | None:
        """How a token is written, when it is known."""
        return self._tokens.get(checksum(address))

    def token(self, text: str) -> str:
        """The address of a token by its symbol or its address; coin is the zero address."""
        if text.startswith("0x"):
            return self.check(parse_address(text))
        found = self._symbols.get(_key(text), set())
        if len(found) > 1:
            them = ", ".join(sorted(found))
            raise UsageError(f'{len(found)} tokens call themselves "{text}": {them}; give the address')
        if not found:
            known = [words.symbol for words in self._tokens.values()]
            raise UnknownName("token", clean(text, 32), known, "give its address")
        return next(iter(found))


def short(address: str) -> str:
    """Both ends: `0x7099…79C8`."""
    return f"{address[:6]}…{address[-4:]}"


def _ends(address: str) -> tuple[str, str]:
    return address[2:6].lower(), address[-4:].lower()


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _text(answer: bytes) -> str:
    """What `symbol()` gave: text, or in old tokens 32 bytes of it."""
    if len(answer) == 32:
        return answer.rstrip(b"\x00").decode("utf-8", "replace")
    if len(answer) < 64:
        return ""
    length = min(int.from_bytes(answer[32:64], "big"), 64)
    return answer[64 : 64 + length].decode("utf-8", "replace")
