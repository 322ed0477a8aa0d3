#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# coverage.sh [BUILD]: which lines and branches of the library the quick tests run, in every language that this machine
# has. Builds in BUILD (or _build-coverage) without optimisation, runs the tests, and ends as coverage.py says: a table
# of what was not run, the worst files first, then the sums; status 1 where they are below what is promised, 95 and 90
# in a hundred. For the lines themselves: tests/coverage.py BUILD --show FILE. Needs gcc's gcov.
set -eu

source=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$source/_build-coverage}
lines=95 branches=90
command -v gcov >/dev/null || { echo "skipped: there is no gcov"; exit 77; }

[ -f "$build/build.ninja" ] \
  || meson setup "$build" "$source" -Db_coverage=true -Dbuildtype=debug -Doptimization=0 \
       -Dvapi=disabled -Ddocs=disabled >"$build.log" 2>&1 \
  || { tail -n 40 "$build.log"; exit 1; }
ninja -C "$build" meson-test-prereq >"$build.log" 2>&1 || { tail -n 40 "$build.log"; exit 1; }
find "$build" -name '*.gcda' -delete
# What was run counts; that it passes is for the suite to say. Counters are exported, too, which test-exports.py and
# test-introspection.py notice.
meson test -C "$build" --no-rebuild --no-suite slow --timeout-multiplier 6 >"$build.log" 2>&1 \
  || { echo "not every test passed:"; grep -E '^ *[0-9]+/.*(FAIL|ERROR|TIMEOUT)' "$build.log" || true; }
exec python3 "$source/tests/coverage.py" "$build" --fail-under "$lines" "$branches"
