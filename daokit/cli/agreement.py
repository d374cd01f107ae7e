"""`daokit agreement`: share the outcome of an order, or of revenue. Writing, reading and explaining; signing and work
stand in modules of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli import agreement_sign, agreement_speak, agreement_work

if TYPE_CHECKING:
    from daokit.cli.agreement_at import Written
    from daokit.cli.session import Session
    from daokit.explain import Outcome
    from daokit.profit_share import ProfitShare
    from daokit.terms import Terms

app = typer.Typer(
    help="Agreements that share an outcome: draft, explain, sign, open, fund, deliver, accept, amend, claim.",
    no_args_is_help=True,
)

Which = Annotated[str, typer.Argument(help="Its address, or the file of its terms (.toml) or text (.md).")]


@app.command()
def draft(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path("terms.toml"),
    like: Annotated[str, typer.Option("--like", help="order, revenue or service.")] = "order",
    title: Annotated[str, typer.Option("--title", help="What it is about.")] = "A piece of work",
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write commented terms to begin with, with the reason for each value."""
    from daokit.errors import UsageError
    from daokit.terms_presets import template

    session: Session = ctx.obj
    if path.exists() and not force:
        raise UsageError(f"{path} is there already; name another file, or say --force to write over it")
    path.write_text(template(like, title, session.chain.now()), encoding="utf-8")
    session.done(
        {"file": str(path), "like": like},
        f"wrote {path}; fill in names, sums and blanks, then: daokit agreement explain {path}",
    )


@app.command()
def explain(
    ctx: typer.Context,
    which: Which,
    change: Annotated[Path | None, typer.Option("--change", help="New terms for it, to compare.")] = None,
) -> None:
    """What each party ends with: all goes well, the customer refuses or runs, nobody delivers; beside buying outright.

    With --change also after it, and who must sign it and why.
    """
    from daokit.cli.agreement_at import find
    from daokit.cli.agreement_change import changed_terms
    from daokit.explain import Standing, explain_change
    from daokit.explain import explain as outcomes

    session: Session = ctx.obj
    at = find(session, which)
    if change is None and at.described is not None and (at.there is None or at.draft):
        terms = at.described.terms
        found = outcomes(terms)
        session.done({"outcomes": found}, *_drawn(session, terms, found))
        return
    now = at.opened.snapshot()
    terms, standing = now.terms, Standing(now.released, now.held, now.status.milestone, now.frozen)
    if change is None:
        found = outcomes(terms, standing)
        session.done({"outcomes": found}, *_drawn(session, terms, found))
        return
    changed = changed_terms(session, now, change)
    compared = explain_change(terms, changed, standing)
    signs = [
        f"{one.name} ({session.name(one.signer)}) must sign, because {'; and because '.join(one.reasons)}"
        for one in compared.asked
    ]
    session.done(
        {"before": compared.before, "after": compared.after, "asked": compared.asked},
        "As it is",
        *_drawn(session, terms, compared.before),
        "With the change",
        *_drawn(session, changed, compared.after),
        *(signs or ["nobody loses by it, and nobody has to sign"]),
    )


@app.command()
def show(ctx: typer.Context, which: Which) -> None:
    """Where it stands: state, money, milestones, and what each party is entitled to, has had and can claim."""
    from daokit.cli.agreement_at import find

    session: Session = ctx.obj
    found = find(session, which)
    if found.there is None or found.draft:
        _show_unmade(session, found.written, found.address(session))
        return
    _show(session, which, found.there, found.described.paper.title if found.described else "")


@app.command()
def verify(
    ctx: typer.Context,
    text: Annotated[Path, typer.Argument(help="The text that you keep (.md).")],
    address: Annotated[str | None, typer.Argument(help="The agreement (where the text says, when left out).")] = None,
) -> None:
    """Whether a text is the one whose hash the chain holds; what differs when it is not."""
    from daokit.agreement_file import read, verify_amendment
    from daokit.agreement_file import verify as compare
    from daokit.cli.agreement_at import contents, find
    from daokit.errors import RuleBroken, UsageError
    from daokit.profit_share import ProfitShare
    from daokit.terms import Terms
    from daokit.terms_found import terms_of_transaction

    session: Session = ctx.obj
    content = contents(text)
    parameters, _ = read(content)
    is_change = parameters.get("kind") == "amendment"
    where = address or (str(parameters.get("agreement")) if is_change else None)
    there = ProfitShare.load(session.chain, session.resolve(where)) if where else find(session, str(text)).opened
    told = there.past("Opened", "Amended")
    if not told:
        raise UsageError("the agreement has not been opened: nothing on the chain to compare with")
    opened = Terms.decoded(told[0].terms)
    if is_change:
        brought = [event for event in told if event.name == "Amended"]
        verdicts = [
            verify_amendment(
                content,
                terms_of_transaction(session.chain, event.transaction, opened, "0x" + event.terms.hex()),
                "0x" + event.document.hex(),
            )
            for event in reversed(brought)
        ]
        verdict = next((one for one in verdicts if one.holds), verdicts[0] if verdicts else None)
        if verdict is None:
            raise UsageError("the agreement has not been amended: nothing on the chain to compare with")
    else:
        verdict = compare(content, opened)
    if not verdict.holds:
        raise RuleBroken(verdict.sentence, document=verdict.document)
    session.done(verdict, verdict.sentence)


@app.command()
def history(ctx: typer.Context, which: Which) -> None:
    """Everything that happened in it, oldest first."""
    from daokit.cli.agreement_at import find
    from daokit.cli.agreement_words import told
    from daokit.cli.show import table
    from daokit.quantities import format_time

    session: Session = ctx.obj
    there = find(session, which).on_chain
    terms, now = there.terms(), session.chain.now()
    lines = [(there.when(event), told(session, terms, event)) for event in there.past()]
    session.done(
        [{"time": when, "what": words} for when, words in lines],
        table("when", "what", rows=[(format_time(when, now), words) for when, words in lines]),
    )


def _show(session: Session, which: str, there: ProfitShare, title: str) -> None:
    from daokit.cli.agreement_words import STATES, next_steps, row_name
    from daokit.cli.show import facts, table
    from daokit.quantities import format_time
    from daokit.terms_words import part_of_profit

    found, now = there.snapshot(), session.chain.now()
    terms, status = found.terms, found.status

    def money(amount: int) -> str:
        return session.money(terms.token, amount)

    head = facts(
        ("agreement", title) if title else None,
        ("address", there.address),
        ("state", STATES[status.state]),
        ("price", money(terms.price)) if terms.is_order else ("pays", "whatever comes in"),
        ("released", money(found.released)),
        ("held", money(found.held)),
        ("customer", session.name(terms.customer)) if terms.is_order else None,
        ("until", format_time(status.until, now)) if status.until and not status.state.ended else None,
    )
    columns = ("cost", "entitled", "had", "can claim")
    shared = table(
        "party", "tier", "profit", *columns,
        rows=[
            (
                row_name(session, terms, place),
                party.tier + 1 if party.cost else "",
                part_of_profit(terms, place),
                *(money(one) for one in (party.cost, row.entitled, row.paid, row.due)),
            )
            for place, (party, row) in enumerate(zip(terms.parties, found.rows, strict=True))
        ],
        right=columns,
    )  # fmt: skip
    due = [
        (
            f"{place + 1}{'. ' + one.what if one.what else ''}",
            money(terms.value_of(place)),
            "done" if place < status.milestone else format_time(when, now),
        )
        for place, (one, when) in enumerate(zip(terms.milestones, found.due_times, strict=True))
    ]
    drawn = [head, shared, *([table("milestone", "worth", "due", rows=due, right=("worth",))] if due else [])]
    data = {
        "address": there.address,
        "status": status,
        "released": found.released,
        "held": found.held,
        "terms": terms,
        "rows": found.rows,
    }
    session.done(data, *drawn, *next_steps(session, which, found))


def _show_unmade(session: Session, written: Written, address: str) -> None:
    from daokit.cli.show import facts
    from daokit.quantities import format_time
    from daokit.token import balance_of

    terms, now = written.terms, session.chain.now()
    balance = balance_of(session.chain, terms.token, address)
    after = "it opens once all have signed and the deposit is there: daokit agreement sign, fund, open"
    if now > terms.open_by:
        after = (
            f"it can be opened no more; what was paid goes back: daokit agreement settle {written.text}, then refund"
        )
    session.done(
        {"address": address, "state": "unmade", "held": session.sum(terms.token, balance), "terms": terms},
        facts(
            ("agreement", written.paper.title),
            ("address", address),
            ("state", "not opened yet"),
            (
                "deposit",
                f"{session.money(terms.token, balance)} of {session.money(terms.token, terms.deposit)} is there",
            )
            if terms.is_order
            else None,
            ("opens until", format_time(terms.open_by, now)),
        ),
        after,
    )


def _drawn(session: Session, terms: Terms, outcomes: tuple[Outcome, ...]) -> list[Any]:
    from daokit.cli.agreement_words import row_name
    from daokit.cli.show import table

    names = [row_name(session, terms, row) for row in range(len(terms.parties))]
    drawn: list[Any] = []
    for outcome in outcomes:
        released = session.money(terms.token, outcome.released)
        title = f"{outcome.name}: {outcome.how}; {released} to the parties"
        if outcome.back:
            title += f", {session.money(terms.token, outcome.back)} back to the customer"
        columns = ("gets", "less its cost", "buying outright")
        rows = [
            (name, *(session.money(terms.token, one) for one in values))
            for name, *values in zip(names, outcome.amounts, outcome.results, outcome.outright, strict=True)
        ]
        drawn.append(table("party", *columns, rows=rows, right=columns, title=title))
    return drawn


agreement_sign.register(app)
agreement_speak.register(app)
agreement_work.register(app)
