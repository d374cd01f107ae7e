// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "../../interfaces/ICollective.sol";
import {IGovernor} from "../../interfaces/IGovernor.sol";
import {ITreasury} from "../../interfaces/ITreasury.sol";
import {TestCoin} from "../../TestCoin.sol";
import {VM} from "../Vm.sol";
import {RefusesEther} from "../neighbours/RefusesEther.sol";

/// @notice Anybody calls anything with arguments that are near to the right ones, without looking whether they may: most of
/// it is refused, and nothing is kept within bounds. The caller is whoever forge sends.
contract Crowd {
    address public constant PAYEE = address(0xBEEF);

    ICollective private immutable collective;
    ITreasury private immutable treasury;
    TestCoin private immutable token;
    address[] private founders;
    RefusesEther public immutable refuser = new RefusesEther();
    bytes32[] private proposals;
    uint256[] private contents;
    uint256[] private authors;
    uint256 public executions;
    uint256 public usurpations;

    constructor(ICollective collective_, ITreasury treasury_, TestCoin token_, address[] memory founders_) {
        (collective, treasury, token, founders) = (collective_, treasury_, token_, founders_);
    }

    function propose(uint256 content) external {
        VM.prank(msg.sender);
        proposals.push(collective.propose(_option(content)));
        contents.push(content);
        authors.push(collective.seatOf(msg.sender));
    }

    function addRival(uint256 number, uint256 content) external {
        VM.prank(msg.sender);
        collective.addRival(_proposal(number), _option(content));
    }

    function vote(uint256 number, uint8 place, int8 votes, uint256 time) external {
        _until(collective.proposalOf(_proposal(number)).votingStarts + time % 6 days);
        VM.prank(msg.sender);
        collective.vote(_proposal(number), place % 3, votes);
    }

    function voteTogether(uint256 number, uint8 place, int8 votes) external {
        _until(collective.proposalOf(_proposal(number)).votingStarts);
        for (uint256 i = 0; i < founders.length; ++i) {
            VM.prank(founders[i]);
            try collective.vote(_proposal(number), place % 2, votes % 5) {} catch {}
        }
    }

    function execute(uint256 number, uint8 place, uint256 author) external {
        bytes32 proposal = _proposal(number);
        _until(collective.proposalOf(proposal).executableAt);
        bool wrong = author % 4 == 0;
        IGovernor.Option memory content = _option(wrong ? number : contents[number % contents.length]);
        VM.prank(msg.sender);
        collective.execute(proposal, place % 8 == 0 ? 1 : 0, wrong ? author % 7 : authors[number % authors.length], content);
        executions += 1;
    }

    function giveNotice(uint256 units) external {
        VM.prank(units % 8 == 0 ? msg.sender : founders[units % 5]);
        treasury.giveNotice(units % 700);
    }

    function exit(uint256 units, bool both) external {
        address[] memory list = new address[](both ? 2 : 1);
        if (both) list[1] = address(token);
        VM.warp(VM.getBlockTimestamp() + 5 days);
        address holder = units % 8 == 0 ? msg.sender : founders[units % 5];
        uint256 noticed = treasury.holdingOf(holder).noticed;
        VM.prank(holder);
        treasury.exit(units % (noticed + 2), list);
    }

    function collect(uint256 what, uint256 to) external {
        VM.prank(what % 8 == 0 ? msg.sender : address(refuser));
        treasury.collect(what % 8 == 1 ? address(token) : address(0), founders[to % 5]);
    }

    /// @dev Must be refused, whoever asks.
    function usurp(uint256 content, bool large, uint256 bps) external {
        IGovernor.Option memory option = _option(content);
        VM.prank(msg.sender);
        try treasury.perform(option.payments, option.calls, large, bps) {
            usurpations += 1;
        } catch {}
    }

    /// @dev Ordinary or large, for 1 ether to one who takes it or one who refuses it, or units for a founder.
    function _option(uint256 content) private view returns (IGovernor.Option memory option) {
        option.large = content % 2 == 0;
        if (content % 3 == 0) {
            option.calls = new IGovernor.Call[](1);
            option.calls[0] = IGovernor.Call(
                address(treasury), 0, abi.encodeCall(ITreasury.grantUnits, (founders[content % 5], 1 + content % 50))
            );
        } else {
            option.payments = new IGovernor.Payment[](1);
            option.payments[0] = IGovernor.Payment(address(0), content % 3 == 1 ? PAYEE : address(refuser), 1 ether, "raw");
        }
    }

    function _proposal(uint256 number) private view returns (bytes32) {
        return number % 7 == 0 ? bytes32(number) : proposals[number % proposals.length];
    }

    /// @dev Never back.
    function _until(uint256 time) private {
        if (time > VM.getBlockTimestamp()) VM.warp(time);
    }
}
