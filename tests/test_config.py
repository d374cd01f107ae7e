"""A flag, then the environment, then what was chosen, then daokit.toml; a wrong line is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from chain_fixtures import *  # noqa: F403

from daokit import config, networks
from daokit.accounts import dev_address
from daokit.config import NetworkEntry, Settings
from daokit.errors import MalformedFile, NoConnection, UnknownName, UsageError
from daokit.places import node_of

BOB = dev_address("bob")
TOML = f"""
use = "home"

[profile.home]
network = "local"
account = "alice"
collective = "mill"

[profile.town]
network = "optimism"

[network.optimism]
url = "$OPTIMISM_RPC"
chain_id = 10

[names]
builder = "{BOB}"
"""


@pytest.fixture
def project(tmp_path: Path, state: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "inner" / "deep").mkdir(parents=True)
    (folder / "daokit.toml").write_text(TOML)
    return folder


def settings(folder: Path, environment: dict[str, str] | None = None, **flags: str | None) -> Settings:
    return config.load(flags, environment=environment or {}, folder=folder)


def test_without_a_file_everything_has_a_default(tmp_path: Path, state: Path) -> None:
    assert settings(tmp_path) == Settings()


def test_the_file_is_found_upwards(project: Path) -> None:
    found = settings(project / "inner" / "deep")
    assert (found.profile, found.network, found.account, found.collective) == ("home", "local", "alice", "mill")
    assert found.project == project
    assert found.names == {"builder": BOB}
    assert found.networks == {"optimism": NetworkEntry(("$OPTIMISM_RPC",), 10)}


def test_a_flag_wins_over_the_environment_and_that_over_the_file(project: Path) -> None:
    environment = {"DAOKIT_ACCOUNT": "bob", "DAOKIT_COLLECTIVE": "orchard"}
    found = settings(project, environment, account="carol", collective=None)
    assert (found.account, found.collective, found.network) == ("carol", "orchard", "local")


def test_a_profile_is_chosen_by_flag_environment_or_use(project: Path) -> None:
    assert settings(project, profile="town").network == "optimism"
    assert settings(project, {"DAOKIT_PROFILE": "town"}).network == "optimism"
    config.use(project, profile="town")
    assert settings(project).network == "optimism"
    assert settings(project, profile="home").network == "local"
    config.use(project, profile="home", collective="10:" + BOB)
    assert settings(project).collective == "10:" + BOB
    assert settings(project.parent).collective is None


def test_for_whom_an_account_acts_is_said_by_flag_environment_use_or_profile(project: Path) -> None:
    with (project / "daokit.toml").open("a") as file:
        file.write('[profile.board]\nas = "safe:0x12"\n')
    assert settings(project).safe is None
    assert settings(project, profile="board").safe == "0x12"
    assert settings(project, {"DAOKIT_AS": "safe:orchard"}, profile="board").safe == "orchard"
    assert settings(project, {"DAOKIT_AS": "safe:orchard"}, as_="me").safe is None
    config.use(project, profile="board", as_="me")
    assert settings(project).safe is None
    config.use(project, profile="board")
    assert settings(project).safe == "0x12"
    with pytest.raises(UsageError, match='"safe:" is nobody to act as'):
        _ = settings(project, as_="safe:").safe


def test_an_unknown_profile_lists_the_near_ones(project: Path) -> None:
    with pytest.raises(UnknownName, match='no profile "hoem"; did you mean home'):
        settings(project, profile="hoem")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("use = ", "is not proper TOML"),
        ("[profile.home]\nnetwrok = 'local'", "there is no setting profile.home.netwrok; correct the name"),
        ("[profile.home]\nnetwork = 5", "profile.home.network: Input should be a valid string"),
        ("[network.x]\nchain_id = 5", 'network.x: give url = "…", or urls'),
        ("[profile.home]\nas = 'alice'", 'profile.home.as: "alice" is nobody to act as; write safe:0x…'),
        ("[names]\nbob = '0x12'", 'names: "0x12" is not an address'),
        ("x" * 1_000_001, "larger than"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, state: Path, text: str, words: str) -> None:
    (tmp_path / "daokit.toml").write_text(text)
    with pytest.raises(MalformedFile, match=words) as failure:
        settings(tmp_path)
    assert failure.value.exit_code == 2 and "\n" not in str(failure.value)


def test_a_name_is_written_without_touching_the_rest(project: Path) -> None:
    before = (project / "daokit.toml").read_text()
    config.name_address(project, "mason", BOB)
    assert settings(project).names == {"builder": BOB, "mason": BOB}
    carol = dev_address("carol")
    config.name_address(project, "mason", carol)
    assert settings(project).names == {"builder": BOB, "mason": carol}
    kept = [line for line in (project / "daokit.toml").read_text().splitlines() if "mason" not in line]
    assert kept == before.splitlines()


def test_a_first_name_makes_its_table(tmp_path: Path, state: Path) -> None:
    (tmp_path / "daokit.toml").write_text('[profile.home]\naccount = "alice"\n')
    config.name_address(tmp_path, "Mühle", BOB)
    assert settings(tmp_path).names == {"Mühle": BOB}


def test_a_network_is_a_name_an_address_or_a_socket(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTIMISM_RPC", "https://rpc.example/key")
    found = settings(project)
    optimism = networks.resolve("optimism", found)
    assert (optimism.url, optimism.chain_id) == ("https://rpc.example/key", 10)
    assert networks.of_chain(10, found) == optimism
    local = networks.resolve("local", found)
    assert local.chain_id == 31337 and local.url.endswith(".ipc") and "daokit node up" in local.remedy
    assert networks.resolve("memory").url == "memory"
    assert networks.resolve("http://127.0.0.1:8545").chain_id is None
    assert networks.resolve("/run/geth.ipc").url == "/run/geth.ipc"
    with pytest.raises(UnknownName, match=r"add \[network.mainnet\] with url"):
        networks.resolve("mainnet", found)


def test_a_variable_may_be_a_part_of_an_address_and_is_shown_by_its_name(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "daokit.toml").write_text(
        '[network.far]\nurl = "http://127.0.0.1:1/v2/$FAR_KEY"\n'
        '[network.two]\nurls = ["http://127.0.0.1:1/${FAR_KEY}/x", "$TWO"]\n'
        '[network.here]\nurl = "$FOLDER/node.ipc"\n'
    )
    found = settings(tmp_path)
    with pytest.raises(UsageError, match=r"takes its address from \$FAR_KEY, which is not set") as unset:
        networks.resolve("far", found)
    assert unset.value.values["example"] == "…"
    monkeypatch.setenv("FAR_KEY", "shortkey\n")
    monkeypatch.setenv("TWO", "http://127.0.0.1:2/anotherkeyanotherkey")
    monkeypatch.setenv("FOLDER", "/run")
    far, two = networks.resolve("far", found), networks.resolve("two", found)
    assert far.url == "http://127.0.0.1:1/v2/shortkey" and two.url == "http://127.0.0.1:1/shortkey/x"
    assert networks.resolve("here", found).url == "/run/node.ipc"
    assert far.rpc().shown == "http://127.0.0.1:1/v2/$FAR_KEY"
    assert two.rpc().shown == "http://127.0.0.1:1/${FAR_KEY}/x, http://127.0.0.1:2/…"
    monkeypatch.setenv("FAR_KEY", "shortkey of mine")
    for network in (far, two, networks.resolve("far", found)):
        with pytest.raises(NoConnection) as failure:
            network.rpc().request("eth_chainId")
        assert "key" not in str(failure.value).replace("FAR_KEY", "") + repr(network.rpc())


@pytest.mark.parametrize(
    "other",
    [
        "http://localhost:8545",
        "http://127.0.0.1:8545/",
        "HTTP://LOCALHOST:8545//",
        "ws://127.0.0.1:8545",
        "http://me:secret@[::1]:8545",
        "http://0.0.0.0:8545",
    ],
)
def test_one_node_under_two_spellings_is_no_quorum(tmp_path: Path, state: Path, other: str) -> None:
    (tmp_path / "daokit.toml").write_text(
        f'[network.x]\nurls = ["http://127.0.0.1:8545", "{other}"]\nquorum = 2\nchain_id = 10\n'
    )
    with pytest.raises(MalformedFile, match=r"quorum = 2 needs as many different nodes, and there is 1; .* are one;"):
        settings(tmp_path)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://rpc.example/", "https://RPC.example:443", True),
        ("https://rpc.example./v1/", "wss://rpc.example/v1", True),
        ("~/node.ipc", str(Path.home() / "x" / ".." / "node.ipc"), True),
        ("https://rpc.example", "https://rpc.example:8443", False),
        ("https://rpc.example/a", "https://rpc.example/b", False),
        ("https://rpc.example/?key=a", "https://rpc.example/?key=b", False),
        ("http://127.0.0.1:8545", "http://127.0.0.1:8546", False),
        ("https://a.example", "https://b.example", False),
    ],
)
def test_addresses_of_one_node_are_told_from_those_of_two(one: str, other: str, same: bool) -> None:
    assert (node_of(one) == node_of(other)) is same


def test_two_variables_with_one_node_are_no_quorum(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "daokit.toml").write_text('[network.x]\nurls = ["$A", "$B"]\nquorum = 2\n')
    monkeypatch.setenv("A", "https://rpc.example/keykeykeykeykeykeykeykey")
    monkeypatch.setenv("B", "https://rpc.example:443/keykeykeykeykeykeykeykey/")
    with pytest.raises(UsageError, match=r"there is 1; https://rpc.example/… and https://rpc.example:443/…/ are one"):
        networks.resolve("x", settings(tmp_path)).rpc()


@pytest.mark.parametrize("url", ["http://:8545/{}", "http://x:port/{}", "http://[::1/{}"])
def test_an_address_without_host_or_with_a_port_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="it needs a host, and a port is a number") as failure:
        networks.resolve(url.format("keykeykeykeykeykeykeykey")).rpc()
    assert "keykey" not in failure.value.message


def test_a_network_that_is_not_there_is_said_with_the_remedy(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPTIMISM_RPC", raising=False)
    found = settings(project)
    with pytest.raises(UsageError, match=r"takes its address from \$OPTIMISM_RPC, which is not set"):
        networks.resolve("optimism", found)
    with pytest.raises(UnknownName, match=r"add \[network.gnosis\] with url"):
        networks.resolve("gnosis", found)
    with pytest.raises(UsageError, match="is no address of a node; give http") as failure:
        networks.resolve("htps://rpc.example/keykeykeykeykeykeykeykey").rpc()
    assert "keykey" not in failure.value.message
    with pytest.raises(UnknownName, match="did you mean local"):
        networks.resolve("locla", found)
    with pytest.raises(UsageError, match=r"on chain 8453 \(base\); say --network .*, or add \[network.base\]"):
        networks.of_chain(8453, found)
