// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {FederationTallies} from "./FederationTallies.sol";
// What its artifact promises: the house's half of it is not in this code.
import {IFederation} from "./interfaces/IFederation.sol";

/// @title A collective whose members are collectives
/// @dev Answers `IFederation`: seats and tallies by its own code, the rest as `FederationHouse` by delegatecall to a fixed
/// contract. Deployed as clones whose one immutable argument is the purse at home.
contract Federation is FederationTallies {
    address private immutable house;

    constructor(address house_) {
        house = house_;
        // No clone: nobody is to found a federation in the implementation itself.
        ruleSet = 1;
    }

    fallback(bytes calldata call) external payable returns (bytes memory) {
        return Address.functionDelegateCall(house, call);
    }
}
