// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestCoin} from "../TestCoin.sol";
import {IProfitShare} from "../interfaces/IProfitShare.sol";
import {IProfitShareFactory} from "../interfaces/IProfitShareFactory.sol";
import {deploy} from "./House.sol";
import {Test} from "./Test.sol";
import {VM} from "./Vm.sol";

interface Approves {
    /// @dev Tokens of the old kind answer nothing.
    function approve(address spender, uint256 amount) external;
}

/// @notice A miller, a smith and a baker who work for a customer, with an arbiter at hand, and what they do all the time.
abstract contract Workshop is Test {
    address internal constant COIN = address(0);
    uint256 internal constant START = 1_800_000_000;

    IProfitShareFactory internal factory;
    TestCoin internal token;
    address internal miller;
    address internal smith;
    address internal baker;
    address internal customer;
    address internal arbiter;
    address internal stranger;
    mapping(address who => uint256) internal keyOf;

    function _build() internal {
        VM.warp(START);
        factory = IProfitShareFactory(deploy("ProfitShareFactory", abi.encode(deploy("ProfitShare", ""))));
        token = new TestCoin("Test Coin", "TEST", 6);
        miller = _meet("miller");
        smith = _meet("smith");
        baker = _meet("baker");
        customer = _meet("customer");
        arbiter = _meet("arbiter");
        stranger = _meet("stranger");
    }

    function _meet(string memory name) internal returns (address who) {
        uint256 key;
        (who, key) = person(name);
        keyOf[who] = key;
    }

    // Terms

    /// @dev The worked example: 3,333 / 3,333 / 3,334 without costs, the last row residual.
    function _shares(address token_) internal view returns (IProfitShare.Terms memory terms) {
        terms.token = token_;
        terms.openBy = START + 10 days;
        terms.refundTo = customer;
        terms.document = keccak256("We share.");
        terms.residual = 2;
        terms.parties = new IProfitShare.Party[](3);
        terms.parties[0] = IProfitShare.Party(miller, miller, 0, 0, 3333);
        terms.parties[1] = IProfitShare.Party(smith, smith, 0, 0, 3333);
        terms.parties[2] = IProfitShare.Party(baker, baker, 0, 0, 3334);
    }

    /// @dev 10,000 for two milestones of 4,000 and 6,000, half of it in advance. First the miller gets 2,000 back, then the
    /// smith 3,000; of what is left the miller gets 20 %, the baker, residual, 80 %.
    function _order(address token_) internal view returns (IProfitShare.Terms memory terms) {
        terms = _shares(token_);
        terms.price = 10_000;
        terms.depositBps = 5000;
        terms.review = 7 days;
        terms.grace = 3 days;
        terms.arbitration = 14 days;
        terms.fallbackBps = 5000;
        terms.customer = customer;
        terms.arbiter = arbiter;
        terms.milestones = new IProfitShare.Milestone[](2);
        terms.milestones[0] = IProfitShare.Milestone(4000, START + 30 days);
        terms.milestones[1] = IProfitShare.Milestone(6000, START + 60 days);
        (terms.parties[0].cost, terms.parties[0].tier, terms.parties[0].share) = (2000, 0, 20);
        (terms.parties[1].cost, terms.parties[1].tier, terms.parties[1].share) = (3000, 1, 0);
        (terms.parties[2].cost, terms.parties[2].tier, terms.parties[2].share) = (0, 2, 80);
    }

    function _copy(IProfitShare.Terms memory terms) internal pure returns (IProfitShare.Terms memory) {
        return abi.decode(abi.encode(terms), (IProfitShare.Terms));
    }

    /// @dev `terms` and one row more.
    function _with(IProfitShare.Terms memory terms, IProfitShare.Party memory party)
        internal
        pure
        returns (IProfitShare.Terms memory more)
    {
        more = _copy(terms);
        uint256 rows = terms.parties.length;
        more.parties = new IProfitShare.Party[](rows + 1);
        for (uint256 i = 0; i < rows; ++i) {
            more.parties[i] = terms.parties[i];
        }
        more.parties[rows] = party;
    }

    function _unamended() internal pure returns (IProfitShare.Frozen memory frozen) {}

    /// @dev No capital, a week's time.
    function _change() internal view returns (IProfitShare.Change memory change) {
        change.document = keccak256("We change it.");
        change.deadline = VM.getBlockTimestamp() + 7 days;
    }

    // Signing

    function _sign(address signer, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(keyOf[signer], digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev One signature each of whoever has a key; nothing of contracts.
    function _signAll(address[] memory signers, bytes32 digest) internal view returns (bytes[] memory signatures) {
        signatures = new bytes[](signers.length);
        for (uint256 i = 0; i < signers.length; ++i) {
            if (keyOf[signers[i]] != 0) signatures[i] = _sign(signers[i], digest);
        }
    }

    function _signersOf(IProfitShare.Terms memory terms) internal pure returns (address[] memory signers) {
        signers = new address[](terms.parties.length);
        for (uint256 i = 0; i < signers.length; ++i) {
            signers[i] = terms.parties[i].signer;
        }
    }

    // Doing

    function _pay(IProfitShare agreement, address token_, uint256 amount) internal {
        if (amount == 0) return;
        if (token_ == COIN) {
            VM.deal(customer, customer.balance + amount);
            VM.prank(customer);
            agreement.deposit{value: amount}(amount);
        } else {
            TestCoin(token_).mint(customer, amount);
            VM.prank(customer);
            Approves(token_).approve(address(agreement), amount);
            VM.prank(customer);
            agreement.deposit(amount);
        }
    }

    function _make(IProfitShare.Terms memory terms) internal returns (IProfitShare) {
        return IProfitShare(factory.make(terms, 0));
    }

    /// @dev Made, `paid` paid in, signed by all and opened.
    function _open(IProfitShare.Terms memory terms, uint256 paid) internal returns (IProfitShare agreement) {
        agreement = _make(terms);
        _pay(agreement, terms.token, paid);
        agreement.open(terms, _signAll(_signersOf(terms), agreement.openingDigest(terms)));
    }

    /// @dev Brought by the stranger, signed by whoever `signersOf` names; what it froze.
    function _amend(
        IProfitShare agreement,
        IProfitShare.Terms memory terms,
        IProfitShare.Frozen memory frozen,
        IProfitShare.Terms memory changed
    ) internal returns (IProfitShare.Frozen memory found) {
        // Terms change at most once in an hour.
        VM.warp(block.timestamp + 1 hours);
        IProfitShare.Change memory change = _change();
        bytes32 digest = agreement.amendmentDigest(changed, change);
        bytes[] memory signatures = _signAll(agreement.signersOf(terms, frozen, changed), digest);
        VM.recordLogs();
        VM.prank(stranger);
        agreement.amend(terms, frozen, changed, change, signatures);
        return _found();
    }

    /// @dev What the last amendment told to have frozen; call `recordLogs` before it.
    function _found() internal returns (IProfitShare.Frozen memory found) {
        bytes memory data = VM.getRecordedLogs()[0].data;
        (,,, found) = abi.decode(data, (bytes32, uint256, address, IProfitShare.Frozen));
    }

    /// @dev By the first row; less than the whole with the signatures of all who lose by it.
    function _deliver(IProfitShare agreement, IProfitShare.Terms memory terms, uint256 part) internal {
        bytes[] memory signatures = new bytes[](0);
        if (part != 10_000) {
            address[] memory losers = agreement.losersOf(terms, _unamended());
            signatures = _signAll(losers, agreement.deliveryDigest(part, "done"));
        }
        VM.prank(terms.parties[0].signer);
        agreement.deliver(terms, _unamended(), 0, part, "done", signatures);
    }

    function _accept(IProfitShare agreement, IProfitShare.Terms memory terms) internal {
        VM.prank(terms.customer);
        agreement.accept(terms, _unamended());
    }

    function _claim(IProfitShare agreement, IProfitShare.Terms memory terms, uint256 row) internal returns (uint256) {
        return agreement.claim(terms, _unamended(), row, terms.parties[row].payee);
    }

    function _stateOf(IProfitShare agreement) internal view returns (IProfitShare.State state) {
        (state,,,,,) = agreement.status();
    }

    function _isIn(IProfitShare agreement, IProfitShare.State state) internal view {
        assertEq(uint256(_stateOf(agreement)), uint256(state), "in another state");
    }

    function _entitled(IProfitShare agreement, IProfitShare.Terms memory terms, uint256 row)
        internal
        view
        returns (uint256)
    {
        return agreement.entitled(terms, _unamended(), row);
    }
}
