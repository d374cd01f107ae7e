// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";
import {IProfitShareFactory} from "../../interfaces/IProfitShareFactory.sol";
import {TestCoin} from "../../TestCoin.sol";
import {VM} from "../Vm.sol";

/// @notice Anybody calls an order and a share of revenue with arguments near to the right ones, without looking whether they
/// may: most of it is refused. The caller is whoever forge sends, or one time in two whoever may.
contract Meddlers {
    IProfitShareFactory private immutable factory;
    TestCoin private immutable token;
    IProfitShare[2] public at;
    bytes[2] private terms_;
    bytes[2] private frozen_;
    uint256 public brought;
    uint256 public amendments;
    uint256 public strangersAmended;
    /// @notice Times that somebody had a part of the price given up by another.
    uint256 public givenUpByOthers;

    constructor(IProfitShareFactory factory_, TestCoin token_, IProfitShare[2] memory at_, bytes[2] memory list) {
        (factory, token, at, terms_) = (factory_, token_, at_, list);
        IProfitShare.Frozen memory none;
        frozen_ = [abi.encode(none), abi.encode(none)];
    }

    function termsOf(uint256 which) public view returns (IProfitShare.Terms memory) {
        return abi.decode(terms_[which % 2], (IProfitShare.Terms));
    }

    function frozenOf(uint256 which) public view returns (IProfitShare.Frozen memory) {
        return abi.decode(frozen_[which % 2], (IProfitShare.Frozen));
    }

    function pay(uint256 which, uint256 amount) external {
        amount = amount % 10_000;
        token.mint(msg.sender, amount);
        VM.prank(msg.sender);
        token.approve(address(at[which % 2]), amount);
        brought += amount;
        VM.prank(msg.sender);
        at[which % 2].deposit(amount);
    }

    function deliver(uint256 which, uint256 row, uint256 part) external {
        IProfitShare.Terms memory terms = termsOf(which);
        address sender = _either(part, terms.parties[row % 3].signer);
        address[] memory losers = at[which % 2].losersOf(terms, frozenOf(which));
        part = part % 4 == 0 ? part % 10_000 : 10_000;
        bytes[] memory signatures = new bytes[](part == 10_000 ? 0 : losers.length);
        VM.prank(sender);
        at[which % 2].deliver(terms, frozenOf(which), row % 4, part, "raw", signatures);
        for (uint256 i = 0; part != 10_000 && i < losers.length; ++i) {
            if (losers[i] != sender) givenUpByOthers += 1;
        }
    }

    function accept(uint256 which, uint256 who) external {
        VM.prank(_either(who, termsOf(which).customer));
        at[which % 2].accept(termsOf(which), frozenOf(which));
    }

    function dispute(uint256 which, uint256 who) external {
        VM.prank(_either(who, termsOf(which).customer));
        at[which % 2].dispute(termsOf(which), frozenOf(which), "raw");
    }

    function rule(uint256 which, uint256 bps) external {
        VM.prank(_either(bps, termsOf(which).arbiter));
        at[which % 2].rule(termsOf(which), frozenOf(which), bps % 10_005, "raw");
    }

    function settle(uint256 which, uint256 time) external {
        VM.warp(VM.getBlockTimestamp() + time % 40 days);
        VM.prank(msg.sender);
        at[which % 2].settle(termsOf(which), frozenOf(which));
    }

    function claim(uint256 which, uint256 row, uint256 to) external {
        IProfitShare.Terms memory terms = termsOf(which);
        VM.prank(msg.sender);
        at[which % 2].claim(terms, frozenOf(which), row % 4, to % 3 == 0 ? msg.sender : terms.parties[row % 3].payee);
    }

    function refund(uint256 which, uint256 to) external {
        IProfitShare.Terms memory terms = termsOf(which);
        VM.prank(msg.sender);
        at[which % 2].refund(terms, frozenOf(which), terms.token, to % 3 == 0 ? msg.sender : terms.refundTo);
    }

    /// @dev Without a signature but the sender's.
    function amend(uint256 which, uint256 what, uint256 row, uint256 value) external {
        IProfitShare.Terms memory terms = termsOf(which);
        IProfitShare.Frozen memory frozen = frozenOf(which);
        IProfitShare.Terms memory changed = _altered(which, row, what % 8, value);
        address sender = _either(value, changed.parties[row % changed.parties.length].signer);
        bytes[] memory signatures = new bytes[](value % 2 == 0 ? 1 : value % 4);
        IProfitShare.Change memory change = IProfitShare.Change("raw", 0, address(0), type(uint256).max);
        uint256 released = at[which % 2].released(terms);
        uint256[] memory amounts = new uint256[](3);
        for (uint256 i = 0; i < 3; ++i) {
            amounts[i] = at[which % 2].entitled(terms, frozen, i);
        }
        VM.recordLogs();
        VM.prank(sender);
        at[which % 2].amend(terms, frozen, changed, change, signatures);
        amendments += 1;
        bool isParty;
        for (uint256 i = 0; i < 3; ++i) {
            isParty = isParty || terms.parties[i].signer == sender;
        }
        if (!isParty) strangersAmended += 1;
        (,,, frozen) = abi.decode(VM.getRecordedLogs()[0].data, (bytes32, uint256, address, IProfitShare.Frozen));
        require(frozen.released == released, "what was released moved");
        for (uint256 i = 0; i < 3; ++i) {
            require(frozen.amounts[i] == amounts[i], "what a row has moved");
        }
        terms_[which % 2] = abi.encode(changed);
        frozen_[which % 2] = abi.encode(frozen);
    }

    /// @dev The terms with one thing changed.
    function _altered(uint256 which, uint256 row, uint256 what, uint256 value)
        private
        view
        returns (IProfitShare.Terms memory changed)
    {
        changed = termsOf(which);
        IProfitShare.Party memory one = changed.parties[row % changed.parties.length];
        if (what == 0) one.share = value % (one.share + 100);
        if (what == 1) one.cost = value % (one.cost + 100);
        if (what == 2) one.tier = value % 8;
        if (what == 3) one.signer = msg.sender;
        if (what == 4) changed.residual = value % 3;
        if (what == 5) changed.price = value % 100_000;
        if (what == 6) changed.refundTo = msg.sender;
        if (what == 7) changed.customer = msg.sender;
    }

    function make(uint256 which, uint256 number, uint256 field, uint256 value) external {
        IProfitShare.Terms memory terms = termsOf(which);
        if (field % 4 == 0) terms.price = value;
        if (field % 4 == 1) terms.review = value;
        if (field % 4 == 2) terms.parties[value % 3].cost = value;
        if (field % 4 == 3) terms.residual = value % 5;
        VM.prank(msg.sender);
        address made = factory.make(terms, number % 3);
        require(factory.isAgreement(made) && made == factory.addressOf(terms, number % 3), "elsewhere");
    }

    function _either(uint256 seed, address may) private view returns (address) {
        return seed % 2 == 0 ? may : msg.sender;
    }
}
