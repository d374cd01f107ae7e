"""Acts of a motion in words: what a voter reads is made from the very bytes that the federation will do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from daokit import federation_acts as act
from daokit.federation_rules import Rules
from daokit.interop import Interoperable
from daokit.quantities import format_share, money
from daokit.reading import Reading, delegate_words, join_words, levy_words, quit_words, read_charter
from daokit.text import clean


@dataclass(frozen=True)
class FederationView:
    """What reading needs to know of a federation on chain `home`.

    `name_of` shows an address, `member_name` a member, `token_words` gives the symbol and decimals of a token on a
    chain (None: not known), `mandate` the member's name and the token of a mandate that a treasury at home gave (None:
    there is none), `federation_of` the name of the federation whose purse an address is ("": none known), `moment` a
    time in the reader's zone. `rules` are the present ones.
    """

    home: int
    name_of: Callable[[str], str]
    member_name: Callable[[Interoperable], str]
    token_words: Callable[[str, int], tuple[str, int] | None]
    mandate: Callable[[str, int], tuple[str, str] | None]
    federation_of: Callable[[str], str]
    moment: Callable[[int], str]
    rules: Rules

    def sum(self, amount: int, token: str, chain: int) -> tuple[str, bool]:
        """An amount in words, and whether the token is known."""
        words = self.token_words(token, chain)
        if words is None:
            return f"{amount} (in its smallest unit) of the token {token} on chain {chain}", False
        return money(amount, clean(words[0], 16), words[1]), True

    def token(self, token: str, chain: int) -> str:
        """A token by its symbol and address."""
        words = self.token_words(token, chain)
        return f"{clean(words[0], 16)} ({token})" if words else token

    def purse(self, chain: int) -> str:
        """The purse on a chain."""
        return "the purse" if chain == self.home else f"the purse on chain {chain}"


def read(one: act.Act, view: FederationView) -> Reading:
    """What an act does."""
    match one:
        case act.Pay(chain, token, to, amount, purpose):
            sum_, known = view.sum(amount, token, chain)
            return Reading(f"pay {sum_} from {view.purse(chain)} to {view.name_of(to)}{_purpose(purpose)}", known)
        case act.Spend(chain, treasury, budget, to, amount, purpose):
            words = f"{amount} (in the smallest unit of its token)"
            where, known = view.name_of(treasury) + ("" if chain == view.home else f" on chain {chain}"), False
            if chain == view.home and (given := view.mandate(treasury, budget)):
                where, (words, known) = given[0], view.sum(amount, given[1], chain)
            to_whom = f"{view.name_of(to)}{_purpose(purpose)}"
            return Reading(f"pay {words} from mandate {budget} of {where} to {to_whom}", known)
        case act.Request(member, what):
            return Reading(f"ask {view.member_name(member)} to decide: {clean(what, 300)}")
        case act.Invite(member, persons):
            counted = f", counted as {persons:,} persons" if persons else ""
            return Reading(f"invite {view.member_name(member)} ({member.address} on chain {member.chain}){counted}")
        case act.Expel(member):
            return Reading(f"expel {view.member_name(member)}: 14 days' notice, and no levies from then on")
        case act.ConfirmRoll(member, people):
            return Reading(f"count up to {people:,} people of {view.member_name(member)}")
        case act.Competence(name, listed):
            words = "put {} on the list of competences" if listed else "strike {} off the list of competences"
            return Reading(words.format(f'"{clean(name, 40)}"'))
        case act.SetRules(rules):
            changes = view.rules.changes(rules)
            return Reading(f"set {', '.join(changes)}" if changes else "set the rules as they are now")
        case act.SetCharter(text, uri):
            return read_charter(text, uri)
        case _:
            return _elsewhere(one, view)


def _elsewhere(one: act.Act, view: FederationView) -> Reading:
    match one:
        case act.Link(chain, gateway, branch, domain, peer, validators, threshold):
            signers = f"{threshold} of {len(validators)} validators ({', '.join(validators)})"
            return Reading(
                f"link chain {chain} by the gateway {gateway}: the branch {branch} there, whose gateway is {peer}, "
                f"Hyperlane domain {domain}, signed by {signers}"
            )
        case act.LinkBack(chain, domain, peer, validators, threshold):
            signers = f"{threshold} of {len(validators)} validators ({', '.join(validators)})"
            return Reading(f"link the branch on chain {chain} with {peer}, domain {domain}, signed by {signers}")
        case act.Ceiling(chain, token, bps):
            share, what = format_share(bps), view.token(token, chain)
            return Reading(f"let at most {share} of {view.purse(chain)} leave in {what} in seven days")
        case act.ListToken(chain, token, listed):
            words = "list the token {}" if listed else "take the token {} off the list"
            return Reading(f"{words.format(view.token(token, chain))} of {view.purse(chain)}")
        case act.Join(_, purse, charter, bps):
            return Reading(join_words(view.federation_of(purse), purse, bytes.fromhex(charter[2:]), bps))
        case act.Quit(_, purse):
            return Reading(quit_words(view.federation_of(purse), purse))
        case act.Levy(_, purse, bps):
            return Reading(levy_words(view.federation_of(purse), purse, bps))
        case act.Delegate(_, purse, competence, given):
            return Reading(delegate_words(view.federation_of(purse), purse, competence.encode(), given))
        case act.Invalidate(chain, before):
            if before == act.ON_ARRIVAL:
                return Reading(f"drop all orders that wait at the branch on chain {chain} when this arrives there")
            return Reading(f"drop the orders that the branch on chain {chain} received before {view.moment(before)}")
        case act.Resume(chain):
            return Reading(f"take notes from chain {chain} again")
        case act.Confirm(_, branch, order):
            whose = view.federation_of(branch) or f"the branch {branch}"
            return Reading(f"confirm order {order[:10]}… of {whose}, which another member vetoed")
    words = "an act that cannot be read"
    return Reading(f"{words}: kind {getattr(one, 'number', '?')}, {len(getattr(one, 'data', b''))} bytes", clear=False)


def _purpose(purpose: str) -> str:
    return f", for {clean(purpose, 40)}" if purpose else ""
