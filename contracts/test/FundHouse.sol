// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFund} from "../interfaces/IFund.sol";
import {IFundFactory} from "../interfaces/IFundFactory.sol";
import {IServices} from "../interfaces/IServices.sol";
import {House, deploy} from "./House.sol";
import {VM} from "./Vm.sol";
import {Agreements} from "./neighbours/Agreements.sol";

/// @notice A collective, and alice's fund, which she draws from to her checking address.
abstract contract FundHouse is House {
    bytes32 internal constant GROCERIES = "groceries";
    bytes32 internal constant SCHOOL = "school";

    Agreements internal agreements;
    IFundFactory internal funds;
    IServices internal services;
    IFund internal fund;
    address internal purse;

    function _open() internal {
        _found();
        agreements = new Agreements();
        funds = IFundFactory(deploy("FundFactory", abi.encode(agreements)));
        services = IServices(funds.services());
        purse = addressOf("alice's checking address");
        fund = IFund(funds.open(alice, purse, 0));
    }

    // Offers

    /// @dev For anyone, 1 to 9,000 bps, 90 days of notice, 12 each 30 days.
    function _terms(bytes32 service) internal pure returns (IServices.Offer memory terms) {
        terms.service = service;
        (terms.lowestBps, terms.highestBps) = (1, 9000);
        terms.notice = 90 days;
        (terms.count, terms.period) = (12, 30 days);
    }

    function _offer(address provider, IServices.Offer memory terms) internal returns (uint256) {
        VM.prank(provider);
        return services.offer(terms, "ipfs://offer");
    }

    function _offer(address provider) internal returns (uint256) {
        return _offer(provider, _terms(GROCERIES));
    }

    // Commitments

    function _noCap() internal pure returns (IFund.Cap memory) {}

    function _commit(uint256 offer, uint256 bps, IFund.Cap memory cap) internal returns (uint256) {
        VM.prank(alice);
        return fund.commit(offer, bps, cap);
    }

    function _commit(uint256 offer, uint256 bps) internal returns (uint256) {
        return _commit(offer, bps, _noCap());
    }

    function _commitTo(address provider, uint256 bps) internal returns (uint256 slot) {
        return _commit(_offer(provider), bps);
    }

    function _draw(address token_, uint256 amount) internal {
        VM.prank(alice);
        fund.draw(token_, amount);
    }

    /// @dev Income by plain transfer.
    function _earn(uint256 coin, uint256 tokens) internal {
        VM.deal(address(fund), address(fund).balance + coin);
        if (tokens != 0) token.mint(address(fund), tokens);
    }

    function _standing(uint256 slot) internal view returns (IFund.Standing standing) {
        (standing,,,) = fund.standingOf(slot);
    }

    function _assertStands(uint256 slot, IFund.Standing expected) internal view {
        assertEq(uint256(_standing(slot)), uint256(expected));
    }
}
