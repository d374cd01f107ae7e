// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestCoin} from "../TestCoin.sol";
import {ICollective} from "../interfaces/ICollective.sol";
import {ICollectiveFactory} from "../interfaces/ICollectiveFactory.sol";
import {IGovernor} from "../interfaces/IGovernor.sol";
import {IMembership} from "../interfaces/IMembership.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {Test} from "./Test.sol";
import {VM} from "./Vm.sol";

/// @notice Deploys from the artifact: `new` would have the contract compiled anew inside of every test that makes one.
function deploy(string memory name, bytes memory arguments) returns (address made) {
    bytes memory code = bytes.concat(VM.getCode(string.concat(name, ".sol:", name)), arguments);
    assembly ("memory-safe") {
        made := create(0, add(code, 32), mload(code))
    }
    require(made != address(0), "could not be deployed");
}

/// @notice A collective of five founders, its treasury and a coin, and what people there do all the time.
abstract contract House is Test {
    uint256 internal constant MOST_CREDITS = 126 ** 2;
    int8 internal constant FOR = 127;
    int8 internal constant AGAINST = -128;
    address internal constant COIN = address(0);

    ICollectiveFactory internal factory;
    ICollective internal collective;
    ITreasury internal treasury;
    TestCoin internal token;

    address internal alice;
    address internal bob;
    address internal carol;
    address internal dave;
    address internal erin;
    address[] internal founders;

    /// @dev 100, 200, 300, 400 and 500 units: 1,500 in all.
    function _found() internal {
        _deploy();
        _found(_charter(), 0);
    }

    function _deploy() internal {
        // Some way after the epoch, so that no length of time reaches below zero.
        VM.warp(1_800_000_000);
        address membership = deploy("Membership", "");
        address implementation = deploy("Collective", abi.encode(membership));
        address vault = deploy("Treasury", "");
        factory = ICollectiveFactory(deploy("CollectiveFactory", abi.encode(implementation, vault)));
        token = new TestCoin("Test Coin", "TEST", 6);
        alice = addressOf("alice");
        bob = addressOf("bob");
        carol = addressOf("carol");
        dave = addressOf("dave");
        erin = addressOf("erin");
        founders = [alice, bob, carol, dave, erin];
    }

    function _found(ICollective.Charter memory charter, uint256 number) internal {
        (address collective_, address treasury_) = factory.found(charter, number);
        (collective, treasury) = (ICollective(collective_), ITreasury(treasury_));
    }

    function _charter() internal view returns (ICollective.Charter memory charter) {
        charter.name = "Mill";
        charter.text = keccak256("We mill.");
        charter.voting = _voting();
        charter.admission = IMembership.Admission({
            sponsors: 2, window: 3 days, objectionBps: 500, dailyCount: 2, dailyBps: 500
        });
        charter.seasonDays = 90;
        charter.credits = 100;
        charter.exitNotice = 5 days;
        charter.tokens = new address[](1);
        charter.tokens[0] = address(token);
        charter.founders = new ICollective.Founder[](founders.length);
        for (uint256 i = 0; i < founders.length; ++i) {
            charter.founders[i] = ICollective.Founder(founders[i], 100 * (i + 1), "founder");
        }
    }

    function _voting() internal pure returns (IGovernor.Voting memory) {
        return IGovernor.Voting({
            deliberation: 3 days,
            voting: 5 days,
            timelock: 2 days,
            largeDelay: 7 days,
            grace: 14 days,
            quorumBps: 2000,
            largeBps: 1000,
            optionsPerSeason: 8,
            openProposals: 1
        });
    }

    /// @dev Signed for `collective` on this chain, for all time.
    function _application(address applicant, string memory name, bytes32 text, uint256 nonce, uint256 key)
        internal
        view
        returns (IMembership.SignedApplication memory)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("daokit Collective"),
                keccak256("1"),
                block.chainid,
                address(collective)
            )
        );
        bytes32 content = keccak256(
            abi.encode(
                keccak256("Application(address applicant,string name,bytes32 charter,uint256 nonce,uint256 deadline)"),
                applicant,
                keccak256(bytes(name)),
                text,
                nonce,
                type(uint256).max
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, keccak256(abi.encodePacked("\x19\x01", domain, content)));
        return IMembership.SignedApplication(applicant, name, type(uint256).max, abi.encodePacked(r, s, v));
    }

    // Options

    function _law(string memory text) internal pure returns (IGovernor.Option memory option) {
        option.text = keccak256(bytes(text));
        option.uri = text;
    }

    function _paying(address token_, address to, uint256 amount) internal pure returns (IGovernor.Option memory option) {
        option.payments = new IGovernor.Payment[](1);
        option.payments[0] = IGovernor.Payment(token_, to, amount, "test");
    }

    /// @dev Declared large.
    function _calling(address target, bytes memory data) internal pure returns (IGovernor.Option memory option) {
        option.large = true;
        option.calls = new IGovernor.Call[](1);
        option.calls[0] = IGovernor.Call(target, 0, data);
    }

    // Deciding

    function _propose(address member, IGovernor.Option memory option) internal returns (bytes32 proposal) {
        VM.prank(member);
        return collective.propose(option);
    }

    function _rival(address member, bytes32 proposal, IGovernor.Option memory option) internal returns (uint256 place) {
        VM.prank(member);
        return collective.addRival(proposal, option);
    }

    function _vote(address member, bytes32 proposal, uint8 option, int8 votes) internal {
        VM.prank(member);
        collective.vote(proposal, option, votes);
    }

    /// @dev Every founder votes one for option `option`.
    function _allVote(bytes32 proposal, uint8 option) internal {
        for (uint256 i = 0; i < founders.length; ++i) {
            _vote(founders[i], proposal, option, 1);
        }
    }

    function _untilVoting(bytes32 proposal) internal {
        VM.warp(collective.proposalOf(proposal).votingStarts);
    }

    function _untilVoted(bytes32 proposal) internal {
        VM.warp(collective.proposalOf(proposal).votingEnds);
    }

    function _untilExecutable(bytes32 proposal) internal {
        VM.warp(collective.proposalOf(proposal).executableAt);
    }

    /// @dev Opened by `member`, voted for by all founders, waiting to be executed; the time is the end of voting.
    function _pass(address member, IGovernor.Option memory option) internal returns (bytes32 proposal) {
        proposal = _propose(member, option);
        _untilVoting(proposal);
        _allVote(proposal, 0);
        _untilVoted(proposal);
    }

    function _execute(bytes32 proposal, uint8 option, uint256 author, IGovernor.Option memory content) internal {
        collective.execute(proposal, option, author, content);
    }

    /// @dev From opening to execution.
    function _carry(address member, IGovernor.Option memory option) internal returns (bytes32 proposal) {
        proposal = _pass(member, option);
        _untilExecutable(proposal);
        _execute(proposal, 0, collective.seatOf(member), option);
    }

    // Money

    function _fund(uint256 coin, uint256 tokens) internal {
        if (coin != 0) {
            VM.deal(address(this), coin);
            treasury.deposit{value: coin}(COIN, coin, "gift");
        }
        if (tokens != 0) {
            token.mint(address(this), tokens);
            token.approve(address(treasury), tokens);
            treasury.deposit(address(token), tokens, "gift");
        }
    }

    function _notice(address holder, uint256 units) internal {
        VM.prank(holder);
        treasury.giveNotice(units);
    }

    function _exit(address holder, uint256 units, address[] memory list) internal {
        VM.prank(holder);
        treasury.exit(units, list);
    }

    function _list(address one) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = one;
    }

    function _list(address one, address two) internal pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (one, two);
    }
}
