// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ProfitShare: an order or a stream of revenue whose outcome several parties share
/// @notice The terms travel in calldata; only their hash is kept. What has been released is divided by a waterfall: tiers
/// of costs in order, inside a tier pro rata to cost, then profit by shares. The address is known before the agreement
/// exists, and paying to it is the customer's acceptance. Amounts are in the token's smallest unit, times in unix
/// seconds, parts in basis points (10,000 = all). `address(0)` is the chain's own coin.
/// @dev Where the sums come from: MECHANISMS, profit-share agreement. Every function that takes `terms` and `frozen`
/// refuses others than those in force with `TermsDiffer`.
interface IProfitShare {
    /// @dev Live: work is due. Delivered: a delivery is under review. Done, Defaulted and Refunded are the ends.
    enum State {
        None,
        Draft,
        Live,
        Delivered,
        Disputed,
        Done,
        Defaulted,
        Refunded
    }

    enum Said {
        Nothing,
        Approved,
        Revoked
    }

    /// @notice A row of the agreement.
    /// @param payee gets the money: a person, a treasury, another agreement
    /// @param signer signs for the row
    /// @param cost what the row gets back before there is any profit, at most 2**112 - 1
    /// @param tier 0 to 7: costs of an earlier tier are repaid first
    /// @param share the row's part of the profit is `share` of the sum of all shares; at most 10,000
    struct Party {
        address payee;
        address signer;
        uint256 cost;
        uint256 tier;
        uint256 share;
    }

    /// @param share part of the price that this milestone is worth, in bps; all together are 10,000
    /// @param due by when it must be delivered
    struct Milestone {
        uint256 share;
        uint256 due;
    }

    /// @param token what is paid in; it never changes
    /// @param price what the customer pays in all; 0: an open-ended share of whatever revenue comes in
    /// @param depositBps part of the price that must be there when the agreement opens
    /// @param openBy by when all must have signed and the deposit be in
    /// @param review seconds that the customer has to look at a delivery; silence accepts it
    /// @param grace seconds after the review in which the customer may still pay what is missing
    /// @param arbitration seconds that the arbiter has to rule on a dispute
    /// @param fallbackBps part of a disputed delivery that is released when there is no arbiter or none rules
    /// @param customer accepts or disputes deliveries; is no party
    /// @param refundTo gets back what is not spent, and whatever does not belong here
    /// @param arbiter rules on disputes; zero: nobody does
    /// @param document hash of the legal text and its parameters
    /// @param residual the row that gets what rounding leaves once the agreement has ended
    struct Terms {
        address token;
        uint256 price;
        uint256 depositBps;
        uint256 openBy;
        uint256 review;
        uint256 grace;
        uint256 arbitration;
        uint256 fallbackBps;
        address customer;
        address refundTo;
        address arbiter;
        bytes32 document;
        uint256 residual;
        Milestone[] milestones;
        Party[] parties;
    }

    /// @notice What an amendment found and must not touch: of what was released by then, what each row is entitled to
    /// and how much of that repaid its cost. All zero and empty before the first amendment.
    struct Frozen {
        uint256 amendment;
        uint256 released;
        uint256[] amounts;
        uint256[] repaid;
    }

    /// @notice What comes with new terms.
    /// @param document hash of the amendment's own text
    /// @param capital what whoever brings the amendment pays in for it, straight to `capitalTo`
    /// @param deadline after which the signatures are worth nothing
    struct Change {
        bytes32 document;
        uint256 capital;
        address capitalTo;
        uint256 deadline;
    }

    event Opened(bytes32 indexed hash, Terms terms);
    event Received(address indexed from, uint256 amount);
    event Delivered(uint256 indexed milestone, uint256 row, uint256 part, bytes32 report, uint256 reviewUntil);
    event Disputed(uint256 indexed milestone, bytes32 reason, uint256 rulingUntil);
    event Ruled(uint256 indexed milestone, uint256 bps, bytes32 reason);
    event Released(uint256 indexed milestone, uint256 amount);
    event Ended(State state);
    event Claimed(uint256 indexed row, address to, uint256 due, uint256 paid);
    event PassedOver(uint256 indexed row, uint256 due);
    event Refunded(address indexed token, address to, uint256 amount);
    /// @dev `hash` is in force from now on, made of `terms` (their hash; they stand in the transaction) and `frozen`.
    event Amended(
        bytes32 indexed hash,
        bytes32 indexed terms,
        bytes32 document,
        uint256 capital,
        address capitalTo,
        Frozen frozen
    );
    event Spoke(address indexed signer, bytes32 indexed digest, Said said);

    /// @notice These are not the terms in force: theirs hash to `expected`, these to `given`.
    error TermsDiffer(bytes32 expected, bytes32 given);
    /// @notice The agreement is `state`; this cannot be done now.
    error WrongState(State state);
    /// @notice The terms do not hold together: `what`.
    error BadTerms(string what);
    /// @notice Row `row` and row `other` name the same payee, or the customer.
    error PayeeTwice(uint256 row, uint256 other);
    /// @notice `signer` has not signed this.
    error NotSigned(address signer);
    /// @notice This needs `wanted` signatures in their order, and `given` came.
    error SignatureCount(uint256 wanted, uint256 given);
    /// @notice The time for this ran out at `deadline` (unix seconds).
    error TooLate(uint256 deadline);
    /// @notice This can be done from `time` (unix seconds) on, not yet.
    error NotYet(uint256 time);
    /// @notice Pay what is missing first: `wanted` is due and `held` is there.
    error NotPaid(address token, uint256 wanted, uint256 held);
    /// @notice Only `who` can do this.
    error OnlyBy(address who);
    /// @notice The agreement has no row `row`.
    error NoSuchRow(uint256 row);
    /// @notice The balance of `balance` does not cover `unclaimed`, which is due: each payee claims its part itself.
    error Short(address token, uint256 balance, uint256 unclaimed);
    /// @notice There is nothing to pay out now.
    error NothingDue();
    /// @notice Nothing arrived.
    error NothingReceived();
    /// @notice Send exactly the amount named as coin, and no coin with a token: `sent` came with `amount`.
    error WrongCoin(uint256 sent, uint256 amount);
    /// @notice `to` did not take `token`; name another receiver.
    error NotTaken(address token, address to);
    /// @notice Of the capital of `wanted`, only `arrived` arrived.
    error CapitalShort(address token, uint256 wanted, uint256 arrived);

    /// @notice Begin: all rows have signed and the deposit is there. Anyone can bring it.
    /// @param signatures one for each row in order; empty for whoever sends this or has approved the digest
    function open(Terms calldata terms, bytes[] calldata signatures) external;

    /// @notice Pay in `amount` of the agreement's token. Plain transfers count as well.
    /// @return received what arrived, which for a token that charges is less
    function deposit(uint256 amount) external payable returns (uint256 received);

    /// @notice Say that the present milestone is delivered, for a row that one signs for.
    /// @param part bps of the milestone that is delivered; what is not falls away from the price
    /// @param report hash of whatever describes the delivery
    /// @param signatures none for the whole milestone; for less one for each of `losersOf` in that order, empty for
    /// whoever sends this or has approved the digest
    function deliver(
        Terms calldata terms,
        Frozen calldata frozen,
        uint256 row,
        uint256 part,
        bytes32 report,
        bytes[] calldata signatures
    ) external;

    /// @notice Accept the delivery under review, as the customer; its price is released. What is missing must be paid before.
    function accept(Terms calldata terms, Frozen calldata frozen) external;

    /// @notice Dispute the delivery under review, as the customer.
    function dispute(Terms calldata terms, Frozen calldata frozen, bytes32 reason) external;

    /// @notice Rule, as the arbiter, that `bps` of the disputed delivery is to be paid.
    function rule(Terms calldata terms, Frozen calldata frozen, uint256 bps, bytes32 reason) external;

    /// @notice Do what time has decided. Anyone can.
    /// @dev Draft past `openBy`: Refunded. Live past the milestone's due time: Refunded. Delivered past the review:
    /// released when the money is there, past the grace Defaulted with all that is there released. Disputed past the
    /// arbitration: the fallback.
    function settle(Terms calldata terms, Frozen calldata frozen) external;

    /// @notice Pay a row what it is entitled to and has not had. Anyone can; to another address than the payee's only
    /// the payee.
    /// @dev When the balance falls short of what rows have not claimed yet, only the payee can, gets
    /// `due * balance / unclaimed`, and the whole due is settled.
    /// @return paid what went out
    function claim(Terms calldata terms, Frozen calldata frozen, uint256 row, address to)
        external
        returns (uint256 paid);

    /// @notice Pay several rows what each is entitled to and has not had, to their payees. Anyone can. A row that has
    /// nothing due or does not take its money is passed over and can claim later.
    /// @return paid what went out together
    function payOut(Terms calldata terms, Frozen calldata frozen, uint256[] calldata rows)
        external
        returns (uint256 paid);

    /// @notice Pay back what is not needed here: after the end all that is not released, before it what exceeds the
    /// rest of the price, and any other token at any time. Anyone can; to another address than `refundTo` only that one.
    function refund(Terms calldata terms, Frozen calldata frozen, address token, address to)
        external
        returns (uint256 paid);

    /// @notice Put new terms in force. What was released stays divided as it was. At most once in each hour of the clock.
    /// @param signatures one for each signature that `signersOf` names, in that order; empty for whoever sends this or
    /// has approved the digest
    function amend(
        Terms calldata terms,
        Frozen calldata frozen,
        Terms calldata changed,
        Change calldata change,
        bytes[] calldata signatures
    ) external payable;

    /// @notice Say yes to a digest on chain, for contracts that do not sign, or take back a signature not yet used.
    function speak(bytes32 digest, Said said) external;

    /// @notice Refuses terms that do not hold together; hash of those that do.
    function check(Terms calldata terms) external view returns (bytes32);

    /// @notice What rows sign to open.
    function openingDigest(Terms calldata terms) external view returns (bytes32);

    /// @notice What is signed to amend the terms in force.
    function amendmentDigest(Terms calldata changed, Change calldata change) external view returns (bytes32);

    /// @notice What is signed to deliver only `part` bps of the present milestone under the terms in force.
    function deliveryDigest(uint256 part, bytes32 report) external view returns (bytes32);

    /// @notice Who must agree when less than the whole milestone is delivered: the signers, in order, of the rows with
    /// costs left, a part in the profit, or what is left over.
    function losersOf(Terms calldata terms, Frozen calldata frozen) external view returns (address[] memory);

    /// @notice Who must sign new terms: the affected rows' signers in order (the new signer after the old one where it
    /// changes), then the customer.
    function signersOf(Terms calldata terms, Frozen calldata frozen, Terms calldata changed)
        external
        view
        returns (address[] memory);

    /// @notice What a row is entitled to in all, claimed or not.
    function entitled(Terms calldata terms, Frozen calldata frozen, uint256 row) external view returns (uint256);

    /// @notice What has been released so far.
    function released(Terms calldata terms) external view returns (uint256);

    /// @notice What has been paid on a row.
    function paidTo(uint256 row) external view returns (uint256);

    /// @notice What is there of the agreement's token and not released.
    function held(Terms calldata terms) external view returns (uint256);

    /// @notice Hash of the terms in force, with what is frozen.
    function hash() external view returns (bytes32);

    /// @notice Where the agreement stands.
    /// @param milestone the present one, from 0
    /// @param part bps of it that are delivered
    /// @param until end of the review or of the arbitration
    /// @param later seconds by which reviews have moved the due times of what is still to be delivered
    /// @param claimed what rows have claimed together
    function status()
        external
        view
        returns (State state, uint256 milestone, uint256 part, uint256 until, uint256 later, uint256 claimed);

    /// @notice What `signer` has said about a digest on chain.
    function saidBy(address signer, bytes32 digest) external view returns (Said);
}
