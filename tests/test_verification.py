"""The stored sources give the code that runs: a stand-in for Sourcify and for an explorer compiles what it is sent."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from daokit import verification
from daokit.artifact import artifact_names, load_artifact
from daokit.chain import Chain
from daokit.cli import run
from daokit.compiler import SOLC, compile_standard, find_compiler
from daokit.errors import MalformedFile, NoConnection, Refused, UsageError
from daokit.factory import Part, made, parts
from daokit.sources import standard_json
from daokit.verification import Explorer, Sourcify
from tests.hostile import public_chain

KEY = "EXPLORERSECRETKEY0123456789"


class Service:
    """Compiles what it is sent and compares it with the chain, as Sourcify (version 2) and as Etherscan's API do."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.mood = "honest"
        self.known: dict[str, str] = {}  # address -> match
        self.jobs: dict[str, tuple[str, bool]] = {}
        self.asked: list[str] = []
        self.elsewhere = ""  # where it sends people when it has moved
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(*service.get(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(*service.post(self.path, body))

            def _answer(self, code: int, content: object) -> None:
                text = json.dumps(content).encode() if not isinstance(content, bytes) else content
                self.send_response(code)
                if code == 302:
                    self.send_header("Location", f"{service.elsewhere}/api?apikey={KEY}")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def get(self, path: str) -> tuple[int, object]:
        self.asked.append(path)
        steps = urlsplit(path).path.strip("/").split("/")
        if self.mood == "nonsense":
            return 200, b"<html>"
        if steps[:2] == ["v2", "contract"]:
            match = self.known.get(steps[3])
            return (200, {"match": match}) if match else (404, {"match": None})
        if steps[:2] == ["v2", "verify"]:
            address, waited = self.jobs[steps[2]]
            self.jobs[steps[2]] = (address, True)
            if not waited:
                return 200, {"isJobCompleted": False, "contract": {"match": None}}
            if address not in self.known:
                error = {"customCode": "no_match", "message": "the code is another"}
                return 200, {"isJobCompleted": True, "contract": {"match": None}, "error": error}
            return 200, {"isJobCompleted": True, "contract": {"match": self.known[address]}}
        raise AssertionError("an explorer is asked by POST, so that its key stands in no address")

    def status(self, asked: dict[str, str]) -> tuple[int, object]:
        assert asked["action"] == "checkverifystatus"
        address, waited = self.jobs[asked["guid"]]
        self.jobs[asked["guid"]] = (address, True)
        if not waited:
            return 200, {"status": "0", "message": "NOTOK", "result": "Pending in queue"}
        passed = address in self.known
        return 200, {"status": str(int(passed)), "result": "Pass - Verified" if passed else "Fail - Unable to verify"}

    def post(self, path: str, body: str) -> tuple[int, object]:
        self.asked.append(path)
        if self.mood == "moved":
            return 302, {}
        if self.mood == "closed":
            return 403, {"message": f"no account has the key {parse_qs(body)['apikey'][0]}"}
        if self.mood == "busy":
            return 429, {"customCode": "too_many", "message": "too many requests"}
        if path.startswith("/v2/verify/"):
            wish = json.loads(body)
            chain_id, address = path.split("/")[3:]
            assert (int(chain_id), wish["compilerVersion"]) == (self.chain.id, SOLC)
            self.check(address, wish["stdJsonInput"], wish["contractIdentifier"], None)
            self.jobs["job-1"] = (address, False)
            return 202, {"verificationId": "job-1"}
        form = {name: one[0] for name, one in parse_qs(body, keep_blank_values=True).items()}
        assert KEY not in path and parse_qs(urlsplit(path).query) == {"chainid": [str(self.chain.id)]}
        if form.get("apikey") != KEY:
            return 200, {"status": "0", "message": "NOTOK", "result": f"Invalid API Key {form.get('apikey')}"}
        if form["action"] == "checkverifystatus":
            return self.status(form)
        if form["contractaddress"] in self.known:
            return 200, {"status": "0", "message": "NOTOK", "result": "Contract source code already verified"}
        assert (form["codeformat"], form["compilerversion"]) == ("solidity-standard-json-input", f"v{SOLC}")
        arguments = form["constructorArguments"]
        self.check(form["contractaddress"], json.loads(form["sourceCode"]), form["contractname"], arguments)
        self.jobs["guid-1"] = (form["contractaddress"], False)
        return 200, {"status": "1", "message": "OK", "result": "guid-1"}

    def check(self, address: str, wish: dict, identifier: str, arguments: str | None) -> None:
        """Compile, and compare with what runs at the address and with what made it."""
        file, name = identifier.split(":")
        selection = {file: {name: ["evm.bytecode.object", "evm.deployedBytecode"]}}
        wish = {**wish, "settings": {**wish["settings"], "outputSelection": selection}}
        output = compile_standard(wish, find_compiler())["contracts"][file][name]["evm"]
        runs, compiled = bytearray(self.chain.code(address)), bytearray.fromhex(output["deployedBytecode"]["object"])
        for places in output["deployedBytecode"]["immutableReferences"].values():
            for place in places:
                runs[place["start"] : place["start"] + place["length"]] = bytes(place["length"])
        same = runs == compiled
        if arguments is not None:
            part = next(one for one in (*parts(), *made()) if one.address == address)
            same = same and bytes.fromhex(output["bytecode"]["object"] + arguments) == part.code
        if same and self.mood == "honest":
            self.known[address] = "exact_match"


@pytest.fixture
def service(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(verification, "_SECONDS", 600.0)  # it compiles before it answers
    made = Service(chain)
    yield made
    made.server.shutdown()


def part(name: str) -> Part:
    return next(one for one in (*parts(), *made()) if one.name == name)


@pytest.mark.parametrize("name", artifact_names())
def test_the_stored_sources_are_those_that_the_artifact_was_compiled_from(name: str) -> None:
    wish = standard_json(name)
    assert wish["settings"]["viaIR"] and f"{name}.sol" in wish["sources"]
    # The compiler's own test shows that these sources give the artifact; its hash is over exactly these.
    assert all(one["content"] for one in wish["sources"].values())


def test_sources_that_are_not_the_artifact_s_are_never_published(monkeypatch: pytest.MonkeyPatch) -> None:
    from daokit import sources

    kept = dict(sources._stored())
    kept["Treasury.sol"] += "// and one line more\n"
    monkeypatch.setattr(sources, "_stored", lambda: kept)
    with pytest.raises(MalformedFile, match="are not those of Treasury"):
        standard_json("Treasury")
    del kept["Treasury.sol"]
    with pytest.raises(MalformedFile, match=r"Treasury\.sol' of Treasury is not in"):
        standard_json("Treasury")


def test_sourcify_compiles_what_it_gets_to_the_code_that_runs(chain: Chain, service: Service) -> None:
    factory, sourcify = part("CollectiveFactory"), Sourcify(service.url, pause=0)
    done = sourcify.verify(chain.id, factory)
    assert (done.how, done.before, done.address) == ("exact", False, factory.address)
    again = sourcify.verify(chain.id, factory)
    assert (again.how, again.before) == ("exact", True)


def test_an_explorer_compiles_it_with_the_constructor_s_arguments(chain: Chain, service: Service) -> None:
    factory, explorer = part("ProfitShareFactory"), Explorer(f"{service.url}/v2/api", KEY, pause=0)
    done = explorer.verify(chain.id, factory)
    assert (done.how, done.before) == ("verified", False)
    assert explorer.verify(chain.id, factory).before


def test_a_refusal_is_one_sentence_with_the_reason(chain: Chain, service: Service) -> None:
    # What stands there is another contract's code.
    swapped = Part("ProfitShareFactory", part("ProfitShareFactory").code, part("CollectiveFactory").address)
    with pytest.raises(Refused, match="does not verify ProfitShareFactory: the code is another"):
        Sourcify(service.url, pause=0).verify(chain.id, swapped)
    with pytest.raises(Refused, match="Fail - Unable to verify"):
        Explorer(service.url, KEY, pause=0).verify(chain.id, swapped)
    service.mood = "busy"
    with pytest.raises(NoConnection, match="answers 429: too many requests"):
        Sourcify(service.url, pause=0).verify(chain.id, swapped)
    service.mood = "nonsense"
    with pytest.raises(NoConnection, match="is it the address of the service"):
        Sourcify(service.url, pause=0).verify(chain.id, swapped)
    with pytest.raises(NoConnection, match="does not answer"):
        Sourcify("http://127.0.0.1:1", pause=0).verify(chain.id, swapped)


def test_the_key_of_an_explorer_is_never_shown_nor_sent_in_the_clear(chain: Chain, service: Service) -> None:
    wrong = Explorer(service.url, "ANOTHERSECRETKEY987654321", pause=0)
    with pytest.raises(Refused) as failure:
        wrong.verify(chain.id, part("ProfitShareFactory"))
    assert "Invalid API Key …" in str(failure.value) and "ANOTHERSECRET" not in str(failure.value) + repr(wrong)
    with pytest.raises(UsageError, match="in the clear; use its https"):
        Explorer("http://explorer.example/api", KEY)
    service.mood = "closed"
    with pytest.raises(NoConnection, match="answers 403: no account has the key …"):
        Explorer(service.url, KEY, pause=0).verify(chain.id, part("ProfitShareFactory"))


def test_nobody_is_followed_to_another_address_where_the_key_would_come_along(chain: Chain, service: Service) -> None:
    other = Service(chain)
    service.mood, service.elsewhere = "moved", other.url
    with pytest.raises(NoConnection) as failure:
        Explorer(f"{service.url}/api", KEY, pause=0).verify(chain.id, part("ProfitShareFactory"))
    said = f"{service.url}/api sends on to {other.url}/api, which is not followed"
    assert said in str(failure.value) and KEY not in str(failure.value)
    assert len(service.asked) == 1 and other.asked == []
    other.server.shutdown()


def test_what_is_not_on_the_chain_is_said_before_anybody_is_asked(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", StringIO())
    with public_chain() as bare:
        for words in ([], ["--dry-run"], ["--yes", "--sourcify", "http://127.0.0.1:1"]):
            assert run(["verify", "Treasury", "--network", bare.url, *words]) == 1
            said = capsys.readouterr().err
            assert said == "refused: Treasury is not on this chain yet; run `daokit network bootstrap`\n"


def test_as_typed_names_are_checked_and_files_written(
    chain: Chain,
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAOKIT_NETWORK", chain.rpc.url)
    monkeypatch.setattr(sys, "stdin", StringIO())
    monkeypatch.setattr(Sourcify, "pause", 0.0)
    assert run(["verify", "Tresury"]) == 2
    assert "did you mean Treasury" in capsys.readouterr().err
    assert run(["verify", "CollectiveFactory", "--sourcify", service.url]) == 2  # nobody said yes
    assert service.asked == []
    assert run(["verify", "CollectiveFactory", "--sourcify", service.url, "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"][0]["how"] == "exact"
    assert run(["verify", "Treasury", "--write", "standard"]) == 0
    written = json.loads((tmp_path / "standard" / "Treasury.standard.json").read_text())
    assert written == standard_json("Treasury") and load_artifact("Treasury").solc == SOLC
