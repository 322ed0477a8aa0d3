#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# run-sanitized.sh BUILD [build]: builds the library and the C tests with AddressSanitizer, LeakSanitizer
# and UndefinedBehaviorSanitizer in a folder of their own, warnings being errors, and runs them,
# or, with the word build, leaves that for later.
set -eu

build=$1
source=$(cd "$(dirname "$0")/.." && pwd)
if [ ! -f "$build/build.ninja" ]; then
  # It links some 180 programs in half the time.
  if command -v ld.gold >/dev/null; then export CC_LD=gold CXX_LD=gold; fi
  # At -O1 and with lines alone it takes half as long to build as it would otherwise.
  meson setup "$build" "$source" -Dbuildtype=debugoptimized -Doptimization=1 -Dc_args=-g1 \
    -Dwerror=true -Db_sanitize=address,undefined -Db_lundef=false \
    -Dintrospection=disabled -Dvapi=disabled >"$build.log" 2>&1 \
    || { tail -n 40 "$build.log"; exit 1; }
fi
ninja -C "$build" meson-test-prereq >"$build.log" 2>&1 || { tail -n 60 "$build.log"; exit 1; }
[ "${2-}" != build ] || exit 0
# What only tries many things tries them all in the plain run; here a part of them has to do.
export RUA_SLOW_MACHINE=1
exec meson test -C "$build" --no-rebuild --print-errorlogs --suite c --no-suite slow \
  --timeout-multiplier 4
