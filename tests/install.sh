#!/usr/bin/env bash
# What the tests need that pip does not bring. Called by `make test`; does nothing where it is all there.
#
#   tests/install.sh browser   a Chromium: required
#   tests/install.sh parsers   ical.js, node-ical and libical, which read our calendars back, vdirsyncer and khal, which
#                              subscribe to them: tests skip what is missing
set -euo pipefail
cd "$(dirname "$0")/.."

as_root_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null && apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

browser() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null && return
    done
    # Ubuntu's chromium package only points to a snap, which does not run as root: hence the look at what it gave.
    if as_root_with_apt && apt_install chromium fonts-dejavu-core && command -v chromium >/dev/null; then
        return
    fi
    .venv/bin/playwright install chromium && return
    echo "The browser tests need Chromium. Install your system's package, or run: .venv/bin/playwright install chromium" >&2
    exit 1
}

parsers() {
    if [ ! -e /usr/include/libical/ical.h ] && as_root_with_apt; then
        apt_install libical-dev gcc || echo "libical could not be installed: its tests will be skipped." >&2
    fi
    if ! command -v vdirsyncer khal >/dev/null && as_root_with_apt; then
        apt_install vdirsyncer khal || echo "vdirsyncer and khal could not be installed: their test will be skipped." >&2
    fi
    if [ ! -d node_modules/node-ical ] && command -v npm >/dev/null; then
        npm install --silent --no-save --no-package-lock --no-audit --no-fund ical.js@2.2.1 node-ical@0.26.1 </dev/null ||
            echo "ical.js and node-ical could not be installed: their tests will be skipped." >&2
    fi
}

"${1:?say browser or parsers}"
