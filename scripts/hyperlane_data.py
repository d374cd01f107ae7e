"""Takes from Hyperlane's npm packages what daokit carries of them, into `daokit/hyperlane/data`.

`python scripts/hyperlane_data.py`: needs node and npm. The versions stand below; a new one is a change of its own,
whose diff is read. The contracts are those of @hyperlane-xyz/core as compiled there, the table of chains and its
addresses that of @hyperlane-xyz/registry.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from daokit.hashing import checksum
from daokit.tools import child_environment, find_node, find_npm

CORE, REGISTRY = "@hyperlane-xyz/core@12.1.0", "@hyperlane-xyz/registry@23.11.0"
DATA = Path(__file__).parent.parent / "daokit" / "hyperlane" / "data"

FACTORIES = "package/dist/typechain/factories/contracts"
CONTRACTS = {
    "Mailbox": "Mailbox",
    "MerkleTreeHook": "hooks/MerkleTreeHook",
    "ProtocolFee": "hooks/ProtocolFee",
    "StaticMessageIdMultisigIsm": "isms/multisig/StaticMultisigIsm.sol/StaticMessageIdMultisigIsm",
    "StaticMessageIdMultisigIsmFactory": "isms/multisig/StaticMultisigIsm.sol/StaticMessageIdMultisigIsmFactory",
    "ValidatorAnnounce": "isms/multisig/ValidatorAnnounce",
}
ADDRESSES = {
    "mailbox": "mailbox",
    "ism_factory": "staticMessageIdMultisigIsmFactory",
    "merkle_tree_hook": "merkleTreeHook",
    "validator_announce": "validatorAnnounce",
}


def fetch(package: str, folder: Path) -> tuple[tarfile.TarFile, str]:
    """The package as npm has it, and npm's own hash of it."""
    words = [str(find_npm()), "pack", package, "--json", "--pack-destination", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=child_environment(network=True))
    [about] = json.loads(done.stdout)
    return tarfile.open(folder / about["filename"].replace("@", "").replace("/", "-")), about["integrity"]


def text_of(package: tarfile.TarFile, path: str) -> str:
    """One text of a package."""
    member = package.extractfile(path)
    assert member is not None, path
    return member.read().decode()


def evaluated(script: str) -> Any:
    """What a JavaScript expression comes to, as JSON."""
    program = f"process.stdout.write(JSON.stringify({script}))"
    done = subprocess.run([str(find_node()), "-"], input=program, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def contract(package: tarfile.TarFile, name: str, path: str) -> dict[str, Any]:
    """ABI and creation code of one contract."""
    text = text_of(package, f"{FACTORIES}/{path}__factory.js")
    literal = text.partition("const _abi = ")[2].partition(";\nconst _bytecode")[0]
    code = text.partition('const _bytecode = "')[2].partition('"')[0]
    return {"name": name, "abi": evaluated(literal), "bytecode": code}


def chains(package: tarfile.TarFile) -> dict[str, dict[str, Any]]:
    """By chain id, of chains with an EVM: Hyperlane's name and number for it, and where its contracts are."""
    facts, places = (
        evaluated(text_of(package, f"package/dist/{name}.js").partition(" = ")[2].rstrip().rstrip(";"))
        for name in ("chainMetadata", "chainAddresses")
    )
    found = {}
    for name, fact in sorted(facts.items(), key=lambda one: str(one[1]["chainId"])):
        here = {ours: places.get(name, {}).get(theirs, "") for ours, theirs in ADDRESSES.items()}
        # Where the same bytes do not run, the factories of modules are missing.
        usual = fact["protocol"] == "ethereum" and fact.get("technicalStack") not in ("zksync", "tron")
        if usual and all(here.values()) and all(int(one, 16) for one in here.values()):
            found[str(fact["chainId"])] = {
                "name": name,
                "domain": fact["domainId"],
                **{key: checksum(one) for key, one in here.items()},
            }
    return found


def lines(content: dict[str, Any]) -> str:
    """JSON with a line for each key, so that a change shows as that change."""
    return "{\n" + ",\n".join(f" {json.dumps(key)}: {json.dumps(one)}" for key, one in content.items()) + "\n}\n"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        core, core_hash = fetch(CORE, Path(folder))
        registry, registry_hash = fetch(REGISTRY, Path(folder))
        files = {f"{name}.json": lines(contract(core, name, path)) for name, path in CONTRACTS.items()}
        files["chains.json"] = lines(chains(registry))
        files["LICENSE-registry"] = text_of(registry, "package/LICENSE.md")
        # The package of the contracts names its licence, Apache-2.0, without the text; a package inside it has that.
        licence = text_of(core, "package/dependencies/forge-std-1.9.2/LICENSE-APACHE")
        files["LICENSE"] = licence[licence.index("                              Apache License") :]
    packages = {CORE: core_hash, REGISTRY: registry_hash}
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(files.items())}
    files["manifest.json"] = json.dumps({"packages": packages, "sha256": hashes}, indent=1) + "\n"
    DATA.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (DATA / name).write_text(text, encoding="utf-8")
        print(f"{name:42} {len(text):8,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
