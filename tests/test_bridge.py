"""Notes between two chains: what arrives, and what is refused, in which words."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from daokit.bridge import NOTE_LIFE, Fate, Gateway, Link, audit, decode_body, encode_body, note_id
from daokit.contract import Sent, decode_revert
from daokit.errors import Reverted, RuleBroken, UsageError
from daokit.experiments.sandbox import advance
from daokit.hyperlane.checkpoints import Folder, keep
from daokit.hyperlane.messages import metadata_of, padded
from daokit.hyperlane.place import Dispatched, Hyperlane
from daokit.interop import Interoperable
from daokit.rpc import Rpc
from tests.people import DAY
from tests.stage import refused
from tests.two_chains import AWAY, HOME, VALIDATORS, Neighbour, TwoChains, neighbour

NOTE = b"the mill has said yes"
STRANGER = "0x000000000000000000000000000000000000bEEF"

# A send of 32 bytes over a link with 2 of 3 validators, and its delivery to an end that stores all of it.
SEND_GAS, DELIVERY_GAS = 125_000, 130_000


@dataclass
class End:
    """A contract that owns a gateway."""

    place: Hyperlane
    contract: Neighbour
    gateway: Gateway

    @property
    def account(self) -> Interoperable:
        return Interoperable.evm(self.place.chain.id, self.contract.address)

    def act(self, function: str, *arguments: object, value: int = 0) -> Sent:
        """Has the end call its gateway."""
        data = self.gateway.encode(function, *arguments)
        try:
            return self.contract.send("act", self.gateway.address, value, data, value=value)
        except Reverted as refusal:
            known = self.contract.artifact.errors[refusal.data[:4]]
            raise decode_revert(known.inputs.decode(refusal.data[4:], 0).reason) from None

    def link(self, other: End, validators: list[str] = VALIDATORS, threshold: int = 2) -> None:
        chain = other.place.chain.id
        self.act("link", chain, other.place.core.domain, other.gateway.address, validators, threshold)

    def tell(self, other: End, payload: bytes = NOTE) -> Sent:
        return self.act("sendMessage", other.account.encode(), payload, [])

    @property
    def heard(self) -> int:
        return int(self.contract.read("taken"))


@dataclass
class Ends:
    """Two ends that are linked with each other."""

    chains: TwoChains
    home: End
    away: End

    def last(self) -> Dispatched:
        return self.chains.home.sent()[-1]


@pytest.fixture
def apart(two_chains: TwoChains) -> Ends:
    """An end on each chain; they do not know each other."""

    def end(place: Hyperlane) -> End:
        contract = neighbour(place.chain, "TakesNotes")
        return End(place, contract, two_chains.gateway(place, contract.address))

    return Ends(two_chains, end(two_chains.home), end(two_chains.away))


@pytest.fixture
def ends(apart: Ends) -> Ends:
    apart.home.link(apart.away)
    apart.away.link(apart.home)
    return apart


# What arrives


def test_a_note_arrives_once_with_the_same_id_on_both_chains(ends: Ends) -> None:
    sent = ends.home.tell(ends.away)
    [delivered] = ends.chains.carry()
    assert ends.away.heard == 1
    assert ends.away.contract.read("lastPayload") == NOTE
    assert Interoperable.decode(ends.away.contract.read("lastSender")) == ends.home.account
    known = note_id(ends.home.account, ends.away.account, NOTE)
    assert "0x" + ends.away.contract.read("lastId").hex() == known
    [left], [came] = ends.home.gateway.sent(), ends.away.gateway.received()
    assert (left.id, came.id, left.message_id) == (known, known, delivered.id)
    assert (left.chain, came.chain) == (AWAY, HOME)
    told = sent.event("MessageSent")
    assert (told.payload, told.value, told.sendId) == (NOTE, 0, bytes(32))
    assert ends.chains.carry() == []


def test_notes_go_both_ways_and_in_any_order(ends: Ends) -> None:
    first, second = ends.home.tell(ends.away, b"1"), ends.home.tell(ends.away, b"2")
    ends.away.tell(ends.home, b"3")
    ends.chains.carry(only=second.receipt.hash)
    assert ends.away.contract.read("lastPayload") == b"2"
    ends.chains.carry()
    assert (ends.away.heard, ends.home.heard) == (2, 1)
    assert ends.away.contract.read("lastPayload") == b"1" and first.receipt.hash


def test_sending_and_delivering_stay_below_their_ceilings(ends: Ends) -> None:
    for payload in (b"a" * 32, b"b" * 32):
        sent = ends.home.tell(ends.away, payload)
        [delivered] = ends.chains.carry()
    print(f"send {sent.receipt.gas_used:,}, deliver {delivered.gas:,}")
    assert sent.receipt.gas_used <= SEND_GAS and delivered.gas <= DELIVERY_GAS


def test_a_note_is_carried_with_what_validators_keep_in_folders(ends: Ends, tmp_path: Path) -> None:
    ends.home.tell(ends.away)
    sent, signing = ends.last(), ends.chains.validators[HOME]
    keep(signing.sign(sent, VALIDATORS[0]), tmp_path / "one")
    with pytest.raises(RuleBroken, match=r"2 of 3 validators must sign message 0x[0-9a-f]{64}, and 1 have"):
        ends.chains.away.deliver(sent, [Folder(tmp_path)])
    keep(signing.sign(sent, VALIDATORS[2]), tmp_path / "three")
    assert ends.chains.away.deliver(sent, [Folder(tmp_path)]).gas
    assert ends.away.heard == 1
    again = ends.chains.away.deliver(sent, [])
    assert (again.gas, again.transaction) == (0, "") and ends.away.heard == 1


def test_a_link_says_who_must_sign_and_can_be_changed_and_ended(ends: Ends) -> None:
    assert ends.home.gateway.link(AWAY) == Link(
        AWAY,
        AWAY,
        ends.away.gateway.address,
        ends.home.gateway.read("linkOf", AWAY).ism,
        tuple(VALIDATORS),
        2,
    )
    before = ends.home.gateway.link(AWAY)
    ends.home.link(ends.away, VALIDATORS[:2], 1)
    after = ends.home.gateway.link(AWAY)
    assert before and after and before.ism != after.ism and after.threshold == 1
    ends.home.act("unlink", AWAY)
    assert ends.home.gateway.links() == {} and not ends.home.gateway.is_linked(AWAY)
    with refused("UnlinkedChain", chain=AWAY):
        ends.home.act("unlink", AWAY)


def test_a_message_is_the_same_bytes_here_and_there(ends: Ends) -> None:
    ends.home.tell(ends.away)
    body = ends.last().message.body
    assert decode_body(body) == (ends.home.account, ends.away.account, NOTE)
    assert encode_body(*decode_body(body)) == body


# What is refused


def test_only_the_end_sends_links_and_unlinks(ends: Ends) -> None:
    gateway, owner = ends.home.gateway, ends.home.contract.address
    with refused("OnlyOwner", owner=owner):
        gateway.send("sendMessage", ends.away.account.encode(), NOTE, [])
    with refused("OnlyOwner", owner=owner):
        gateway.send("link", AWAY, AWAY, STRANGER, VALIDATORS, 2)
    with refused("OnlyOwner", owner=owner):
        gateway.send("unlink", AWAY)


def test_nothing_goes_to_a_chain_without_a_link(apart: Ends) -> None:
    with refused("UnlinkedChain", chain=AWAY):
        apart.home.tell(apart.away)
    with refused("UnlinkedChain", chain=AWAY):
        apart.home.gateway.quote(AWAY, NOTE)


def test_nothing_comes_from_a_chain_without_a_link(ends: Ends) -> None:
    ends.home.tell(ends.away)
    ends.away.act("unlink", HOME)
    with refused("UnknownOrigin", domain=HOME):
        ends.chains.carry()
    proof = metadata_of(ends.chains.validators[HOME].at(0), ends.last().message, VALIDATORS, 2)
    with refused("UnknownOrigin", domain=HOME):
        ends.chains.away.process(ends.last(), proof)
    ends.away.link(ends.home)
    ends.chains.carry()
    assert ends.away.heard == 1  # nothing was lost


def test_another_gateway_is_not_the_peer(ends: Ends) -> None:
    impostor = ends.chains.gateway(ends.chains.home, ends.home.contract.address)
    other = End(ends.home.place, ends.home.contract, impostor)
    other.link(ends.away)
    other.tell(ends.away)
    with refused("NotThePeer", chain=HOME, sender=padded(impostor.address), peer=ends.home.gateway.address):
        ends.chains.carry()
    assert ends.away.heard == 0


def test_one_signature_of_two_is_not_enough_nor_twice_the_same_nor_a_stranger_s(ends: Ends) -> None:
    ends.home.tell(ends.away)
    sent, signing = ends.last(), ends.chains.validators[HOME]
    signing.silent = set(VALIDATORS[1:])
    with pytest.raises(RuleBroken, match="2 of 3 validators must sign"):
        ends.chains.carry()
    [one] = signing.at(sent.index)
    ism = ends.away.gateway.read("linkOf", HOME).ism
    proof = metadata_of([one], sent.message, VALIDATORS, 1)
    for signatures in (b"", one.signature, b"\x01" * 65):
        with refused("NotSigned", domain=HOME, ism=ism):
            ends.chains.away.process(sent, proof + signatures)
    assert ends.away.heard == 0


def test_signatures_for_one_message_prove_no_other(ends: Ends) -> None:
    ends.home.tell(ends.away, b"1")
    first = ends.last()
    ends.home.tell(ends.away, b"2")
    second = ends.last()
    proof = metadata_of(ends.chains.validators[HOME].at(first.index), first.message, VALIDATORS, 2)
    with refused("NotSigned"):
        ends.chains.away.process(second, proof)


def test_the_module_of_the_link_counts_and_no_other(ends: Ends) -> None:
    ends.home.tell(ends.away)
    sent = ends.last()
    proof = metadata_of(ends.chains.validators[HOME].at(0), sent.message, VALIDATORS, 2)
    ends.away.link(ends.home, VALIDATORS[:1], 1)
    with refused("NotSigned"):
        # Signed by the first and the second; the first alone would do, but its signature comes behind.
        ends.chains.away.process(sent, proof[:68] + proof[68 + 65 :] + proof[68 : 68 + 65])
    assert ends.chains.away.module_of(sent.message)[1:] == (VALIDATORS[:1], 1)
    ends.chains.carry()
    assert ends.away.heard == 1


def test_a_note_is_not_delivered_twice(ends: Ends) -> None:
    ends.home.tell(ends.away)
    ends.chains.carry()
    with pytest.raises(Reverted, match="already delivered"):
        ends.chains.carry(direct=True)
    assert ends.away.heard == 1


def test_a_sender_that_lies_about_its_chain_is_refused(ends: Ends) -> None:
    forge_note(ends, Interoperable.evm(10, ends.home.contract.address), ends.away.account)
    with refused("WrongSenderChain", claimed=10, linked=HOME):
        ends.chains.carry()
    assert ends.away.heard == 0


def test_a_note_for_somebody_else_is_refused(ends: Ends) -> None:
    elsewhere = Interoperable.evm(AWAY, STRANGER)
    forge_note(ends, ends.home.account, elsewhere)
    with refused("NotForUs", recipient=elsewhere.encode()):
        ends.chains.carry()


def test_only_the_mailbox_hands_messages_in(ends: Ends) -> None:
    body = encode_body(ends.home.account, ends.away.account, NOTE)
    with refused("OnlyMailbox", mailbox=ends.chains.away.core.mailbox):
        ends.away.gateway.send("handle", HOME, padded(ends.home.gateway.address), body)
    # Nor does the mailbox itself, if those who keep it exchange it for one that does not ask for signatures.
    with refused("NotVerified", domain=HOME):
        peer, mailbox = padded(ends.home.gateway.address), ends.chains.away.core.mailbox
        ends.away.gateway.read("handle", HOME, peer, body, sender=mailbox)


def test_an_end_that_refuses_gets_the_note_later(ends: Ends) -> None:
    ends.home.tell(ends.away)
    ends.away.contract.send("setAnswer", bytes(4))
    with pytest.raises(Reverted):
        ends.chains.carry()
    ends.away.contract.send("setAnswer", b"\x01\x02\x03\x04")
    with refused("NotTaken", id=bytes.fromhex(ends.home.gateway.sent()[0].id[2:])):
        ends.chains.carry()
    ends.away.contract.send("setAnswer", bytes.fromhex("2432ef26"))
    ends.chains.carry()
    assert ends.away.heard == 1


def test_coin_beside_the_fee_is_refused_and_none_stays_behind(ends: Ends) -> None:
    assert ends.home.gateway.quote(AWAY, NOTE) == 0
    with refused("WrongFee", sent=5, fee=0):
        ends.home.act("sendMessage", ends.away.account.encode(), NOTE, [], value=5)


def test_attributes_and_odd_recipients_are_refused(ends: Ends) -> None:
    good = ends.away.account.encode()
    with refused("UnsupportedAttribute", selector=b"\x01\x02\x03\x04"):
        ends.home.act("sendMessage", good, NOTE, [b"\x01\x02\x03\x04\x05"])
    zeros = bytes.fromhex("00010000") + b"\x03\x00" + AWAY.to_bytes(2, "big") + good[7:]
    solana = good[:2] + b"\x00\x02" + good[4:]
    for odd in (good + b"\x00", good[:-1], b"", Interoperable.evm(AWAY).encode(), zeros, solana):
        with refused("BadRecipient", recipient=odd):
            ends.home.act("sendMessage", odd, NOTE, [])


def test_a_link_that_does_not_hold_together_is_refused(apart: Ends) -> None:
    home, peer = apart.home, apart.away.gateway.address
    with refused("NoOtherChain", chain=HOME):
        home.act("link", HOME, AWAY, peer, VALIDATORS, 2)
    with refused("NoOtherDomain", domain=HOME):
        home.act("link", AWAY, HOME, peer, VALIDATORS, 2)
    with refused("NoPeer"):
        home.act("link", AWAY, AWAY, "0x" + "00" * 20, VALIDATORS, 2)
    with refused("TooFewValidators", threshold=4, count=3):
        home.act("link", AWAY, AWAY, peer, VALIDATORS, 4)
    with refused("TooFewValidators", threshold=0, count=3):
        home.act("link", AWAY, AWAY, peer, VALIDATORS, 0)
    with refused("ValidatorsNotAscending", validator=VALIDATORS[0]):
        home.act("link", AWAY, AWAY, peer, VALIDATORS[1::-1], 2)
    with refused("ValidatorsNotAscending", validator=VALIDATORS[0]):
        home.act("link", AWAY, AWAY, peer, [VALIDATORS[0]] * 2, 2)
    home.link(apart.away)
    with refused("DomainTaken", domain=AWAY, chain=AWAY):
        home.act("link", 10, AWAY, peer, VALIDATORS, 2)


def test_a_number_of_hyperlane_s_may_be_another_than_the_chain_s_id(apart: Ends) -> None:
    apart.home.act("link", AWAY, 77, apart.away.gateway.address, VALIDATORS, 2)
    assert apart.home.gateway.read("linkOf", AWAY).domain == 77
    apart.home.link(apart.away)
    assert apart.home.gateway.read("linkOf", AWAY).domain == AWAY
    apart.home.act("link", 10, 77, STRANGER, VALIDATORS, 2)  # free again


# What became of them


def test_the_audit_pairs_what_was_sent_with_what_was_received(ends: Ends) -> None:
    gateways = [ends.home.gateway, ends.away.gateway]
    assert audit(gateways) == []
    ends.home.tell(ends.away, b"1")
    ends.chains.carry()
    ends.home.tell(ends.away, b"2")
    assert [one.fate for one in audit(gateways)] == [Fate.ARRIVED, Fate.WAITING]
    ends.chains.away.chain.rpc.request("evm_increaseTime", [4000])
    ends.chains.away.chain.rpc.request("evm_mine", [])
    assert [one.fate for one in audit(gateways)] == [Fate.ARRIVED, Fate.MISSING]
    ends.chains.carry()
    first, second = audit(gateways)
    assert (first.fate, second.fate) == (Fate.ARRIVED, Fate.LATE)
    assert (first.origin, first.destination) == (HOME, AWAY) and not second.fate.alarm


def test_the_audit_says_what_was_received_and_never_sent_and_what_came_twice(ends: Ends) -> None:
    gateways = [ends.home.gateway, ends.away.gateway]
    # Whoever has the keys of enough validators can make a note up.
    forge_note(ends, ends.home.account, ends.away.account, b"give us all")
    ends.chains.carry()
    [forged] = audit(gateways)
    assert forged.fate is Fate.FORGED and forged.fate.alarm and forged.sent == ()
    # The very same bytes sent later by the end itself: received twice in all, sent once.
    ends.home.tell(ends.away, b"give us all")
    ends.chains.carry()
    [doubled] = audit(gateways)
    assert doubled.fate is Fate.DOUBLED and doubled.fate.alarm
    assert (len(doubled.sent), len(doubled.received)) == (1, 2)


def wait(ends: Ends, seconds: int) -> None:
    for place in ends.chains.places.values():
        advance(place.chain, seconds)


def test_an_audit_since_a_moment_knows_what_left_before_and_reads_no_further_back(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateways = [ends.home.gateway, ends.away.gateway]
    ends.home.tell(ends.away, b"1")
    ends.chains.carry()
    wait(ends, 50 * DAY)
    first = {one.chain.id: one.chain.block_number() for one in gateways}
    ends.home.tell(ends.away, b"2")
    wait(ends, 10 * DAY)
    moment = min(one.chain.now() for one in gateways)
    assert audit(gateways, since=moment) == []
    ends.chains.carry()
    asked: list[int] = []
    request = Rpc.request

    def noting(self: Rpc, method: str, params: Sequence[Any] = ()) -> Any:
        if method == "eth_getLogs":
            asked.append(int(params[0]["fromBlock"], 16))
        return request(self, method, params)

    monkeypatch.setattr(Rpc, "request", noting)
    [late] = audit(gateways, since=moment)
    assert (late.fate, len(late.sent), len(late.received)) == (Fate.LATE, 1, 1)
    assert asked and min(asked) >= min(first.values())
    assert [one.fate for one in audit(gateways)] == [Fate.ARRIVED, Fate.LATE]


def test_a_note_that_is_too_old_to_be_taken_has_expired(ends: Ends) -> None:
    gateways = [ends.home.gateway, ends.away.gateway]
    ends.home.tell(ends.away)
    wait(ends, NOTE_LIFE - 3_600)
    assert [one.fate for one in audit(gateways)] == [Fate.MISSING]
    wait(ends, 2 * 3_600)
    assert [one.fate for one in audit(gateways)] == [Fate.EXPIRED]


def test_nobody_relays_what_was_never_sent(ends: Ends) -> None:
    with pytest.raises(UsageError, match=r"no message 0x0{64} has left home"):
        ends.chains.home.find("0x" + "00" * 32)
    for odd in ("0x00", "0x" + "zz" * 32, "1"):
        with pytest.raises(UsageError, match="names no message"):
            ends.chains.home.find(odd)
    other = ends.home.tell(ends.away, b"1").receipt.hash
    one = ends.home.tell(ends.away, b"2").receipt.hash
    [by_transaction] = ends.chains.home.find(one)
    assert ends.chains.home.find(by_transaction.id) == [by_transaction]
    assert ends.chains.home.find(other) != [by_transaction]


def test_an_audit_is_of_one_federation(ends: Ends) -> None:
    with pytest.raises(UsageError, match="one gateway of each chain"):
        audit([ends.home.gateway, ends.home.gateway])


def forge_note(ends: Ends, sender: Interoperable, recipient: Interoperable, payload: bytes = NOTE) -> Dispatched:
    """A message that the home gateway never sent, as its own: handed to the mailbox from the gateway's address."""
    chain, mailbox = ends.chains.home.chain, ends.chains.home.mailbox
    gateway = ends.home.gateway.address
    signature = "dispatch(uint32,bytes32,bytes)"
    data = mailbox.artifact.function(signature).encode(
        [AWAY, padded(ends.away.gateway.address), encode_body(sender, recipient, payload)]
    )
    chain.rpc.request("anvil_setBalance", [gateway, hex(10**18)])
    chain.rpc.request("anvil_impersonateAccount", [gateway])
    wish = {"from": gateway, "to": mailbox.address, "data": "0x" + data.hex()}
    made = chain.rpc.request("eth_sendTransaction", [wish])
    while chain.rpc.request("eth_getTransactionReceipt", [made]) is None:
        time.sleep(0.01)
    chain.rpc.request("anvil_stopImpersonatingAccount", [gateway])
    return ends.last()
