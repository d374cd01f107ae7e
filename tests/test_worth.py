"""What a unit is worth, and how that grew: by hand, from what happened."""

from __future__ import annotations

from daokit.documents import text_hash
from daokit.options import COIN, Call, Option, Payment
from daokit.token import Token
from daokit.worth import Worth, growth, worth_at
from tests.people import DAY, address

ETHER = 10**18


def grown_now(coop):
    treasury, (founded, _) = coop.treasury, coop.membership.founded()
    return growth(treasury, founded, coop.chain.now(), treasury.books(), treasury.total_units())


def test_a_unit_s_worth_follows_the_money_and_the_units(coop, coin, as_, warp, decide):
    """500 units: 100 each of alice, bob, carol, dave and erin. Amounts in cents."""
    treasury, chain = coop.treasury, coop.chain
    begin = chain.now()
    warp(DAY)
    treasury.deposit(coin, 100_000, "capital")
    first = chain.now()
    warp(10 * DAY)
    treasury.deposit(coin, 50_000)
    second = chain.now()
    decide(Option(text_hash("oak"), payments=(Payment(coin, address("judy"), 15_000, "oak"),)))
    third = chain.now()
    as_("erin").treasury.give_notice(100)
    warp(5 * DAY)
    as_("erin").treasury.exit(100, [coin])
    fourth = chain.now()
    warp(DAY)
    Token(chain, coin).transfer(treasury.address, 4_100)
    treasury.recognise(coin)
    last = chain.now()
    found = worth_at(treasury, [begin - DAY, begin, first, second, third, fourth, last])
    assert [(one.units, one.free[coin]) for one in found] == [
        (0, 0),
        (500, 0),
        (500, 100_000),
        (500, 150_000),
        (500, 135_000),
        (400, 108_000),
        (400, 112_100),
    ]
    assert [one.of_one(coin) for one in found] == [0, 0, 200, 300, 270, 270, 280]
    assert found[-1].free == {token: book.free for token, book in treasury.books().items()}


def test_a_sum_owed_is_worth_nothing_to_units_and_collecting_it_changes_nothing(coop, decide, neighbour):
    coop.treasury.deposit(COIN, ETHER)
    stubborn = neighbour("RefusesEther")
    decide(Option(text_hash("to a wall"), payments=(Payment(COIN, stubborn, ETHER // 20, "rent"),)))
    [now] = worth_at(coop.treasury, [coop.chain.now()])
    assert now.free[COIN] == 95 * ETHER // 100 == coop.treasury.book(COIN).free
    assert now.of_one(COIN) == 19 * ETHER // 10_000


def test_bought_units_count_and_their_price_too(coop, coin, as_, decide):
    terms = (coin, 50, 300, 50, coop.chain.now() + 100 * DAY)
    sale = Call(coop.treasury.address, 0, coop.treasury.encode("openSale", terms))
    decide(Option(text_hash("a sale"), large=True, calls=(sale,)))
    coop.treasury.buy(1, 20)
    [now] = worth_at(coop.treasury, [coop.chain.now()])
    assert (now.units, now.free[coin], now.of_one(coin)) == (520, 6_000, 11)


def test_growth_looks_back_to_the_first_day_and_thirty_days(coop, coin, warp):
    treasury = coop.treasury
    founded, _ = coop.membership.founded()
    treasury.deposit(coin, 10_000)
    assert grown_now(coop).earlier == ()
    warp(2 * DAY)
    treasury.deposit(coin, 5_000)
    [first] = grown_now(coop).earlier
    assert (first.time, first.of_one(coin)) == (founded + DAY, 20)
    warp(31 * DAY)
    treasury.deposit(coin, 5_000)
    grown = grown_now(coop)
    assert [one.of_one(coin) for one in (*grown.earlier, grown.now)] == [20, 30, 40]
    assert grown.besides == {}


def test_what_no_event_tells_of_is_named_beside(coop, coin, decide):
    treasury = coop.treasury
    treasury.deposit(coin, 10_000)
    token = Token(coop.chain, coin)
    token.transfer(treasury.address, 700)
    assert grown_now(coop).besides == {coin: 700}
    away = Call(coin, 0, token.encode("transfer", address("judy"), 1_000))
    decide(Option(text_hash("by a call"), large=True, calls=(away,)))
    grown = grown_now(coop)
    assert grown.besides == {coin: -300}
    assert grown.now.of_one(coin) == 19


def test_without_units_nothing_is_divided():
    assert Worth(0, 0, {COIN: 5}).of_one(COIN) == 0
