"""Motions that could never be enacted are refused as typed, before anything is signed, each with its remedy."""

from __future__ import annotations

import pytest

from daokit.contract import deploy
from daokit.errors import DaokitError
from daokit.federation import Federation
from daokit.federation_acts import (
    Act,
    Ceiling,
    Competence,
    Delegate,
    Invalidate,
    Invite,
    Join,
    Levy,
    ListToken,
    Pay,
    Quit,
)
from daokit.federation_feasible import check_feasible
from daokit.hashing import ZERO_ADDRESS
from tests.federations import Land
from tests.people import address
from tests.test_cli_federation import Type, land, typed, valley

__all__ = ["land", "typed", "valley"]

NOBODY = "0x00000000000000000000000000000000000000aa"
MOST = "a member counts for at most 16,777,215"


NEVER = (
    (("--ceiling", "5% of tUSD"), 1, "at most 10% of each token in seven days by the rule bucket: change it with"),
    (("--invite", f"10:{NOBODY} as 20000000 persons"), 2, f"cannot count as 20,000,000 people: {MOST}"),
    (("--invite", f"10:{NOBODY} as 99999999999 persons"), 2, MOST),
    (("--invite", "farm"), 1, "Farm sits in Valley already"),
    (("--confirm-roll", "20000000 people of mill"), 2, f"Mill cannot count as 20,000,000 people: {MOST}"),
    (("--confirm-roll", "5 people of alone"), 1, "Alone does not sit in Valley; there sit Mill, Farm"),
    (("--expel", "alone"), 1, "Alone does not sit in Valley; there sit Mill, Farm"),
    (("--request", "mill: mend it", "--expel", "farm", "--competence", "water"), 1, "daokit federation expel Farm"),
    (("--list-token", NOBODY), 1, "no token stands at 0x"),
    (("--list-token", "tUSD"), 1, "tUSD is on the list of the purse already"),
    (("--delist-token", "OTHER"), 1, "OTHER is not on the list of the purse; there are ETH, tUSD"),
    (("--list-token", "ETH"), 1, "coin is on the list of every purse"),
    (("--drop-competence", "nothing"), 2, 'no competence "nothing"; known: water'),
    (("--add-competence", "water"), 1, '"water" is on the list of competences of Valley already'),
    (("--add-competence", ""), 2, "a competence has a name"),
    (("--pay", "1 OTHER to bob", "--competence", "water"), 1, "list it first, or in the same motion: --list-token"),
    (("--pay", "1 ETH to purse of Valley", "--competence", "water"), 1, "somebody other than nobody and the purse"),
)


def test_what_could_never_be_enacted_is_not_opened(land: Land, typed: Type, valley: Federation) -> None:
    other = deploy(land.chain, "TestCoin", "Other", "OTHER", 2).address
    alone = land.collective("Alone", "frank").address
    for words, code, sentence in NEVER:
        typing = [one.replace("OTHER", other).replace("alone", alone) for one in words]
        said = typed("alice", "Mill", "federation", "open", "weir.md", *typing, "--yes")
        assert (said.code, sentence in said.err, len(said.err.splitlines())) == (code, True, 1), (words, said)
    assert valley.count() == 0


def test_many_persons_are_refused_by_the_short_command_too(typed: Type, valley: Federation) -> None:
    for persons in ("20000000", "-1"):
        said = typed("alice", "Mill", "federation", "invite", f"10:{NOBODY}", "--persons", persons, "--yes")
        assert said.code == 2 and MOST in said.err, said
    assert typed("alice", "Mill", "federation", "invite", f"10:{NOBODY}", "--persons", "40", "--dry-run").code == 0


def test_what_an_earlier_act_of_the_motion_makes_possible_is_opened(land: Land, valley: Federation) -> None:
    other = deploy(land.chain, "TestCoin", "Other", "OTHER", 2).address
    home, purse = land.chain.id, valley.purse.address
    pay = Pay(home, other, address("bob"), 1)
    coast = land.found(valley, name="Coast")
    join = Join(home, coast.purse.address, coast.charter(), 0)
    delegate = Delegate(home, coast.purse.address, "water", False)
    for acts in (
        (ListToken(home, other), pay),
        (ListToken(home, land.coin, False), ListToken(home, land.coin)),
        (Competence("roads"), Competence("roads", False)),
        (join, delegate),
        (join, Quit(home, coast.purse.address)),
    ):
        check_feasible(valley, acts)
    for acts, words in (
        ((pay, ListToken(home, other)), "OTHER is not on the list"),
        ((ListToken(home, land.coin, False), Pay(home, land.coin, address("bob"), 1)), "tUSD is not on the list"),
        ((delegate, join), "Valley does not sit in Coast"),
        ((join, join), "Valley sits in Coast already"),
        ((join, Quit(home, coast.purse.address), Levy(home, coast.purse.address, 5)), "does not sit in Coast"),
        ((Quit(10, coast.purse.address),), "it is done on chain 31337, at home"),
        ((Invalidate(home, 1),), "name another chain"),
        ((Pay(10, ZERO_ADDRESS, address("bob"), 1),), "Valley has no link with chain 10"),
        ((Ceiling(home, ZERO_ADDRESS, 1),), "a ceiling is set for a branch"),
        ((Invite(valley.member),), "Valley cannot sit in itself"),
        ((ListToken(home, purse),), "no token stands at"),
    ):
        with pytest.raises(DaokitError) as refusal:
            check_feasible(valley, acts)
        assert words in refusal.value.message


def test_places_that_are_taken_for_good_are_counted(land: Land, valley: Federation) -> None:
    names = [Competence(f"name {number}") for number in range(16)]
    check_feasible(valley, names[:15])
    with pytest.raises(DaokitError, match="Valley has listed 16 competences, and there is room for no other name"):
        check_feasible(valley, names)
    coins = [deploy(land.chain, "TestCoin", "Other", f"T{number}", 2).address for number in range(8)]
    lists: list[Act] = [ListToken(land.chain.id, one) for one in coins]
    check_feasible(valley, lists[:7])
    with pytest.raises(DaokitError, match="8 tokens besides coin are on the list of the purse"):
        check_feasible(valley, lists)
