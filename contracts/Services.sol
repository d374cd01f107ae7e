// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "./interfaces/ICollective.sol";
import {IFund} from "./interfaces/IFund.sol";
import {IFundFactory} from "./interfaces/IFundFactory.sol";
import {IServices} from "./interfaces/IServices.sol";

/// @title The offers of all providers, and what funds say of their commitments to them
contract Services is IServices {
    uint256 internal constant MAX_BPS = 9000;
    uint256 internal constant MAX_TIME = 3650 days;

    struct Standing {
        address provider;
        bool closed;
        Offer terms;
    }

    /// @inheritdoc IServices
    address public immutable factory = msg.sender;
    /// @inheritdoc IServices
    uint256 public offers;
    mapping(uint256 number => Standing) internal standing;

    /// @inheritdoc IServices
    function offer(Offer calldata terms, string calldata uri) external returns (uint256 number) {
        require(terms.service != 0, BadTerms("the service has no name"));
        require(terms.lowestBps != 0, BadTerms("the lowest share is zero"));
        require(terms.lowestBps <= terms.highestBps, BadTerms("the lowest share is above the highest"));
        require(terms.highestBps <= MAX_BPS, BadTerms("the highest share is above 9,000 bps"));
        require(terms.notice <= MAX_TIME, BadTerms("the notice is longer than ten years"));
        require((terms.count == 0) == (terms.period == 0), BadTerms("a count needs a period and a period a count"));
        require(terms.period <= MAX_TIME, BadTerms("the period is longer than ten years"));
        address group = terms.membersOf;
        require(group == address(0) || group.code.length != 0, BadTerms("the members' collective is no contract"));

        number = ++offers;
        standing[number] = Standing(msg.sender, false, terms);
        emit Offered(number, msg.sender, terms.service, terms, uri);
    }

    /// @inheritdoc IServices
    function close(uint256 number) external {
        Standing storage s = _provided(number);
        require(!s.closed, OfferClosed(number));
        s.closed = true;
        emit Closed(number);
    }

    /// @inheritdoc IServices
    function end(uint256 number, address fund, uint256 slot) external returns (uint256 until) {
        _provided(number);
        require(IFundFactory(factory).isFund(fund), OnlyFunds(fund));
        // A fund's code is known: it changes one commitment and calls nobody.
        until = IFund(fund).dismiss(slot, number);
        emit Ended(number, fund, slot, until, true);
    }

    /// @inheritdoc IServices
    function accept(uint256 number, uint256 left, address person, uint256 slot, uint256 bps, uint256 seniority)
        external
        returns (address provider, Offer memory terms)
    {
        _requireFund();
        Standing storage s = standing[number];
        (provider, terms) = (s.provider, s.terms);
        require(provider != address(0), NoSuchOffer(number));
        require(!s.closed, OfferClosed(number));
        require(terms.only == address(0) || terms.only == person, OfferedToAnother(number, terms.only));
        require(
            bps >= terms.lowestBps && bps <= terms.highestBps,
            ShareOutOfBounds(number, bps, terms.lowestBps, terms.highestBps)
        );
        require(left == 0 || standing[left].terms.service == terms.service, OtherService(left, number));
        require(
            terms.membersOf == address(0) || ICollective(terms.membersOf).seatOf(person) != 0,
            OnlyForMembers(number, person, terms.membersOf)
        );
        emit Committed(number, msg.sender, person, slot, bps, seniority, left);
    }

    /// @inheritdoc IServices
    function reportEnd(uint256 number, uint256 slot, uint256 until) external {
        _requireFund();
        emit Ended(number, msg.sender, slot, until, false);
    }

    /// @inheritdoc IServices
    function reportRedemption(uint256 number, uint256 slot, uint256 count, uint256 left) external {
        _requireFund();
        emit Redeemed(number, msg.sender, slot, count, left);
    }

    /// @inheritdoc IServices
    function offerOf(uint256 number) external view returns (address provider, bool open, Offer memory terms) {
        Standing storage s = standing[number];
        provider = s.provider;
        require(provider != address(0), NoSuchOffer(number));
        return (provider, !s.closed, s.terms);
    }

    function _requireFund() private view {
        require(IFundFactory(factory).isFund(msg.sender), OnlyFunds(msg.sender));
    }

    function _provided(uint256 number) private view returns (Standing storage s) {
        s = standing[number];
        require(s.provider != address(0), NoSuchOffer(number));
        require(msg.sender == s.provider || msg.sender == s.terms.keeper, OnlyProvider(number));
    }
}
