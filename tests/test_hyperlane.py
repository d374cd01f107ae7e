"""Hyperlane's forms against its own published values, its core on a bare chain, and what is kept of its packages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.deployments import Deployments
from daokit.errors import DaokitError, MalformedFile, NoConnection, RuleBroken, ToolMissing, UsageError
from daokit.experiments.sandbox import sandbox
from daokit.factory import DEPLOYER
from daokit.hyperlane import checkpoints, core, kept, relayer
from daokit.hyperlane.checkpoints import Folder, Web, open_at
from daokit.hyperlane.core import NOBODY, HyperlaneContract
from daokit.hyperlane.messages import (
    Checkpoint,
    Message,
    SignedCheckpoint,
    domain_hash,
    encode_metadata,
    metadata_of,
    padded,
    unpadded,
)
from daokit.hyperlane.place import Hyperlane
from daokit.hyperlane.relayer import Served
from daokit.journal import Journal

# The forms. Values of Hyperlane's own: `vectors/message.json`, `vectors/domainHash.json`, and the test data of the
# multisig module for Solana, in its monorepo.

HOOK, ROOT = b"\xab" * 32, b"\xcd" * 32
MESSAGE = Message(69, 1234, b"\xaf" * 32, 4321, b"\xbe" * 32, bytes(range(10)))
CHECKPOINT = Checkpoint(1234, HOOK, ROOT, 69, MESSAGE.id)
SIGNATURES = {
    "0xE3DCDBbc248cE191bDc271f3FCcd0d95911BFC5D": "b8875fb75adf471e43a943b78eb422ffe86a4291fa6324f9f875241605ca831d2b42"
    "25358936deee7501cf305aafc1677e3dc9bcfea4caec54f4cde49d416bd91b",
    "0xb25206874C24733F05CC0dD11924724A8E7175bd": "fa8d61da2e0ac6f32c8432e75770d90483613efe96b442fbca9ca8d200447bf979f4"
    "6529c7341879333a9c24a7d3fba08b53d13447618b71cf2ee4734e82f96e1c",
    "0x28b8d0E2bBfeDe9071F8Ff3DaC9CcE3d3176DBd3": "6c60c3744f6bf779017b8ab9aa8eed60bf53c317cf4d74d765015cc0a7dcad783dee"
    "39334bfc7e4baab944355914e7431e4286df8c0557a0c1f6ba867677da421b",
}
SIGNED = [SignedCheckpoint(CHECKPOINT, bytes.fromhex(one)) for one in SIGNATURES.values()]


def test_the_id_of_a_message_is_hyperlane_s() -> None:
    one, two = padded("0x" + "11" * 20), padded("0x" + "22" * 20)
    message = Message(0, 1000, one, 2000, two, b"\x12\x34")
    assert message.id.hex() == "f8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f"
    assert Message.decode(message.encode()) == message
    assert unpadded(one) == "0x" + "11" * 20
    with pytest.raises(UsageError, match="at least 77 bytes, not 76"):
        Message.decode(message.encode()[:76])


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        (1, "bbca56eb98960a4637eb40486d9a069550dd70d9c185ed138516e8e33cf3d7e7"),
        (2, "a6a93d86d397028e41995d521ccbc270e6db2a2fc530dcb7f0135254f30c8424"),
        (3, "ffb4fbe5142f55e07b5d44b3c7f565c5ef4b016551cbd7c23a92c91621aca06f"),
    ],
)
def test_what_ties_a_checkpoint_to_a_chain_is_hyperlane_s(domain: int, expected: str) -> None:
    assert domain_hash(domain, padded("0x" + "22" * 20)).hex() == expected


def test_what_validators_sign_is_hyperlane_s_and_tells_who_signed() -> None:
    assert CHECKPOINT.hash.hex() == "5c2b4cbafdd7319d9a3dea4aa078748ae53368e1521494a80cf4259b9c6dba6a"
    assert [one.signer for one in SIGNED] == list(SIGNATURES)
    assert SignedCheckpoint(CHECKPOINT, b"\x01" * 65).signer is None
    assert SignedCheckpoint(CHECKPOINT, b"").signer is None


def test_the_proof_carries_as_many_signatures_as_are_asked_for_in_the_module_s_order() -> None:
    validators = sorted(SIGNATURES, key=str.lower)
    signature = {who: bytes.fromhex(one) for who, one in SIGNATURES.items()}
    proof = metadata_of(SIGNED, MESSAGE, validators, 2)
    assert proof == HOOK + ROOT + (69).to_bytes(4, "big") + signature[validators[0]] + signature[validators[1]]
    assert proof == encode_metadata(CHECKPOINT, [signature[one] for one in validators[:2]])
    assert metadata_of(SIGNED[:1] * 3, MESSAGE, validators, 1)[-65:] == SIGNED[0].signature


def test_what_too_few_have_signed_is_no_proof() -> None:
    validators = sorted(SIGNATURES, key=str.lower)
    for signed, have in ((SIGNED[:1] * 3, 1), ([], 0)):
        with pytest.raises(RuleBroken, match=f"2 of 3 validators must sign message 0x.*, and {have} have"):
            metadata_of(signed, MESSAGE, validators, 2)
    with pytest.raises(RuleBroken, match="1 of 1 validators must sign"):
        metadata_of(SIGNED[:2], MESSAGE, [list(SIGNATURES)[2]], 1)
    # A validator whose node is behind says another root: such words do not add up.
    other = Checkpoint(1234, HOOK, HOOK, 69, MESSAGE.id)
    mixed = [SIGNED[0], SignedCheckpoint(other, SIGNED[1].signature)]
    with pytest.raises(RuleBroken, match="and 1 have"):
        metadata_of(mixed, MESSAGE, validators, 2)


# Where validators keep what they have signed


def test_a_checkpoint_is_read_as_buckets_and_as_folders_keep_it(tmp_path: Path) -> None:
    path = checkpoints.keep(SIGNED[0], tmp_path / "one")
    assert path.name == "checkpoint_69_with_id.json"
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "69_with_id.json").write_text(checkpoints.encode(SIGNED[1]))
    assert list(Folder(tmp_path).at(69)) == SIGNED[:2] and list(Folder(tmp_path).at(70)) == []
    assert list(Folder(tmp_path / "two").at(69)) == SIGNED[1:2]
    assert open_at(f"file://{tmp_path}/one").at(69) == SIGNED[:1]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"value": 3}', "\x00", '{"value":{"checkpoint":null}}'])
def test_what_is_no_checkpoint_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "1_with_id.json").write_text(text)
    with pytest.raises(MalformedFile, match=r"1_with_id\.json is not a checkpoint of a Hyperlane validator"):
        Folder(tmp_path).at(1)


def test_numbers_and_hashes_of_a_checkpoint_are_kept_within_their_size(tmp_path: Path) -> None:
    whole = json.loads(checkpoints.encode(SIGNED[0]))
    for key, value in (("index", 2**32), ("mailbox_domain", -1), ("root", "0x" + "00" * 33), ("root", "cd" * 32)):
        said = {**whole["value"]["checkpoint"], key: value}
        text = json.dumps({**whole, "value": {**whole["value"], "checkpoint": said}})
        with pytest.raises(MalformedFile):
            checkpoints.decode(text, "here")
    whole["signature"] |= {"r": whole["signature"]["r"].replace("0xb8", "0x0")[:10], "v": 0}
    assert len(checkpoints.decode(json.dumps(whole), "here").signature) == 65
    (tmp_path / "1_with_id.json").write_text(" " * 10_001)
    with pytest.raises(MalformedFile, match="larger than 10000 bytes"):
        Folder(tmp_path).at(1)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("s3://mill/us-east-1/river", "https://mill.s3.us-east-1.amazonaws.com/river"),
        ("s3://mill/eu-west-1", "https://mill.s3.eu-west-1.amazonaws.com"),
        ("gs://mill/river", "https://storage.googleapis.com/mill/river"),
        ("https://mill.example/river/", "https://mill.example/river"),
    ],
)
def test_an_announced_place_leads_to_its_files(location: str, url: str) -> None:
    found = open_at(location)
    assert isinstance(found, Web) and found.url == url


def test_other_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a place that daokit can read"):
        open_at("ftp://mill.example")
    with pytest.raises(UsageError, match="there is no folder"):
        open_at(str(tmp_path / "nowhere"))
    with pytest.raises(NoConnection, match="does not answer"):
        Web("http://127.0.0.1:9").at(1)


# What is kept


def test_what_is_kept_is_what_was_taken() -> None:
    names = {path.name for path in kept.DATA.iterdir()} - {"manifest.json"}
    assert set(kept.manifest()["sha256"]) == names
    for name, digest in kept.manifest()["sha256"].items():
        assert hashlib.sha256((kept.DATA / name).read_bytes()).hexdigest() == digest
    assert list(kept.manifest()["packages"]) == ["@hyperlane-xyz/core@12.1.0", "@hyperlane-xyz/registry@23.11.0"]
    assert "Apache License" in (kept.DATA / "LICENSE").read_text()


def test_what_was_changed_since_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for path in kept.DATA.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "chains.json").write_text((tmp_path / "chains.json").read_text().replace('"0xc005', '"0xc006'))
    monkeypatch.setattr(kept, "DATA", tmp_path)
    with pytest.raises(MalformedFile, match="is not what came from Hyperlane's package"):
        core.public(1)


def test_public_chains_have_hyperlane_s_own_mailboxes() -> None:
    optimism = core.public(10)
    assert optimism is not None
    assert (optimism.name, optimism.domain) == ("optimism", 10)
    assert optimism.mailbox == "0xd4C1905BB1D26BC93DAC913e13CaCC278CdCC80D"
    assert core.public(31337) is None
    assert len(kept.kept("chains.json")) > 100


# The core


@pytest.fixture(scope="module")
def bare_chain() -> Iterator[Chain]:
    with sandbox(chain_id=31339) as chain:
        chain.rpc.request("anvil_setCode", [DEPLOYER, "0x"])
        yield chain


@pytest.fixture
def bare(bare_chain: Chain, state: Path) -> Iterator[Chain]:
    rpc = bare_chain.rpc
    before = rpc.request("evm_snapshot")
    yield Chain(rpc, name="bare", journal=Journal.of(rpc, state / "journal"), signer=dev_signer("alice"))
    rpc.request("evm_revert", [before])


def test_the_core_comes_up_once_and_is_written_down(bare: Chain) -> None:
    shelf = Deployments(bare.id, genesis=bare.genesis)
    with pytest.raises(UsageError, match="put it up with `daokit bridge deploy`"):
        core.find(bare, shelf)
    heard: list[str] = []
    made = core.deploy(bare, shelf=shelf, then=lambda part: heard.append(part.name))
    assert heard[0] == "Hyperlane's Mailbox" and len(heard) == 5
    assert made == core.core_of(31339) == core.find(bare, shelf) == core.find(bare)
    spent = bare.block_number()
    assert core.deploy(bare, shelf=shelf) == made and bare.block_number() == spent
    mailbox = HyperlaneContract(bare, made.mailbox, "Mailbox")
    assert mailbox.read("owner") == NOBODY and mailbox.read("localDomain") == 31339
    assert mailbox.read("defaultHook") == made.merkle_tree_hook
    assert Hyperlane.on(bare).sent() == []


def test_the_default_module_lets_nothing_pass(bare: Chain) -> None:
    made = core.deploy(bare)
    mailbox = HyperlaneContract(bare, made.mailbox, "Mailbox")
    ism = HyperlaneContract(bare, mailbox.read("defaultIsm"), "StaticMessageIdMultisigIsm")
    validators, threshold = ism.read("validatorsAndThreshold", b"")
    assert (list(validators), threshold) == ([NOBODY], 1)


def test_a_core_that_was_begun_is_finished(bare: Chain) -> None:
    class Stopped(Exception):
        pass

    def stop(part: object) -> None:
        raise Stopped

    for _ in range(5):
        with pytest.raises(Stopped):
            core.deploy(bare, then=stop)
    assert core.missing(bare, 31339) == [] and not core.is_set_up(bare, 31339)
    assert core.deploy(bare) == core.core_of(31339)


def test_a_mailbox_that_somebody_else_set_up_is_left_alone(bare: Chain) -> None:
    class Stopped(Exception):
        pass

    def stop(part: object) -> None:
        if str(part).count("ValidatorAnnounce"):
            raise Stopped

    with pytest.raises(Stopped):
        core.deploy(bare, then=stop)
    mailbox = HyperlaneContract(bare.as_(dev_signer("judy")), core.core_of(31339).mailbox, "Mailbox")
    hook = core.core_of(31339).merkle_tree_hook
    mailbox.send("initialize", mailbox.chain.sender, hook, hook, hook)
    with pytest.raises(RuleBroken, match="choose another number with --domain"):
        core.deploy(bare)
    with pytest.raises(UsageError, match="Hyperlane is not on bare"):
        core.find(bare)
    other = core.deploy(bare, 77)
    assert (other.domain, other.chain_id) == (77, 31339) and other.mailbox != core.core_of(31339).mailbox


def test_a_core_that_does_not_fit_the_chain_is_refused(bare: Chain) -> None:
    shelf = Deployments(bare.id, genesis=bare.genesis)
    made = core.deploy(bare, 77, shelf=shelf)
    assert core.find(bare, shelf) == made
    path = core.path_in(shelf)
    text = path.read_text()
    path.write_text(text.replace('"domain": 77', '"domain": 78'))
    with pytest.raises(RuleBroken, match="says that its chain is 77 to Hyperlane, and 78 was expected"):
        core.find(bare, shelf)
    path.write_text(text.replace(made.mailbox, "0x000000000000000000000000000000000000bEEF"))
    with pytest.raises(RuleBroken, match="there is no code"):
        core.find(bare, shelf)
    for bad in (text.replace("31339", "10"), text.replace(made.mailbox, "0xbeef"), "{}"):
        path.write_text(bad)
        with pytest.raises(DaokitError):
            core.find(bare, shelf)


def test_a_number_of_more_than_32_bits_is_refused(bare: Chain) -> None:
    for number in (0, 2**32):
        with pytest.raises(UsageError, match="cannot be Hyperlane's number"):
            core.deploy(bare, number)


# Its relayer


def test_the_relayer_gets_a_registry_of_its_chains(tmp_path: Path) -> None:
    optimism = core.public(10)
    assert optimism is not None
    served = [Served(core.core_of(31337), "http://127.0.0.1:8545"), Served(optimism, "https://node.example")]
    assert relayer.write_registry(served, tmp_path) == ["chain31337", "optimism"]
    facts = json.loads((tmp_path / "chains" / "chain31337" / "metadata.yaml").read_text())
    assert (facts["chainId"], facts["domainId"], facts["protocol"]) == (31337, 31337, "ethereum")
    assert facts["rpcUrls"] == [{"http": "http://127.0.0.1:8545"}]
    addresses = json.loads((tmp_path / "chains" / "optimism" / "addresses.yaml").read_text())
    assert addresses["mailbox"] == optimism.mailbox
    with pytest.raises(UsageError, match="needs a node of chain31337 that answers http"):
        relayer.write_registry([Served(core.core_of(31337), "/tmp/ipc")], tmp_path)


def test_a_relayer_that_is_not_the_known_one_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    script = tmp_path / "daokit/tools/hyperlane/node_modules/@hyperlane-xyz/cli/bundle/index.js"
    assert not relayer.is_here()
    script.parent.mkdir(parents=True)
    script.write_text("process.exit(1)")
    assert relayer.is_here()
    lock = tmp_path / "daokit/tools/hyperlane/node_modules/.package-lock.json"
    for text in (None, "{}", '{"packages": {"node_modules/@hyperlane-xyz/cli": {"integrity": "sha512-other"}}}'):
        if text is not None:
            lock.write_text(text)
        with pytest.raises(ToolMissing, match="is not @hyperlane-xyz/cli@44"):
            relayer.program()


def test_only_keys_that_everybody_knows_are_handed_to_the_relayer(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert relayer.known_key("alice") == "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
    assert relayer.known_key("river") is None and relayer.known_key(None) is None
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    monkeypatch.setenv("HYP_KEY", "s3cret")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    given = relayer.environment(None)
    assert "s3cret" not in given.values() and given["AWS_ENDPOINT_URL_S3"] == "http://127.0.0.1:1"
    assert relayer.http_url("https://node.example") == "https://node.example"
    assert relayer.folder().is_dir()
