"""The command line. `main` is the `daokit` program: it turns whatever went wrong into one sentence and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main", "run"]

_STOPPED = 130


def main() -> int:
    """The console script."""
    return run(sys.argv[1:])


def run(words: Sequence[str], *, program: str = "daokit") -> int:
    """One command as typed, without the name of the `program`; returns its exit code."""
    from daokit.cli.options import Options, take
    from daokit.cli.session import Session
    from daokit.errors import DaokitError

    session = Session(Options(json="--json" in words, debug="--debug" in words))
    try:
        options, rest = take(words)
        session = Session(options)
        return _dispatch(session, rest, program)
    except DaokitError as failure:
        if session.options.debug:
            _trace()
        return session.fail(failure)
    except KeyboardInterrupt:
        print("\nstopped; `daokit tx list` shows what was signed", file=sys.stderr)
        return _STOPPED
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; Python would complain about it at exit
        return 0
    except Exception as failure:
        if session.options.debug:
            _trace()
        return session.fail(DaokitError(_unexpected(failure)))
    finally:
        session.close()


def _dispatch(session: object, rest: list[str], program: str) -> int:
    from daokit.cli.app import app
    from daokit.errors import UsageError

    try:
        code = app(rest, standalone_mode=False, prog_name=program, obj=session)
    except Exception as failure:
        # Typer's own refusals, of whichever version's class.
        if not hasattr(failure, "format_message"):
            if type(failure).__name__ == "Abort":
                raise KeyboardInterrupt from None
            if type(failure).__name__ == "Exit":
                return int(getattr(failure, "exit_code", 0))
            raise
        context = getattr(failure, "ctx", None)
        if type(failure).__name__ == "NoArgsIsHelpError" and context is not None:
            known = ", ".join(context.command.list_commands(context))
            raise UsageError(f"say which: `{context.command_path}` has {known}; --help explains them") from None
        message = _sentence(failure.format_message())
        remedy = f"; see `{context.command_path} --help`" if context and "did you mean" not in message else ""
        raise UsageError(message + remedy) from None
    if code == _STOPPED:  # how typer passes Ctrl-C on
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def _sentence(message: str) -> str:
    message = " ".join(message.split()).rstrip(".").replace(". Did you mean", "; did you mean")
    return message[:1].lower() + message[1:]


def _unexpected(failure: Exception) -> str:
    words = " ".join(str(failure).split())[:200]
    return f"something went wrong that daokit does not know ({type(failure).__name__}: {words}); --debug shows where"


def _trace() -> None:
    import traceback

    traceback.print_exc()
