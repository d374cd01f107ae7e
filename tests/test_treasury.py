"""Money: what comes in, what goes out and by whose leave, units, exits, budgets, sums owed."""

from __future__ import annotations

from daokit.documents import text_hash
from daokit.governor import State
from daokit.options import COIN, Call, Option, Payment
from daokit.token import Token
from tests.people import DAY, address, reverts

ETHER = 10**18


def act(coop, function, *values):
    """A call of the treasury to itself, in a large option."""
    call = Call(coop.treasury.address, 0, coop.treasury.encode(function, *values))
    return Option(text_hash(function), large=True, calls=(call,))


def test_a_deposit_counts_as_revenue_when_its_purpose_says_so(coop, coin, money):
    assert coop.treasury.deposit(coin, 30_000, "grant from the parent") == 30_000
    assert coop.treasury.book(coin).revenue == money  # the fixture deposited revenue before
    assert coop.treasury.deposit(coin, 5_000, "revenue: chairs") == 5_000
    assert coop.treasury.book(coin).revenue == money + 5_000


def test_coin_must_come_with_the_amount_named(coop):
    with reverts("WrongCoin", sent=0, amount=5):
        coop.treasury.send("deposit", COIN, 5, bytes(32))
    with reverts("NothingReceived"):
        coop.treasury.send("deposit", COIN, 0, bytes(32))


def test_what_came_by_plain_transfer_is_found_once(coop, coin, money):
    Token(coop.chain, coin).transfer(coop.treasury.address, 700)
    assert coop.treasury.recognise(coin) == 700
    with reverts("NothingReceived"):
        coop.treasury.recognise(coin)
    assert coop.treasury.book(coin).revenue == money + 700


def test_a_payment_out_is_no_hole_that_a_gift_fills_unseen(coop, coin, money, decide):
    decide(Option(text_hash("oak"), payments=(Payment(coin, address("judy"), 20_000, "oak"),)))
    Token(coop.chain, coin).transfer(coop.treasury.address, 700)
    assert coop.treasury.recognise(coin) == 700


def test_ordinary_payments_share_one_bucket(coop, coin, money, as_, warp):
    """A tenth of what is free can leave in 30 days; what does not fit waits."""
    tenth = money // 10
    numbers = []
    for who, amount in (("alice", tenth), ("bob", tenth // 2)):
        payment = Payment(coin, address("judy"), amount, "wages")
        numbers.append(as_(who).governor.propose(Option(text_hash(who), payments=(payment,))))
    warp(3 * DAY)
    for number in numbers:
        coop.governor.vote(number, 1)
    warp(7 * DAY)
    coop.governor.execute(numbers[0])
    with reverts("BeyondTheBucket", wanted=tenth // 2):
        coop.governor.execute(numbers[1])
    warp(14 * DAY - 3_600)  # just before it expires the bucket has run down by nearly half
    assert coop.governor.proposal(numbers[1]).state is State.WAITING
    cap, used = coop.treasury.bucket(coin, 1000)
    assert cap == (money - tenth) // 10
    assert used == tenth - cap * (14 * DAY - 3_600 + 1) // (30 * DAY) or used > 0


def test_a_large_option_does_not_pass_through_the_bucket(coop, coin, money, decide):
    decide(Option(text_hash("a house"), large=True, payments=(Payment(coin, address("judy"), money // 2, "house"),)))
    assert Token(coop.chain, coin).balance(address("judy")) == money // 2
    assert coop.treasury.bucket(coin, 1000)[1] == 0


def test_a_payment_waits_for_money(coop, coin, money, warp):
    number = coop.governor.propose(
        Option(text_hash("too dear"), large=True, payments=(Payment(coin, address("judy"), money + 1),))
    )
    warp(3 * DAY)
    coop.governor.vote(number, 1)
    warp(12 * DAY)
    with reverts("NotEnoughFree", wanted=money + 1, free=money):
        coop.governor.execute(number)
    coop.treasury.deposit(coin, 1)
    coop.governor.execute(number)


def test_an_exit_pays_its_share_of_what_is_free(coop, as_, coin, money, warp):
    coop.treasury.deposit(COIN, 3 * ETHER)
    bob = as_("bob")
    with reverts("NotExitTime"):
        bob.treasury.exit(50, [COIN])
    assert bob.treasury.give_notice(50).noticed == 50
    with reverts("NotExitTime"):
        bob.treasury.exit(50, [COIN])
    warp(5 * DAY)
    done = bob.treasury.exit(50, [coin, COIN])
    assert done.paid == {COIN: 3 * ETHER // 10, coin: money // 10}
    assert bob.treasury.holding(address("bob")).units == 50
    assert coop.treasury.total_units() == 450


def test_a_notice_is_good_for_two_weeks(as_, warp):
    bob = as_("bob")
    bob.treasury.give_notice(100)
    warp(5 * DAY + 14 * DAY)
    with reverts("NotExitTime"):
        bob.treasury.exit(100, [COIN])


def test_an_exit_comes_before_a_large_act(coop, as_, coin, money, warp):
    """A majority votes the whole treasury to itself; who gives notice when it passes gets the same as before."""
    number = coop.governor.propose(
        Option(text_hash("all of it"), large=True, payments=(Payment(coin, address("alice"), money, "ours now"),))
    )
    warp(3 * DAY)
    for who in ("alice", "bob", "carol", "dave"):
        as_(who).governor.vote(number, 5)
    warp(5 * DAY)
    erin = as_("erin")
    share = erin.treasury.quote_exit(coin, 100)
    erin.treasury.give_notice(100)
    with reverts("StillWaiting"):
        coop.governor.execute(number)
    warp(5 * DAY)
    with reverts("StillWaiting"):
        coop.governor.execute(number)
    assert erin.treasury.exit(100, [coin]).paid[coin] == share == money // 5


def test_second_exit_and_unknown_order_are_refused(as_, coin, warp):
    bob = as_("bob")
    bob.treasury.give_notice(100)
    warp(5 * DAY)
    with reverts("NotAscending"):
        bob.treasury.send("exit", 10, [coin, COIN])
    bob.treasury.exit(100, [])
    with reverts("NotExitTime"):
        bob.treasury.exit(100, [])


def test_the_notice_can_only_be_lowered(coop, decide):
    with reverts("NoticeCannotRise", now_=5 * DAY, notice=6 * DAY):
        decide(act(coop, "lowerNotice", 6 * DAY))


def test_lowering_the_notice(coop, as_, warp, decide):
    decide(act(coop, "lowerNotice", DAY))
    as_("bob").treasury.give_notice(1)
    warp(DAY)
    as_("bob").treasury.exit(1, [])


def test_units_come_by_grant_of_a_large_option_only(coop, decide):
    with reverts("OnlyByLargeOption"):
        coop.treasury.send("grantUnits", address("alice"), 5)
    decide(act(coop, "grantUnits", address("judy"), 40))
    assert coop.treasury.holding(address("judy")).units == 40
    assert coop.treasury.total_units() == 540
    assert coop.treasury.holders()[address("judy")] == 40


def test_bought_units_exit_in_their_first_year_only_for_what_was_paid(coop, as_, coin, money, warp, decide):
    sale = (coin, 100, 10, 60, coop.chain.now() + 200 * DAY)
    decide(act(coop, "openSale", sale))
    bob = as_("bob")
    Token(bob.chain, coin).mint(address("bob"), 600)
    with reverts("MoreThanASeatMayBuy", wanted=61, left=60):
        coop.treasury.buy(1, 61)
    assert bob.treasury.buy(1, 60) == 600
    assert bob.treasury.holding(address("bob")).units == 160
    free = money + 600
    bob.treasury.give_notice(160)
    warp(5 * DAY)
    done = bob.treasury.exit(160, [COIN, coin])
    # 100 of his own units by share, the 60 bought ones for the 600 that he paid: their share would be more.
    assert free * 60 // 560 > 600
    assert done.paid == {coin: free * 100 // 560 + 600}


def test_only_seats_buy(coop, as_, coin, decide):
    decide(act(coop, "openSale", (coin, 100, 10, 60, coop.chain.now() + 200 * DAY)))
    with reverts("OnlySeats"):
        as_("judy").treasury.buy(1, 1)


def test_a_budget_is_never_exceeded(coop, as_, coin, money, warp, decide):
    decide(act(coop, "openBudget", address("dave"), coin, 1_000, 30 * DAY, coop.chain.now() + 365 * DAY))
    dave = as_("dave")
    assert dave.treasury.spend(1, address("judy"), 600, "screws")
    with reverts("BudgetExceeded", wanted=401, left=400):
        dave.treasury.spend(1, address("judy"), 401)
    with reverts("NotTheSpender"):
        coop.treasury.spend(1, address("judy"), 1)
    warp(30 * DAY)
    assert dave.treasury.spend(1, address("judy"), 1_000)  # what was left does not roll over
    with reverts("BudgetExceeded", left=0):
        dave.treasury.spend(1, address("judy"), 1)


def test_a_budget_ends(coop, as_, coin, money, decide):
    decide(act(coop, "openBudget", address("dave"), coin, 1_000, 30 * DAY, coop.chain.now() + 365 * DAY))
    decide(act(coop, "endBudget", 1))
    with reverts("BudgetNotOpen"):
        as_("dave").treasury.spend(1, address("judy"), 1)


def test_a_refused_payment_is_owed_and_collected_by_its_receiver_alone(coop, coin, decide, neighbour):
    coop.treasury.deposit(COIN, ETHER)
    stubborn = neighbour("RefusesEther")
    decide(Option(text_hash("to a wall"), payments=(Payment(COIN, stubborn, ETHER // 20, "rent"),)))
    assert coop.treasury.owed(COIN, stubborn) == ETHER // 20
    book = coop.treasury.book(COIN)
    assert (book.reserved, book.free) == (ETHER // 20, ETHER - ETHER // 20)
    with reverts("NothingOwed"):
        coop.treasury.collect(COIN)


def test_tokens_are_listed_and_delisted_by_large_options(coop, coin, decide):
    decide(act(coop, "delistToken", coin))
    assert coop.treasury.tokens() == [COIN]
    decide(act(coop, "listToken", coin))
    assert coop.treasury.tokens() == [COIN, coin]
    with reverts("AlreadyListed"):
        decide(act(coop, "listToken", coin))


def test_neither_collective_nor_treasury_is_a_token(coop, decide):
    with reverts("NotAToken"):
        decide(act(coop, "listToken", coop.address))


def test_paying_another_treasury_is_its_deposit(coop, coin, money, decide, found):
    sister = found(number=1)
    decide(Option(text_hash("levy"), payments=(Payment(coin, sister.treasury.address, 1_000, "revenue: levy"),)))
    assert sister.treasury.book(coin).revenue == 1_000
    assert Token(coop.chain, coin).balance(sister.treasury.address) == 1_000


def test_a_treasury_does_not_pay_itself(coop, coin, money, decide):
    with reverts("BadReceiver"):
        decide(Option(text_hash("round"), payments=(Payment(coin, coop.treasury.address, 1),)))


def test_nobody_but_the_collective_makes_it_perform(coop):
    with reverts("OnlyCollective"):
        coop.treasury.send("perform", [], [], True, 0)


def test_a_collective_is_founded_once(coop):
    with reverts("AlreadyFounded"):
        coop.governor.send("initialize", _charter(coop))
    with reverts("AlreadyFounded"):
        coop.treasury.send("initialize", _charter(coop))


def _charter(coop):
    rules = (3 * DAY, 5 * DAY, 2 * DAY, 7 * DAY, 14 * DAY, 2000, 1000, 8, 1)
    return ("x", bytes(32), "", rules, (0, 0, 0, 1, 0), 90, 100, 0, [], [(address("alice"), 1, "alice")])
