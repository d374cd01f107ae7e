"""Records say where a collective is; they are written whole, read strictly and compared with the chain."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from chain_fixtures import *  # noqa: F403

from daokit.accounts import dev_address
from daokit.deployments import Deployments, Record, check_code, code_hash, parse_reference, slug_of
from daokit.errors import MalformedFile, RuleBroken, UsageError

BOB, CAROL = dev_address("bob"), dev_address("carol")
GENESIS = "0x" + "ab" * 32
MILL = Record(
    name="The Mill",
    slug="the-mill",
    chain_id=10,
    addresses={"Collective": BOB, "Treasury": CAROL},
    block=123,
    transaction="0x" + "12" * 32,
    charter="0x" + "34" * 32,
    arguments={"number": 0},
    code_hashes={"Collective": code_hash(b"code")},
)


@pytest.fixture
def shelf(tmp_path: Path, state: Path) -> Deployments:
    return Deployments(10, project=tmp_path)


def test_a_record_is_found_by_slug_name_and_address(shelf: Deployments, tmp_path: Path) -> None:
    path = shelf.write(MILL)
    assert path == tmp_path / "deployments" / "10" / "the-mill.json"
    for name in ("the-mill", "The Mill", "the mill", BOB, BOB.lower()):
        assert shelf.find(name) == MILL
    assert len(path.read_text().splitlines()) <= 30


def test_an_unknown_collective_lists_those_that_are_known(shelf: Deployments) -> None:
    with pytest.raises(UsageError, match='no deployment of "river-coop" on chain 10; none is known there'):
        shelf.find("river-coop")
    shelf.write(replace(MILL, slug="mill"))
    shelf.write(replace(MILL, slug="orchard"))
    with pytest.raises(UsageError) as failure:
        shelf.find("river-coop")
    assert str(failure.value) == 'no deployment of "river-coop" on chain 10; known there: mill, orchard'
    assert failure.value.exit_code == 2


def test_local_chains_keep_theirs_in_the_state_folder_by_first_block(state: Path) -> None:
    local = Deployments(31337, genesis=GENESIS)
    local.write(replace(MILL, chain_id=31337))
    assert local.folder == state / "deployments" / "31337-abababababababab"
    assert Deployments(31337, genesis="0x" + "cd" * 32).list() == ()


def test_a_slug_never_changes_what_it_stands_for(shelf: Deployments) -> None:
    shelf.write(MILL)
    shelf.write(replace(MILL, block=124))
    with pytest.raises(RuleBroken, match=f"stands for {BOB} on chain 10 already"):
        shelf.write(replace(MILL, addresses={"Collective": CAROL}))
    assert shelf.find("the-mill").block == 124


def test_an_interrupted_write_leaves_the_old_record(shelf: Deployments, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.write(MILL)
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        shelf.write(replace(MILL, block=999))
    assert shelf.list() == (MILL,)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("not json", "Invalid JSON"),
        ({"addresses": {"Collective": "0x12"}}, "not an address"),
        ({"addresses": {"Treasury": CAROL}}, "is not the record"),
        ({"chain_id": 1}, "is not the record"),
        ({"slug": "other"}, "is not the record"),
        ({"block": "soon"}, "block"),
    ],
)
def test_a_record_that_is_none_is_named(shelf: Deployments, change: str | dict[str, object], words: str) -> None:
    path = shelf.write(MILL)
    text = change if isinstance(change, str) else json.dumps({**json.loads(path.read_text()), **change})
    path.write_text(text)
    with pytest.raises(MalformedFile, match=words) as failure:
        shelf.find("the-mill")
    assert str(path) in str(failure.value)


def test_code_that_differs_from_the_record_is_refused() -> None:
    check_code(MILL, {"Collective": b"code", "Treasury": b"unrecorded"})
    with pytest.raises(RuleBroken, match="is not the code that was recorded"):
        check_code(MILL, {"Collective": b"other"})
    with pytest.raises(RuleBroken, match="is not there"):
        check_code(MILL, {"Collective": b""})


def test_a_reference_names_chain_and_address() -> None:
    assert parse_reference(f"10:{BOB.lower()}") == (10, BOB)
    assert parse_reference("mill") is None and parse_reference("x:" + BOB) is None
    with pytest.raises(UsageError, match="not an address"):
        parse_reference("10:0x12")


@pytest.mark.parametrize(
    ("name", "slug"), [("River Co-op", "river-co-op"), ("Mühle & Söhne!", "muhle-sohne"), ("../etc", "etc")]
)
def test_a_slug_is_a_plain_file_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug
    assert slug_of("合作社").startswith("collective-")
