// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {CollectiveState} from "./CollectiveState.sol";
import {IGovernor} from "./interfaces/IGovernor.sol";
import {IMembership} from "./interfaces/IMembership.sol";
import {IMotions} from "./interfaces/IMotions.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Bits} from "./libraries/Bits.sol";
import {Head, HeadFields} from "./libraries/Head.sol";
import {Register} from "./libraries/Register.sol";
import {Rules} from "./libraries/Rules.sol";
import {Tally} from "./libraries/Tally.sol";
import {Lanes, Voter, VoterFields} from "./libraries/Voter.sol";

/// @title Proposals, rival options, quadratic ballots, outcomes
abstract contract Governor is IGovernor, CollectiveState {
    using Bits for uint256;
    using Lanes for uint256;
    using Tally for uint256;

    uint256 internal constant MAX_RIVALS = 15;
    uint256 internal constant MAX_CALLS = 16;
    uint256 internal constant STEP = 2 minutes;

    /// @inheritdoc IGovernor
    function propose(Option calldata option) external returns (bytes32 proposal) {
        Register reg = register.asOf(block.timestamp);
        Voter voter = _author(reg);
        uint256 seat = voter.seat();
        uint256 openUntil = voter.openUntil();
        require(!reg.oneOpen() || block.timestamp >= openUntil, OneOpenProposal(seat, openUntil));
        bytes32 content = _checkedContent(option);

        uint256 starts = block.timestamp + reg.deliberation();
        uint256 ends = reg.end();
        bool next = starts + reg.voting() > ends;
        if (next && starts < ends) starts = ends;
        uint256 lane;
        (reg, lane) = reg.withProposal().withLane(next);
        uint256 number = reg.proposals();
        proposal = _key(number, seat, content);

        Head head = HeadFields.opened(reg, starts, lane, next, option.large);
        heads[proposal] = head;
        register = reg;
        voters[msg.sender] = voter.withOpenUntil(starts + reg.voting());
        emit ProposalOpened(proposal, number, seat, Head.unwrap(head), option);
    }

    /// @inheritdoc IGovernor
    function addRival(bytes32 proposal, Option calldata option) external returns (uint256 place) {
        Head head = _existing(proposal);
        _requireDeliberation(head);
        Register reg = register.asOf(block.timestamp);
        Voter voter = _author(reg);
        uint256 seat = voter.seat();
        require(seat <= head.lastSeat(), SeatedLater(seat, head.lastSeat()));
        place = head.rivals() + 1;
        require(place <= MAX_RIVALS, TooManyRivals());
        for (uint256 i = 1; i < place; ++i) {
            require(rivals[proposal][i].tally.author() != seat, OneRivalEach(seat));
        }
        bytes32 content = _checkedContent(option);

        uint256 lane;
        (reg, lane) = reg.withLane(head.season() > reg.season());
        register = reg;
        heads[proposal] = head.withRival();
        rivals[proposal][place] = Rival(Tally.rival(lane, seat, option.large), content);
        voters[msg.sender] = voter;
        emit RivalAdded(proposal, place, seat, lane, option);
    }

    /// @inheritdoc IGovernor
    function vote(bytes32 proposal, uint8 option, int8 votes) external {
        voters[msg.sender] = _cast(_member(), proposal, option, votes);
    }

    /// @inheritdoc IGovernor
    function votePaper(Choice[] calldata paper) external {
        Voter voter = _member();
        for (uint256 i = 0; i < paper.length; ++i) {
            voter = _cast(voter, paper[i].proposal, paper[i].option, paper[i].votes);
        }
        voters[msg.sender] = voter;
    }

    /// @inheritdoc IGovernor
    function cancel(bytes32 proposal, bytes32 content) external {
        Head head = _existing(proposal);
        _requireDeliberation(head);
        Voter voter = _member();
        require(_key(head.number(), voter.seat(), content) == proposal, NotTheProposer(voter.seat()));

        heads[proposal] = head.cancelled();
        if (voter.openUntil() == VoterFields.minutesUp(head.deadline()) * 1 minutes) {
            voters[msg.sender] = voter.withOpenUntil(0);
        }
        emit ProposalCancelled(proposal);
    }

    /// @inheritdoc IGovernor
    function execute(bytes32 proposal, uint8 option, uint256 author, Option calldata content) external {
        Head head = _existing(proposal);
        Rules rules = rulesOf[head.set()];
        (State state, uint256 winner, uint256 from,) = _outcome(proposal, head, rules);
        require(state == State.Waiting, NotExecutable(state));
        require(option == winner, NotTheWinner(option, winner));
        require(block.timestamp >= from, StillWaiting(from));
        bytes32 given = contentOf(content);
        if (option == 0) {
            require(_key(head.number(), author, given) == proposal, ContentDiffers(given));
        } else {
            Rival memory rival = rivals[proposal][option];
            require(rival.content == given && rival.tally.author() == author, ContentDiffers(given));
        }

        heads[proposal] = head.executed();
        emit ProposalExecuted(proposal, option);

        if (content.calls.length + content.payments.length == 0) return;
        executing = content.large ? 2 : 1;
        ITreasury(_treasury()).perform(content.payments, content.calls, content.large, rules.largeBps());
        executing = 0;
    }

    /// @inheritdoc IGovernor
    function proposalOf(bytes32 proposal) external view returns (ProposalView memory p) {
        Head head = heads[proposal];
        if (!head.exists()) return p;
        Rules rules = rulesOf[head.set()];
        (p.state, p.winner, p.executableAt, p.expires) = _outcome(proposal, head, rules);
        p.number = head.number();
        p.season = head.season();
        p.votingStarts = head.votingStarts();
        p.votingEnds = head.deadline();
        p.lastSeat = head.lastSeat();
        p.quorum = head.quorum();
        p.parameters = head.set();
        p.options = head.rivals() + 1;
    }

    /// @inheritdoc IGovernor
    function tallyOf(bytes32 proposal, uint256 option) external view returns (TallyView memory) {
        Head head = _existing(proposal);
        uint256 word = _word(proposal, head, option);
        bool large = option == 0 ? head.isLarge() : word.isLarge();
        return TallyView(
            word.net(), word.seatsFor(), word.seatsAgainst(), word.lane(), large, word.stands(head.quorum(), large)
        );
    }

    /// @inheritdoc IGovernor
    function ballotOf(address account, bytes32 proposal, uint256 option) external view returns (int256 votes) {
        Head head = _existing(proposal);
        uint256 lane = _word(proposal, head, option).lane();
        Voter voter = voters[account];
        if (voter.season() != head.season()) return 0;
        if (lane < VoterFields.LANES) return Voter.unwrap(voter).votesAt(lane);
        lane -= VoterFields.LANES;
        uint256 page = pages[voter.seat()][lane / VoterFields.LANES_ON_A_PAGE];
        return page.pageSeason() == head.season() ? page.votesAt(lane % VoterFields.LANES_ON_A_PAGE) : int256(0);
    }

    /// @inheritdoc IGovernor
    function creditsOf(address account) external view returns (uint256) {
        Voter voter = voters[account];
        return voter.isMember() ? _inSeason(voter, register.asOf(block.timestamp)).credits() : 0;
    }

    /// @inheritdoc IGovernor
    function openingOf(address account) external view returns (uint256 openUntil, uint256 options) {
        Voter voter = _inSeason(voters[account], register.asOf(block.timestamp));
        return (voter.openUntil(), voter.options());
    }

    /// @inheritdoc IGovernor
    function proposals() external view returns (uint256) {
        return register.proposals();
    }

    /// @inheritdoc IGovernor
    function season()
        external
        view
        returns (uint256 number, uint256 starts, uint256 ends, uint256 credits, uint256 nextLength, uint256 nextCredits)
    {
        Register reg = register.asOf(block.timestamp);
        return (reg.season(), reg.start(), reg.end(), reg.credits(), reg.nextDays(), reg.nextCredits());
    }

    /// @inheritdoc IGovernor
    function voting(uint256 set) external view returns (Voting memory) {
        return rulesOf[set].unpack();
    }

    /// @inheritdoc IGovernor
    function votingSet() external view returns (uint256) {
        return register.set();
    }

    /// @inheritdoc IGovernor
    function contentOf(Option calldata option) public view returns (bytes32 content) {
        // Encoded anew: bytes taken from the calldata as they came may hold offsets that lead out of them, and then equal
        // bytes are different options.
        content = keccak256(abi.encode(option));
        uint256 count = option.calls.length;
        if (count == 0) return content;
        bytes32[] memory code = new bytes32[](count);
        address treasury_ = _treasury();
        for (uint256 i = 0; i < count; ++i) {
            // Collective and treasury are clones whose code cannot change; nothing else can be called without its code named.
            address target = option.calls[i].target;
            if (target != address(this) && target != treasury_) code[i] = target.codehash;
        }
        return keccak256(abi.encode(content, code));
    }

    function _cast(Voter voter, bytes32 proposal, uint256 option, int256 votes) private returns (Voter) {
        Head head = _existing(proposal);
        if (block.timestamp < head.votingStarts() || block.timestamp >= head.deadline() || head.isCancelled()) {
            revert NotVoting(head.votingStarts(), head.deadline(), block.timestamp);
        }
        require(votes != -127, VotesOutOfRange(votes));
        uint256 seat = voter.seat();
        require(seat <= head.lastSeat(), SeatedLater(seat, head.lastSeat()));
        if (voter.season() != head.season()) voter = _inSeason(voter, register.asOf(block.timestamp));
        uint256 word = _word(proposal, head, option);
        uint256 step = votes == 0 ? 0 : (block.timestamp - head.votingStarts()) / STEP;

        int256 old;
        (voter, old) = _mark(voter, seat, head.season(), word.lane(), votes, step);
        uint256 left = voter.credits() + Tally.costOf(old);
        uint256 cost = Tally.costOf(votes);
        require(cost <= left, NotEnoughCredits(seat, cost, left));
        voter = voter.withCredits(left - cost);
        word = word.recount(old, votes);
        if (option == 0) heads[proposal] = Head.wrap(word);
        else rivals[proposal][option].tally = word;
        emit VoteCast(proposal, seat, option, votes);
        return voter;
    }

    /// @dev Writes the ballot into its lane, on the voter word or on a further page, and returns what stood there.
    function _mark(Voter voter, uint256 seat, uint256 season_, uint256 lane, int256 votes, uint256 step)
        private
        returns (Voter, int256 old)
    {
        if (lane < VoterFields.LANES) {
            uint256 word = Voter.unwrap(voter);
            return (Voter.wrap(word.withBallot(lane, votes, step)), word.votesAt(lane));
        }
        uint256 number = (lane - VoterFields.LANES) / VoterFields.LANES_ON_A_PAGE;
        lane = (lane - VoterFields.LANES) % VoterFields.LANES_ON_A_PAGE;
        uint256 page = pages[seat][number];
        if (page.pageSeason() != season_) page = Lanes.freshPage(season_);
        pages[seat][number] = page.withBallot(lane, votes, step);
        return (voter, page.votesAt(lane));
    }

    function _author(Register reg) private view returns (Voter voter) {
        voter = _inSeason(_member(), reg);
        uint256 limit = reg.optionsPerSeason();
        if (limit == 0) return voter;
        require(voter.options() < limit, TooManyOptions(voter.seat(), limit));
        voter = voter.withOption();
    }

    function _inSeason(Voter voter, Register reg) private pure returns (Voter) {
        return voter.season() == reg.season() ? voter : voter.fresh(reg.season(), reg.credits());
    }

    function _member() private view returns (Voter voter) {
        voter = voters[msg.sender];
        require(voter.isMember(), IMembership.NotAMember(msg.sender));
    }

    function _outcome(bytes32 proposal, Head head, Rules rules)
        private
        view
        returns (State state, uint256 winner, uint256 from, uint256 expires)
    {
        if (head.isCancelled()) return (State.Cancelled, 0, 0, 0);
        if (block.timestamp < head.votingStarts()) return (State.Deliberation, 0, 0, 0);
        bool found;
        bool large;
        (found, winner, large) = _winner(proposal, head);
        if (found) {
            from = head.deadline() + (large ? rules.largeDelay() : rules.timelock());
            expires = from + rules.grace();
        }
        if (block.timestamp < head.deadline()) state = State.Voting;
        else if (head.isExecuted()) state = State.Executed;
        else if (!found) state = State.Defeated;
        else state = block.timestamp < expires ? State.Waiting : State.Expired;
    }

    /// @dev Reads every place, so no option can be hidden.
    function _winner(bytes32 proposal, Head head) private view returns (bool found, uint256 winner, bool large) {
        int256 most = 0;
        uint256 quorum = head.quorum();
        uint256 count = head.rivals();
        for (uint256 i = 0; i <= count; ++i) {
            uint256 word = i == 0 ? Head.unwrap(head) : rivals[proposal][i].tally;
            bool large_ = i == 0 ? head.isLarge() : word.isLarge();
            if (word.stands(quorum, large_) && word.net() > most) {
                (found, winner, large, most) = (true, i, large_, word.net());
            }
        }
    }

    /// @dev What an option may hold is decided here, at opening: an ordinary one only pays and admits.
    function _checkedContent(Option calldata option) private view returns (bytes32) {
        uint256 paid = option.payments.length;
        uint256 count = option.calls.length;
        require(paid <= MAX_CALLS && count <= MAX_CALLS, TooManyCalls(paid, count));
        if (!option.large) {
            for (uint256 i = 0; i < paid; ++i) {
                address token = option.payments[i].token;
                require(token == address(0) || ITreasury(_treasury()).isListed(token), MustBeLarge(i));
            }
        }
        if (count != 0) _checkCalls(option, paid, count);
        return contentOf(option);
    }

    function _checkCalls(Option calldata option, uint256 paid, uint256 count) private view {
        uint256 admitted;
        uint256 expelled;
        for (uint256 i = 0; i < count; ++i) {
            Call calldata call = option.calls[i];
            bytes4 selector = bytes4(call.data);
            bool own = call.target == address(this);
            if (own && selector == IMembership.admit.selector) {
                admitted += 1;
                require(option.large || call.value == 0, MustBeLarge(paid + i));
            } else {
                require(option.large, MustBeLarge(paid + i));
                require(call.target.code.length != 0 && call.data.length >= 4, NoCode(i, call.target));
                // Both count with the day's expulsions.
                if (own && (selector == IMembership.expel.selector || selector == IMembership.moveSeat.selector)) {
                    expelled += 1;
                }
            }
        }
        if (admitted + expelled != 0) {
            uint256 cap = _dailyCap(roll);
            require(admitted <= cap && expelled <= cap, MoreThanADay(Math.max(admitted, expelled), cap));
        }
    }

    function _requireDeliberation(Head head) private view {
        require(!head.isMotion(), IMotions.MotionHasOneOption());
        require(
            block.timestamp < head.votingStarts() && !head.isCancelled(), DeliberationOver(head.votingStarts())
        );
    }

    function _existing(bytes32 proposal) private view returns (Head head) {
        head = heads[proposal];
        require(head.exists(), UnknownProposal(proposal));
    }

    function _word(bytes32 proposal, Head head, uint256 option) private view returns (uint256) {
        if (option == 0) return Head.unwrap(head);
        require(option <= head.rivals(), UnknownOption(proposal, option));
        return rivals[proposal][option].tally;
    }

    function _key(uint256 number, uint256 seat, bytes32 content) private view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), number, seat, content));
    }
}
