"""Every shell session and Python example on our pages runs, in the order of the page, and prints what the page says.

A session is a fenced block marked `console`: lines after `$ ` are typed, the others must appear in what is printed, in
order, `…` standing for anything. A comment `# exit 2` after a command says its exit code.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A newcomer's environment: an empty HOME, an empty folder, `daokit` on the path."""
    kept = {key: os.environ[key] for key in ("LANG", "DAOKIT_SOLC", "DAOKIT_ANVIL") if key in os.environ}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**kept, "HOME": str(tmp_path), "PATH": path, "COLUMNS": "120", "TZ": "UTC", "NO_COLOR": "1"}
    yield environment
    subprocess.run(["daokit", "node", "down"], env=environment, cwd=tmp_path, capture_output=True, timeout=300)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_runs(page: Path, shell: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "cooperative"
    folder.mkdir()
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "python":
            run([sys.executable, "-c", text], 0, shell, folder)
            continue
        for command, code, expected in steps(text):
            printed = run(["bash", "-c", command], code, shell, folder)
            found = 0
            for line in expected:
                pattern = ".*?".join(re.escape(part.strip()) for part in line.split("…"))
                match = re.compile(pattern, re.DOTALL).search(printed, found)
                assert match, f"{page.name}: `{command}` does not print «{line}» here:\n{printed}"
                found = match.end()


def steps(session: str) -> Iterator[tuple[str, int, list[str]]]:
    """The commands of a session, each with its exit code and the lines that it prints."""
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, *lines = part.rstrip("\n").split("\n")
        command, _, code = command.partition("  # exit ")
        yield command, int(code or 0), [line for line in lines if line.strip() and line.strip() != "…"]


def run(command: list[str], code: int, environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        command, env=environment, cwd=folder, text=True, capture_output=True, timeout=1800, stdin=subprocess.DEVNULL
    )
    printed = done.stdout + done.stderr
    assert done.returncode == code, f"{command[-1]} ended with {done.returncode}, not {code}:\n{printed}"
    return printed


def test_every_page_is_reached_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in PAGES[1:]:
        assert f"docs/{page.name}" in readme, page.name
