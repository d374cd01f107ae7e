"""The same bytes from the same sources, whoever compiles them and wherever; each missing tool is one sentence."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from daokit.compiler import ARTIFACTS, SETTINGS, SOLC, build, check, find_compiler, main
from daokit.errors import MalformedFile, ToolMissing

ROOT = Path(__file__).parent.parent
SHIM = ROOT / "scripts" / "solc"

INTERFACE = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

interface IBox {
    /// @notice The box holds `room` and you bring `brought`.
    error BoxFull(uint256 brought, uint256 room);
    /// @notice Somebody put in `value`.
    event Put(uint256 value);
}
"""

BOX = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBox} from "./interfaces/IBox.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

abstract contract Lid {}

contract Box is IBox, Lid, ReentrancyGuardTransient {
    address public immutable maker = msg.sender;

    function put(uint256 value) external nonReentrant {
        require(value < 10, BoxFull(value, 10));
        emit Put(value);
    }
}
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree with one contract, and npm's compiler to build it."""
    contracts = tmp_path / "contracts"
    (contracts / "interfaces").mkdir(parents=True)
    (contracts / "interfaces" / "IBox.sol").write_text(INTERFACE)
    (contracts / "Box.sol").write_text(BOX)
    (contracts / "node_modules").symlink_to(ROOT / "contracts" / "node_modules")
    monkeypatch.setenv("DAOKIT_SOLC", str(SHIM))
    return tmp_path


def fake_solc(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho 'solc, the solidity compiler commandline interface'\necho 'Version: {version}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAOKIT_SOLC", raising=False)
    monkeypatch.setenv("SOLCX_BINARY_PATH", str(tmp_path / "solcx"))
    (tmp_path / "solcx").mkdir()


def test_the_sources_give_the_committed_bytes_in_another_folder_too(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    unneeded = shutil.ignore_patterns("node_modules", "out", "cache", "test")
    shutil.copytree(ROOT / "contracts", elsewhere / "contracts", ignore=unneeded)
    (elsewhere / "contracts" / "node_modules").symlink_to(ROOT / "contracts" / "node_modules")
    (elsewhere / "scripts").symlink_to(ROOT / "scripts")
    assert list(ARTIFACTS.glob("*.json"))
    assert check(elsewhere) == []


def test_no_artifact_names_a_folder_of_this_machine() -> None:
    for path in ARTIFACTS.glob("*.json"):
        assert str(ROOT) not in path.read_text()


def test_forge_compiles_with_the_same_settings() -> None:
    forge = tomllib.loads((ROOT / "contracts" / "foundry.toml").read_text())["profile"]["default"]
    assert {
        "evmVersion": forge["evm_version"],
        "viaIR": forge["via_ir"],
        "optimizer": {"enabled": forge["optimizer"], "runs": forge["optimizer_runs"]},
        "metadata": {"bytecodeHash": forge["bytecode_hash"], "appendCBOR": forge["cbor_metadata"]},
    } == SETTINGS


def test_npm_pins_the_same_compiler() -> None:
    pinned = json.loads((ROOT / "contracts" / "package.json").read_text())["devDependencies"]["solc"]
    assert SOLC.startswith(f"{pinned}+")


def test_an_artifact_has_code_interface_and_sentences(tree: Path) -> None:
    [box, sources] = build(tree, artifacts=tree / "artifacts")
    artifact = json.loads((tree / "artifacts" / "Box.json").read_text())
    assert (box.name, box.changed) == ("Box", True)
    kept = json.loads(sources.path.read_text())
    assert kept["Box.sol"] == BOX and kept["interfaces/IBox.sol"] == INTERFACE
    assert any(key.startswith("@openzeppelin/") for key in kept)
    assert artifact["name"] == "Box"
    assert artifact["errors"]["BoxFull(uint256,uint256)"] == "The box holds `room` and you bring `brought`."
    assert artifact["events"] == {"Put(uint256)": "Somebody put in `value`."}
    assert {entry["name"] for entry in artifact["abi"] if entry["type"] == "function"} == {"maker", "put"}
    assert len(artifact["deployedBytecode"]) == 2 + 2 * box.size
    [maker] = artifact["immutableReferences"]
    hole = artifact["deployedBytecode"][2:][2 * maker["start"] : 2 * (maker["start"] + maker["length"])]
    assert hole == "00" * 32
    assert artifact["solc"] == SOLC


def test_an_artifact_speaks_for_what_is_answered_by_delegatecall(tree: Path) -> None:
    contracts = tree / "contracts"
    (contracts / "interfaces" / "IJar.sol").write_text(
        INTERFACE.replace("IBox", "IJar").replace("event", "function take() external;\n    event")
    )
    (contracts / "Jar.sol").write_text(
        'pragma solidity 0.8.37;\nimport {IJar} from "./interfaces/IJar.sol";\n'
        "contract Jar { function size() external pure returns (uint256) { return 1; } fallback() external {} }\n"
    )
    build(tree, artifacts=tree / "artifacts")
    abi = json.loads((tree / "artifacts" / "Jar.json").read_text())["abi"]
    assert sorted(entry["name"] for entry in abi if entry["type"] == "function") == ["size", "take"]


def test_a_comment_or_a_neighbour_changes_no_code(tree: Path) -> None:
    [before, _] = build(tree, artifacts=tree / "artifacts")
    source = tree / "contracts" / "Box.sol"
    source.write_text(source.read_text().replace("abstract", "// a lid\nabstract"))
    (tree / "contracts" / "Cup.sol").write_text(BOX.replace("Box is", "Cup is"))
    after = {one.name: one for one in build(tree, artifacts=tree / "artifacts")}
    assert set(after) == {"Box", "Cup", "sources"}
    assert json.loads(after["Box"].text)["bytecode"] == json.loads(before.text)["bytecode"]
    assert json.loads(after["Box"].text)["sourceHash"] != json.loads(before.text)["sourceHash"]


def test_check_names_what_differs_and_writes_nothing(tree: Path) -> None:
    artifacts = tree / "artifacts"
    build(tree, artifacts=artifacts)
    (artifacts / "Gone.json").write_text("{}")
    source = tree / "contracts" / "Box.sol"
    source.write_text(source.read_text().replace("< 10", "< 11"))
    old = (artifacts / "Box.json").read_text()
    assert {one.name for one in build(tree, check=True, artifacts=artifacts) if one.changed} == {
        "Box",
        "Gone",
        "sources",
    }
    assert (artifacts / "Box.json").read_text() == old
    build(tree, artifacts=artifacts)
    assert sorted(path.name for path in artifacts.iterdir()) == ["Box.json", "sources"]
    assert [one.changed for one in build(tree, check=True, artifacts=artifacts)] == [False, False]


def test_the_compilers_refusal_is_quoted(tree: Path) -> None:
    source = tree / "contracts" / "Box.sol"
    source.write_text(source.read_text().replace("emit Put(value)", "emit Put(valu)"))
    with pytest.raises(MalformedFile, match=r"(?s)Box.sol does not compile:.*Undeclared identifier"):
        build(tree, artifacts=tree / "artifacts")


def test_a_missing_import_is_named(tree: Path) -> None:
    source = tree / "contracts" / "Box.sol"
    source.write_text(source.read_text().replace("IBox.sol", "ICrate.sol"))
    with pytest.raises(MalformedFile, match=r"there is no interfaces/ICrate.sol; .* from Box.sol"):
        build(tree, artifacts=tree / "artifacts")


def test_daokit_solc_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_installed: None) -> None:
    named = fake_solc(tmp_path / "named", f"{SOLC}.Linux.g++")
    fake_solc(tmp_path / "solcx" / "solc-v0.8.37", SOLC)
    monkeypatch.setenv("DAOKIT_SOLC", str(named))
    assert find_compiler() == named


@pytest.mark.parametrize("version", ["0.8.30+commit.73712a01.Linux.g++", "0.8.37+commit.00000000.Linux.g++"])
def test_daokit_solc_of_another_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("DAOKIT_SOLC", str(fake_solc(tmp_path / "solc", version)))
    with pytest.raises(ToolMissing, match=r"DAOKIT_SOLC names .*solc, which is 0\.8\.3.*; daokit needs solc 0\.8\.37"):
        find_compiler()


def test_daokit_solc_that_is_no_program_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAOKIT_SOLC", "/nowhere/solc")
    with pytest.raises(ToolMissing, match="which is no solc"):
        find_compiler()


def test_then_py_solc_x_then_path_then_npm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_installed: None
) -> None:
    npm = ROOT / "scripts" / "solc"
    on_path = fake_solc(tmp_path / "bin" / "solc", f"{SOLC}.Linux.g++")
    by_solcx = fake_solc(tmp_path / "solcx" / "solc-v0.8.37", f"{SOLC}.Linux.g++")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(on_path.parent), prepend=":")
        assert find_compiler() == by_solcx
        by_solcx.unlink()
        assert find_compiler() == on_path
        fake_solc(on_path, "0.8.30+commit.73712a01.Linux.g++")
        assert find_compiler() == npm


def test_without_any_compiler_the_remedy_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_installed: None
) -> None:
    def unreachable(version: str) -> None:
        raise ConnectionError

    monkeypatch.setattr("solcx.install.install_solc", unreachable)
    with pytest.raises(ToolMissing, match=r"could not be downloaded .*run `npm ci` in contracts, or set DAOKIT_SOLC"):
        find_compiler(tmp_path)


def test_the_command_fails_when_an_artifact_differs(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("daokit.compiler.ARTIFACTS", tree / "artifacts")
    monkeypatch.setattr("daokit.compiler.checkout", lambda: tree)
    assert main(["--check"]) == 1
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert "Box" in capsys.readouterr().out
