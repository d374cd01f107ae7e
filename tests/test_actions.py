"""What a proposal can do, from people's words to the bytes of calls and back."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from eth_abi import encode as abi_encode
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from daokit import rules
from daokit.actions import (
    Action,
    Admit,
    Budget,
    Call,
    DelistToken,
    Expel,
    Grant,
    ListToken,
    LowerNotice,
    MoveSeat,
    Pay,
    Sell,
    Set,
    SetCharter,
    kinds,
    parse,
)
from daokit.calls import Scope, encode, why_large
from daokit.documents import data_uri, text_hash
from daokit.errors import UnknownName, UsageError
from daokit.hashing import ZERO_ADDRESS, checksum
from daokit.options import Call as RawCall
from daokit.options import Payment
from daokit.quantities import parse_time
from daokit.reading import View, read

DAY = 86_400


def address(name: str) -> str:
    return checksum("0x" + hashlib.sha256(name.encode()).hexdigest()[:40])


PEOPLE = {address(name): name for name in ("alice", "bob", "dora", "builder", "registry", "tUSD", "tEUR", "tNEW")}
TOKENS = {"tUSD": 2, "tEUR": 2, "tNEW": 18}
COLLECTIVE, TREASURY = address("the collective itself"), address("its treasury")
VOTING = "(uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256)"


def resolve(name: str) -> str:
    if name in PEOPLE:
        return name
    if address(name) not in PEOPLE:
        raise UnknownName("name", name, PEOPLE.values())
    return address(name)


def token(symbol: str) -> tuple[str, int]:
    return (ZERO_ADDRESS, 18) if symbol == "ETH" else (resolve(symbol), TOKENS[PEOPLE[resolve(symbol)]])


def token_words(found: str) -> tuple[str, int] | None:
    if found == ZERO_ADDRESS:
        return "ETH", 18
    name = PEOPLE.get(found, "")
    return (name, TOKENS[name]) if name in TOKENS else None


SCOPE = Scope(
    collective=COLLECTIVE,
    treasury=TREASURY,
    resolve=resolve,
    token=token,
    seat=lambda who: {address("bob"): 2, address("alice"): 1}.get(who, 0),
    rules=rules.DEFAULTS,
)
VIEW = View(
    collective=COLLECTIVE,
    treasury=TREASURY,
    name_of=lambda found: PEOPLE.get(found, found),
    token_words=token_words,
    seat_name=lambda seat: {1: "alice", 2: "bob"}.get(seat, "nobody"),
    moment=lambda when: f"@{when}",
    rules=rules.DEFAULTS,
)


def one_call(action: Action) -> RawCall:
    payments, calls = encode([action], SCOPE)
    assert payments == ()
    (call,) = calls
    return call


def data(signature: str, types: list[str], *values: Any) -> bytes:
    return keccak(signature.encode())[:4] + abi_encode(types, values)


@pytest.mark.parametrize(
    ("kind", "text", "action"),
    [
        ("pay", "2500 tUSD to builder", Pay("2500", "tUSD", "builder")),
        ("pay", "12.50 ETH to Anna Maria for rent in May", Pay("12.50", "ETH", "Anna Maria", "rent in May")),
        ("admit", "dora", Admit("dora")),
        ("expel", "bob", Expel("bob")),
        ("move-seat", "bob to 0x…", MoveSeat("bob", "0x…")),
        ("grant", "100 units to bob", Grant(100, "bob")),
        ("grant", "1 unit to bob", Grant(1, "bob")),
        (
            "sell",
            "100 units at 5 tUSD until 2026-12-31, at most 20 each",
            Sell(100, "5", "tUSD", parse_time("2026-12-31"), 20),
        ),
        ("sell", "100 units at 5 tUSD until 2026-12-31", Sell(100, "5", "tUSD", parse_time("2026-12-31"), 100)),
        (
            "budget",
            "300 tUSD every 30 days to dora until 2027-01-01",
            Budget("300", "tUSD", 30 * DAY, "dora", parse_time("2027-01-01")),
        ),
        ("list-token", "tEUR", ListToken("tEUR")),
        ("delist-token", "tEUR", DelistToken("tEUR")),
        ("set", "quorum=30%", Set("voting.quorum", 3_000)),
        ("set", "seasons.length = 120 days", Set("seasons.length", 120)),
        ("set", "one_open_proposal=false", Set("voting.one_open_proposal", 0)),
        ("set", "notice=3 days", LowerNotice(3 * DAY)),
        (
            "call",
            "registry put(uint256,string) 7 'two words' value=1.5",
            Call("registry", "put(uint256,string)", ("7", "two words"), "1.5"),
        ),
    ],
)
def test_actions_are_read_as_people_write_them(kind: str, text: str, action: Action) -> None:
    assert parse(kind, text) == action


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("pay", "2500 to builder", 'cannot be read; write it like "2500 tUSD to builder for rent"'),
        ("pay", "0 tUSD to builder", '"0 tUSD" is nothing'),
        ("pay", "12,50 tUSD to builder", "with a point before the fraction"),
        ("pay", "5 tUSD to bob for " + "x" * 33, "has 33 bytes; shorten it to 32"),
        ("grant", "many units to bob", "is not a number of units"),
        ("grant", "0 units to bob", "is not a number of units"),
        ("sell", "100 units at 5 until 2026-12-31", "write it like"),
        ("sell", "100 units at 5 tUSD until doomsday", "not a date"),
        ("budget", "300 tUSD every 0 to dora until 2027-01-01", "a period that is longer than none"),
        ("set", "quorum", "sets nothing; write it like quorum=30%"),
        ("set", "quorom=30%", 'no rule "quorom"; did you mean quorum?'),
        ("set", "quorum=30", "not a share"),
        ("admit", "", "name one, like dora"),
        ("call", "registry", "a call names a target, a function"),
        ("call", "registry put", '"put" is not a function'),
        ("call", "registry put(uint7) 3", '"uint7" is not a type'),
        ("call", "registry put(uint256) 3 4", "put(uint256) takes 1 arguments, not 2"),
        ("call", "registry put(uint256,(a) 3 4", "brackets"),
        ("call", "registry 'put", "a call names a target"),
        ("transfer", "x", 'no action "transfer"'),
    ],
)
def test_what_cannot_be_read_is_refused_with_an_example(kind: str, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(kind, text)
    assert words in caught.value.message


def test_only_payments_and_admissions_are_ordinary() -> None:
    ordinary = {"pay": "1 tUSD to bob", "admit": "dora"}
    large = {
        "expel": "bob",
        "move-seat": "bob to judy",
        "grant": "1 units to bob",
        "sell": "1 units at 1 tUSD until 2030-01-01",
        "budget": "1 tUSD every 1 day to bob until 2030-01-01",
        "list-token": "tEUR",
        "delist-token": "tEUR",
        "set": "quorum=1%",
        "call": "registry f()",
    }
    assert {*ordinary, *large} == set(kinds())
    assert not any(parse(kind, text).large for kind, text in ordinary.items())
    assert all(parse(kind, text).large for kind, text in large.items())


def test_a_payment_is_in_the_smallest_unit() -> None:
    payments, calls = encode([Pay("2,500.5", "tUSD", "builder", "rent"), Pay("1.5", "ETH", "bob")], SCOPE)
    assert payments == (
        Payment(address("tUSD"), address("builder"), 250_050, "rent"),
        Payment(ZERO_ADDRESS, address("bob"), 15 * 10**17, ""),
    )
    assert calls == ()
    with pytest.raises(UsageError, match="finer than tUSD can be divided"):
        encode([Pay("1.005", "tUSD", "builder")], SCOPE)


@pytest.mark.parametrize(
    ("action", "target", "raw"),
    [
        (Admit("dora"), COLLECTIVE, data("admit(address)", ["address"], address("dora"))),
        (Expel("bob"), COLLECTIVE, data("expel(uint256)", ["uint256"], 2)),
        (
            MoveSeat("bob", "dora"),
            COLLECTIVE,
            data("moveSeat(uint256,address)", ["uint256", "address"], 2, address("dora")),
        ),
        (
            Grant(100, "bob"),
            TREASURY,
            data("grantUnits(address,uint256)", ["address", "uint256"], address("bob"), 100),
        ),
        (
            Sell(100, "5", "tUSD", 2_000_000_000, 20),
            TREASURY,
            data(
                "openSale((address,uint64,uint128,uint64,uint40))",
                ["(address,uint64,uint128,uint64,uint40)"],
                (address("tUSD"), 100, 500, 20, 2_000_000_000),
            ),
        ),
        (
            Budget("300", "tUSD", 30 * DAY, "dora", 2_000_000_000),
            TREASURY,
            data(
                "openBudget(address,address,uint256,uint256,uint256)",
                ["address", "address", "uint256", "uint256", "uint256"],
                address("dora"),
                address("tUSD"),
                30_000,
                30 * DAY,
                2_000_000_000,
            ),
        ),
        (ListToken("tEUR"), TREASURY, data("listToken(address)", ["address"], address("tEUR"))),
        (DelistToken("tEUR"), TREASURY, data("delistToken(address)", ["address"], address("tEUR"))),
        (LowerNotice(3 * DAY), TREASURY, data("lowerNotice(uint256)", ["uint256"], 3 * DAY)),
        (
            Set("seasons.credits", 64),
            COLLECTIVE,
            data("setSeasons(uint256,uint256)", ["uint256", "uint256"], 90, 64),
        ),
        (
            SetCharter("0x" + "ab" * 32, "ipfs://x"),
            COLLECTIVE,
            data("setCharter(bytes32,string)", ["bytes32", "string"], b"\xab" * 32, "ipfs://x"),
        ),
        (
            Call("registry", "put(uint256[],(address,bool),bytes)", ("[1,2]", "(bob,true)", "0x0102")),
            address("registry"),
            data(
                "put(uint256[],(address,bool),bytes)",
                ["uint256[]", "(address,bool)", "bytes"],
                [1, 2],
                (address("bob"), True),
                b"\x01\x02",
            ),
        ),
        (Call("treasury", "endBudget(uint)", ("3",)), TREASURY, data("endBudget(uint256)", ["uint256"], 3)),
    ],
)
def test_each_action_becomes_the_call_that_the_interface_asks_for(action: Action, target: str, raw: bytes) -> None:
    assert one_call(action) == RawCall(target, 0, raw)


def test_changes_of_rules_keep_all_others_and_become_one_call_each_the_notice_first() -> None:
    _, calls = encode(
        [
            Set("voting.quorum", 3_000),
            Set("admission.sponsors", 1),
            Set("voting.large_delay", 5 * DAY),
            LowerNotice(3 * DAY),
        ],
        SCOPE,
    )
    voting = (3 * DAY, 5 * DAY, 2 * DAY, 5 * DAY, 14 * DAY, 3_000, 1_000, 8, 1)
    assert calls == (
        RawCall(TREASURY, 0, data("lowerNotice(uint256)", ["uint256"], 3 * DAY)),
        RawCall(COLLECTIVE, 0, data(f"setVoting({VOTING})", [VOTING], voting)),
        RawCall(
            COLLECTIVE,
            0,
            data(
                "setAdmission((uint256,uint256,uint256,uint256,uint256))",
                ["(uint256,uint256,uint256,uint256,uint256)"],
                (1, 3 * DAY, 500, 2, 500),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        ([Set("voting.large_delay", 6 * DAY)], "large_delay is 6 days; it must be at least the exit notice plus"),
        ([Set("voting.voting", 600)], "voting is 10 minutes; it must be at least 1 hour"),
        ([LowerNotice(6 * DAY)], "the exit notice is 5 days and can only ever be lowered, not set to 6 days"),
        ([LowerNotice(5 * DAY)], "can only ever be lowered"),
        ([Set("voting.quorum", 1), Set("voting.quorum", 2)], "voting.quorum is set twice"),
        ([Expel("dora")], "dora holds no seat here"),
        ([Admit("dorra")], 'no name "dorra"; did you mean dora'),
        ([Pay("1", "tUSD", "bob")] * 17, "at most 16 payments and 16 calls; this one would have 17 and 0"),
        ([Call("registry", "f(bool)", ("maybe",))], "neither true nor false"),
        ([Call("registry", "f(uint8)", ("256",))], "256 does not fit uint8"),
        ([Call("registry", "f(uint8)", ("x",))], '"x" is no whole number'),
        ([Call("registry", "f((bool,bool))", ("(true)",))], "has 1 parts, and 2 are wanted"),
        ([Call("registry", "f(bytes4)", ("0x01",))], "bytes4 takes 4 bytes"),
    ],
)
def test_what_the_contracts_would_refuse_is_refused_before(actions: list[Action], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        encode(actions, SCOPE)
    assert words in caught.value.message


def test_voting_for_minutes_is_only_for_ones_own_machine() -> None:
    encode([Set("voting.voting", 600)], replace(SCOPE, local=True))


def test_an_option_is_large_by_its_acts_its_sum_or_its_token() -> None:
    def why(*actions: Action) -> list[str]:
        payments, _ = encode(actions, SCOPE)
        return why_large(
            actions,
            payments,
            listed={address("tUSD")},
            room={ZERO_ADDRESS: 10**18, address("tUSD"): 10_000},
            token_words=lambda found: token_words(found) or ("?", 0),
        )

    assert why(Pay("60", "tUSD", "bob"), Pay("40", "tUSD", "dora"), Pay("1", "ETH", "bob"), Admit("dora")) == []
    assert why(Pay("60", "tUSD", "bob"), Pay("40.01", "tUSD", "dora")) == [
        "only a large option can pay 100.01 tUSD: ordinary payments have 100.00 tUSD left now"
    ]
    assert why(Pay("1", "tNEW", "bob")) == ["only a large option can pay tNEW, which is not listed"]
    assert why(Expel("bob"), Set("voting.quorum", 3_000)) == [
        "only a large option can expel bob, whose units stay theirs",
        "only a large option can set voting.quorum to 30%",
    ]


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Admit("dora"), "admit dora"),
        (Expel("bob"), "expel bob (seat 2), whose units stay theirs"),
        (
            MoveSeat("bob", "dora"),
            f"move seat 2 from bob to dora ({address('dora')}), with its ballots, units and what is owed, "
            "whatever bob says",
        ),
        (Grant(1_000, "bob"), "grant 1,000 units to bob"),
        (Sell(100, "5", "tUSD", 9, 20), "sell 100 units to seats at 5.00 tUSD each until @9, at most 20 each"),
        (
            Budget("300", "tUSD", 30 * DAY, "dora", 9),
            "let dora spend up to 300.00 tUSD every 30 days until @9",
        ),
        (ListToken("tEUR"), f"list the token tEUR ({address('tEUR')})"),
        (DelistToken("tEUR"), f"take the token tEUR ({address('tEUR')}) off the list"),
        (LowerNotice(3 * DAY), "shorten the exit notice from 5 days to 3 days, for good"),
        (Set("voting.quorum", 3_000), "set voting.quorum from 20% to 30%"),
        (Set("seasons.length", 120), "set seasons.length from 90 days to 120 days from the next season on"),
        (Set("admission.sponsors", 2), "set the rules of admission as they are now"),
        (Call("treasury", "endBudget(uint256)", ("3",)), "end budget 3"),
        (Call("treasury", "closeSale(uint256)", ("3",)), "close sale 3"),
        (Call("tUSD", "transfer(address,uint256)", ("bob", "150")), "send 1.50 tUSD to bob by plain transfer"),
        (
            Call("tUSD", "approve(address,uint256)", ("bob", "150")),
            "let bob take up to 1.50 tUSD from the treasury, at any time",
        ),
        (
            Call("tUSD", "approve(address,uint256)", ("bob", str(2**256 - 1))),
            "let bob take any sum of tUSD from the treasury, at any time",
        ),
        (
            Call("registry", "vote(bytes32,uint8,int8)", ("0x" + "00" * 32, "1", "-3"), "0.5"),
            f"call vote(bytes32,uint8,int8) of registry: proposal 0x{'00' * 32}, option 1, votes -3, "
            "sending 0.50 ETH along",
        ),
        (
            Call("registry", "grantUnits(address,uint256)", ("bob", "5")),
            "call grantUnits(address,uint256) of registry: holder bob, units 5",
        ),
        (
            Call("treasury", "recognise(address)", (address("tUSD"),)),
            "call recognise(address) of the treasury: token tUSD",
        ),
    ],
)
def test_a_voter_reads_what_the_call_does(action: Action, words: str) -> None:
    reading = read(one_call(action), VIEW)
    assert (reading.words, reading.clear) == (words, True)


def test_a_voter_reads_who_is_paid_what_and_for_what() -> None:
    (payment,), _ = encode([Pay("2500", "tUSD", "builder", "rent")], SCOPE)
    assert str(read(payment, VIEW)) == "pay 2,500.00 tUSD to builder, for rent"
    own = read(Payment(address("tUSD"), TREASURY, 5), VIEW)
    assert own.words == "pay 0.05 tUSD to the treasury"


def test_a_token_that_nobody_knows_is_flagged() -> None:
    stray = address("stray")
    reading = read(Payment(stray, address("bob"), 5), VIEW)
    assert not reading.clear
    assert str(reading) == (
        f"pay 5 (in its smallest unit) of the unknown token {stray} to bob — CANNOT BE CHECKED BY READING"
    )


def test_a_function_that_nobody_knows_is_flagged_until_its_signature_is_named() -> None:
    call = one_call(Call("registry", "put(uint256,string)", ("7", "hello")))
    unread = read(call, VIEW)
    assert not unread.clear and f"begin with 0x{call.data[:4].hex()}" in unread.words
    named = read(call, replace(VIEW, signatures=("nonsense", "other(uint256)", "put(uint256,string)")))
    assert (named.words, named.clear) == ('call put(uint256,string) of registry: 7, "hello"', True)


def test_bytes_hidden_behind_the_arguments_are_flagged() -> None:
    call = one_call(Grant(100, "bob"))
    for raw in (call.data + b"\0", call.data + b"\0" * 32, call.data[:-1], call.data[:4]):
        reading = read(replace(call, data=raw), VIEW)
        assert not reading.clear
        assert "call grantUnits(address,uint256) of the treasury with arguments that do not fit it" in reading.words


def test_a_charter_text_is_shown_and_a_wrong_one_flagged() -> None:
    text = "# Mill\n\nWe share."
    right = read(one_call(SetCharter(text_hash(text), data_uri(text))), VIEW)
    assert right.clear and right.words.endswith("which stands on the chain and begins: # Mill We share.")
    wrong = read(one_call(SetCharter(text_hash("other"), data_uri(text))), VIEW)
    assert not wrong.clear and "is ANOTHER" in wrong.words
    away = read(one_call(SetCharter(text_hash(text), "ipfs://x")), VIEW)
    assert not away.clear and "said to be at ipfs://x: compare its hash" in away.words


def test_words_from_strangers_cannot_disturb_the_terminal() -> None:
    call = one_call(Call("registry", "applyForSeat(string,bytes32)", ("\x1b[2Jbob\n\u202eevil", "0x" + "00" * 32)))
    assert '"bob evil"' in read(call, VIEW).words
    assert read(Payment(ZERO_ADDRESS, address("bob"), 1, "\x1b[1mrent"), VIEW).words.endswith(", for rent")


@given(st.binary(max_size=200), st.sampled_from([COLLECTIVE, TREASURY, address("tUSD"), address("bob")]))
def test_whatever_the_bytes_reading_never_fails(raw: bytes, target: str) -> None:
    assert read(RawCall(target, 0, raw), VIEW).words


@given(st.binary(max_size=320), st.integers(0, 50))
def test_whatever_follows_a_known_selector_reading_never_fails(raw: bytes, which: int) -> None:
    from daokit.artifact import known_functions

    selector = sorted(known_functions())[which % len(known_functions())]
    for target in (COLLECTIVE, TREASURY, address("tUSD")):
        assert read(RawCall(target, 0, selector + raw), VIEW).words
