// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IGovernor} from "./interfaces/IGovernor.sol";
import {IMember} from "./interfaces/IMember.sol";
import {IMotions} from "./interfaces/IMotions.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {ITies} from "./interfaces/ITies.sol";
import {Head, HeadFields} from "./libraries/Head.sol";
import {Asked, MotionKey} from "./libraries/Motion.sol";
import {Register} from "./libraries/Register.sol";
import {Seats} from "./Seats.sol";

/// @title A collective in its federations: votes on their motions, objections to their orders
abstract contract Motions is IMotions, Seats {
    uint256 internal constant LONGEST_OBJECTION = 30 days;
    uint256 internal constant MOTIONS_PER_SEASON = 16;

    /// @inheritdoc IMotions
    function openMotion(address purse, Asked calldata asked) external returns (bytes32 proposal) {
        uint256 seat = _memberSeat(msg.sender);
        _requireTie(purse);
        (uint256 chain, address federation) = IPurse(purse).home();
        require(asked.chain == chain && asked.federation == federation, NotTheirMotion(purse));
        bytes32 motion = MotionKey.keyOf(asked);
        proposal = motionProposal(purse, motion);
        require(!heads[proposal].exists(), MotionIsOpen(proposal));

        Register reg = register.asOf(block.timestamp);
        uint256 starts = block.timestamp;
        bool next = starts + reg.voting() > reg.end();
        if (next) starts = reg.end();
        require(starts + reg.voting() <= asked.votesEnd, TooLateForMotion(starts + reg.voting(), asked.votesEnd));
        // Whether there is such a motion cannot be asked from each chain: a seat must not fill the season with others.
        uint256 put = motionsPut[seat];
        put = put >> 16 == reg.season() ? put + 1 : (reg.season() << 16) + 1;
        require(put & type(uint16).max <= MOTIONS_PER_SEASON, TooManyMotionsPut(seat, MOTIONS_PER_SEASON));
        motionsPut[seat] = put;
        uint256 lane;
        (reg, lane) = reg.withProposal().withLane(next);
        Head head = HeadFields.opened(reg, starts, lane, next, false).ofMotion();
        heads[proposal] = head;
        register = reg;
        IGovernor.Option memory option;
        (option.text, option.uri) = (asked.text, asked.uri);
        emit IGovernor.ProposalOpened(proposal, reg.proposals(), seat, Head.unwrap(head), option);
        emit MotionPut(proposal, purse, motion);
    }

    /// @inheritdoc IMotions
    function objectTo(address purse, bytes32 subject) external {
        uint256 seat = _memberSeat(msg.sender);
        bytes32 request = objectionRequest(purse, subject);
        if (requests[request].closes == 0) {
            _requireTie(purse);
            uint256 closes = Math.min(IPurse(purse).waitsUntil(subject), block.timestamp + LONGEST_OBJECTION);
            require(closes > block.timestamp, NothingWaits(purse, subject));
            _openRequest(request, closes);
        }
        _object(request, seat);
    }

    /// @inheritdoc IMember
    function treasury() external view returns (address) {
        return _treasury();
    }

    /// @inheritdoc IMember
    function people() external view returns (uint256) {
        return register.seats();
    }

    /// @inheritdoc IMember
    function resultOf(address purse, bytes32 motion) external view returns (Result memory) {
        return _resultOf(purse, motion);
    }

    /// @inheritdoc IMember
    function objectsTo(address purse, bytes32 subject) external view returns (bool) {
        Request storage asked = requests[objectionRequest(purse, subject)];
        return asked.needed != 0 && asked.objections >= asked.needed;
    }

    /// @inheritdoc IMotions
    function motionProposal(address purse, bytes32 motion) public view returns (bytes32) {
        return _motionProposal(purse, motion);
    }

    /// @inheritdoc IMotions
    function objectionRequest(address purse, bytes32 subject) public view returns (bytes32) {
        return keccak256(abi.encode("objection", address(this), purse, subject));
    }

    function _openRequest(bytes32 request, uint256 closes) internal {
        Register reg = register;
        uint256 needed = Math.max(1, Math.ceilDiv(roll.objectionBps() * reg.seats(), BPS));
        requests[request] = Request(uint40(closes), uint24(needed), 0, uint24(reg.lastSeat()));
        emit RequestOpened(request, closes, needed);
    }

    function _object(bytes32 request, uint256 seat) internal {
        Request storage asked = _openTo(request, seat);
        require(!hasObjected[request][seat], AlreadyObjected(seat));
        hasObjected[request][seat] = true;
        asked.objections += 1;
        emit Objected(request, seat);
    }

    /// @dev The request, if this seat can object to it now.
    function _openTo(bytes32 request, uint256 seat) internal view returns (Request storage asked) {
        asked = requests[request];
        require(block.timestamp < asked.closes && asked.objections < asked.needed, NoOpenRequest(request));
        require(seat <= asked.lastSeat, SeatedAfterRequest(seat));
    }

    function _requireTie(address purse) private view {
        require(ITies(_treasury()).tieOf(purse).since != 0, ITies.NotTied(purse));
    }
}
