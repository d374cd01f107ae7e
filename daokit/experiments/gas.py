"""What each act costs, as whole transactions from receipts: the exact rows of the benchmark, and their ceilings.

What a row measures is said at the function that measures it; a ceiling is the most that a change may make it cost.
"""

from __future__ import annotations

from daokit.accounts import DEV_NAMES, dev_address
from daokit.artifact import load_artifact
from daokit.chain import Chain
from daokit.contract import deploy
from daokit.experiments.drawing import drawing
from daokit.experiments.federating import local as federated
from daokit.experiments.federating import remote
from daokit.experiments.scene import DAY, Scene, found, payment, statement
from daokit.experiments.sharing import amending, money, year
from daokit.experiments.two_chains import two_chains
from daokit.hashing import ZERO_ADDRESS
from daokit.testcoin import put_up
from daokit.token import Token

CEILINGS = {
    "vote_steady": 40_000,
    "vote_rival": 42_500,
    "vote_first": 43_000,
    "vote_new_page": 63_000,
    "vote_reused_page": 46_000,
    "ballot_paper_8_per_option": 18_000,
    "propose": 74_000,
    "execute_overhead": 85_000,
    "found_5": 700_000,
    "exit_coin": 60_000,
    "exit_per_token": 27_000,
    "size_Collective": 14_000,
    "size_Membership": 24_576,
    "size_Treasury": 24_576,
    "size_ProfitShare": 24_576,
    "draw_4": 90_000,
    "draw_4_coin": 93_500,
    "fund_open": 107_000,
    "fund_commit": 113_000,
    "size_Fund": 24_576,
    "deposit_coin": 31_000,
    "deposit_erc20": 56_000,
    "claim_coin": 56_000,
    "claim_erc20": 65_000,
    "amend_3": 115_000,
    "year_10_partners": 900_000,
    "tally_local": 80_000,
    "levy_bubble": 88_500,
    "tally_remote_both_ends": 290_000,
    "tally_remote_next_in_note": 47_000,
    "size_Federation": 24_576,
    "size_FederationHouse": 24_576,
    "size_HomePurse": 24_576,
    "size_Branch": 24_576,
    "size_HyperlaneGateway": 24_576,
}
SIZED: tuple[str, ...] = ("Collective", "Membership", "Treasury", "ProfitShare", "Fund")
SIZED += ("Federation", "FederationHouse", "HomePurse", "Branch", "HyperlaneGateway")

_ETHER = 10**18
_DELIBERATION, _VOTING, _TIMELOCK = 3 * DAY, 5 * DAY, 2 * DAY  # of the default charter


def measure(chain: Chain) -> dict[str, int]:
    """All rows that are exact, on a chain of their own."""
    rows: dict[str, int] = {}
    for part in (votes, pages, proposing, founding, leaving, drawing, money, amending, year, federated):
        before = chain.rpc.request("evm_snapshot")
        rows |= part(chain)
        chain.rpc.request("evm_revert", [before])
    return rows | sizes()


def measure_across() -> dict[str, int]:
    """What goes from one chain to another, on two chains of their own."""
    with two_chains() as chains:
        return remote(chains)


def votes(chain: Chain) -> dict[str, int]:
    """One option, three votes, direct. `vote_steady`: an original, by a member who has voted before this season, others
    have voted on it already. `vote_rival`: the same on a rival. `vote_first`: a first ballot ever, first on its option.
    """
    scene = found(chain, DEV_NAMES)
    first, _ = scene.propose("alice")
    second, _ = scene.propose("bob")
    scene.governor("bob").send("addRival", first, statement().to_solidity())
    scene.warp(_DELIBERATION)
    for name in ("alice", "bob"):
        scene.vote(name, first, 2)
        scene.vote(name, first, 1, place=1)
    scene.vote("carol", first, 1)
    scene.vote("dave", first, 1)
    scene.vote("alice", second, 1)
    return {
        "vote_steady": scene.vote("carol", second, 3),
        "vote_rival": scene.vote("dave", first, 3, place=1),
        "vote_first": _first(scene),
    }


def _first(scene: Scene) -> int:
    third, _ = scene.propose("erin")
    scene.warp(_DELIBERATION)
    return scene.vote("frank", third, 3)


def pages(chain: Chain) -> dict[str, int]:
    """`vote_new_page`: as `vote_steady`, and the first ballot on a page of lanes that was never written.
    `vote_reused_page`: the same on a page that was written in an earlier season.
    `ballot_paper_8_per_option`: the receipt of one paper over eight proposals of one option, all voted on before, by a
    member who has voted before this season, divided by 8. Eight lanes reach beyond the voter word: it opens a page.
    """
    scene = found(chain, DEV_NAMES)
    keys = _ten_proposals(scene)
    scene.vote("alice", keys[0], 1)
    scene.governor("alice").send("votePaper", [(key, 0, 1) for key in keys[1:]])
    scene.vote("bob", keys[0], 1)
    new_page = scene.vote("bob", keys[9], 3)
    scene.vote("carol", keys[0], 1)
    paper = [(key, 0, 3) for key in keys[1:9]]
    sent = scene.governor("carol").send("votePaper", paper)
    scene.warp(90 * DAY)
    keys = _ten_proposals(scene)
    scene.vote("alice", keys[9], 1)
    scene.vote("bob", keys[0], 1)
    return {
        "vote_new_page": new_page,
        "vote_reused_page": scene.vote("bob", keys[9], 3),
        "ballot_paper_8_per_option": -(-sent.receipt.gas_used // 8),
    }


def _ten_proposals(scene: Scene) -> list[str]:
    keys = [scene.propose(name)[0] for name in DEV_NAMES]
    scene.warp(_DELIBERATION)
    return keys


def proposing(chain: Chain) -> dict[str, int]:
    """`propose`: one option with one payment of coin, a text hash and a URI of 46 bytes, not the proposer's first.
    `execute_overhead`: that payment executed, as an ordinary one, to a person who already holds coin, whose own frame
    takes no gas.
    """
    scene = found(chain)
    scene.money("alice").deposit(ZERO_ADDRESS, _ETHER)
    scene.propose("alice")
    scene.warp(_DELIBERATION + _VOTING + 60)  # counted in whole minutes, the last one begun
    option = payment(dev_address("heidi"), _ETHER // 100)
    key, gas = scene.propose("alice", option)
    scene.warp(_DELIBERATION)
    scene.vote("alice", key, 3)
    scene.warp(_VOTING + _TIMELOCK + 60)
    sent = scene.governor("bob").send("execute", key, 0, 1, option.to_solidity())
    return {"propose": gas, "execute_overhead": sent.receipt.gas_used}


def founding(chain: Chain) -> dict[str, int]:
    """`found_5`: factory present, default charter, five founders with names and units, one token."""
    return {"found_5": found(chain, tokens=[put_up(chain)]).founding.gas_used}


def leaving(chain: Chain) -> dict[str, int]:
    """`exit_coin`: notice run out, half the units of one of five holders (with all of them the emptied word is refunded
    in part), coin only. `exit_per_token`: an exit from coin and five tokens, each held by the leaver before, less
    `exit_coin`, divided by 5.
    """
    tokens = [deploy(chain, "TestCoin", f"Coin {mark}", mark, 2).address for mark in "ABCDE"]
    scene = found(chain, tokens=tokens)
    scene.money("alice").deposit(ZERO_ADDRESS, _ETHER)
    for token in tokens:
        for holder in (dev_address("alice"), dev_address("bob"), dev_address("carol")):
            Token(chain, token).mint(holder, 100_000)
        scene.money("alice").deposit(token, 50_000)
    for name in ("bob", "carol"):
        scene.money(name).give_notice(50)
    scene.warp(5 * DAY)
    coin = scene.money("bob").send("exit", 50, [ZERO_ADDRESS]).receipt.gas_used
    named = sorted([ZERO_ADDRESS, *tokens], key=str.lower)
    all_six = scene.money("carol").send("exit", 50, named).receipt.gas_used
    return {"exit_coin": coin, "exit_per_token": -(-(all_six - coin) // 5)}


def sizes() -> dict[str, int]:
    """Bytes of deployed code."""
    return {f"size_{name}": len(load_artifact(name).deployed_bytecode) for name in SIZED}


def above_ceiling(rows: dict[str, int]) -> list[str]:
    """A sentence for each row that costs more than it may."""
    return [
        f"{name} is {value:,}; its ceiling is {CEILINGS[name]:,}"
        for name, value in rows.items()
        if value > CEILINGS.get(name, value)
    ]
