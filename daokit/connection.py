"""Connects to a chain with an account: the names that people use for both, in one place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace

from daokit import config, known_chains, networks
from daokit.accounts import (
    DEV_ADDRESSES,
    DEV_NAMES,
    Signer,
    Watching,
    dev_signer,
    find,
    list_all,
    load,
)
from daokit.addresses import COIN, AddressBook, TokenWords
from daokit.chain import Chain
from daokit.errors import ConfirmationNeeded, UnknownName
from daokit.hashing import ZERO_ADDRESS, is_address, parse_address
from daokit.journal import journal_folder
from daokit.passwords import Password, password_source
from daokit.preview import Preview


def connect(
    network: str = "local",
    account: str | None = None,
    *,
    confirm: Callable[[Preview], None] | None = None,
    settings: config.Settings | None = None,
    password: Password | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Chain:
    """A chain to read from and, with an account, to write to.

    `network` is `local` (the chain of `daokit node up`), `memory` (a new chain inside this process), a URL, the path of
    a socket, a network or a profile of `daokit.toml`, or one of ape's. `account` is a keyfile's name, on local chains
    alice, bob and so on, `ape:` and the alias of any account of ape's, or an address, which then only reads and
    prepares. `confirm` sees each preview before it is signed and raises to stop; without it nothing is asked.
    `password` gives a keyfile's password (default: the file that `DAOKIT_PASSWORD_FILE` names, or a question in the
    terminal). `tell` takes lines about progress and about nodes.
    """
    settings = settings or config.load()
    if network in settings.profiles and network not in settings.networks:
        settings = config.load({"profile": network}, folder=settings.project)
        network, account = settings.network, account or settings.account
    place = networks.resolve(network, replace(settings, network=network))
    rpc = place.rpc(on_stray=tell)
    journal = None if network == "memory" else journal_folder()
    policy = settings.policy(place.policy)
    chain = Chain(rpc, name=place.name, journal=journal, confirm=confirm, expected_id=place.chain_id, policy=policy)
    chain.tell = tell
    local, known = chain.local, known_chains.find(chain.id)
    coin = TokenWords(ZERO_ADDRESS, known.symbol, known.decimals) if known else COIN
    return chain.named(
        place.name or known_chains.chain_name(chain.id),
        AddressBook.of_accounts(settings.names, local=local, coin=coin),
        signer(account, local=local, password=password, names=settings.names, where=chain.name) if account else None,
    )


def signer(
    account: str,
    *,
    local: bool,
    password: Password | None = None,
    names: Mapping[str, str] | None = None,
    where: str = "a public chain",
) -> Signer:
    """Who signs as `account`: a development account on local chains, a keyfile by name or address, an account of ape's,
    else a watcher: an address, or a name of the address book (`names`). `where` names the chain to people."""
    source = password_source(password or ask_password)
    if local and account.lower() in DEV_ADDRESSES:
        return dev_signer(account.lower())
    if account.startswith("ape:"):
        from daokit import ape

        return ape.signer(account.removeprefix(ape.PREFIX))
    if not is_address(account):
        try:
            find(account)
        except UnknownName:
            if account in (names or {}):
                return signer((names or {})[account], local=local, password=password)
            known = [one.alias for one in list_all()] + (list(DEV_NAMES) if local else [])
            remedy = "make one with `daokit account new`"
            if account.lower() in DEV_ADDRESSES:
                remedy = f"on {where} the development accounts do not sign: {remedy}"
            raise UnknownName("account", account, known, remedy) from None
        return load(account, source)
    address = parse_address(account)
    for keyfile in list_all():
        if keyfile.address == address:
            return load(keyfile.alias, source)
    for name, known_address in DEV_ADDRESSES.items() if local else ():
        if known_address == address:
            return dev_signer(name)
    return Watching(address)


def ask_password(alias: str) -> str:
    """Asks at the terminal. Raises `ConfirmationNeeded` where there is none."""
    if not sys.stdin.isatty():
        raise ConfirmationNeeded(
            f"there is no terminal to ask for the password of {alias} at; put it in a file of mode 0600 and name that "
            "with DAOKIT_PASSWORD_FILE"
        )
    from getpass import getpass

    return getpass(f"Password of {alias}: ")
