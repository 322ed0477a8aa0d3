#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# run-sanitized.sh BUILD: builds the library and the C tests with AddressSanitizer, LeakSanitizer
# and UndefinedBehaviorSanitizer in a folder of their own, warnings being errors, and runs them.
set -eu

build=$1
source=$(cd "$(dirname "$0")/.." && pwd)
if [ ! -f "$build/build.ninja" ]; then
  meson setup "$build" "$source" -Dbuildtype=debugoptimized -Dwerror=true \
    -Db_sanitize=address,undefined -Db_lundef=false \
    -Dintrospection=disabled -Dvapi=disabled >"$build.log" 2>&1 \
    || { tail -n 40 "$build.log"; exit 1; }
fi
ninja -C "$build" >"$build.log" 2>&1 || { tail -n 60 "$build.log"; exit 1; }
# What only tries many things tries them all in the plain run; here a part of them has to do.
export RUA_SLOW_MACHINE=1
exec meson test -C "$build" --no-rebuild --print-errorlogs --suite c --no-suite slow \
  --timeout-multiplier 4
