// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IProfitShare} from "./interfaces/IProfitShare.sol";
import {Affected} from "./libraries/Affected.sol";
import {AgreementTerms} from "./libraries/AgreementTerms.sol";
import {Payment} from "./libraries/Payment.sol";
import {Waterfall} from "./libraries/Waterfall.sol";

/// @title An agreement's words, which terms are in force, who has signed them, and how they are amended
abstract contract Agreed is IProfitShare, ReentrancyGuardTransient, EIP712("daokit ProfitShare", "1") {
    using AgreementTerms for Terms;
    using SafeERC20 for IERC20;

    /// @dev `state` is None as long as the agreement is a draft. `amended` is the hour of the last amendment (unix time
    /// / 1 hour); 0: the terms of the address still hold.
    struct Money {
        uint112 released;
        uint112 claimed;
        State state;
        uint24 amended;
    }

    struct Stage {
        uint8 milestone;
        uint16 part;
        uint40 since;
        uint40 until;
        uint40 later;
    }

    bytes32 internal constant OPENING_TYPEHASH = keccak256("Opening(bytes32 terms)");
    bytes32 internal constant AMENDMENT_TYPEHASH = keccak256(
        "Amendment(bytes32 current,bytes32 changed,bytes32 document,uint256 capital,address capitalTo,uint256 deadline)"
    );
    bytes32 internal constant DELIVERY_TYPEHASH =
        keccak256("Delivery(bytes32 terms,uint256 milestone,uint256 part,bytes32 report)");
    uint256 internal constant MAX_SIGNATURE = 4096;

    Money internal money;
    Stage internal stage;
    bytes32 internal current;
    mapping(uint256 row => uint256) internal paid;
    mapping(address signer => mapping(bytes32 digest => Said)) internal said;

    /// @inheritdoc IProfitShare
    function amend(
        Terms calldata terms,
        Frozen calldata frozen,
        Terms calldata changed,
        Change calldata change,
        bytes[] calldata signatures
    ) external payable nonReentrant {
        Money memory m = _inForce(terms, frozen);
        require(m.state >= State.Live && m.state <= State.Disputed, WrongState(m.state));
        require(block.timestamp <= change.deadline, TooLate(change.deadline));
        // One row may change itself alone: again and again, it could keep the others from ever naming the terms in force.
        require(block.timestamp / 1 hours > m.amended, NotYet((uint256(m.amended) + 1) * 1 hours));
        bytes32 given = changed.hashOf();
        _checkChange(terms, changed);
        (Frozen memory found, address[] memory signers) = _weigh(terms, frozen, changed, m);
        // Whoever changes nothing would still make everybody's papers out of date.
        require(signers.length != 0, BadTerms("nothing changes"));
        _requireSigned(_amendmentDigest(given, change), signers, signatures);

        m.released = uint112(found.released);
        m.amended = uint24(block.timestamp / 1 hours);
        _keep(m);
        bytes32 next = keccak256(abi.encode(given, found));
        current = next;
        emit Amended(next, given, change.document, change.capital, change.capitalTo, found);

        _passCapital(terms.token, change);
    }

    /// @inheritdoc IProfitShare
    function speak(bytes32 digest, Said said_) external {
        said[msg.sender][digest] = said_;
        emit Spoke(msg.sender, digest, said_);
    }

    /// @inheritdoc IProfitShare
    function check(Terms calldata terms) external view returns (bytes32) {
        terms.check(address(this));
        return terms.hashOf();
    }

    /// @inheritdoc IProfitShare
    function openingDigest(Terms calldata terms) external view returns (bytes32) {
        return _openingDigest(terms.hashOf());
    }

    /// @inheritdoc IProfitShare
    function amendmentDigest(Terms calldata changed, Change calldata change) external view returns (bytes32) {
        return _amendmentDigest(changed.hashOf(), change);
    }

    /// @inheritdoc IProfitShare
    function deliveryDigest(uint256 part, bytes32 report) external view returns (bytes32) {
        return _deliveryDigest(part, report);
    }

    /// @inheritdoc IProfitShare
    function losersOf(Terms calldata terms, Frozen calldata frozen) external view returns (address[] memory signers) {
        return _losers(terms, frozen, _inForce(terms, frozen));
    }

    /// @inheritdoc IProfitShare
    function signersOf(Terms calldata terms, Frozen calldata frozen, Terms calldata changed)
        external
        view
        returns (address[] memory signers)
    {
        _checkChange(terms, changed);
        (, signers) = _weigh(terms, frozen, changed, _inForce(terms, frozen));
    }

    /// @inheritdoc IProfitShare
    function entitled(Terms calldata terms, Frozen calldata frozen, uint256 row) external view returns (uint256) {
        Money memory m = _inForce(terms, frozen);
        _party(terms, row);
        return Waterfall.entitled(terms, frozen, _released(terms, m), row, m.state >= State.Done);
    }

    /// @inheritdoc IProfitShare
    function released(Terms calldata terms) external view returns (uint256) {
        return _released(terms, money);
    }

    /// @inheritdoc IProfitShare
    function paidTo(uint256 row) external view returns (uint256) {
        return paid[row];
    }

    /// @inheritdoc IProfitShare
    function hash() external view returns (bytes32) {
        return _hashInForce(money.amended != 0);
    }

    /// @inheritdoc IProfitShare
    function held(Terms calldata terms) external view returns (uint256) {
        return _held(terms, money);
    }

    /// @inheritdoc IProfitShare
    function status()
        external
        view
        returns (State state, uint256 milestone, uint256 part, uint256 until, uint256 later, uint256 claimed)
    {
        state = money.state == State.None ? State.Draft : money.state;
        return (state, stage.milestone, stage.part, stage.until, stage.later, money.claimed);
    }

    /// @inheritdoc IProfitShare
    function saidBy(address signer, bytes32 digest) external view returns (Said) {
        return said[signer][digest];
    }

    /// @dev What an amendment leaves divided as it is, and who must sign it.
    function _weigh(Terms calldata terms, Frozen calldata frozen, Terms calldata changed, Money memory m)
        private
        view
        returns (Frozen memory found, address[] memory signers)
    {
        found.amendment = frozen.amendment + 1;
        found.released = _released(terms, m);
        // All that will ever be released has to fit the books.
        require(
            found.released + changed.price <= AgreementTerms.MAX_AMOUNT, BadTerms("the price is out of bounds")
        );
        (found.amounts, found.repaid) = Waterfall.divide(terms, frozen, found.released);
        signers = Affected.signersOf(terms, found.repaid, changed);
    }

    /// @dev Who loses by less than the whole milestone.
    function _losers(Terms calldata terms, Frozen calldata frozen, Money memory m)
        internal
        pure
        returns (address[] memory)
    {
        (, uint256[] memory repaid) = Waterfall.divide(terms, frozen, m.released);
        return Affected.losers(terms, repaid);
    }

    function _checkChange(Terms calldata terms, Terms calldata changed) private view {
        changed.check(address(this));
        if (
            changed.token != terms.token || changed.openBy != terms.openBy || changed.depositBps != terms.depositBps
        ) revert BadTerms("token, opening time and deposit cannot change");
        if (changed.parties.length < terms.parties.length) {
            revert BadTerms("rows keep their places; take cost and share away instead");
        }
        if (terms.price != 0 && changed.milestones.length <= stage.milestone) {
            revert BadTerms("milestones cannot end before the present one");
        }
    }

    function _passCapital(address token, Change calldata change) private {
        address to = change.capitalTo;
        uint256 capital = change.capital;
        require(msg.value == (token == address(0) ? capital : 0), WrongCoin(msg.value, token == address(0) ? capital : 0));
        if (capital == 0) return;
        if (token == address(0)) {
            require(Payment.push(token, to, capital), NotTaken(token, to));
            return;
        }
        (, uint256 before) = Payment.balanceOf(token, to);
        IERC20(token).safeTransferFrom(msg.sender, to, capital);
        (, uint256 balance) = Payment.balanceOf(token, to);
        uint256 arrived = balance - Math.min(balance, before);
        require(arrived >= capital, CapitalShort(token, capital, arrived));
    }

    /// @dev One entry for each signer in order; empty for whoever sends this or has said yes on chain.
    function _requireSigned(bytes32 digest, address[] memory signers, bytes[] calldata signatures) internal view {
        require(signatures.length == signers.length, SignatureCount(signers.length, signatures.length));
        for (uint256 i = 0; i < signers.length; ++i) {
            address signer = signers[i];
            if (signer == msg.sender) continue;
            Said word = said[signer][digest];
            bool signed = word == Said.Approved || (word == Said.Nothing && _isSigned(signer, digest, signatures[i]));
            require(signed, NotSigned(signer));
        }
    }

    /// @dev A key is tried before a contract: it costs less, and an account may have both.
    function _isSigned(address signer, bytes32 digest, bytes calldata signature) private view returns (bool) {
        (address found, ECDSA.RecoverError failed,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failed == ECDSA.RecoverError.NoError && found == signer) return true;
        if (signature.length > MAX_SIGNATURE) return false;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature);
    }

    /// @dev One write for the word; the compiler would make one for each field.
    function _keep(Money memory m) internal {
        uint256 state = uint256(m.state);
        assembly ("memory-safe") {
            let word := or(mload(m), shl(112, mload(add(m, 32))))
            sstore(money.slot, or(word, or(shl(224, state), shl(232, mload(add(m, 96))))))
        }
    }

    /// @dev Refuses other terms than those in force. A draft's state reads Draft.
    function _inForce(Terms calldata terms, Frozen calldata frozen) internal view returns (Money memory m) {
        m = money;
        bytes32 given = terms.hashOf();
        bool amended = m.amended != 0;
        if (amended) given = keccak256(abi.encode(given, frozen));
        else if (frozen.amendment + frozen.released + frozen.amounts.length + frozen.repaid.length != 0) given = 0;
        bytes32 expected = _hashInForce(amended);
        require(given == expected, TermsDiffer(expected, given));
        if (m.state == State.None) m.state = State.Draft;
    }

    function _party(Terms calldata terms, uint256 row) internal pure returns (Party calldata) {
        require(row < terms.parties.length, NoSuchRow(row));
        return terms.parties[row];
    }

    /// @dev What has been released, with open-ended revenue that nobody has booked yet.
    function _released(Terms calldata terms, Money memory m) internal view returns (uint112) {
        (, uint256 balance) = Payment.balanceOf(terms.token, address(this));
        // The capital that an amendment brings passes through and is no revenue.
        if (terms.token == address(0)) balance -= msg.value;
        return _releasedBy(terms, m, balance);
    }

    function _releasedBy(Terms calldata terms, Money memory m, uint256 balance) internal pure returns (uint112) {
        if (terms.price != 0 || m.state != State.Live) return m.released;
        return uint112(Math.max(m.released, Math.min(balance + m.claimed, AgreementTerms.MAX_AMOUNT)));
    }

    /// @dev What is there and not released.
    function _held(Terms calldata terms, Money memory m) internal view returns (uint256) {
        (, uint256 balance) = Payment.balanceOf(terms.token, address(this));
        return balance - Math.min(balance, _releasedBy(terms, m, balance) - m.claimed);
    }

    // What the address was made from stands behind the clone's code: terms' hash, token, chosen number.
    function _firstHash() internal view returns (bytes32) {
        return bytes32(Clones.fetchCloneArgs(address(this)));
    }

    function _hashInForce(bool amended) internal view returns (bytes32) {
        return amended ? current : _firstHash();
    }

    function _token() internal view returns (address) {
        (, address token,) = abi.decode(Clones.fetchCloneArgs(address(this)), (bytes32, address, uint256));
        return token;
    }

    function _openingDigest(bytes32 terms) internal view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(OPENING_TYPEHASH, terms)));
    }

    function _deliveryDigest(uint256 part, bytes32 report) internal view returns (bytes32) {
        bytes32 terms = _hashInForce(money.amended != 0);
        return _hashTypedDataV4(keccak256(abi.encode(DELIVERY_TYPEHASH, terms, stage.milestone, part, report)));
    }

    function _amendmentDigest(bytes32 changed, Change calldata change) internal view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    AMENDMENT_TYPEHASH,
                    _hashInForce(money.amended != 0),
                    changed,
                    change.document,
                    change.capital,
                    change.capitalTo,
                    change.deadline
                )
            )
        );
    }
}
