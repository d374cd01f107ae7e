// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFederationHouse} from "./IFederationHouse.sol";
import {IFederationTallies} from "./IFederationTallies.sol";

/// @title Federation: a collective whose members are collectives
/// @notice Members join by invitation and their own decision, leave alone, decide motions in their own votes, and keep a
/// common purse on each chain. A federation can itself sit in another one.
/// @dev Members are known by keccak256 of their ERC-7930 address. Times are unix seconds, lengths seconds, shares basis
/// points. Whatever a motion acts on is decided here; what it does on another chain goes there as an order.
interface IFederation is IFederationTallies, IFederationHouse {}
