"""Proposals, rivals, ballots and what comes of them."""

from __future__ import annotations

import pytest

from daokit.ballots import AGAINST, FOR, Choice, parse_paper
from daokit.documents import text_hash
from daokit.errors import UsageError
from daokit.governor import State
from daokit.options import Call, Option, Payment
from tests.people import DAY, address, reverts

LAW = Option(text_hash("a law"))


@pytest.fixture
def open_proposal(coop, warp) -> int:
    """A proposal in its voting time, with a rival."""
    number = coop.governor.propose(LAW)
    coop.governor.add_rival(number, Option(text_hash("another law")))
    warp(3 * DAY)
    return number


def test_nine_votes_cost_eighty_one_credits(coop, open_proposal):
    assert coop.governor.vote(open_proposal, 9).cost == 81
    assert coop.governor.credits(address("alice")) == 19


def test_a_member_cannot_spend_more_credits_than_the_season_gives(as_, open_proposal):
    with reverts("NotEnoughCredits", cost=121, left=100):
        as_("bob").governor.vote(open_proposal, 11)


def test_voting_again_replaces_and_refunds(coop, warp):
    """The season of 100 credits: +6 (36), -7 (49), 15 left; changing -7 to -2 returns 45."""
    number = coop.governor.propose(LAW)
    coop.governor.add_rival(number, LAW)
    warp(3 * DAY)
    coop.governor.vote(number, 6)
    coop.governor.vote(number, -7, option=1)
    assert coop.governor.credits(address("alice")) == 15
    coop.governor.vote(number, -2, option=1)
    assert coop.governor.credits(address("alice")) == 60
    assert [tally.net for tally in coop.governor.tallies(number)] == [6, -2]


def test_zero_takes_the_ballot_back(coop, open_proposal):
    coop.governor.vote(open_proposal, 5)
    coop.governor.vote(open_proposal, 0)
    assert coop.governor.credits(address("alice")) == 100
    tally = coop.governor.tallies(open_proposal)[0]
    assert (tally.net, tally.seats_for, tally.seats_against) == (0, 0, 0)
    assert coop.governor.ballots(open_proposal) == []


def test_a_side_costs_nothing_and_counts_a_seat(coop, as_, open_proposal):
    assert coop.governor.vote(open_proposal, FOR).cost == 0
    as_("bob").governor.vote(open_proposal, AGAINST)
    tally = coop.governor.tallies(open_proposal)[0]
    assert (tally.net, tally.seats_for, tally.seats_against) == (0, 1, 1)
    assert coop.governor.credits(address("alice")) == coop.governor.credits(address("bob")) == 100


def test_a_paper_is_cast_whole_or_not_at_all(coop, open_proposal):
    paper = [Choice(open_proposal, 0, 6), Choice(open_proposal, 1, 9)]
    with reverts("NotEnoughCredits", cost=81, left=64):
        coop.governor.vote_paper(paper)
    assert coop.governor.credits(address("alice")) == 100
    ballots = coop.governor.vote_paper(parse_paper([f"{open_proposal}", "+6", f"{open_proposal}.1", "-8"]))
    assert [ballot.cost for ballot in ballots] == [36, 64]
    assert coop.governor.ballot(address("alice"), open_proposal, 1) == -8


@pytest.mark.parametrize(
    "words", [[], ["7"], ["7", "127"], ["7", "x"], ["x", "3"], ["7.", "3"], ["7", "1", "7", "2"], ["7", "--3"]]
)
def test_what_is_no_ballot_is_refused_in_a_sentence(words):
    with pytest.raises(UsageError):
        parse_paper(words)


def test_a_ballot_of_minus_127_does_not_exist(coop, open_proposal):
    with reverts("VotesOutOfRange", votes=-127):
        coop.governor.vote(open_proposal, -127)


def test_voting_has_a_beginning_and_an_end(coop, warp):
    number = coop.governor.propose(LAW)
    with reverts("NotVoting"):
        coop.governor.vote(number, 1)
    warp(8 * DAY)
    with reverts("NotVoting"):
        coop.governor.vote(number, 1)
    assert coop.governor.proposal(number).state is State.DEFEATED


def test_no_option_comes_once_voting_is_open(as_, open_proposal):
    with reverts("DeliberationOver"):
        as_("bob").governor.add_rival(open_proposal, LAW)


def test_one_rival_and_one_open_proposal_each(coop, as_):
    number = coop.governor.propose(LAW)
    with reverts("OneOpenProposal", seat=1):
        coop.governor.propose(LAW)
    as_("bob").governor.add_rival(number, LAW)
    with reverts("OneRivalEach", seat=2):
        as_("bob").governor.add_rival(number, LAW)


def test_a_member_puts_at_most_eight_options_a_season(coop, as_):
    numbers = [as_(who).governor.propose(LAW) for who in ("bob", "carol", "dave", "erin")]
    for number in numbers:
        coop.governor.add_rival(number, LAW)
    for _ in range(4):
        own = coop.governor.propose(LAW)
        coop.governor.cancel(own)
    with reverts("TooManyOptions", limit=8):
        coop.governor.propose(LAW)


def test_only_the_proposer_cancels_and_only_before_voting(coop, as_, warp):
    number = coop.governor.propose(LAW)
    with reverts("NotTheProposer", seat=2):
        as_("bob").governor.cancel(number)
    coop.governor.cancel(number)
    assert coop.governor.proposal(number).state is State.CANCELLED
    warp(3 * DAY)
    with reverts("NotVoting"):
        coop.governor.vote(number, 1)


def test_of_the_options_that_stand_the_greatest_net_wins(coop, as_, open_proposal, warp):
    coop.governor.vote(open_proposal, 5)
    as_("bob").governor.vote(open_proposal, 6, option=1)
    as_("carol").governor.vote(open_proposal, -2, option=1)
    warp(5 * DAY)
    now = coop.governor.proposal(open_proposal)
    assert (now.state, now.winner) == (State.WAITING, 0)
    with reverts("StillWaiting"):
        coop.governor.execute(open_proposal)
    warp(2 * DAY)
    assert as_("judy").governor.execute(open_proposal) == 0  # anyone may
    assert coop.governor.proposal(open_proposal).state is State.EXECUTED
    with reverts("NotExecutable"):
        coop.governor.execute(open_proposal)


def test_a_tie_goes_to_the_earlier_place(coop, as_, open_proposal, warp):
    coop.governor.vote(open_proposal, 3, option=1)
    as_("bob").governor.vote(open_proposal, 3)
    warp(5 * DAY)
    assert coop.governor.proposal(open_proposal).winner == 0


def test_a_passed_option_expires(coop, open_proposal, warp):
    coop.governor.vote(open_proposal, 3)
    warp(5 * DAY + 2 * DAY + 14 * DAY)
    assert coop.governor.proposal(open_proposal).state is State.EXPIRED
    with reverts("NotExecutable"):
        coop.governor.execute(open_proposal)


def test_a_large_option_needs_more_seats_for_than_against(coop, as_, warp):
    number = coop.governor.propose(Option(text_hash("large"), large=True))
    warp(3 * DAY)
    coop.governor.vote(number, 9)
    as_("bob").governor.vote(number, AGAINST)
    tally = coop.governor.tallies(number)[0]
    assert (tally.net, tally.stands) == (9, False)
    as_("carol").governor.vote(number, FOR)
    assert coop.governor.tallies(number)[0].stands


def test_a_large_rival_that_does_not_stand_is_in_nobodys_way(coop, as_, warp):
    number = coop.governor.propose(LAW)
    coop.governor.add_rival(number, Option(text_hash("spoiler"), large=True))
    warp(3 * DAY)
    coop.governor.vote(number, 2)
    as_("bob").governor.vote(number, 10, option=1)
    as_("carol").governor.vote(number, AGAINST, option=1)
    warp(7 * DAY)
    assert coop.governor.execute(number) == 0


def test_a_large_option_waits_longer(coop, as_, warp):
    number = coop.governor.propose(Option(text_hash("large"), large=True))
    warp(3 * DAY)
    coop.governor.vote(number, 1)
    warp(5 * DAY)
    now = coop.governor.proposal(number)
    assert now.executable_at == now.voting_ends + 7 * DAY


def test_a_hidden_rival_still_wins(coop, as_, warp):
    """Who executes names a place; the chain reads them all."""
    number = coop.governor.propose(LAW)
    coop.governor.add_rival(number, Option(text_hash("better")))
    warp(3 * DAY)
    coop.governor.vote(number, 2)
    as_("bob").governor.vote(number, 3, option=1)
    warp(7 * DAY)
    put = coop.governor.put(number, 0)
    with reverts("NotTheWinner", option=0, winner=1):
        coop.governor.send("execute", coop.governor.key(number), 0, put.seat, put.option.to_solidity())


def test_what_executes_is_what_was_opened(coop, warp, coin, money):
    option = Option(text_hash("oak"), payments=(Payment(coin, address("judy"), 20_000, "oak"),))
    number = coop.governor.propose(option)
    warp(3 * DAY)
    coop.governor.vote(number, 1)
    warp(7 * DAY)
    more = Option(text_hash("oak"), payments=(Payment(coin, address("judy"), 40_000, "oak"),))
    with reverts("ContentDiffers"):
        coop.governor.send("execute", coop.governor.key(number), 0, 1, more.to_solidity())
    with reverts("ContentDiffers"):
        coop.governor.send("execute", coop.governor.key(number), 0, 2, option.to_solidity())
    assert coop.governor.execute(number) == 0


def test_an_undeclared_call_is_refused_at_opening(coop, coin):
    call = Call(coop.treasury.address, 0, coop.treasury.encode("grantUnits", address("alice"), 1000))
    with reverts("MustBeLarge", part=0):
        coop.governor.propose(Option(text_hash("sly"), calls=(call,)))
    unlisted = "0x00000000000000000000000000000000000000aa"
    with reverts("MustBeLarge", part=0):
        coop.governor.propose(Option(text_hash("sly"), payments=(Payment(unlisted, address("alice"), 1),)))


def test_a_call_to_nothing_is_refused(coop):
    with reverts("NoCode", call=0):
        coop.governor.propose(Option(text_hash("void"), large=True, calls=(Call(address("judy"), 0, b"\1\2\3\4"),)))


def test_rules_change_only_for_what_is_opened_later(coop, as_, warp, decide):
    before = coop.governor.rules()
    number = as_("carol").governor.propose(LAW)
    values = (before.deliberation, before.voting, before.timelock, before.large_delay, before.grace, 10_000, 1000, 8, 1)
    call = Call(coop.address, 0, coop.governor.encode("setVoting", values))
    decide(Option(text_hash("all of us"), large=True, calls=(call,)))
    assert coop.governor.proposal(number).quorum == 1
    assert coop.governor.rules(1) == before
    later = coop.governor.propose(LAW)
    assert coop.governor.proposal(later).quorum == 5


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [(1, 46 * DAY, b"voting"), (3, DAY, b"large delay"), (5, 10_001, b"quorum"), (8, 2, b"open proposals")],
)
def test_rules_have_bounds(coop, warp, decide, place, value, rule):
    rules = coop.governor.rules()
    values = list(vars(rules).values())
    values[place] = value
    call = Call(coop.address, 0, coop.governor.encode("setVoting", tuple(values)))
    with reverts("OutOfBounds", rule=rule.ljust(32, b"\0")):
        decide(Option(text_hash("too much"), large=True, calls=(call,)))


def test_a_vote_never_crosses_a_season(coop, warp):
    warp(85 * DAY)
    number = coop.governor.propose(LAW)
    season = coop.governor.season()
    now = coop.governor.proposal(number)
    assert (now.season, now.voting_starts) == (2, season.ends)
    warp(6 * DAY)
    coop.governor.vote(number, 10)
    assert coop.governor.credits(address("alice")) == 0
    assert coop.governor.season().number == 2


def test_credits_change_only_from_the_next_season_on(coop, warp, decide):
    call = Call(coop.address, 0, coop.governor.encode("setSeasons", 60, 400))
    decide(Option(text_hash("more voice"), large=True, calls=(call,)))
    assert coop.governor.credits(address("erin")) == 100
    warp(90 * DAY)
    assert coop.governor.credits(address("erin")) == 400
    season = coop.governor.season()
    assert season.ends - season.starts == 60 * DAY


def test_votes_on_many_options_use_further_pages(coop, as_, warp):
    """Lanes beyond the seventh live on pages of their own; the next season starts them empty."""
    people = ("alice", "bob", "carol", "dave", "erin")
    numbers = [as_(who).governor.propose(LAW) for who in people]
    for number in numbers[:2]:
        for who in people:
            as_(who).governor.add_rival(number, LAW)
    warp(3 * DAY)
    paper = [Choice(numbers[0], place, 1) for place in range(6)] + [Choice(numbers[1], place, -1) for place in range(6)]
    coop.governor.vote_paper(paper)
    assert coop.governor.credits(address("alice")) == 88
    coop.governor.vote(numbers[1], 4, option=5)
    assert coop.governor.credits(address("alice")) == 73
    assert [tally.net for tally in coop.governor.tallies(numbers[1])] == [-1, -1, -1, -1, -1, 4]
    assert coop.governor.ballot(address("alice"), numbers[1], 5) == 4
    warp(90 * DAY)
    assert coop.governor.ballot(address("alice"), numbers[1], 5) == 4
    assert coop.governor.credits(address("alice")) == 100


def test_an_unknown_proposal_passes_nothing(coop):
    nowhere = "0x" + "11" * 32
    assert State(coop.governor.read("proposalOf", nowhere).state) is State.NONE
    for call in (("vote", nowhere, 0, 1), ("execute", nowhere, 0, 1, LAW.to_solidity()), ("cancel", nowhere, nowhere)):
        with reverts("UnknownProposal"):
            coop.governor.send(*call)


def test_an_unsigned_transaction_for_who_signs_elsewhere(coop, open_proposal):
    unsigned = coop.governor.vote.prepare(open_proposal, 3)
    assert unsigned["to"] == coop.address
    assert unsigned["chainId"] == coop.chain.id
    assert coop.governor.credits(address("alice")) == 100
