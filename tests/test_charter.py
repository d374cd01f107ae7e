"""What founders write, what is refused with which words, and how a file is compared with a chain."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from eth_utils import keccak

from daokit import rules
from daokit.actions import DelistToken, ListToken, LowerNotice, Set, SetCharter
from daokit.artifact import load_artifact
from daokit.chain import CallReverted, Chain
from daokit.charter import Charter, presets, template
from daokit.differences import ChainCharter, actions, differences
from daokit.documents import data_uri, text_of
from daokit.errors import MalformedFile, UnknownName, UsageError
from daokit.factory import Factory
from daokit.hashing import checksum

SMALL = """
name = "Mill"
purpose = "We grind."
text = "We share."

[[founders]]
name = "Alice"
account = "alice"
units = 100

[[founders]]
name = "Bob"
account = "bob"
"""


def address(name: str) -> str:
    return checksum("0x" + hashlib.sha256(name.lower().encode()).hexdigest()[:40])


def with_lines(*lines: str) -> Charter:
    return Charter.parse(SMALL + "\n".join(lines))


def refusal(*lines: str, content: str = SMALL) -> str:
    with pytest.raises(MalformedFile) as caught:
        Charter.parse(content + "\n".join(lines))
    return caught.value.message


def test_a_charter_that_says_little_has_the_usual_rules() -> None:
    charter = with_lines()
    assert charter.values["voting.deliberation"] == 3 * 86_400
    assert charter.values["voting.large_delay"] == 7 * 86_400
    assert charter.values["voting.quorum"] == 2_000
    assert charter.values["seasons.length"] == 90
    assert charter.values["admission.sponsors"] == 2
    assert (charter.tokens, charter.number) == ((), 0)


def test_the_chain_gets_what_the_file_says() -> None:
    charter = with_lines(
        "[voting]",
        'deliberation = "1 day"',
        'quorum = "12.5%"',
        "one_open_proposal = false",
        "[seasons]",
        'length = "60 days"',
        "[admission]",
        "sponsors = 0",
        'window = "0"',
        "[treasury]",
        'tokens = ["tUSD"]',
    )
    name, text, uri, voting, admission, days, credits, notice, tokens, founders = charter.to_solidity(address)
    assert (name, days, credits, notice, tokens) == ("Mill", 60, 100, 432_000, [address("tUSD")])
    assert voting == (86_400, 432_000, 172_800, 604_800, 1_209_600, 1_250, 1_000, 8, 0)
    assert admission == (0, 0, 500, 2, 500)
    assert founders == [(address("alice"), 100, "Alice"), (address("bob"), 0, "Bob")]
    assert text == keccak(b"# Mill\n\nWe grind.\n\nWe share.\n")
    assert text_of(uri) == "# Mill\n\nWe grind.\n\nWe share.\n"
    encoded = load_artifact("CollectiveFactory").function("found").encode([charter.to_solidity(address), 0])
    assert len(encoded) % 32 == 4


def test_a_text_beside_the_charter_is_accepted_exactly_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "rules.md").write_bytes("# Règles\r\nOn partage.\r\n".encode())
    (tmp_path / "charter.toml").write_text(SMALL.replace('"We share."', '"rules.md"'), encoding="utf-8")
    charter = Charter.load(tmp_path / "charter.toml")
    assert charter.text_hash == "0x" + keccak((tmp_path / "rules.md").read_bytes()).hex()
    assert text_of(charter.data_or_uri()) == "# Règles\r\nOn partage.\r\n"


def test_a_text_that_is_not_there_and_a_charter_that_is_not_there_are_named(tmp_path: Path) -> None:
    assert 'text names the file "rules.md", and there is no such text' in refusal(
        content=SMALL.replace('"We share."', '"rules.md"')
    )
    with pytest.raises(UsageError, match="`daokit init` writes one"):
        Charter.load(tmp_path / "none.toml")


def test_a_long_text_needs_a_place_of_its_own() -> None:
    long = SMALL.replace("We share.", "x" * 5_000)
    assert "at most 4,096 can stand on the chain itself" in refusal(content=long)
    assert Charter.parse('uri = "ipfs://bafy"\n' + long).data_or_uri() == "ipfs://bafy"


def test_a_data_uri_carries_the_text_for_anyone() -> None:
    uri = data_uri("äöü\n")
    assert base64.b64decode(uri.partition(",")[2]).decode() == "äöü\n"
    assert text_of(uri) == "äöü\n"
    assert text_of("data:text/plain,a%20b") == "a b"
    assert [text_of(other) for other in ("ipfs://x", "data:;base64,!", "data:,%ff", "data:")] == [None] * 4


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            ["[voting]", 'large_delay = "6 days"'],
            "large_delay is 6 days; it must be at least the exit notice plus 2 days (7 days), "
            "so that whoever gives notice when a large act passes is paid first",
        ),
        (["[voting]", 'timelock = "8 days"'], "large_delay is 7 days; it must be at least the timelock (8 days)"),
        (["[voting]", 'large_delay = "91 days"'], "large_delay is 91 days; it must be at most 90 days"),
        (["[voting]", 'voting = "59 s"'], "voting is 59 seconds; it must be at least 1 minute"),
        (["[voting]", 'voting = "46 days"'], "voting is 46 days; it must be at most 45 days, so that every vote fits"),
        (["[voting]", 'deliberation = "41 days"'], "deliberation is 41 days; it must be at most 40 days, so that"),
        (["[voting]", 'voting = "90 s"'], "it is counted in whole minutes"),
        (["[voting]", 'deliberation = "1 s"'], "it is counted in whole minutes"),
        (["[voting]", 'timelock = "91 days"'], "timelock is 91 days; it must be at most 90 days"),
        (["[voting]", 'grace = "59 min"'], "grace is 59 minutes; it must be at least 1 hour, so that somebody has"),
        (["[voting]", 'grace = "91 days"'], "grace is 91 days; it must be at most 90 days"),
        (["[voting]", 'quorum = "101%"'], "quorum is 101%; it must be at most 100%"),
        (["[voting]", 'large = "101%"'], "large is 101%; it must be at most 100%"),
        (["[voting]", "options_per_season = 32"], "options_per_season is 32; it must be at most 31"),
        (["[seasons]", 'length = "44 days"'], "length is 44 days; it must be at least 45 days, so that"),
        (["[seasons]", 'length = "3651 days"'], "length is 3651 days; it must be at most 3650 days"),
        (["[seasons]", "credits = 0"], "credits is 0; it must be at least 1, or nobody could cast a vote"),
        (["[seasons]", "credits = 15877"], "credits is 15877; it must be at most 15876, which pays for 126 votes"),
        (["[admission]", "sponsors = 6"], "sponsors is 6; it must be at most 5"),
        (["[admission]", "sponsors = 3"], "sponsors is 3 and there are 2 founders; it must not be more"),
        (["[admission]", 'window = "31 days"'], "window is 31 days; it must be at most 30 days"),
        (["[admission]", 'objection = "101%"'], "objection is 101%; it must be at most 100%"),
        (["[admission]", "daily_count = 0"], "daily_count is 0; it must be at least 1, or nobody could ever join"),
        (["[admission]", "daily_count = 65536"], "daily_count is 65536; it must be at most 65535"),
        (["[admission]", 'daily_share = "101%"'], "daily_share is 101%; it must be at most 100%"),
        (
            ["[voting]", 'large_delay = "20 days"', "[exit]", 'notice = "15 days"'],
            "notice is 15 days; it must be at most 14 days, so that nobody's money can be held longer",
        ),
        (["[treasury]", 'tokens = ["a","b","c","d","e","f","g","h","i"]'], "9 tokens are listed; at most 8"),
        (["[treasury]", 'tokens = ["tUSD", "TUSD"]'], "the token tusd is listed twice"),
        (["[[founders]]", 'name = "Al"', 'account = "ALICE"'], "the account alice stands twice among the founders"),
        (["[[founders]]", 'name = "Al"', 'account = "al"', "units = -1"], "units are not negative"),
        (["[[founders]]", 'name = " "', 'account = "al"'], "founder al: name is 0 bytes long; a name has 1 to 64"),
    ],
)
def test_every_bound_is_refused_with_the_reason(lines: list[str], words: str) -> None:
    message = refusal(*lines)
    assert message.startswith("charter.toml: ")
    assert words in message


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["[voting]", 'quorom = "20%"'], '[voting] there is no key "quorom" here; did you mean quorum?'),
        (["[vote]", 'quorum = "20%"'], 'there is no key "vote" here; did you mean voting'),
        (["[treasury]", "token = []"], "did you mean tokens?"),
        (["[voting]", "deliberation = 5"], 'in quotes with its unit, like "3 days", not 5'),
        (["[voting]", 'deliberation = "5"'], '"5" is not a length of time'),
        (["[voting]", "quorum = 0.2"], 'in quotes with its unit, like "20%", not 0.2'),
        (["[seasons]", 'credits = "100"'], "credits is a number, without quotes, not '100'"),
        (["[seasons]", "credits = -1"], 'credits is a whole number, not "-1"'),
        (["[seasons]", 'length = "36 h"'], "length is counted in whole days"),
        (["[voting]", "one_open_proposal = 2"], "one_open_proposal is true or false, without quotes, not 2"),
        (["[admission]", "sponsors = true"], "sponsors is a number, without quotes, not True"),
        (["[[founders]]", 'name = "Al"'], "founders 3 account is missing"),
        (["[[founders]]", 'name = "Al"', 'account = "al"', 'unit = "1"'], "founders 3 unit is not a key of a founder"),
        (["[[founders]]", 'name = "Al"', 'account = "al"', 'units = "1"'], "founders 3 units is a whole number"),
        (["nonsense"], "is not TOML"),
    ],
)
def test_what_cannot_be_read_is_named_with_file_and_key(lines: list[str], words: str) -> None:
    message = refusal(*lines)
    assert message.startswith("charter.toml") and words in message


def test_a_collective_has_1_to_32_founders() -> None:
    one = '[[founders]]\nname = "F"\naccount = "f{}"\n'
    many = SMALL + "".join(one.format(place) for place in range(31))
    assert "there are 33 founders; a collective begins with 1 to 32" in refusal(content=many)
    assert "there are 0 founders" in refusal(content='name = "Mill"\nfounders = []\n')


def test_a_public_chain_asks_for_an_hour_where_ones_own_machine_does_not() -> None:
    quick = with_lines("[voting]", 'voting = "5 min"', 'timelock = "0"', 'deliberation = "0"')
    quick.check(local=True)
    with pytest.raises(UsageError, match="voting is 5 minutes; it must be at least 1 hour") as caught:
        quick.check(local=False)
    assert "timelock is 0; it must be at least 1 hour" in caught.value.message


def test_a_token_that_nobody_knows_is_told_from_a_founder() -> None:
    def resolve(word: str) -> str:
        if word == "tUSD":
            raise UnknownName("name", word)
        return address(word)

    charter = with_lines("[treasury]", 'tokens = ["tUSD"]')
    with pytest.raises(UnknownName, match=r'no token "tUSD"; give its address under \[treasury\] in the charter'):
        charter.to_solidity(resolve)


def test_two_names_of_one_account_are_found_out() -> None:
    with pytest.raises(UsageError, match="alice and bob are the same address"):
        with_lines().to_solidity(lambda name: address("alice"))


@pytest.mark.parametrize("like", ["workshop", "house", "school", "grocer", "pool"])
def test_every_template_can_be_founded_anywhere(like: str) -> None:
    charter = Charter.parse(template(like, 'The "Old" Mill\\Row'))
    assert charter.name == 'The "Old" Mill\\Row'
    assert len(charter.purpose) > 20 and charter.purpose in charter.document
    charter.check(local=False)


def test_the_templates_are_those_and_others_are_refused_with_the_near_ones() -> None:
    assert presets() == ("grocer", "house", "pool", "school", "workshop")
    with pytest.raises(UnknownName, match='no kind of charter "hose"; did you mean house'):
        template("hose", "Mill")
    with pytest.raises(UsageError, match="1 to 64 bytes, in one line"):
        template("house", "Mill\n[voting]")


def on_chain(charter: Charter, resolve: Callable[[str], str] = address) -> ChainCharter:
    tokens = tuple(resolve(token) for token in charter.tokens)
    return ChainCharter(charter.name, charter.values, tokens, charter.text_hash, charter.data_or_uri())


def test_a_charter_just_founded_differs_in_nothing() -> None:
    charter = Charter.parse(template("house", "Mill"))
    assert differences(charter, on_chain(charter), address) == []


def test_each_difference_has_the_action_that_would_end_it() -> None:
    old = with_lines("[treasury]", 'tokens = ["tEUR"]')
    new = Charter.parse(
        SMALL.replace("We share.", "We share all.").replace("units = 100", "units = 7")
        + '[voting]\nquorum = "30%"\n[seasons]\ncredits = 64\n'
        + '[exit]\nnotice = "3 days"\n[treasury]\ntokens = ["tUSD"]\n'
    )
    found = differences(new, on_chain(old), address, lambda _: "tEUR")
    assert [one.key for one in found] == [
        "text",
        "voting.quorum",
        "seasons.credits",
        "exit.notice",
        "treasury.tokens",
        "treasury.tokens",
    ]
    assert actions(found) == [
        SetCharter(new.text_hash, new.data_or_uri()),
        Set("voting.quorum", 3_000),
        Set("seasons.credits", 64),
        LowerNotice(3 * 86_400),
        ListToken("tUSD"),
        DelistToken(address("tEUR")),
    ]
    quorum = found[1]
    assert (quorum.file, quorum.chain) == ("30%", "20%")
    assert "for proposals opened from then on" in quorum.remedy


def test_a_longer_exit_notice_is_said_to_be_impossible() -> None:
    old = with_lines()
    new = with_lines("[voting]", 'large_delay = "8 days"', "[exit]", 'notice = "6 days"')
    delay, notice = differences(new, on_chain(old), address)
    assert delay.action == Set("voting.large_delay", 8 * 86_400)
    assert notice.action is None
    assert notice.remedy == "the exit notice can never be raised: put 5 days into the file"


def test_a_name_belongs_to_the_founding() -> None:
    charter = with_lines()
    (name,) = differences(charter, replace(on_chain(charter), name="Old Mill"), address)
    assert (name.file, name.chain, name.action) == ("Mill", "Old Mill", None)


EDGES = {
    "voting.deliberation": (0, 60, 61, 40 * 86_400, 40 * 86_400 + 60),
    "voting.voting": (0, 59, 60, 61, 42 * 86_400, 42 * 86_400 + 60, 45 * 86_400, 45 * 86_400 + 60),
    "voting.timelock": (0, 7 * 86_400, 7 * 86_400 + 1, 90 * 86_400, 91 * 86_400),
    "voting.large_delay": (7 * 86_400 - 1, 7 * 86_400, 90 * 86_400, 90 * 86_400 + 1),
    "voting.grace": (3_599, 3_600, 90 * 86_400, 90 * 86_400 + 1),
    "voting.quorum": (0, 10_000, 10_001),
    "voting.large": (0, 10_000, 10_001),
    "voting.options_per_season": (0, 31, 32),
    "voting.one_open_proposal": (0, 1, 2),
    "seasons.length": (44, 45, 3_650, 3_651),
    "seasons.credits": (0, 1, 15_876, 15_877),
    "admission.sponsors": (0, 2, 3, 5, 6),
    "admission.window": (0, 30 * 86_400, 30 * 86_400 + 1),
    "admission.objection": (0, 10_000, 10_001),
    "admission.daily_count": (0, 1, 65_535, 65_536),
    "admission.daily_share": (0, 10_000, 10_001),
    "exit.notice": (0, 5 * 86_400, 5 * 86_400 + 1, 14 * 86_400, 14 * 86_400 + 1),
}


@pytest.mark.parametrize("key", EDGES)
def test_the_bounds_are_those_of_the_contracts(chain: Chain, key: str) -> None:
    factory = Factory(chain)
    charter = with_lines("[voting]", 'large_delay = "16 days"' if key == "exit.notice" else 'large_delay = "7 days"')
    for value in EDGES[key]:
        values = {**charter.values, key: value}
        name, text, uri, *_ = charter.to_solidity(address)
        rows = [tuple(values[rule.key] for rule in rules.in_section(section)) for section in ("voting", "admission")]
        plain = [values[one] for one in ("seasons.length", "seasons.credits", "exit.notice")]
        founders = [(address("alice"), 100, "Alice"), (address("bob"), 0, "Bob")]
        given = (name, text, uri, *rows, *plain, [], founders)
        call = load_artifact("CollectiveFactory").function("found").encode([given, 0])
        try:
            chain.call(factory.address, call)
            refused = False
        except CallReverted:
            refused = True
        assert refused == bool(rules.breaches(values, local=True, founders=2)), f"{key} = {value}"
