// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bits} from "../../libraries/Bits.sol";
import {Register} from "../../libraries/Register.sol";
import {Tally} from "../../libraries/Tally.sol";
import {VoterFields} from "../../libraries/Voter.sol";

/// @notice Of the arithmetic in the libraries, for all numbers: solc's SMTChecker proves each assertion, and that nothing
/// overflows or divides by zero. Words of many fields are proven bit by bit in WordsProofs.
contract ArithmeticProofs {
    using Bits for uint256;
    using Tally for uint256;

    function votes_cost_their_square_and_a_side_nothing(int8 votes) external pure {
        uint256 cost = Tally.costOf(votes);
        if (votes == 127 || votes == -128) assert(cost == 0);
        else assert(cost == uint256(int256(votes) * votes));
        assert(cost <= 127 * 127);
        assert((cost == 0) == (votes == 0 || votes == 127 || votes == -128));
    }

    function more_votes_either_way_never_cost_less(int8 votes) external pure {
        require(votes > 0 && votes < 126);
        assert(Tally.costOf(votes) < Tally.costOf(votes + 1));
        assert(Tally.costOf(-votes) == Tally.costOf(votes));
    }

    function minutes_round_up_by_less_than_one(uint256 time) external pure {
        require(time < 1 << 32);
        uint256 up = VoterFields.minutesUp(time) * 1 minutes;
        assert(up >= time && up < time + 1 minutes);
    }

    function a_field_holds_no_more_than_its_width(uint256 word) external pure {
        assert(word.get(0, 16) < 1 << 16);
        assert(word.seatsFor() < 1 << 24);
        assert(word.seatsAgainst() < 1 << 24);
        assert(word.lane() < 1 << 12);
    }

    function a_season_ends_after_it_starts(uint256 word) external pure {
        Register register = Register.wrap(word);
        assert(register.end() >= register.start());
        assert(register.end() - register.start() == register.length());
        assert(register.length() < 4096 days);
    }

    function a_quorum_is_within_the_electorate(uint256 bps, uint256 seats) external pure {
        require(bps <= 10_000 && seats < 1 << 22);
        uint256 quorum = (bps * seats + 10_000 - 1) / 10_000;
        assert(quorum <= seats);
        assert(quorum * 10_000 >= bps * seats);
    }
}
