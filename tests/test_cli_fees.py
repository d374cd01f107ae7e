"""What a note costs when Hyperlane asks for something: a mailbox whose required hook is Hyperlane's own ProtocolFee."""

from __future__ import annotations

import pytest

from daokit.accounts import dev_signer
from daokit.branches import Afar
from daokit.chain import Transaction
from daokit.deployments import Deployments
from daokit.federation_acts import Pay
from daokit.hyperlane import core, kept
from daokit.hyperlane.core import NOBODY, HyperlaneContract
from daokit.hyperlane.place import Hyperlane
from tests.across import AWAY, World, branch_of, content
from tests.people import address, reverts
from tests.test_cli_across import Typist, linked, typed
from tests.test_cli_bridge import daokit
from tests.test_federation_across import valley, world
from tests.two_chains import two_chains, two_nodes

__all__ = ["daokit", "linked", "two_chains", "two_nodes", "typed", "valley", "world"]

FEE = 10**15


def charge(place: Hyperlane, fee: int) -> HyperlaneContract:
    """The chain's mailbox asks `fee` wei for each message from now on, as who owns it can have it do; the hook."""
    chain = place.chain
    code = kept.artifact("ProtocolFee").creation_code(10**18, fee, address("judy"), address("judy"))
    made = chain.transact(Transaction(None, code)).contract_address
    assert made is not None
    # What daokit puts up asks for nothing and belongs to an address without a key: this one is a core that is known.
    core.write(place.core, Deployments(chain.id, genesis=chain.genesis))
    chain.rpc.request("anvil_setBalance", [NOBODY, hex(10**18)])
    chain.rpc.request("anvil_impersonateAccount", [NOBODY])
    data = place.mailbox.encode("setRequiredHook", made)
    wish = {"from": NOBODY, "to": place.mailbox.address, "data": "0x" + data.hex()}
    sent = chain.rpc.request("eth_sendTransaction", [wish])
    chain.rpc.request("evm_mine", [])
    assert int(chain.rpc.request("eth_getTransactionReceipt", [sent])["status"], 16) == 1
    chain.rpc.request("anvil_stopImpersonatingAccount", [NOBODY])
    return HyperlaneContract(chain, made, "ProtocolFee")


@pytest.fixture
def hooks(world: World, linked: Afar) -> tuple[HyperlaneContract, HyperlaneContract]:
    """Both chains ask a thousandth of a coin for a note, once the harbour sits at the branch."""
    return charge(world.chains.home, FEE), charge(world.chains.away, FEE)


def coin(hook: HyperlaneContract) -> int:
    return hook.chain.balance(hook.address)


def test_who_tells_is_shown_the_fee_and_pays_it(typed: Typist, world: World, linked: Afar, hooks) -> None:
    home, away = hooks
    motion = world.home.federation("alice", typed.valley).open(content("Go on"))
    world.put_away("Harbour", linked, motion, {"dave": 1})
    world.wait(5 * 86_400)
    has = world.away.chain.balance(address("dave"))
    planned = typed.away("federation", "tell", "--dry-run")
    assert "the notes cost 0.001 ETH" in planned.err and "for 0.001 ETH: Harbour: motion 2" in planned.err, planned
    told = typed.away("federation", "tell", "--json")
    assert told.code == 0 and told.data["told"][0]["fee_wei"] == FEE, told
    paid = has - world.away.chain.balance(address("dave"))
    assert coin(away) == FEE and FEE < paid < FEE + 10**15 // 2
    # Nothing of it stays at an end or at its gateway, and the other end is asked for nothing.
    gateway = linked.branch.gateway()
    assert [world.away.chain.balance(one) for one in (gateway, linked.branch.address)] == [0, 0]
    world.carry()
    assert typed.valley.motion(motion.key).people_for == 1 and coin(home) == 0
    said = typed.away("federation", "tell", "--delegation", "water")
    assert said.code == 0 and "the note costs 0.001 ETH" in said.err and "0.001 ETH" in said.err, said
    assert coin(away) == 2 * FEE
    typed.carry(said)


def test_seats_and_orders_go_out_for_their_fee(typed: Typist, world: World, linked: Afar, hooks) -> None:
    home, _ = hooks
    seat = typed.home("federation", "send-seat", "2")
    assert seat.code == 0 and "the note costs 0.001 ETH" in seat.err and coin(home) == FEE, seat
    pays = [Pay(AWAY, world.away.coin, address("bob"), units) for units in (1_00, 2_00)]
    motion = world.decide(typed.valley, content("Mend the pier", *pays, competence="water"))
    ordered = typed.home("federation", "send-order", str(motion.number))
    assert ordered.code == 0 and "the notes cost 0.002 ETH" in ordered.err and coin(home) == 3 * FEE, ordered
    typed.carry(seat)
    typed.carry(ordered)
    assert len(linked.branch.orders()) == 2


def test_what_is_no_exact_fee_is_refused_and_none_of_it_is_kept(
    typed: Typist, world: World, linked: Afar, hooks
) -> None:
    _, away = hooks
    treasury = world.away.members["Harbour"].treasury.address
    dave = branch_of(linked, world, "dave")
    has = world.away.chain.balance(address("dave"))
    for sent in (0, FEE - 1, FEE + 1):
        with reverts("WrongFee", sent=sent, fee=FEE):
            dave.tell(treasury, value=sent)
    assert world.away.chain.balance(address("dave")) == has and coin(away) == 0


def test_a_fee_that_rises_before_the_note_is_sent_is_said(typed: Typist, world: World, linked: Afar, hooks) -> None:
    _, away = hooks
    raising = HyperlaneContract(world.away.chain.as_(dev_signer("judy")), away.address, "ProtocolFee")
    dave = branch_of(linked, world, "dave")
    treasury = world.away.members["Harbour"].treasury.address
    has = world.away.chain.balance(address("dave"))
    with (
        dave.chain.confirming(lambda preview: raising.send("setProtocolFee", 2 * FEE)),
        reverts("WrongFee", sent=FEE, fee=2 * FEE),
    ):
        dave.tell(treasury)
    # What was sent with too little coin came back with the transaction; only gas is gone.
    assert has - world.away.chain.balance(address("dave")) < FEE and coin(away) == 0


def test_a_fee_that_is_out_of_date_is_refused_with_what_to_do(
    typed: Typist, linked: Afar, hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daokit.notes.fee_of", lambda *_: FEE // 2)
    said = typed.away("federation", "tell", "--delegation", "water")
    assert said.code == 1 and "The note costs exactly 0.001 ETH now, and 0.0005 ETH came along" in said.err, said
    assert "type it again, and the fee is asked anew" in said.err and coin(hooks[1]) == 0
