"""Keyfiles are those of ape and geth, keys are never shown, and mistakes are said in one sentence."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from chain_fixtures import *  # noqa: F403
from eth_account import Account
from eth_account.messages import encode_typed_data

from daokit import accounts, passwords
from daokit.accounts import DEV_ADDRESSES, dev_address, dev_signer
from daokit.connection import signer
from daokit.errors import MalformedFile, RuleBroken, UnknownName, UsageError

SECRET = "0x" + "42" * 32
ADDRESS = "0x17c5185167401eD00cF5F5b2fc97D9BBfDb7D025"
TRANSACTION = {
    "type": 2,
    "chainId": 10,
    "nonce": 0,
    "to": ADDRESS,
    "value": 1,
    "gas": 21_000,
    "maxFeePerGas": 10,
    "maxPriorityFeePerGas": 1,
}


pytestmark = pytest.mark.usefixtures("quick_keyfiles")


def says(password: str) -> accounts.Password:
    return lambda _alias: password


def put(alias: str, content: object, mode: int = 0o600) -> Path:
    path = accounts.folder() / f"{alias}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    path.chmod(mode)
    return path


def test_the_development_accounts_are_those_of_the_known_mnemonic() -> None:
    Account.enable_unaudited_hdwallet_features()
    for place, (name, address) in enumerate(DEV_ADDRESSES.items()):
        derived = Account.from_mnemonic(accounts.MNEMONIC, account_path=f"m/44'/60'/0'/0/{place}")
        assert derived.address == address == dev_signer(name).address == dev_address(place)
        assert dev_signer(name).local_only
    assert dev_signer(10).address == dev_address(10) == "0xBcd4042DE499D14e55001CcbB24a551F3b954096"
    with pytest.raises(UnknownName, match="did you mean alice"):
        dev_signer("alcie")


def test_a_new_account_is_a_file_that_only_its_owner_reads() -> None:
    made = accounts.new("mira", says("correct horse"))
    assert made.path == accounts.folder() / "mira.json"
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.path.parent.stat().st_mode & 0o777 == 0o700
    content = json.loads(made.path.read_text())
    assert content["version"] == 3 and content["alias"] == "mira"
    signer = accounts.load("mira", says("correct horse"))
    assert signer.address == made.address and not signer.local_only
    assert Account.recover_transaction(signer.sign_transaction(TRANSACTION)) == made.address
    assert [one.alias for one in accounts.list_all()] == ["mira"] and made.warning == ""
    assert [path.name for path in made.path.parent.iterdir()] == ["mira.json"]


def test_an_imported_key_and_an_imported_phrase() -> None:
    assert accounts.import_key("key", SECRET, says("x")).address == ADDRESS
    assert accounts.import_key("phrase", accounts.MNEMONIC, says("x")).address == dev_address("alice")
    with pytest.raises(UsageError, match="neither a key") as failure:
        accounts.import_key("bad", "0xzz42", says("x"))
    assert "zz42" not in str(failure.value) and failure.value.__cause__ is None


@pytest.mark.parametrize("dialect", ["ape", "geth", "upper", "no address", "0x address"])
def test_keyfiles_of_other_programs_sign_as_they_are(dialect: str) -> None:
    content = dict(Account.encrypt(SECRET, "pw"))
    content["address"] = ADDRESS[2:].lower()
    if dialect == "ape":
        content["alias"] = "old"
    if dialect == "upper":
        content["Crypto"] = content.pop("crypto")
        content["Version"] = content.pop("version")
    if dialect == "no address":
        del content["address"]
    if dialect == "0x address":
        content["address"] = ADDRESS
    put("old", content)
    signer = accounts.load("old", says("pw"))
    assert signer.address == ADDRESS
    assert Account.recover_transaction(signer.sign_transaction(TRANSACTION)) == ADDRESS


@pytest.mark.parametrize("end", ["", ".json"])
def test_geth_s_own_folder_serves_as_it_is(end: str) -> None:
    content = {**Account.encrypt(SECRET, "pw"), "address": ADDRESS[2:].lower()}
    path = accounts.folder() / f"UTC--2026-11-20T12-57-55.920751759Z--{ADDRESS[2:].lower()}{end}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    path.chmod(0o644)
    alias = f"geth-{ADDRESS[2:10].lower()}"
    (listed,) = accounts.list_all()
    assert (listed.alias, listed.address) == (alias, ADDRESS)
    assert f"the keyfile of {alias}; run `chmod 600 {path}`" in listed.warning
    made = signer(ADDRESS, local=False, password=says("pw"))
    assert made.name == alias and Account.recover_transaction(made.sign_transaction(TRANSACTION)) == ADDRESS
    accounts.change_password(alias, says("pw"), says("another"))
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    with pytest.raises(RuleBroken, match="wrong password"):
        accounts.load(alias, says("pw")).sign_transaction(TRANSACTION)
    assert accounts.load(alias, says("another")).sign_transaction(TRANSACTION)


def test_the_password_is_asked_when_it_signs_and_not_before() -> None:
    accounts.import_key("mira", SECRET, says("pw"))
    asked: list[str] = []

    def ask(alias: str) -> str:
        asked.append(alias)
        return "pw"

    signer = accounts.load("mira", ask)
    assert signer.address == ADDRESS and asked == []
    signer.sign_transaction(TRANSACTION)
    signer.sign_transaction(TRANSACTION)
    assert asked == ["mira"]


def test_a_wrong_password_is_one_sentence_without_it() -> None:
    accounts.import_key("mira", SECRET, says("pw"))
    with pytest.raises(RuleBroken) as failure:
        accounts.load("mira", says("hunter2")).sign_transaction(TRANSACTION)
    assert str(failure.value) == 'wrong password for "mira"' and failure.value.exit_code == 1


def test_keys_and_passwords_are_in_no_representation() -> None:
    accounts.import_key("mira", SECRET, says("pw"))
    signer = accounts.load("mira", says("pw"))
    signer.sign_transaction(TRANSACTION)
    for shown in (repr(signer), str(signer), repr(dev_signer("alice")), repr(accounts.find("mira"))):
        assert "42424242" not in shown and "key=" not in shown


def test_a_key_under_the_wrong_address_is_refused() -> None:
    put("mixed", {**Account.encrypt(SECRET, "pw"), "address": dev_address("bob")[2:]})
    with pytest.raises(RuleBroken, match="holds the key of"):
        accounts.load("mixed", says("pw")).sign_transaction(TRANSACTION)


def test_typed_data_is_signed_as_eip_712() -> None:
    domain = {"name": "daokit Collective", "version": "1", "chainId": 31337, "verifyingContract": ADDRESS}
    types = {"Application": [{"name": "applicant", "type": "address"}, {"name": "deadline", "type": "uint256"}]}
    message = {"applicant": ADDRESS, "deadline": 5}
    signature = dev_signer("carol").sign_typed(domain, types, message)
    assert len(signature) == 65
    assert Account.recover_message(encode_typed_data(domain, types, message), signature=signature) == dev_address(
        "carol"
    )


def test_an_alias_is_never_taken_twice() -> None:
    first = accounts.new("mira", says("a")).path.read_bytes()
    with pytest.raises(RuleBroken, match='an account "mira" already'):
        accounts.new("mira", says("b"))
    assert (accounts.folder() / "mira.json").read_bytes() == first
    with pytest.raises(RuleBroken, match='"bob" is a development account'):
        accounts.new("bob", says("b"))


@pytest.mark.parametrize("alias", ["", "../up", "a/b", "a b", ADDRESS, "x" * 65])
def test_an_alias_that_is_no_file_name_is_refused(alias: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of an account"):
        accounts.new(alias, says("b"))


def test_an_empty_password_is_refused() -> None:
    with pytest.raises(RuleBroken, match="empty password"):
        accounts.new("mira", says(""))
    assert accounts.list_all() == []


def test_an_unknown_account_lists_the_near_ones() -> None:
    accounts.new("mira", says("a"))
    with pytest.raises(UnknownName, match='no account "mirra"; did you mean mira'):
        accounts.load("mirra", says("a"))


@pytest.mark.parametrize("content", ["", "[]", '{"address": 5}', '{"crypto": 1}', "x" * 200_000])
def test_a_file_that_is_no_keyfile_is_said_and_hides_no_other(content: str) -> None:
    accounts.new("mira", says("a"))
    put("broken", content)
    with pytest.raises(MalformedFile, match="is no keyfile"):
        accounts.load("broken", says("a"))
    assert [one.alias for one in accounts.list_all()] == ["mira"]


def test_a_damaged_keyfile_is_said() -> None:
    content = Account.encrypt(SECRET, "pw")
    del content["crypto"]["kdfparams"]
    put("broken", {**content, "address": ADDRESS})
    with pytest.raises(MalformedFile, match="damaged"):
        accounts.load("broken", says("pw")).sign_transaction(TRANSACTION)


def test_a_keyfile_that_others_can_read_comes_with_the_remedy() -> None:
    path = put("open", {**Account.encrypt(SECRET, "pw"), "address": ADDRESS[2:]}, mode=0o644)
    assert accounts.find("open").warning == f"others can read the keyfile of open; run `chmod 600 {path}`"


def test_a_password_file_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "password"
    secret.write_text("pw\n")
    secret.chmod(0o644)
    monkeypatch.setenv("DAOKIT_PASSWORD_FILE", str(secret))
    with pytest.raises(RuleBroken, match=f"chmod 600 {secret}"):
        passwords.password_source(says("no"))("mira")
    secret.chmod(0o600)
    assert passwords.password_source(says("no"))("mira") == "pw"
    secret.unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        passwords.password_source(says("no"))("mira")
    monkeypatch.delenv("DAOKIT_PASSWORD_FILE")
    assert passwords.password_source(says("yes"))("mira") == "yes"


def test_a_kill_while_a_keyfile_is_written_leaves_no_half_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", die)
    with pytest.raises(KeyboardInterrupt):
        accounts.new("mira", says("a"))
    assert list(accounts.folder().iterdir()) == []
