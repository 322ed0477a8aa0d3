#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# coverage.sh [BUILD]: which lines and branches of the library the C tests run. Prints a table and
# writes BUILD/coverage/index.html. Needs gcovr.
set -eu

source=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$source/_build-coverage}
[ -f "$build/build.ninja" ] \
  || meson setup "$build" "$source" -Db_coverage=true -Doptimization=0 \
       -Dintrospection=disabled -Dvapi=disabled >"$build.log" 2>&1 \
  || { tail -n 40 "$build.log"; exit 1; }
ninja -C "$build" >"$build.log" 2>&1 || { tail -n 40 "$build.log"; exit 1; }
find "$build" -name '*.gcda' -delete
meson test -C "$build" --no-rebuild --suite c --print-errorlogs >"$build.log" 2>&1 \
  || { tail -n 40 "$build.log"; exit 1; }
mkdir -p "$build/coverage"
gcovr --root "$source" --filter "$source/libruralalliance/" --filter "$build/libruralalliance/" \
  --exclude-throw-branches --print-summary --html-details "$build/coverage/index.html" --txt - \
  "$build"
