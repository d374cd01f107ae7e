// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IFund} from "./interfaces/IFund.sol";
import {IServices} from "./interfaces/IServices.sol";
import {Share, ShareFields} from "./libraries/Share.sol";

/// @title What a fund is committed to: providers, their shares and caps, standing and entitlements
abstract contract Commitments is IFund, ReentrancyGuardTransient {
    /// @dev What every act reads first, in one word. A bit for each commitment: kept at all, given to, capped.
    /// `recovering` says that a recovery was started, which may have lapsed since.
    struct Head {
        address owner;
        uint16 kept;
        uint16 paying;
        uint16 capped;
        uint32 debts;
        bool movedChecking;
        bool recovering;
    }

    struct Service {
        uint40 since;
        uint40 seniority;
        uint32 notice;
        uint32 count;
        uint32 period;
        bool switched;
    }

    struct Limit {
        address token;
        uint32 period;
        uint32 lastPeriod;
        uint120 perPeriod;
        uint120 taken;
        uint120 inAll;
        uint120 takenInAll;
    }

    /// @dev Kept by offer, so that committing anew does not begin the count anew.
    struct Redemption {
        uint40 start;
        uint32 period;
        uint32 count;
    }

    uint256 internal constant BPS = 10_000;
    uint256 internal constant MAX_BPS = 9000;
    uint256 internal constant SLOTS = 16;

    /// @inheritdoc IFund
    address public immutable services;

    Head internal head;
    Share[16] internal shares;
    Service[16] internal held;
    mapping(uint256 slot => Limit) internal limits;
    mapping(uint256 offer => Redemption) internal redemptions;

    constructor(address services_) {
        services = services_;
    }

    /// @inheritdoc IFund
    function commit(uint256 offer, uint256 bps, Cap calldata cap) external nonReentrant returns (uint256 slot) {
        _requireOwner();
        return _commit(offer, bps, cap, 0, block.timestamp);
    }

    /// @inheritdoc IFund
    function end(uint256 slot) external nonReentrant returns (uint256 until) {
        _requireOwner();
        Share share = _kept(slot);
        require(_isPaying(slot, share), AlreadyEnded(slot, share.until()));
        // A provider's notice that already runs is not made longer.
        until = share.until() == 0 ? block.timestamp + held[slot].notice : share.until();
        _stop(slot, until);
        IServices(services).reportEnd(share.offer(), slot, until);
    }

    /// @inheritdoc IFund
    function switchTo(uint256 slot, uint256 offer, uint256 bps, Cap calldata cap)
        external
        nonReentrant
        returns (uint256 newSlot)
    {
        _requireOwner();
        Share share = _kept(slot);
        Service memory service = held[slot];
        require(!share.isOver(), ServiceEnded(slot, share.until()));
        require(!service.switched, AlreadySwitched(slot));
        (address provider,,) = IServices(services).offerOf(offer);
        uint256 until = share.until() == 0 ? block.timestamp + service.notice : share.until();
        // The same provider goes on under the new terms; it does not serve twice.
        if (provider == share.receiver()) until = block.timestamp;

        held[slot].switched = true;
        _stop(slot, until);
        IServices(services).reportEnd(share.offer(), slot, until);
        return _commit(offer, bps, cap, share.offer(), service.seniority);
    }

    /// @inheritdoc IFund
    function redeem(uint256 slot, uint256 count) external nonReentrant returns (uint256 left) {
        _requireOwner();
        Share share = _kept(slot);
        Service memory service = held[slot];
        require(!share.isOver(), ServiceEnded(slot, share.until()));
        left = _left(share.offer(), service);
        require(count != 0 && count <= left, NotEntitled(slot, count, left));

        left -= count;
        Redemption memory r = redemptions[share.offer()];
        if (r.start == 0) r.start = service.since;
        r.period = uint32((block.timestamp - r.start) / service.period);
        r.count = service.count - uint32(left);
        redemptions[share.offer()] = r;
        IServices(services).reportRedemption(share.offer(), slot, count, left);
    }

    /// @inheritdoc IFund
    function dismiss(uint256 slot, uint256 offer) external nonReentrant returns (uint256 until) {
        require(msg.sender == services, OnlyServices());
        Share share = _kept(slot);
        require(share.offer() == offer, NoSuchCommitment(slot, offer));
        require(share.until() == 0, AlreadyEnded(slot, share.until()));
        until = block.timestamp + held[slot].notice;
        shares[slot] = share.withUntil(until);
    }

    /// @inheritdoc IFund
    function standingOf(uint256 slot)
        external
        view
        returns (Standing standing, uint256 since, uint256 until, uint256 seniority)
    {
        if (!_isKept(slot)) return (Standing.None, 0, 0, 0);
        Service memory service = held[slot];
        Share share = shares[slot];
        return (_standing(share), service.since, share.until(), service.seniority);
    }

    /// @inheritdoc IFund
    function commitmentOf(uint256 slot) public view returns (Commitment memory c) {
        if (!_isKept(slot)) return c;
        Share share = shares[slot];
        Service memory service = held[slot];
        c = Commitment({
            slot: slot,
            offer: share.offer(),
            receiver: share.receiver(),
            bps: share.bps(),
            paying: _isPaying(slot, share),
            standing: _standing(share),
            since: service.since,
            until: share.until(),
            seniority: service.seniority,
            notice: service.notice,
            count: service.count,
            period: service.period,
            left: 0
        });
        if (c.standing != Standing.Ended) c.left = _left(share.offer(), service);
    }

    /// @inheritdoc IFund
    function commitments() external view returns (Commitment[] memory list) {
        uint256 count;
        for (uint256 slot = 0; slot < SLOTS; ++slot) {
            if (_isKept(slot)) ++count;
        }
        list = new Commitment[](count);
        count = 0;
        for (uint256 slot = 0; slot < SLOTS; ++slot) {
            if (_isKept(slot)) list[count++] = commitmentOf(slot);
        }
    }

    /// @inheritdoc IFund
    function capOf(uint256 slot) external view returns (Cap memory cap, uint256 taken, uint256 takenInAll) {
        if (!_isKept(slot) || (head.capped >> slot) & 1 == 0) return (cap, 0, 0);
        Limit memory limit = _limitNow(slot);
        cap = Cap(limit.token, limit.period, limit.perPeriod, limit.inAll);
        return (cap, limit.taken, limit.takenInAll);
    }

    function _requireOwner() internal view {
        require(msg.sender == head.owner, OnlyOwner(head.owner));
    }

    /// @dev What commitment `slot`, which is capped, may still take from a draw of `token`.
    function _room(uint256 slot, address token) internal view returns (uint256 room) {
        Limit memory limit = _limitNow(slot);
        if (limit.token != token) return 0;
        room = type(uint256).max;
        if (limit.perPeriod != 0) room = limit.perPeriod - limit.taken;
        if (limit.inAll != 0) room = Math.min(room, limit.inAll - limit.takenInAll);
    }

    /// @dev Books what a capped commitment took, which fits the room that there was.
    function _count(uint256 slot, uint256 amount) internal {
        Limit memory limit = _limitNow(slot);
        // Only what has a limit is counted: such a sum cannot outgrow its bits.
        if (limit.perPeriod != 0) limit.taken += uint120(amount);
        if (limit.inAll != 0) limit.takenInAll += uint120(amount);
        limits[slot] = limit;
    }

    function _commit(uint256 offer, uint256 bps, Cap calldata cap, uint256 left, uint256 seniority)
        private
        returns (uint256 slot)
    {
        bool capped = cap.perPeriod != 0 || cap.inAll != 0;
        require((cap.perPeriod == 0) == (cap.period == 0), BadTerms("a cap a period needs an amount and a length"));
        require(capped || cap.token == address(0), BadTerms("a cap names a token and no amount"));
        slot = _place(offer, bps);
        (address provider, IServices.Offer memory terms) =
            IServices(services).accept(offer, left, msg.sender, slot, bps, seniority);

        shares[slot] = ShareFields.create(provider, bps, offer);
        held[slot] =
            Service(uint40(block.timestamp), uint40(seniority), terms.notice, terms.count, terms.period, false);
        if (capped) limits[slot] = Limit(cap.token, cap.period, 0, cap.perPeriod, 0, cap.inAll, 0);
        uint16 bit = uint16(1 << slot);
        Head memory h = head;
        (h.kept, h.paying) = (h.kept | bit, h.paying | bit);
        h.capped = capped ? h.capped | bit : h.capped & ~bit;
        head = h;
    }

    /// @dev The first place that is free, or whose commitment has ended; what draws give stays within bounds.
    function _place(uint256 offer, uint256 bps) private view returns (uint256 place) {
        place = SLOTS;
        for (uint256 slot = 0; slot < SLOTS; ++slot) {
            // A place never taken costs no reading.
            Share share = _isKept(slot) ? shares[slot] : Share.wrap(0);
            if (share.offer() == 0 || share.isOver()) {
                place = Math.min(place, slot);
            } else if (_isPaying(slot, share)) {
                require(share.offer() != offer, AlreadyCommitted(slot, offer));
                bps += share.bps();
            }
        }
        require(place != SLOTS, TooManyCommitments());
        require(bps <= MAX_BPS, TooMuchCommitted(bps));
    }

    function _stop(uint256 slot, uint256 until) private {
        shares[slot] = shares[slot].withUntil(until);
        head.paying &= ~uint16(1 << slot);
    }

    function _kept(uint256 slot) private view returns (Share) {
        require(_isKept(slot), NoSuchCommitment(slot, 0));
        return shares[slot];
    }

    function _isKept(uint256 slot) private view returns (bool) {
        return (head.kept >> slot) & 1 == 1;
    }

    /// @dev A provider's notice leaves the bit, and ends by the clock.
    function _isPaying(uint256 slot, Share share) private view returns (bool) {
        return (head.paying >> slot) & 1 == 1 && !share.isOver();
    }

    function _standing(Share share) private view returns (Standing) {
        if (share.until() == 0) return Standing.Active;
        return share.isOver() ? Standing.Ended : Standing.Notice;
    }

    function _left(uint256 offer, Service memory service) private view returns (uint256) {
        if (service.count == 0) return 0;
        Redemption memory r = redemptions[offer];
        bool now_ = r.start != 0 && (block.timestamp - r.start) / service.period == r.period;
        return now_ ? service.count - r.count : service.count;
    }

    function _limitNow(uint256 slot) private view returns (Limit memory limit) {
        limit = limits[slot];
        if (limit.period == 0) return limit;
        uint32 period = uint32((block.timestamp - held[slot].since) / limit.period);
        if (period != limit.lastPeriod) (limit.lastPeriod, limit.taken) = (period, 0);
    }
}
