"""`daokit charter`: the rules in words, and how a file differs from the chain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.rules import Rule

# What each rule means, with its value in place of {}.
_WORDS = {
    "voting.deliberation": "{} to talk and to put rivals before voting opens",
    "voting.voting": "voting is open for {}",
    "voting.timelock": "{} between the end of voting and the act",
    "voting.large_delay": "{} instead for large options, so that whoever leaves because of one is paid first",
    "voting.grace": "a passed option can be executed for {}, and never after",
    "voting.quorum": "{} of the seats must be for an option",
    "voting.large": "ordinary payments take at most {} of each balance in 30 days; more needs a large option",
    "voting.options_per_season": "a member puts at most {} options in a season",
    "voting.one_open_proposal": "a member has one proposal open at a time: {}",
    "seasons.length": "voice credits come back every {}",
    "seasons.credits": "each seat has {} voice credits a season; N votes cost N squared",
    "admission.sponsors": "members who must vouch for an applicant: {}",
    "admission.window": "{} after that to object",
    "admission.objection": "{} of the seats, and at least one, stop an admission",
    "admission.daily_count": "at most {} seats a day come by sponsors, come by options, and are expelled",
    "admission.daily_share": "or {} of the seats a day, when that is more",
    "exit.notice": "{} between giving notice and taking one's share; it can only ever be lowered",
}

app = typer.Typer(help="The charter: show, diff.", no_args_is_help=True)


@app.command()
def show(ctx: typer.Context) -> None:
    """The charter's text, checked against its hash, and all rules in words."""
    from daokit import rules
    from daokit.cli.show import facts, quoted
    from daokit.differences import present_rules
    from daokit.quantities import format_time
    from daokit.text import clean

    session: Session = ctx.obj
    collective = session.collective
    values = present_rules(collective)
    hash_, version = session.membership.charter()
    text, uri = collective.charter_text(), session.membership.charter_uri()
    drawn: list[Any] = [facts(("charter of", collective.name), ("version", version), ("hash", hash_)), ""]
    if text is not None:
        drawn += [quoted(text), "", "This is the text whose hash members accepted."]
    else:
        drawn.append(
            f"NOT CHECKED: the text does not stand on the chain; it is said to be at {clean(uri) or 'no uri'}. "
            "Compare its keccak256 with the hash above before you rely on it."
        )
    words = {rule.key: _said(rule, values[rule.key]) for rule in rules.RULES}
    for section in ("voting", "seasons", "admission", "exit"):
        drawn += ["", f"[{section}]", facts(*((rule.name, words[rule.key]) for rule in rules.in_section(section)))]
    season, now = session.governor.season(), session.chain.now()
    drawn += [
        "",
        f"season {season.number} ends {format_time(season.ends, now)}; each seat has {season.credits} credits in it",
    ]
    tokens = [session.chain.symbol(token) for token in session.treasury.tokens()]
    drawn.append(f"tokens: {', '.join(tokens)}")
    data = {"name": collective.name, "hash": hash_, "version": version, "uri": uri, "text": text, "rules": values}
    session.done({**data, "words": words, "season": season, "tokens": session.treasury.tokens()}, *drawn)


@app.command()
def diff(
    ctx: typer.Context,
    charter: Annotated[Path, typer.Argument(help="The file.")] = Path("charter.toml"),
    write: Annotated[
        Path | None, typer.Option("--write", help="Write the text of the proposal that would bring the chain to it.")
    ] = None,
) -> None:
    """What on the chain differs from a charter file, and the proposal that would bring the chain to the file."""
    from daokit.charter import Charter
    from daokit.cli.show import table
    from daokit.differences import ChainCharter, differences

    session: Session = ctx.obj
    file = Charter.load(charter)
    found = differences(file, ChainCharter.of(session.collective), session.token, session.chain.symbol)
    data: dict[str, Any] = {
        "differences": [
            {
                "key": one.key,
                "file": one.file,
                "chain": one.chain,
                "remedy": one.remedy,
                "possible": one.action is not None,
            }
            for one in found
        ]
    }
    if not found:
        session.done(data, f"{charter} and the chain say the same")
        return
    rows = [(one.key, _brief(one.chain), _brief(one.file), one.remedy) for one in found]
    drawn: list[Any] = [table("what", "on the chain", "in the file", "remedy", rows=rows)]
    options = [words for one in found if (words := _typed(one.action)) is not None]
    if options:
        path = write or Path("change.md")
        command = f"daokit proposal new {path} {' '.join(options)}"
        data["command"] = command
        if write is not None and not session.options.dry_run:
            lines = [f"- {one.key}: {one.chain} becomes {one.file}" for one in found if one.action is not None]
            path.write_text("\n".join(["# Change the charter", "", *lines, ""]), encoding="utf-8")
            drawn.append(f"wrote {path}; propose it with")
        else:
            drawn.append(f"`daokit charter diff {charter} --write {path}` writes a text for it; propose it with")
        drawn.append(f"  {command}")
    session.done(data, *drawn)


def _typed(action: Any) -> str | None:
    """The option of `daokit proposal new` that does this action; None when nothing can."""
    import re
    import shlex

    from daokit import rules
    from daokit.actions import DelistToken, ListToken, LowerNotice, Set, SetCharter

    match action:
        case Set(key, value):
            return f"--set {shlex.quote(f'{key}={rules.find(key).show(value)}')}"
        case LowerNotice(seconds):
            notice = rules.find("exit.notice").show(seconds)
            return f"--set {shlex.quote(f'exit.notice={notice}')}"
        case ListToken(token):
            return f"--list-token {shlex.quote(token)}"
        case DelistToken(token):
            return f"--delist-token {shlex.quote(token)}"
        case SetCharter(text, uri):
            # Quotes within quotes are hard to read; most URIs need none.
            word = uri if re.fullmatch(r"[^\s'\"\\]+", uri) else shlex.quote(uri)
            return "--call " + shlex.quote(f"collective setCharter(bytes32,string) {text} {word}")
    return None


def _said(rule: Rule, value: int) -> str:
    if rule.key == "voting.options_per_season" and value == 0:
        return "a member puts as many options in a season as they like"
    return _WORDS[rule.key].format(rule.show(value))


def _brief(words: str) -> str:
    """A table cell in which a hash shows both its ends."""
    import re

    return re.sub(r"(0x[0-9a-f]{8})[0-9a-f]{48}([0-9a-f]{8})", r"\1…\2", words)
