// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFund} from "../../interfaces/IFund.sol";
import {IServices} from "../../interfaces/IServices.sol";
import {TestCoin} from "../../TestCoin.sol";
import {VM} from "../Vm.sol";
import {Agreements} from "../neighbours/Agreements.sol";
import {RefusesEther} from "../neighbours/RefusesEther.sol";

/// @notice Anybody does anything with funds and offers, with arguments that are near to the right ones, without looking
/// whether they may. The caller is whoever forge sends, or who could have the right.
contract Passers {
    IFund private immutable fund;
    IServices private immutable services;
    TestCoin private immutable token;
    address private immutable owner;
    address private immutable work;
    RefusesEther public immutable refuser = new RefusesEther();
    uint256 public drawn;
    uint256 public invested;
    uint256 public usurpations;

    constructor(IFund fund_, IServices services_, TestCoin token_, address owner_, Agreements agreements) {
        (fund, services, token, owner) = (fund_, services_, token_, owner_);
        work = address(agreements.make());
    }

    function offer(bytes32 seed, uint16 bps, uint32 notice, uint32 count) external {
        IServices.Offer memory terms;
        terms.service = seed[31] < 0x80 ? bytes32("groceries") : bytes32("school");
        (terms.lowestBps, terms.highestBps, terms.notice) = (1, bps % 9500, notice % 100 days);
        (terms.count, terms.period) = (count % 20, 30 days);
        VM.prank(uint256(seed) % 3 == 0 ? msg.sender : address(refuser));
        services.offer(terms, "");
    }

    function commit(uint256 number, uint256 bps, IFund.Cap calldata cap) external {
        number = _offer(number);
        VM.prank(_someone(bps));
        fund.commit(number, bps % 3000, cap.token == address(0) ? cap : IFund.Cap(address(0), 0, 0, 0));
    }

    function switchTo(uint256 slot, uint256 number, uint256 bps) external {
        number = _offer(number);
        VM.prank(_someone(bps));
        fund.switchTo(slot % 5, number, bps % 3000, IFund.Cap(address(0), 0, 0, 0));
    }

    function end(uint256 slot, uint256 who) external {
        VM.prank(_someone(who));
        fund.end(slot % 5);
    }

    function dismiss(uint256 number, uint256 slot) external {
        // Mostly the offer that stands there.
        uint256 there = fund.commitmentOf(slot % 4).offer;
        address caller = number % 4 == 0 ? msg.sender : address(refuser);
        number = number % 5 == 0 ? _offer(number) : there;
        VM.prank(caller);
        services.end(number, address(fund), slot % 4);
    }

    function redeem(uint256 slot, uint256 count) external {
        VM.prank(_someone(count));
        fund.redeem(slot % 5, count % 8);
    }

    function draw(uint256 amount, bool coin) external {
        VM.prank(_someone(amount));
        fund.draw(coin ? address(0) : address(token), amount % 2 ether);
        if (coin) drawn += amount % 2 ether;
    }

    function invest(uint256 amount) external {
        VM.prank(_someone(amount));
        fund.invest(work, address(0), amount % 2 ether, "");
        invested += amount % 2 ether;
    }

    function collect(uint256 who, address to) external {
        VM.prank(who % 2 == 0 ? msg.sender : address(refuser));
        fund.collect(address(0), to);
    }

    function wait(uint256 time) external {
        VM.warp(VM.getBlockTimestamp() + time % 40 days);
    }

    /// @dev Must be refused, whoever asks.
    function usurp(uint256 slot, uint256 number, address to) external {
        bytes[4] memory acts = [
            abi.encodeCall(IFund.dismiss, (slot % 5, _offer(number))),
            abi.encodeCall(IFund.initialize, (to)),
            abi.encodeCall(IFund.setOwner, (to)),
            abi.encodeCall(IFund.setChecking, (to))
        ];
        VM.prank(msg.sender);
        (bool done,) = address(fund).call(acts[number % 4]);
        number = _offer(number);
        VM.prank(msg.sender);
        try services.accept(number, 0, to, slot, 100, 0) {
            usurpations += 1;
        } catch {}
        if (done) usurpations += 1;
    }

    function _someone(uint256 seed) private view returns (address) {
        return seed % 8 == 0 ? msg.sender : owner;
    }

    function _offer(uint256 number) private view returns (uint256) {
        return number % (services.offers() + 2);
    }
}
