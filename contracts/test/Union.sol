// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {IBranch} from "../interfaces/IBranch.sol";
import {ICollective} from "../interfaces/ICollective.sol";
import {IFederation} from "../interfaces/IFederation.sol";
import {IFederationFactory} from "../interfaces/IFederationFactory.sol";
import {IFederationWords} from "../interfaces/IFederationWords.sol";
import {IGovernor} from "../interfaces/IGovernor.sol";
import {IMembership} from "../interfaces/IMembership.sol";
import {IHomePurse} from "../interfaces/IHomePurse.sol";
import {IPurse} from "../interfaces/IPurse.sol";
import {ITies} from "../interfaces/ITies.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {Asked, MotionKey} from "../libraries/Motion.sol";
import {Interop, Note, NoteKind, Notes} from "../libraries/Note.sol";
import {House, deploy} from "./House.sol";
import {VM} from "./Vm.sol";
import {DeliversAnything} from "./neighbours/DeliversAnything.sol";

/// @notice Collectives of three, five and seven people at home, of four and six elsewhere, federations of them, and what they
/// do all the time. Neither chain is a local one: all waits are as long as they are for others.
abstract contract Union is House {
    struct Club {
        ICollective collective;
        ITreasury treasury;
        address[] people;
        uint256 chain;
    }

    struct Fed {
        IFederation house;
        IHomePurse purse;
        uint256 chain;
    }

    uint256 internal constant HOME = 10;
    uint256 internal constant AWAY = 8453;
    bytes32 internal constant ROADS = "roads";
    bytes32 internal constant TEXT = keccak256("We stand together.");
    uint256 internal constant LEVY = 500;

    IFederationFactory internal federations;
    address internal branchImplementation;
    address internal federationImplementation;
    DeliversAnything internal bridge;
    Club internal mill;
    Club internal farm;
    Club internal port;
    Club internal far;
    Club internal isle;
    Fed internal fed;
    IBranch internal branch;
    mapping(bytes32 motion => Asked) internal askedOf;
    uint256 internal carried;

    // Founding

    function _build() internal {
        VM.chainId(HOME);
        _deploy();
        address vault = factory.treasuryImplementation();
        federationImplementation = deploy("Federation", abi.encode(deploy("FederationHouse", "")));
        branchImplementation = deploy("Branch", abi.encode(vault));
        bridge = new DeliversAnything();
        federations = IFederationFactory(
            deploy(
                "FederationFactory",
                abi.encode(federationImplementation, deploy("HomePurse", abi.encode(vault)), branchImplementation, bridge)
            )
        );
        _club(mill, "mill", 3, HOME);
        _club(farm, "farm", 5, HOME);
        _club(port, "port", 7, HOME);
        _club(far, "far", 4, AWAY);
        _club(isle, "isle", 6, AWAY);
    }

    function _club(Club storage club, string memory name, uint256 count, uint256 chain) internal {
        VM.chainId(chain);
        ICollective.Charter memory charter = _charter();
        charter.name = name;
        // Whoever applies is seated.
        charter.admission = IMembership.Admission(0, 0, 500, 1000, 500);
        charter.founders = new ICollective.Founder[](count);
        for (uint256 i = 0; i < count; ++i) {
            address one = addressOf(string.concat(name, string(abi.encodePacked(bytes1(uint8(65 + i))))));
            club.people.push(one);
            charter.founders[i] = ICollective.Founder(one, 100, "founder");
        }
        (address collective_, address treasury_) = factory.found(charter, 0);
        (club.collective, club.treasury, club.chain) = (ICollective(collective_), ITreasury(treasury_), chain);
        VM.chainId(HOME);
    }

    /// @dev Counts ordinary motions by `ordinary`, large ones by `large`; all of them may join.
    function _constitution(IFederationWords.Count ordinary, IFederationWords.Count large)
        internal
        view
        returns (IFederationWords.Charter memory charter)
    {
        charter.name = "Valley";
        charter.text = TEXT;
        charter.rules = IFederationWords.Rules({
            voting: 21 days,
            telling: 1 days,
            timelock: 2 days,
            largeDelay: 21 days,
            grace: 30 days,
            staleAfter: 30 days,
            quorumBps: 2000,
            bucketBps: 1000,
            ordinary: ordinary,
            large: large
        });
        charter.competences = new bytes32[](1);
        charter.competences[0] = ROADS;
        charter.tokens = _list(address(token));
        charter.exitShare = true;
        charter.invited = new IFederationWords.Invitee[](5);
        charter.invited[0].member = _name(mill);
        charter.invited[1].member = _name(farm);
        charter.invited[2].member = _name(port);
        charter.invited[3].member = _name(far);
        charter.invited[4].member = _name(isle);
    }

    function _foundFed(IFederationWords.Charter memory charter, uint256 number) internal returns (Fed memory made) {
        (address house, address purse) = federations.found(charter, number);
        made = Fed(IFederation(house), IHomePurse(purse), HOME);
    }

    /// @dev A federation by people, in which mill, farm and port sit.
    function _foundUnion() internal {
        _build();
        fed = _foundFed(_constitution(IFederationWords.Count.People, IFederationWords.Count.People), 0);
        _joinAll();
    }

    /// @dev Each by a large proposal of its own.
    function _joinAll() internal {
        _byOption(mill, _joining(fed, LEVY));
        _byOption(farm, _joining(fed, LEVY));
        _byOption(port, _joining(fed, LEVY));
    }

    function _foundBranch(Fed memory of_) internal returns (IBranch made) {
        made = IBranch(Clones.clone(branchImplementation));
        VM.chainId(AWAY);
        made.initialize(
            IBranch.Setup(
                of_.chain,
                address(of_.house),
                address(bridge),
                72 hours,
                true,
                TEXT,
                _list(address(token)),
                1,
                address(bridge),
                new address[](0),
                0
            )
        );
        VM.chainId(HOME);
    }

    /// @dev The union, linked with its branch, at which far and isle sit too.
    function _foundUnionOfTwoChains() internal {
        _foundUnion();
        branch = _foundBranch(fed);
        IFederationWords.Act[] memory acts = _one(
            IFederationWords.ActKind.Link,
            AWAY,
            abi.encode(address(bridge), address(branch), uint32(2), address(bridge), new address[](0), uint8(0))
        );
        _carryMotion(_house(acts));
        _joinBranch(far);
        _joinBranch(isle);
    }

    /// @dev Enters, is told of, and is answered.
    function _joinBranch(Club storage club) internal {
        _enter(club);
        _tellFar(club, new bytes32[](0));
        _carryNotes();
        fed.house.sendSeat(_seatOf(club));
        _carryNotes();
    }

    function _enter(Club storage club) internal {
        VM.chainId(AWAY);
        _order(club, address(club.treasury), abi.encodeCall(ITies.join, (address(branch), TEXT, LEVY)));
        VM.chainId(HOME);
    }

    // What collectives do

    function _name(Club storage club) internal view returns (bytes memory) {
        return InteroperableAddress.formatEvmV1(club.chain, address(club.collective));
    }

    function _id(Club storage club) internal view returns (bytes32) {
        return Interop.idOf(club.chain, address(club.collective));
    }

    function _ties(Club storage club) internal view returns (ITies) {
        return ITies(address(club.treasury));
    }

    function _seatOf(Club storage club) internal view returns (uint256) {
        return fed.house.seatNumber(_id(club));
    }

    function _joining(Fed memory to, uint256 bps) internal pure returns (bytes memory) {
        return abi.encodeCall(ITies.join, (address(to.purse), TEXT, bps));
    }

    /// @dev A large option that calls the club's own treasury, from opening to execution.
    function _byOption(Club storage club, bytes memory data) internal {
        (collective, treasury) = (club.collective, club.treasury);
        IGovernor.Option memory option = _calling(address(club.treasury), data);
        VM.prank(club.people[0]);
        bytes32 proposal = club.collective.propose(option);
        _untilVoting(proposal);
        for (uint256 i = 0; i < club.people.length; ++i) {
            _vote(club.people[i], proposal, 0, 1);
        }
        _untilExecutable(proposal);
        _execute(proposal, 0, 1, option);
    }

    /// @dev What such an option does, without the vote.
    function _order(Club storage club, address target, bytes memory data) internal {
        IGovernor.Option memory option = _calling(target, data);
        VM.prank(address(club.collective));
        club.treasury.perform(new IGovernor.Payment[](0), option.calls, true, 0);
    }

    function _quit(Club storage club) internal {
        _order(club, address(club.treasury), abi.encodeCall(ITies.quit, (address(fed.purse))));
    }

    function _grow(Club storage club, uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) {
            address one = addressOf(string.concat("new", string(abi.encodePacked(bytes1(uint8(65 + i))))));
            club.people.push(one);
            VM.prank(one);
            club.collective.applyForSeat("new", keccak256("We mill."));
        }
    }

    function _earn(Club storage club, uint256 amount) internal {
        token.mint(address(this), amount);
        token.approve(address(club.treasury), amount);
        club.treasury.deposit(address(token), amount, "revenue: bread");
    }

    // Motions

    function _text() internal pure returns (IFederationWords.Content memory content) {
        content.text = keccak256("A road.");
        content.uri = "A road.";
        content.competence = ROADS;
    }

    /// @dev Large, in the federation's own house.
    function _house(IFederationWords.Act[] memory acts) internal pure returns (IFederationWords.Content memory content) {
        content.large = true;
        content.acts = acts;
    }

    /// @dev The name of an account at home.
    function _nameOf(address account) internal pure returns (bytes memory) {
        return InteroperableAddress.formatEvmV1(HOME, account);
    }

    function _one(IFederationWords.ActKind kind, uint256 chain, bytes memory data)
        internal
        pure
        returns (IFederationWords.Act[] memory acts)
    {
        acts = new IFederationWords.Act[](1);
        acts[0] = IFederationWords.Act(kind, chain, data);
    }

    /// @dev As the first person of `club`, which sits in `to`.
    function _open(Fed memory to, Club storage club, IFederationWords.Content memory content)
        internal
        returns (bytes32 motion)
    {
        address[] memory path = _list(address(club.collective));
        VM.prank(club.people[0]);
        motion = to.house.open(content, path);
        _remember(to, motion, club.people[0], content);
    }

    function _open(IFederationWords.Content memory content) internal returns (bytes32) {
        return _open(fed, mill, content);
    }

    function _remember(Fed memory to, bytes32 motion, address opener, IFederationWords.Content memory content) internal {
        askedOf[motion] = Asked(
            HOME,
            address(to.house),
            to.house.motions(),
            opener,
            to.house.motionOf(motion).votesEnd,
            content.text,
            content.uri,
            keccak256(abi.encode(content.competence, content.large, content.acts))
        );
        require(MotionKey.keyOf(askedOf[motion]) == motion, "the key is not what was asked");
    }

    /// @dev The club's own vote at `purse`: `for_` people for it, `against` against, from opening to end.
    function _poll(Club storage club, address purse, bytes32 motion, uint256 for_, uint256 against) internal {
        bytes32 proposal = _put(club, purse, motion);
        VM.warp(club.collective.proposalOf(proposal).votingStarts);
        _ballots(club, proposal, for_, against);
        VM.warp(club.collective.proposalOf(proposal).votingEnds);
    }

    function _put(Club storage club, address purse, bytes32 motion) internal returns (bytes32 proposal) {
        VM.chainId(club.chain);
        VM.prank(club.people[0]);
        proposal = club.collective.openMotion(purse, askedOf[motion]);
        VM.chainId(HOME);
    }

    function _ballots(Club storage club, bytes32 proposal, uint256 for_, uint256 against) internal {
        for (uint256 i = 0; i < for_ + against; ++i) {
            VM.prank(club.people[i]);
            club.collective.vote(proposal, 0, i < for_ ? int8(1) : int8(-1));
        }
    }

    function _tell(Fed memory to, Club storage club, bytes32 motion) internal {
        to.purse.tell(address(club.treasury), _keys(motion));
    }

    /// @dev Put, voted on and told, one club after the other: each takes five days.
    function _decide(Fed memory to, Club storage club, bytes32 motion, uint256 for_, uint256 against) internal {
        _poll(club, address(to.purse), motion, for_, against);
        _tell(to, club, motion);
    }

    function _keys(bytes32 one) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](1);
        list[0] = one;
    }

    function _state(bytes32 motion) internal view returns (IFederationWords.State) {
        return fed.house.motionOf(motion).state;
    }

    function _assertState(bytes32 motion, IFederationWords.State state) internal view {
        assertEq(uint256(_state(motion)), uint256(state));
    }

    function _untilClosed(bytes32 motion) internal {
        VM.warp(fed.house.motionOf(motion).closes + 1);
    }

    /// @dev All of mill, farm and port are for it.
    function _passMotion(IFederationWords.Content memory content) internal returns (bytes32 motion) {
        motion = _open(content);
        _decideAll(motion, [uint256(3), 0, 5, 0, 7, 0]);
        _untilClosed(motion);
    }

    /// @dev All at home at the same time: for and against of mill, farm and port.
    function _decideAll(bytes32 motion, uint256[6] memory sides) internal {
        bytes32 first = _put(mill, address(fed.purse), motion);
        bytes32 second = _put(farm, address(fed.purse), motion);
        bytes32 third = _put(port, address(fed.purse), motion);
        VM.warp(mill.collective.proposalOf(first).votingStarts);
        _ballots(mill, first, sides[0], sides[1]);
        _ballots(farm, second, sides[2], sides[3]);
        _ballots(port, third, sides[4], sides[5]);
        VM.warp(mill.collective.proposalOf(first).votingEnds);
        _tell(fed, mill, motion);
        _tell(fed, farm, motion);
        _tell(fed, port, motion);
    }

    function _carryMotion(IFederationWords.Content memory content) internal returns (bytes32 motion) {
        motion = _passMotion(content);
        VM.warp(fed.house.motionOf(motion).enactableAt);
        fed.house.enact(motion, content);
    }

    function _inviting(bytes memory member) internal pure returns (IFederationWords.Content memory content) {
        content.acts = _one(IFederationWords.ActKind.Invite, HOME, abi.encode(member, uint32(0)));
    }

    // Notes

    function _tellFar(Club storage club, bytes32[] memory motions) internal {
        VM.chainId(AWAY);
        branch.tell(address(club.treasury), motions);
        VM.chainId(HOME);
    }

    /// @dev All that was sent and not handed over, in order.
    function _carryNotes() internal {
        for (; carried < bridge.sent(); ++carried) {
            _carry(carried);
        }
    }

    function _carry(uint256 number) internal {
        DeliversAnything.Message memory m = bridge.message(number);
        uint256 from = m.chain == HOME ? AWAY : HOME;
        VM.chainId(m.chain);
        bridge.hand(m.to, InteroperableAddress.formatEvmV1(from, m.from), m.payload);
        VM.chainId(HOME);
    }

    /// @dev What nobody sent, to the branch, as from the federation.
    function _forge(NoteKind kind, uint64 nonce, bytes memory body) internal {
        bytes memory payload =
            Notes.pack(Note(kind, nonce, type(uint40).max, TEXT, HOME, AWAY), body);
        VM.chainId(AWAY);
        bridge.hand(address(branch), InteroperableAddress.formatEvmV1(HOME, address(fed.house)), payload);
        VM.chainId(HOME);
    }

    /// @dev What nobody sent, to the federation, as from the branch.
    function _forgeReport(uint64 nonce, IPurse.Report memory told) internal {
        bytes memory payload =
            Notes.pack(Note(NoteKind.Report, nonce, type(uint40).max, TEXT, AWAY, HOME), Notes.packReport(told));
        bridge.hand(address(fed.house), InteroperableAddress.formatEvmV1(AWAY, address(branch)), payload);
    }

    function _carryOut(bytes32 motion, uint256 index, IFederationWords.Act memory act) internal {
        VM.chainId(AWAY);
        branch.carryOut(motion, index, act);
        VM.chainId(HOME);
    }

    function _forgeOrder(uint256 index, IFederationWords.Act memory act) internal returns (bytes32 order) {
        _forge(NoteKind.Order, 1, abi.encode(bytes32("forged"), index, act));
        return _orderId("forged", index, act);
    }

    function _orderId(bytes32 motion, uint256 index, IFederationWords.Act memory act) internal returns (bytes32 id) {
        VM.chainId(AWAY);
        id = branch.orderId(motion, index, act);
        VM.chainId(HOME);
    }

    function _paying(uint256 amount) internal view returns (IFederationWords.Act memory) {
        return IFederationWords.Act(
            IFederationWords.ActKind.Pay, AWAY, abi.encode(address(token), alice, amount, bytes32("road"))
        );
    }

    function _quitClub(Club storage club) internal {
        VM.chainId(AWAY);
        _order(club, address(club.treasury), abi.encodeCall(ITies.quit, (address(branch))));
        VM.chainId(HOME);
    }

    function _assertTold(bytes32 motion, uint256 for_, uint256 against) internal view {
        assertEq(fed.house.motionOf(motion).peopleFor, for_);
        assertEq(fed.house.motionOf(motion).peopleAgainst, against);
    }

    /// @dev The body of a note on how a member stands, who it is now.
    function _standing(Club storage club, IPurse.SeatState state, uint256 noticeEnds) internal view returns (bytes memory) {
        uint256 since = branch.seatOf(address(club.treasury)).since;
        return abi.encode(address(club.collective), state, since, noticeEnds, new bytes32[](0));
    }
}
