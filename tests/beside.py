"""Programs that test for minutes by themselves: one after another beside the other tests, to which they give way."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, CompletedProcess, Popen
from tempfile import TemporaryDirectory

Done = CompletedProcess[str]

_queue = ThreadPoolExecutor(1)
_asked: dict[str, Future[Done]] = {}
_folders: dict[str, TemporaryDirectory[str]] = {}
_at_work: list[Popen[str]] = []


def begin(name: str, work: Callable[[], Done]) -> Future[Done]:
    """What this work, which calls `run`, comes to: put into the queue now, if it was not before."""
    if name not in _asked:
        _asked[name] = _queue.submit(work)
    return _asked[name]


def run(command: Sequence[str | Path], where: Path, environment: Mapping[str, str]) -> Done:
    """What a command comes to in a folder."""
    with Popen(
        command, cwd=where, env=environment, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, text=True, process_group=0
    ) as program:
        _at_work.append(program)
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PGRP, program.pid, 10)
        out, err = program.communicate()
        _at_work.remove(program)
    return Done(command, program.returncode, out, err)


def folder(name: str) -> Path:
    """An empty folder for that which is begun under this name, as long as the tests go on."""
    if name not in _folders:
        _folders[name] = TemporaryDirectory(ignore_cleanup_errors=True)
    return Path(_folders[name].name)


def stop() -> None:
    """End what nobody waits for any more, with all that it started."""
    _queue.shutdown(wait=False, cancel_futures=True)
    for program in _at_work:
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGTERM)
    _queue.shutdown()
    while _folders:
        _folders.popitem()[1].cleanup()
