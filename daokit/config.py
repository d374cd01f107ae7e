"""What is set where: a flag, then the environment (`DAOKIT_…`), then what `daokit use` chose, then `daokit.toml`.

`daokit.toml` is looked for from the working folder upwards; where it lies is the project folder.

    use = "home"                      # the profile that holds when none is named
    prices = "prices.csv"             # what tokens cost, so that fees are shown in money too; see daokit/prices.py

    [profile.home]
    network = "local"
    account = "alice"
    collective = "mill"
    as = "safe:0x…"                   # act as a Safe that the account owns a part of; "me" for oneself

    max_fee = "2 gwei"                # for one gas; confirmations too can be set here, over those of the network

    [network.optimism]                # networks by names of your own
    url = "$OPTIMISM_RPC"             # or the address itself; a variable, also as a part, keeps its key out of the file
    urls = ["$A", "wss://…"]          # or several: when one fails the next is asked
    quorum = 2                        # so many must say the same
    chain_id = 10
    fees = "eip1559"                  # or "legacy"; without it as the chain's blocks say
    max_fee = "0.5 gwei"
    confirmations = 3                 # blocks until a command is done; or "safe", "finalized"
    finality = "finalized"            # when it is never looked at again; or "safe", or a number of blocks

    [names]                           # the address book
    builder = "0x…"
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from daokit.errors import MalformedFile, UnknownName, UsageError
from daokit.files import write_whole
from daokit.policy import FOLLOW, Depth, Policy, parse_depth, parse_price
from daokit.text import clean

if TYPE_CHECKING:
    from pydantic import BaseModel

FILE = "daokit.toml"
_LARGEST = 1_000_000  # bytes
_CHOICES = ("network", "account", "collective", "as_")
_SAFE = "safe:"


@dataclass(frozen=True)
class NetworkEntry:
    """A network of `daokit.toml`. Each of `urls` may name a variable: `$OPTIMISM_RPC`."""

    urls: tuple[str, ...]
    chain_id: int | None = None
    quorum: int = 1
    policy: Policy = FOLLOW


@dataclass(frozen=True)
class Settings:
    """What holds for one command. `project` is the folder of `daokit.toml`, None without one; `max_fee` is wei for one
    gas; `acting` is `safe:` and the Safe that the account acts for, or `me`."""

    network: str = "local"
    account: str | None = None
    collective: str | None = None
    profile: str | None = None
    project: Path | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    networks: Mapping[str, NetworkEntry] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    prices: Path | None = None
    max_fee: int | None = None
    confirmations: Depth | None = None
    acting: str | None = None

    @property
    def safe(self) -> str | None:
        """The address or name of the Safe that the account acts for; None when it acts for itself."""
        return parse_as(self.acting) if self.acting else None

    def policy(self, network: Policy) -> Policy:
        """How a network is used in this command: what the flag or the profile says, else what the network says."""
        return replace(
            network,
            max_fee=self.max_fee if self.max_fee is not None else network.max_fee,
            confirmations=self.confirmations if self.confirmations is not None else network.confirmations,
        )


def load(
    flags: Mapping[str, str | None] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """The settings: `flags` (network, account, collective, as_, profile, max_fee) over `environment` (os.environ) over
    the files, found from `folder` (the working folder) upwards. Raises `MalformedFile` with the place that is wrong."""
    given = {name: value for name, value in (flags or {}).items() if value}
    environment = os.environ if environment is None else environment
    given = {**_of_environment(environment), **given}
    project = find_project(folder or Path.cwd())
    content = _content(project / FILE) if project else None
    chosen = _chosen().get(_place(project), {}) if "profile" not in given else {}
    profiles: dict[str, Any] = content.profile if content else {}
    profile = given.get("profile") or chosen.get("profile") or (content.use if content else None)
    if profile is None and len(profiles) == 1:
        profile = next(iter(profiles))
    if profile is not None and profile not in profiles:
        raise UnknownName("profile", profile, profiles, f"add [profile.{profile}] to {FILE}")
    layers = (given, chosen, vars(profiles[profile]) if profile else {})
    found = {name: next((layer[name] for layer in layers if layer.get(name)), None) for name in (*_CHOICES, "max_fee")}
    return Settings(
        network=found["network"] or "local",
        account=found["account"],
        collective=found["collective"],
        profile=profile,
        project=project,
        names=content.names if content else {},
        networks={name: _entry(one) for name, one in content.network.items()} if content else {},
        profiles=tuple(profiles),
        prices=project / content.prices if project and content and content.prices else None,
        max_fee=parse_price(found["max_fee"]) if found["max_fee"] else None,
        confirmations=profiles[profile].confirmations if profile else None,
        acting=found["as_"],
    )


def parse_as(text: str) -> str | None:
    """For whom the account acts: `safe:0x…` gives the Safe's address (or name), `me` None. Raises `UsageError`."""
    if text == "me":
        return None
    if not text.startswith(_SAFE) or not text.removeprefix(_SAFE):
        raise UsageError(
            f'"{clean(text, 60)}" is nobody to act as; write safe:0x… with the address of a Safe, or me for yourself'
        )
    return text.removeprefix(_SAFE)


def find_project(folder: Path) -> Path | None:
    """The nearest folder upwards with `daokit.toml`, or None."""
    folder = folder.resolve()
    return next((place for place in (folder, *folder.parents) if (place / FILE).is_file()), None)


def use(project: Path | None, **choices: str | None) -> None:
    """Choose a profile, network, account or collective for this project folder (or for outside of any) from now on."""
    kept = {name: value for name, value in choices.items() if value}
    for name in kept:
        if name not in (*_CHOICES, "profile"):
            known = ", ".join(one.rstrip("_") for one in _CHOICES)
            raise UsageError(f"{name} cannot be chosen; there are profile, {known}")
    everything = {**_chosen(), _place(project): kept}
    path = _context_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, json.dumps(everything, indent=1))


def name_address(project: Path, name: str, address: str) -> None:
    """Write a name into the address book of `daokit.toml`, leaving everything else as it stands."""
    path = project / FILE
    lines = path.read_text(encoding="utf-8").splitlines()
    line = f"{json.dumps(name, ensure_ascii=False)} = {json.dumps(address)}"
    heads = [place for place, text in enumerate(lines) if re.fullmatch(r"\s*\[names\]\s*(#.*)?", text)]
    if not heads:
        lines += ["", "[names]", line]
    else:
        own = re.compile(rf"""\s*(["']?){re.escape(name)}\1\s*=""")
        end = next((n for n in range(heads[0] + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
        at = next((n for n in range(heads[0] + 1, end) if own.match(lines[n])), None)
        lines[heads[0] + 1 if at is None else at : heads[0] + 1 if at is None else at + 1] = [line]
    text = "\n".join(lines) + "\n"
    _validated(text, path)
    write_whole(path, text)


def state_home() -> Path:
    """`$XDG_STATE_HOME/daokit`: journal, history, local chains."""
    named = os.environ.get("XDG_STATE_HOME")
    return (Path(named) if named else Path.home() / ".local" / "state") / "daokit"


def _of_environment(environment: Mapping[str, str]) -> dict[str, str]:
    names = {name: f"DAOKIT_{name.rstrip('_').upper()}" for name in (*_CHOICES, "profile", "max_fee")}
    return {name: environment[variable] for name, variable in names.items() if environment.get(variable)}


def _entry(table: Any) -> NetworkEntry:
    price = parse_price(table.max_fee) if table.max_fee else None
    policy = Policy(table.fees, price, table.confirmations, table.finality)
    return NetworkEntry(tuple(table.urls or [table.url]), table.chain_id, table.quorum, policy)


def _content(path: Path) -> Any:
    try:
        if path.stat().st_size > _LARGEST:
            raise MalformedFile(f"{path} is larger than {_LARGEST} bytes; is it the right file?")
        return _validated(path.read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as failure:
        raise MalformedFile(f"{path} cannot be read ({clean(str(failure), 100)})") from None


def _validated(text: str, path: Path) -> Any:
    import tomllib

    from pydantic import ValidationError

    try:
        return _model().model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as failure:
        raise MalformedFile(f"{path} is not proper TOML: {clean(str(failure), 120)}") from None
    except ValidationError as failure:
        raise MalformedFile(f"{path}: {first_mistake(failure)}") from None


def first_mistake(failure: Any) -> str:
    """The first thing that pydantic found wrong, in one line: where, and what."""
    mistake = failure.errors(include_url=False)[0]
    place = ".".join(str(step) for step in mistake["loc"])
    if mistake["type"] == "extra_forbidden":
        return f"there is no setting {place}; correct the name or take it out"
    words = mistake["msg"].removeprefix("Value error, ")
    return f"{place}: {clean(words, 160)}" if place else clean(words, 160)


def _model() -> type[BaseModel]:
    from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

    from daokit.hashing import parse_address
    from daokit.places import check_quorum
    from daokit.rpc import masked

    def checked(check: Callable[[Any], Any]) -> AfterValidator:
        def same(value: Any) -> Any:
            try:
                check(value)
            except UsageError as mistake:
                raise ValueError(mistake.message) from None
            return value

        return AfterValidator(same)

    Price = Annotated[str, checked(parse_price)]
    Who = Annotated[str, checked(parse_as)]
    Blocks = Annotated[int | str, checked(parse_depth)]
    Url = Annotated[str, Field(min_length=1, max_length=500)]

    class Strict(BaseModel):
        """A table without other settings than these."""

        model_config = ConfigDict(extra="forbid", strict=True)

    class ProfileTable(Strict):
        """`[profile.home]`"""

        network: str | None = None
        account: str | None = None
        collective: str | None = None
        as_: Who | None = Field(default=None, alias="as")
        max_fee: Price | None = None
        confirmations: Blocks | None = None

    class NetworkTable(Strict):
        """`[network.optimism]`"""

        url: Url | None = None
        urls: list[Url] | None = Field(default=None, min_length=1, max_length=20)
        quorum: int = Field(default=1, ge=1, le=20)
        chain_id: int | None = Field(default=None, gt=0)
        fees: Literal["eip1559", "legacy"] | None = None
        max_fee: Price | None = None
        confirmations: Blocks = 1
        finality: Blocks | None = None

        @model_validator(mode="after")
        def has_enough_nodes(self) -> Self:
            if (self.url is None) == (self.urls is None):
                raise ValueError('give url = "…", or urls = ["…", "…"] for several nodes')
            urls = self.urls or [self.url or ""]
            try:
                check_quorum(self.quorum, urls, [masked(url) for url in urls])
            except UsageError as mistake:
                raise ValueError(mistake.message) from None
            return self

    class File(Strict):
        """All of `daokit.toml`."""

        use: str | None = None
        prices: str | None = Field(default=None, min_length=1, max_length=500)
        profile: dict[str, ProfileTable] = Field(default_factory=dict)
        network: dict[str, NetworkTable] = Field(default_factory=dict)
        names: dict[str, str] = Field(default_factory=dict)

        @field_validator("names")
        @classmethod
        def are_addresses(cls, names: dict[str, str]) -> dict[str, str]:
            try:
                return {name: parse_address(address) for name, address in names.items()}
            except UsageError as mistake:
                raise ValueError(mistake.message) from None

    return File


def _chosen() -> dict[str, dict[str, str]]:
    try:
        found = json.loads(_context_file().read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _context_file() -> Path:
    return state_home() / "context.json"


def _place(project: Path | None) -> str:
    return str(project) if project else ""
