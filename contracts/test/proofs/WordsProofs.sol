// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bits} from "../../libraries/Bits.sol";
import {Head} from "../../libraries/Head.sol";
import {Tally} from "../../libraries/Tally.sol";
import {Lanes, Voter} from "../../libraries/Voter.sol";

/// @notice Of the words of storage, for all words: what is written to a field is read there, and no other field changes.
contract WordsProofs {
    using Bits for uint256;
    using Lanes for uint256;
    using Tally for uint256;

    /// @dev At every place of the word.
    function check_a_field_holds_what_was_written_and_leaves_the_rest(uint256 word, uint8 low, uint8 bit, uint256 value)
        external
        pure
    {
        _writes(word, low, 1, bit, value);
    }

    function check_the_same_of_fields_of_14_bits(uint256 word, uint8 low, uint8 bit, uint256 value) external pure {
        _writes(word, low, 14, bit, value);
    }

    function check_the_same_of_fields_of_24_bits(uint256 word, uint8 low, uint8 bit, uint256 value) external pure {
        _writes(word, low, 24, bit, value);
    }

    function check_a_value_too_wide_for_its_field_is_refused(uint256 word, uint8 low, uint256 value) external view {
        try this.write(word, low, 24, value) {
            assert(value < 1 << 24);
        } catch {
            assert(value >= 1 << 24);
        }
    }

    function write(uint256 word, uint256 low, uint256 width, uint256 value) external pure returns (uint256) {
        return word.set(low, width, value);
    }

    function check_a_recount_moves_one_seat_and_its_votes(uint256 word, int8 old, int8 votes) external pure {
        uint256 for_ = word.seatsFor();
        uint256 against = word.seatsAgainst();
        int256 net = word.net();
        // As in every tally: who is taken out is in it, and 2^22 seats of 126 votes are far from the edges.
        if ((old > 0 && for_ == 0) || (old < 0 && against == 0)) return;
        if (for_ >= 1 << 22 || against >= 1 << 22 || net > 1 << 30 || net < -(1 << 30)) return;
        uint256 counted = word.recount(old, votes);
        assert(counted.net() == net - _weight(old) + _weight(votes));
        assert(counted.seatsFor() == for_ - (old > 0 ? 1 : 0) + (votes > 0 ? 1 : 0));
        assert(counted.seatsAgainst() == against - (old < 0 ? 1 : 0) + (votes < 0 ? 1 : 0));
        assert(counted >> 80 == word >> 80);
    }

    function check_a_recount_taken_back_leaves_the_word_as_it_was(uint256 word, int8 votes) external pure {
        if (word.seatsFor() >= 1 << 22 || word.seatsAgainst() >= 1 << 22) return;
        if (word.net() > 1 << 30 || word.net() < -(1 << 30)) return;
        assert(word.recount(0, votes).recount(votes, 0) == word);
    }

    function check_an_option_without_net_or_quorum_never_stands(uint256 word, uint256 quorum, bool large) external pure {
        if (!word.stands(quorum, large)) return;
        assert(word.net() > 0 && word.seatsFor() >= quorum);
        if (large) assert(word.seatsFor() > word.seatsAgainst());
    }

    function check_a_ballot_is_found_in_its_lane_and_in_no_other(uint256 word, uint8 lane, uint8 other, int8 votes, uint16 step)
        external
        pure
    {
        if (lane > 9 || other > 9 || step >= 1 << 15) return;
        uint256 written = word.withBallot(lane, votes, step);
        assert(written.votesAt(lane) == votes);
        if (other != lane) assert(written.votesAt(other) == word.votesAt(other));
        assert(written.pageSeason() == word.pageSeason());
    }

    function check_leaving_and_returning_keeps_what_was_spent(uint256 word, uint256 seat) external pure {
        if (seat == 0 || seat >= 1 << 24) return;
        Voter left = Voter.wrap(word).unseated();
        assert(!left.isMember() && left.credits() == Voter.wrap(word).credits());
        Voter back = left.seated(seat);
        assert(back.isMember() && back.seat() == seat);
        assert(back.credits() == Voter.wrap(word).credits() && back.season() == Voter.wrap(word).season());
    }

    function check_executed_and_cancelled_change_nothing_else(uint256 word) external pure {
        Head done = Head.wrap(word).executed();
        assert(done.isExecuted() && Head.unwrap(done) & ~uint256(1 << 251) == word & ~uint256(1 << 251));
        Head off = Head.wrap(word).cancelled();
        assert(off.isCancelled() && Head.unwrap(off) & ~uint256(1 << 252) == word & ~uint256(1 << 252));
    }

    function _writes(uint256 word, uint256 low, uint256 width, uint256 bit, uint256 value) private pure {
        if (low + width > 256 || value >> width != 0) return;
        uint256 changed = word.set(low, width, value);
        assert(changed.get(low, width) == value);
        if (bit < low || bit >= low + width) assert(changed.get(bit, 1) == word.get(bit, 1));
    }

    function _weight(int256 votes) private pure returns (int256) {
        return votes == 127 || votes == -128 ? int256(0) : votes;
    }
}
