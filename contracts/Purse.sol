// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Books} from "./Books.sol";
import {IBooks} from "./interfaces/IBooks.sol";
import {IMember} from "./interfaces/IMember.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {ITies} from "./interfaces/ITies.sol";
import {Interop} from "./libraries/Note.sol";
import {Payment} from "./libraries/Payment.sol";

/// @title Members of a federation on one chain: their seats, levies and exit shares
abstract contract Purse is IPurse, Books {
    using SafeCast for uint256;

    uint256 internal constant MAX_TRAIL = 8;
    uint256 internal constant BUCKET_PERIOD = 7 days;
    uint256 internal constant NO_BUCKET = type(uint256).max;
    uint256 private constant LISTING = 1 << 216;

    /// @dev All treasuries are clones of one implementation: they take a payment as their deposit.
    bytes32 private immutable treasuryCode;

    uint256 internal homeChain;
    address internal federation;
    bool internal exitShare;
    /// @inheritdoc IPurse
    bytes32 public charter;
    /// @inheritdoc IPurse
    uint256 public seated;
    mapping(address treasury => PurseSeat) internal seats;
    mapping(address collective => address treasury) internal treasuryOf;
    /// @dev Above the sum stands how often the token was taken off the list: what was levied before is in no exit share.
    mapping(address token => uint256) internal allLevies;
    /// @dev By the time of joining, so that who leaves starts from nothing again; the same word.
    mapping(address treasury => mapping(uint256 since => mapping(address token => uint256))) internal ownLevies;

    // The collective says whether a clone is set up; the implementation itself never is.
    constructor(address treasuryImplementation) {
        treasuryCode = keccak256(
            abi.encodePacked(hex"363d3d373d3d3d363d73", treasuryImplementation, hex"5af43d82803e903d91602b57fd5bf3")
        );
        core.collective = address(1);
    }

    receive() external payable {}

    /// @inheritdoc IPurse
    function enter(bytes32 charter_, uint256 bps) external {
        address collective_ = IBooks(msg.sender).collective();
        require(IMember(collective_).treasury() == msg.sender, NotATreasury(msg.sender));
        require(seats[msg.sender].state == SeatState.None, StillTied(msg.sender));
        // One treasury speaks for a member: a member of many would confirm orders as often.
        require(treasuryOf[collective_] == address(0), StillTied(treasuryOf[collective_]));
        require(charter_ == charter, OtherCharter(charter_, charter));
        bytes32 id = Interop.idOf(block.chainid, collective_);
        bytes32[] memory above = trail();
        require(above.length < MAX_TRAIL, Circle(id));
        for (uint256 i = 0; i < above.length; ++i) {
            require(above[i] != id, Circle(id));
        }

        seats[msg.sender] = PurseSeat(collective_, uint40(block.timestamp), SeatState.Entered, 0);
        treasuryOf[collective_] = msg.sender;
        emit Entered(msg.sender, collective_, charter_, bps);
        _entered(msg.sender);
    }

    /// @inheritdoc IPurse
    function release(address treasury) external nonReentrant {
        require(seats[treasury].state != SeatState.None, NoSeatHere(treasury));
        require(ITies(treasury).tieOf(address(this)).since == 0, StillTied(treasury));
        Report memory left;
        (left.collective, left.since) = (seats[treasury].collective, seats[treasury].since);
        _end(treasury);
        _released(left);
    }

    /// @inheritdoc IPurse
    function takeLevy(address token, uint256 amount) external payable nonReentrant {
        PurseSeat memory s = seats[msg.sender];
        require(s.state != SeatState.None, NoSeatHere(msg.sender));
        require(s.state != SeatState.Notice, UnderNotice(msg.sender, s.noticeEnds));
        require(isListed(token), NotListed(token));
        // Revenue here too: what members pass up is passed up further.
        uint256 received = _take(token, amount, "revenue: levy");
        uint112 added = received.toUint112();
        moves[token].revenue += added;
        uint256 all = allLevies[token];
        uint256 own = _levied(msg.sender, s.since, token, all);
        allLevies[token] = all + added;
        ownLevies[msg.sender][s.since][token] = all - all % LISTING + own + added;
        emit LevyTaken(msg.sender, token, received);
    }

    /// @inheritdoc IPurse
    function tell(address treasury, bytes32[] calldata motions) external payable {
        PurseSeat memory s = seats[treasury];
        require(s.state != SeatState.None, NoSeatHere(treasury));
        Report memory told = _standing(s);
        told.votes = new Told[](motions.length);
        for (uint256 i = 0; i < motions.length; ++i) {
            IMember.Result memory result = IMember(s.collective).resultOf(address(this), motions[i]);
            require(result.ended != 0, VoteNotEnded(s.collective, motions[i]));
            told.people = uint32(Math.min(result.people, type(uint32).max));
            told.votes[i] = Told(
                motions[i],
                uint40(result.ended),
                uint32(Math.min(result.seatsFor, type(uint32).max)),
                uint32(Math.min(result.seatsAgainst, type(uint32).max)),
                int8(result.decision)
            );
        }
        if (motions.length == 0) told.people = _people(s);
        _tell(treasury, told);
    }

    /// @inheritdoc IPurse
    function home() external view returns (uint256, address) {
        return (homeChain, federation);
    }

    /// @inheritdoc IPurse
    function seatOf(address treasury) external view returns (PurseSeat memory) {
        return seats[treasury];
    }

    /// @inheritdoc IPurse
    function leviesOf(address treasury, address token) external view returns (uint256 own, uint256 all) {
        all = allLevies[token];
        return (_levied(treasury, seats[treasury].since, token, all), all % LISTING);
    }

    /// @inheritdoc IPurse
    function exitShareOf(address treasury, address token) public view returns (uint256) {
        uint256 all = allLevies[token];
        uint256 own = _levied(treasury, seats[treasury].since, token, all);
        if (own == 0 || !exitShare) return 0;
        return Math.min(own, Math.mulDiv(_free(token), own, all % LISTING));
    }

    /// @inheritdoc IPurse
    function trail() public view virtual returns (bytes32[] memory);

    /// @dev A treasury has taken a seat here: the federation is to know.
    function _entered(address treasury) internal virtual;

    function _tell(address treasury, Report memory told) internal virtual;

    /// @dev A seat has gone: the federation is to know, at once if it is here.
    function _released(Report memory left) internal virtual;

    /// @dev Without the number of people, which may come with what else is asked of the member.
    function _standing(PurseSeat memory s) internal pure returns (Report memory told) {
        (told.collective, told.seated, told.since) = (s.collective, true, s.since);
    }

    function _people(PurseSeat memory s) internal view returns (uint32) {
        return uint32(Math.min(IMember(s.collective).people(), type(uint32).max));
    }

    /// @dev The seat goes, and its exit share is paid: by plain transfer while the leaver's own books are open.
    function _end(address treasury) internal {
        PurseSeat memory s = seats[treasury];
        if (s.state != SeatState.Entered) seated -= 1;
        uint256 count = core.listed;
        uint256[] memory shares = new uint256[](count + 1);
        for (uint256 i = 0; i <= count; ++i) {
            address token = _watchedAt(i);
            shares[i] = exitShareOf(treasury, token);
            uint256 all = allLevies[token];
            allLevies[token] = all - _levied(treasury, s.since, token, all);
            // It may sit again in this very block.
            ownLevies[treasury][s.since][token] = 0;
        }
        delete seats[treasury];
        delete treasuryOf[s.collective];
        emit Released(treasury);

        for (uint256 i = 0; i <= count; ++i) {
            if (shares[i] == 0) continue;
            address token = _watchedAt(i);
            emit ExitSharePaid(treasury, token, shares[i]);
            // A deposit while the leaver's books are closed, so that nobody finds revenue there.
            if (_push(token, treasury, shares[i], "exit share") || Payment.push(token, treasury, shares[i])) {
                _shift(token, -int256(shares[i]));
                emit Paid(token, treasury, shares[i], "exit share");
            } else {
                _owe(token, treasury, shares[i], "exit share");
            }
        }
    }

    function _takeSeat(address collective_, SeatState state, uint256 noticeEnds) internal virtual {
        address treasury = treasuryOf[collective_];
        PurseSeat memory s = seats[treasury];
        // Told of a member that has left here since, or has not come yet: nothing to note.
        if (s.state == SeatState.None) return;
        if (state == SeatState.None) {
            emit SeatChanged(treasury, SeatState.None, 0);
            _end(treasury);
            return;
        }
        bool sat = s.state != SeatState.Entered;
        bool sits = state != SeatState.Entered;
        if (sits && !sat) seated += 1;
        if (sat && !sits) seated -= 1;
        (seats[treasury].state, seats[treasury].noticeEnds) = (state, uint40(noticeEnds));
        emit SeatChanged(treasury, state, noticeEnds);
    }

    /// @dev What a motion pays, within `bps` of what is free in seven days, or (NO_BUCKET) whatever it says.
    function _payOut(bytes memory data, uint256 bps) internal {
        (address token, address to, uint256 amount, bytes32 purpose) =
            abi.decode(data, (address, address, uint256, bytes32));
        require(isListed(token), NotListed(token));
        uint256 free = _free(token);
        require(amount <= free, NotEnoughFree(token, amount, free));
        if (bps != NO_BUCKET) _takeFromBucket(token, amount, free + books[token].reserved, bps, BUCKET_PERIOD);
        _shift(token, -int256(_pay(token, to, amount, purpose)));
    }

    function _listOrNot(bytes memory data) internal {
        (address token, bool on) = abi.decode(data, (address, bool));
        executing = true;
        if (on) {
            this.listToken(token);
        } else {
            this.delistToken(token);
            uint256 all = allLevies[token];
            allLevies[token] = all - all % LISTING + LISTING;
        }
        executing = false;
    }

    /// @dev Own levies while the token is listed as `all` says.
    function _levied(address treasury, uint256 since, address token, uint256 all) private view returns (uint256) {
        uint256 own = ownLevies[treasury][since][token];
        return own / LISTING == all / LISTING ? own % LISTING : 0;
    }

    function _isTreasury(address to) internal view virtual override returns (bool) {
        return to.codehash == treasuryCode;
    }

    /// @dev Coin, then what is listed.
    function _watchedAt(uint256 place) internal view returns (address) {
        return place == 0 ? address(0) : listed[place - 1];
    }
}
