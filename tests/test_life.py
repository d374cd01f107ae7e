"""A collective's whole life, once, on a chain in memory: from its founding to the day on which one exits and leaves."""

from __future__ import annotations

from daokit.accounts import dev_signer
from daokit.ballots import AGAINST, FOR, Choice
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.contract import deploy
from daokit.documents import text_hash
from daokit.experiments.sandbox import advance
from daokit.factory import Factory
from daokit.factory import deploy as put_up
from daokit.governor import State
from daokit.membership import Way
from daokit.options import COIN, Option, Payment
from daokit.rpc import Rpc
from daokit.token import Token
from tests.people import DAY, address, reverts

ETHER = 10**18


def test_the_life_of_a_collective(state):
    chain = Chain(Rpc("memory"), signer=dev_signer("alice"))

    def wait(seconds: int) -> None:
        advance(chain, seconds)

    # Three people found it, with 100 units each; two sponsors and a window of three days make a member.
    put_up(chain)
    tusd = deploy(chain, "TestCoin", "Test dollar", "tUSD", 2).address
    rules = (3 * DAY, 5 * DAY, 2 * DAY, 7 * DAY, 14 * DAY, 2000, 1000, 8, 1)
    people = [(address(name), 100, name) for name in ("alice", "bob", "carol")]
    words = bytes.fromhex(text_hash("we share what we make")[2:])
    charter = ("Mill", words, "", rules, (2, 3 * DAY, 500, 2, 500), 90, 100, 5 * DAY, [tusd], people)
    mill, _ = Factory(chain).found(charter, 0)
    alice = Collective.load(chain, mill)
    bob, carol, dora = (Collective.load(chain.as_(dev_signer(name)), mill) for name in ("bob", "carol", "dave"))
    assert [seat.name for seat in alice.membership.roll()] == ["alice", "bob", "carol"]

    # Dora joins.
    dora.membership.join("dora", alice.membership.charter()[0])
    alice.membership.sponsor(address("dave"))
    bob.membership.sponsor(address("dave"))
    wait(3 * DAY)
    seat = dora.membership.seat_applicant(address("dave"))
    assert (seat.number, seat.name, seat.way) == (4, "dora", Way.SPONSORED)

    # 3,000.00 tUSD of revenue, and 3 coins as a gift.
    Token(chain, tusd).mint(address("alice"), 300_000)
    assert alice.treasury.deposit(tusd, 300_000, "revenue: flour") == 300_000
    assert alice.treasury.deposit(COIN, 3 * ETHER, "gift") == 3 * ETHER
    assert alice.treasury.book(tusd).revenue == 300_000
    assert alice.treasury.book(COIN).revenue == 0

    # Bob wants a roof for 250.00, carol a cheaper one for 210.00; the bucket lets 300.00 pass.
    roof = Option(text_hash("a roof of slate"), payments=(Payment(tusd, address("judy"), 25_000, "slate"),))
    thatch = Option(text_hash("a roof of thatch"), payments=(Payment(tusd, address("judy"), 21_000, "thatch"),))
    number = bob.governor.propose(roof)
    assert carol.governor.add_rival(number, thatch) == 1
    wait(3 * DAY)
    assert bob.governor.vote(number, 7).cost == 49
    assert bob.governor.vote(number, -5, option=1).cost == 25
    assert carol.governor.vote(number, 9, option=1).cost == 81
    assert alice.governor.vote(number, -3).cost == 9
    assert dora.governor.vote(number, FOR, option=1).cost == 0
    assert dora.governor.vote(number, AGAINST).cost == 0
    slate, straw = alice.governor.tallies(number)
    assert (slate.net, slate.seats_for, slate.seats_against) == (4, 1, 2)
    assert (straw.net, straw.seats_for, straw.seats_against) == (4, 2, 1)
    # A tie goes to the earlier place, so alice speaks for the thatch too.
    assert alice.governor.vote(number, 2, option=1).cost == 4
    assert [alice.governor.credits(address(name)) for name in ("alice", "bob", "carol", "dave")] == [87, 26, 19, 100]
    with reverts("NotEnoughCredits", cost=81, left=64):
        carol.governor.vote_paper([Choice(number, 1, 6), Choice(number, 0, 9)])  # six for nine leave 64
    wait(5 * DAY)
    with reverts("StillWaiting"):
        alice.governor.execute(number)
    wait(2 * DAY)
    assert dora.governor.execute(number) == 1
    assert alice.governor.proposal(number).state is State.EXECUTED
    assert Token(chain, tusd).balance(address("judy")) == 21_000
    assert alice.treasury.book(tusd).free == 279_000

    # Carol exits with all her units, a third of 2,790.00 and of 3 coins, and leaves.
    carol.treasury.give_notice(100)
    wait(5 * DAY)
    done = carol.treasury.exit(100, [COIN, tusd])
    assert (done.paid, done.owed) == ({COIN: ETHER, tusd: 93_000}, {})
    assert carol.membership.leave() == 3
    with reverts("NotAMember"):
        carol.governor.propose(roof)
    with reverts("NotExitTime"):
        carol.treasury.exit(100, [COIN])

    # What is left, to the cent.
    assert [(seat.number, seat.name) for seat in alice.membership.roll()] == [(1, "alice"), (2, "bob"), (4, "dora")]
    assert alice.treasury.holders() == {address("alice"): 100, address("bob"): 100}
    assert alice.treasury.total_units() == 200
    balances = {name: Token(chain, tusd).balance(address(name)) for name in ("alice", "bob", "carol", "judy")}
    assert balances == {"alice": 0, "bob": 0, "carol": 93_000, "judy": 21_000}
    assert Token(chain, tusd).balance(alice.treasury.address) == 186_000
    assert chain.balance(alice.treasury.address) == 2 * ETHER
    books = alice.treasury.books()
    assert [(books[one].free, books[one].reserved) for one in (COIN, tusd)] == [(2 * ETHER, 0), (186_000, 0)]
