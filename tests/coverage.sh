#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# coverage.sh [BUILD]: which lines and branches of the library the tests run, in every language that this machine
# has. Prints a table, the worst files first, and the sums; writes BUILD/coverage/index.html. Ends with status 1
# where fewer lines or branches are run than is promised (95 and 90 in a hundred). Needs gcovr.
#
# Not counted, and nothing else:
#   - branches of a check for a programmer's mistake (g_return_if_fail and the like, g_assert, RUA_IS_…), which by
#     their nature are never taken, and what GLib's macros for types, once-only code and cleaning up branch on
#     inside themselves;
#   - code that the compiler says is never reached.
set -eu

source=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$source/_build-coverage}
lines=95 branches=90
command -v gcovr >/dev/null || { echo "skipped: there is no gcovr"; exit 77; }

[ -f "$build/build.ninja" ] \
  || meson setup "$build" "$source" -Db_coverage=true -Dbuildtype=debug -Doptimization=0 \
       -Dvapi=disabled -Ddocs=disabled >"$build.log" 2>&1 \
  || { tail -n 40 "$build.log"; exit 1; }
ninja -C "$build" meson-test-prereq >"$build.log" 2>&1 || { tail -n 40 "$build.log"; exit 1; }
find "$build" -name '*.gcda' -delete
# What was run counts; that it passes is for the suite to say.
meson test -C "$build" --no-rebuild --no-suite slow --timeout-multiplier 5 >"$build.log" 2>&1 \
  || { echo "not every test passed:"; grep -E '^ *[0-9]+/.*(FAIL|ERROR|TIMEOUT)' "$build.log"; }

macros='g_return_(val_)?if_|g_assert|G_DEFINE_|G_DECLARE_|G_TYPE_CHECK|g_once_init|g_clear_|g_auto|RUA_IS_'
mkdir -p "$build/coverage"
cd "$build"
gcovr --root "$source" --object-directory "$build" \
  --filter "$source/libruralalliance/" --filter "$build/libruralalliance/" \
  --exclude-unreachable-branches --exclude-throw-branches \
  --exclude-branches-by-pattern ".*\\b($macros).*" \
  --json "$build/coverage/coverage.json" --html-details "$build/coverage/index.html" . >/dev/null
echo "== lines not run"
gcovr --root "$source" -a "$build/coverage/coverage.json" --sort-uncovered --txt - | head -n 46
echo "== branches not taken"
gcovr --root "$source" -a "$build/coverage/coverage.json" --sort-uncovered --branches --txt - | head -n 46
exec gcovr --root "$source" -a "$build/coverage/coverage.json" --print-summary \
  --fail-under-line "$lines" --fail-under-branch "$branches" --txt /dev/null
