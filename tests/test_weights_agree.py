"""The arithmetic of federations in Python against the contracts' own: whatever members tell, both say the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from daokit.artifact import Artifact
from daokit.chain import Chain, Transaction
from daokit.compiler import checkout, compile_file, find_compiler
from daokit.federation_rules import Count
from daokit.weights import Bloc, MemberTally, passes, penrose_weight, people_tally, two_thirds
from tests.two_chains import Neighbour

WEIGHS = """
// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFederationWords} from "./interfaces/IFederationWords.sol";
import {Gathered} from "./libraries/Gathered.sol";
import {Totals, Weight} from "./libraries/Weight.sol";

contract Weighs {
    using Weight for IFederationWords.Count;
    using Weight for Totals;

    struct Member {
        uint256 people;
        uint256 for_;
        uint256 against;
        int256 decision;
        bool live;
    }

    /// As a federation keeps its sums, by each way of counting; ordinary, then large.
    function passes(Member[] calldata members, uint256 quorumBps) external pure returns (bool[] memory found) {
        found = new bool[](10);
        for (uint256 i = 0; i < 10; ++i) {
            IFederationWords.Count count = IFederationWords.Count(i / 2 + 1);
            Totals memory totals;
            Gathered gathered;
            for (uint256 k = 0; k < members.length; ++k) {
                Member calldata m = members[k];
                (uint256 for_, uint256 against) = Weight.within(m.for_, m.against, m.people);
                totals = totals.with(m.people, m.live, false);
                gathered = gathered.plus(count.part(for_, against, m.decision, m.people));
            }
            found[i] = count.passes(gathered, totals, quorumBps, i % 2 == 1);
        }
    }

    function parts(uint256 for_, uint256 against, uint256 roll) external pure returns (uint256[] memory found) {
        found = new uint256[](4);
        (found[0], found[1]) = Weight.within(for_, against, roll);
        (found[2], found[3]) = (Weight.penrose(roll), Weight.twoThirds(roll));
    }
}
"""

# One test has one chain; what it holds is the same for each example.
PLAY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SMALL, GREAT = st.integers(0, 12), st.integers(0, 2**24 - 1)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """A contract that opens the library, compiled beside the sources."""
    root, sources = tmp_path_factory.mktemp("weighs"), checkout()
    assert sources is not None
    (root / "contracts").mkdir()
    for name in ("interfaces", "libraries", "node_modules"):
        (root / "contracts" / name).symlink_to(sources / "contracts" / name)
    Path(root, "contracts", "Weighs.sol").write_text(WEIGHS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAOKIT_SOLC", str(find_compiler(sources)))
        return Artifact(compile_file("Weighs.sol", root)["Weighs"])


@pytest.fixture
def weighs(chain: Chain, compiled: Artifact) -> Neighbour:
    made = chain.transact(Transaction(None, compiled.creation_code())).contract_address
    assert made is not None
    return Neighbour(chain, made, compiled)


def members() -> st.SearchStrategy[list[MemberTally]]:
    small = st.builds(MemberTally, SMALL, SMALL, SMALL, st.sampled_from(Bloc), st.sampled_from((True, True, False)))
    great = st.builds(MemberTally, GREAT, GREAT, GREAT, st.sampled_from(Bloc), st.booleans())
    return st.lists(small, max_size=8) | st.lists(great, max_size=5)


@PLAY
@given(members(), st.sampled_from((0, 1_000, 2_000, 3_333, 5_000, 10_000)) | st.integers(0, 10_000))
@example([MemberTally(40, 40, 0, Bloc.FOR), MemberTally(30), MemberTally(30)], 4_000)
@example([MemberTally(60, live=False), MemberTally(40, 40, 0, Bloc.FOR)], 0)
def test_both_say_the_same_of_every_motion(weighs: Neighbour, told: list[MemberTally], quorum: int) -> None:
    sides = {Bloc.FOR: 1, Bloc.AGAINST: -1, Bloc.SILENT: 0}
    rows = [(one.people, one.people_for, one.people_against, sides[one.bloc], one.live) for one in told]
    kinds = [(Count(number), large) for number in range(1, 6) for large in (False, True)]
    expected = [passes(count.rule, told, quorum, large=large, optimal=count.optimal) for count, large in kinds]
    assert list(zip(kinds, weighs.read("passes", rows, quorum), strict=True)) == list(zip(kinds, expected, strict=True))


@PLAY
@given(GREAT, GREAT, SMALL | GREAT)
def test_both_scale_and_weigh_alike(weighs: Neighbour, in_favour: int, against: int, roll: int) -> None:
    expected = [*people_tally(in_favour, against, roll), penrose_weight(roll), two_thirds(roll)]
    assert list(weighs.read("parts", in_favour, against, roll)) == expected
