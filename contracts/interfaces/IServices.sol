// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Services: what providers offer to personal funds
/// @notice A provider states a service, the share of income it asks for, and the notice it gives. A person takes the offer
/// by committing their fund to it: the standing offer is the provider's consent, the commitment the person's.
/// @dev Whoever calls `offer` is the provider, as a rule a treasury by a large option. The terms of an offer never change;
/// it can only be closed to new commitments. All funds of the factory that made this contract report here, so a provider
/// finds its people by the events of this one address. Shares are basis points (10,000 is all), times unix seconds.
interface IServices {
    /// @notice The terms of an offer.
    /// @param service what is offered, as a short text: a commitment is switched only within the same service
    /// @param lowestBps the least share of a draw that a commitment gives
    /// @param highestBps the greatest
    /// @param notice seconds that a commitment goes on once it is ended, the same for both sides
    /// @param count how often the person may ask for what they are entitled to in a period; 0 when nothing is counted
    /// @param period seconds of that period
    /// @param only the one person who can take the offer, or nobody for anyone
    /// @param membersOf the collective whose members alone can take the offer, or nobody for anyone
    /// @param keeper who, besides the provider, can close the offer and end commitments under it, or nobody
    /// @param text keccak256 of the offer's text
    struct Offer {
        bytes32 service;
        uint16 lowestBps;
        uint16 highestBps;
        uint32 notice;
        uint32 count;
        uint32 period;
        address only;
        address membersOf;
        address keeper;
        bytes32 text;
    }

    event Offered(uint256 indexed offer, address indexed provider, bytes32 indexed service, Offer terms, string uri);
    event Closed(uint256 indexed offer);
    /// @notice A fund has committed. `left` is the offer it switched from (0: none), `seniority` the time since when its
    /// person has held the service without a gap.
    event Committed(
        uint256 indexed offer,
        address indexed fund,
        address indexed person,
        uint256 slot,
        uint256 bps,
        uint256 seniority,
        uint256 left
    );
    /// @notice Service goes on until `until`. So does the money when the provider ended it; else that has stopped.
    event Ended(uint256 indexed offer, address indexed fund, uint256 slot, uint256 until, bool byProvider);
    event Redeemed(uint256 indexed offer, address indexed fund, uint256 slot, uint256 count, uint256 left);

    /// @notice There is no offer `offer`.
    error NoSuchOffer(uint256 offer);
    /// @notice Offer `offer` takes no new commitments.
    error OfferClosed(uint256 offer);
    /// @notice Only the provider of offer `offer` or its keeper can ask for this.
    error OnlyProvider(uint256 offer);
    /// @notice Only a personal fund can ask for this: `caller` is none.
    error OnlyFunds(address caller);
    /// @notice Offer `offer` was made to `only` alone.
    error OfferedToAnother(uint256 offer, address only);
    /// @notice Offer `offer` is for members of `collective` alone, and `person` is none.
    error OnlyForMembers(uint256 offer, address person, address collective);
    /// @notice Offer `offer` asks for `lowest` to `highest` bps of a draw, not `bps`.
    error ShareOutOfBounds(uint256 offer, uint256 bps, uint256 lowest, uint256 highest);
    /// @notice Offers `from` and `to` are not for the same service; end the one and commit to the other.
    error OtherService(uint256 from, uint256 to);
    /// @notice The terms do not hold together: `what`.
    error BadTerms(string what);

    /// @notice Make an offer. The caller is the provider and receives the money; the text stands at `uri`.
    /// @return number the offer's number, from 1
    function offer(Offer calldata terms, string calldata uri) external returns (uint256 number);

    /// @notice Close an offer to new commitments; those that stand go on. Provider or keeper.
    function close(uint256 number) external;

    /// @notice End the commitment of `fund` to offer `number`: money and service run until its notice has. Provider or
    /// keeper. `slot` is where the fund keeps it.
    function end(uint256 number, address fund, uint256 slot) external returns (uint256 until);

    /// @notice A fund takes an offer for `person`, leaving offer `left` of the same service (0: none). Funds only.
    function accept(uint256 number, uint256 left, address person, uint256 slot, uint256 bps, uint256 seniority)
        external
        returns (address provider, Offer memory terms);

    /// @notice A fund says that its person has ended a commitment. Funds only.
    function reportEnd(uint256 number, uint256 slot, uint256 until) external;

    /// @notice A fund says that its person asks for `count` of what they are entitled to. Funds only.
    function reportRedemption(uint256 number, uint256 slot, uint256 count, uint256 left) external;

    /// @notice The terms of an offer, who provides, and whether it takes new commitments.
    function offerOf(uint256 number) external view returns (address provider, bool open, Offer memory terms);

    /// @notice How many offers there have been; they are numbered from 1.
    function offers() external view returns (uint256);

    /// @notice The factory whose funds report here.
    function factory() external view returns (address);
}
