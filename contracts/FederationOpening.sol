// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {FederationState} from "./FederationState.sol";
import {IFederation} from "./interfaces/IFederation.sol";
import {IFederationHouse} from "./interfaces/IFederationHouse.sol";
import {IMembership} from "./interfaces/IMembership.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {ITies} from "./interfaces/ITies.sol";
import {Asked, MotionKey} from "./libraries/Motion.sol";
import {Interop} from "./libraries/Note.sol";

/// @title How motions are opened, passed down from the federation above, and taken back
abstract contract FederationOpening is IFederationHouse, FederationState {
    uint256 internal constant MAX_PATH = 8;
    uint256 internal constant LONGEST_VOTING = 40 days;

    /// @inheritdoc IFederationHouse
    function open(Content calldata content, address[] calldata path) external returns (bytes32 motion) {
        bool person = _requireOpener(path);
        Kind kind = _checkedContent(content);
        Rules memory r = _rules();

        Asked memory asked = Asked(
            block.chainid,
            address(this),
            ++motionCount,
            msg.sender,
            block.timestamp + r.voting,
            content.text,
            content.uri,
            keccak256(abi.encode(content.competence, content.large, content.acts))
        );
        Count count = kind == Kind.Ordinary ? r.ordinary : r.large;
        motion = _store(asked, count, kind, r.telling, person);
        motionOfKey[motion].content = keccak256(abi.encode(content));
        emit MotionOpened(motion, asked.number, msg.sender, asked.votesEnd, asked.votesEnd + r.telling, content);
    }

    /// @inheritdoc IFederationHouse
    function passDown(address parentPurse, Asked calldata above, address[] calldata path)
        external
        returns (bytes32 motion)
    {
        bool person = _requireOpener(path);
        require(ITies(treasury()).tieOf(parentPurse).since != 0, ITies.NotTied(parentPurse));
        (uint256 chain, address federation) = IPurse(parentPurse).home();
        bytes32 key = MotionKey.keyOf(above);
        require(above.chain == chain && above.federation == federation, UnknownMotion(key));
        require(passed[parentPurse][key] == 0, MotionDiffers(passed[parentPurse][key]));
        Rules memory r = _rules();
        // What is told here by the end of this one's telling still reaches the one above in its votes. What is above cannot
        // be asked from each chain: what nobody opened there must not take a lane for longer than a motion can last.
        require(
            above.votesEnd > block.timestamp + r.telling && above.votesEnd <= block.timestamp + LONGEST_VOTING,
            NotCounted(key)
        );
        Asked memory asked = Asked(
            block.chainid,
            address(this),
            ++motionCount,
            parentPurse,
            above.votesEnd - r.telling,
            above.text,
            above.uri,
            keccak256(abi.encode(key))
        );
        motion = _store(asked, r.ordinary, Kind.Ordinary, r.telling, person);
        passed[parentPurse][key] = motion;
        emit MotionPassedDown(motion, parentPurse, key, asked.number, asked);
    }

    /// @inheritdoc IFederationHouse
    function cancel(bytes32 motion) external {
        Motion storage m = _existing(motion);
        require(
            m.opener == msg.sender && block.timestamp < m.head.votesEnd && m.head.fate == Fate.Open, NotYours(motion)
        );
        m.head.fate = Fate.Cancelled;
        laneCloses[m.head.lane] = 0;
        openUntil[msg.sender] = 0;
        emit MotionCancelled(motion);
    }

    /// @inheritdoc IFederationHouse
    function passedDown(address purse, bytes32 above) external view returns (bytes32) {
        return passed[purse][above];
    }

    /// @inheritdoc IFederationHouse
    function motions() external view returns (uint256) {
        return motionCount;
    }

    function _existing(bytes32 motion) internal view returns (Motion storage m) {
        m = motionOfKey[motion];
        require(m.head.opened != 0, UnknownMotion(motion));
    }

    function _store(Asked memory asked, Count count, Kind kind, uint256 telling, bool person)
        private
        returns (bytes32 motion)
    {
        motion = MotionKey.keyOf(asked);
        uint256 closes = asked.votesEnd + telling;
        uint256 lane = _takeLane(motion, closes, person);
        Motion storage m = motionOfKey[motion];
        // After all that another motion of this second does not see.
        uint40 opened = _afterMotions();
        lastOpened = opened;
        m.head = Head(
            opened,
            uint40(asked.votesEnd),
            uint40(closes),
            uint24(asked.number),
            ruleSet,
            uint8(lane),
            count,
            kind,
            Fate.Open
        );
        m.totals = all;
        m.opener = asked.opener;
        openUntil[msg.sender] = uint40(asked.votesEnd);
    }

    function _takeLane(bytes32 motion, uint256 closes, bool person) private returns (uint256 lane) {
        uint256 first = type(uint256).max;
        // Members' own motions look in their own half first.
        for (uint256 i = 0; i < (person ? LANES_FOR_PERSONS : LANES); ++i) {
            lane = person ? i : LANES - 1 - i;
            uint256 busy = _closing(laneCloses[lane]);
            if (busy < block.timestamp) {
                laneMotion[lane] = motion;
                laneCloses[lane] = uint40(closes);
                return lane;
            }
            first = Math.min(first, busy + 1);
        }
        revert TooManyMotions(first);
    }

    /// @dev What a motion may hold is decided here, at opening.
    function _checkedContent(Content calldata content) private view returns (Kind kind) {
        uint256 count = content.acts.length;
        require(count <= MAX_ACTS, TooManyActs(count));
        bool house = count != 0;
        bool one = count != 0;
        bytes32 member;
        if (content.large) kind = Kind.Large;
        for (uint256 i = 0; i < count; ++i) {
            ActKind act = content.acts[i].kind;
            require(act != ActKind.None, BadAct(i));
            if (act == ActKind.Pay || act == ActKind.Spend || act == ActKind.Request) house = false;
            bool small = act <= ActKind.Invite || act == ActKind.ConfirmRoll || act == ActKind.Confirm;
            require(small || content.large, MotionMustBeLarge(i));
            if (act == ActKind.Expel) {
                // Two thirds of the others: which others would be open if two were named.
                require(count == 1, BadAct(i));
                kind = Kind.Expulsion;
            } else if (act == ActKind.Link || act == ActKind.LinkBack) {
                kind = Kind.TwoThirds;
            }
            if (act == ActKind.Request) {
                (bytes memory asked,) = abi.decode(content.acts[i].data, (bytes, string));
                bytes32 id = _memberId(asked);
                if (i != 0 && id != member) one = false;
                member = id;
            } else {
                one = false;
            }
        }
        require(!one, FallsOnOneMember(member));
        if (!house || content.competence != 0) {
            (, bool held) = _competence(content.competence);
            require(held, NotCompetent(content.competence));
        }
    }

    /// @dev A person who belongs here by the path, or (no path) the treasury of a member on this chain, as the purse knows it;
    /// one motion open at a time.
    function _requireOpener(address[] calldata path) private view returns (bool person) {
        person = path.length != 0;
        if (person) {
            _requireBelongs(path);
        } else {
            address collective = IPurse(treasury()).seatOf(msg.sender).collective;
            require(sits(Interop.idOf(block.chainid, collective)), NotOfThisFederation(msg.sender));
        }
        uint256 until = openUntil[msg.sender];
        require(block.timestamp > until, OneOpenMotion(msg.sender, until));
    }

    /// @dev The caller has a seat in the first of the path, each of which sits in the next, and the last here.
    function _requireBelongs(address[] calldata path) private view {
        uint256 count = path.length;
        require(count != 0 && count <= MAX_PATH, NotOfThisFederation(msg.sender));
        require(IMembership(path[0]).isMember(msg.sender), NotOfThisFederation(msg.sender));
        for (uint256 i = 1; i < count; ++i) {
            require(
                IFederation(path[i]).sits(Interop.idOf(block.chainid, path[i - 1])), NotOfThisFederation(path[i - 1])
            );
        }
        require(sits(Interop.idOf(block.chainid, path[count - 1])), NotOfThisFederation(path[count - 1]));
    }
}
