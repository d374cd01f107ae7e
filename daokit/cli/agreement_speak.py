"""`daokit agreement`, what is said on the chain: the yes of a collective, and taking a signature back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from daokit.cli.agreement_part import Report
from daokit.cli.agreement_sign import LesserPart, Text
from daokit.errors import RuleBroken

if TYPE_CHECKING:
    from daokit.cli.session import Session


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    for command in (approve, revoke):
        app.command()(command)


def approve(ctx: typer.Context, text: Text, part: LesserPart = "", report: Report = "") -> None:
    """Open the proposal by which your collective signs what `sign` would, with the same options. It is a large option.

    A collective signs as its treasury, which says yes on the chain: for the opening, the agreement is put there as a
    draft.
    """
    from daokit.cli.agreement_at import drafted
    from daokit.cli.agreement_sign import subject
    from daokit.cli.proposal import propose
    from daokit.options import Call
    from daokit.profit_share import Said
    from daokit.typed_data import digest_of

    session: Session = ctx.obj
    signed, treasury = subject(session, text, part, report), session.treasury.address
    digest, name = digest_of(*signed.typed), session.collective.name
    if treasury not in signed.signers:
        raise RuleBroken(
            f"{name} does not sign here, since no row has its treasury ({treasury}) as signer; "
            f"those who sign: {', '.join(map(session.name, signed.signers))}"
        )
    there = drafted(session, signed.at, f"open the proposal to sign {signed.words}")
    if there.said_by(treasury, digest) is Said.APPROVED:
        raise RuleBroken(f"{name} has signed this already")
    words = f"# Sign {signed.words}\n\nAt {there.address}; {signed.reading}.\n"
    propose(
        session, words, Call(there.address, 0, there.encode("speak", bytes.fromhex(digest[2:]), Said.APPROVED.value))
    )


def revoke(ctx: typer.Context, text: Text, part: LesserPart = "", report: Report = "") -> None:
    """Take back your signature under what does not hold yet. Name it as for `sign`."""
    from daokit.cli.agreement_at import drafted
    from daokit.cli.agreement_sign import subject
    from daokit.profit_share import Said
    from daokit.typed_data import digest_of

    session: Session = ctx.obj
    signed = subject(session, text, part, report)
    there = drafted(session, signed.at, f"take back your signature under {signed.words}")
    there.speak(digest_of(*signed.typed), Said.REVOKED)
    session.done({"agreement": signed.agreement}, "your signature under it is worth nothing from now on")
