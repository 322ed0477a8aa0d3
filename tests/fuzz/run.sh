#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# run.sh SECONDS [NAME…]: fuzzes each target for so many seconds, all the library being compiled into it with clang's
# sanitizers: no crash, no hang, no leak, no more than 2 GiB. Builds in $RUA_FUZZ_BUILD (or _build-fuzz), where what
# was tried is kept, so that the next run goes on from there. A finding ends with status 1: put the file that it names
# into tests/fuzz/NAME/, and it is a test.
set -eu

[[ ${1-} =~ ^[0-9]+$ ]] || { sed -n '3,6s/^# //p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
build=${RUA_FUZZ_BUILD:-$source/_build-fuzz}
seconds=$1; shift
command -v clang >/dev/null || { echo "skipped: there is no clang"; exit 77; }

[ $# -gt 0 ] || set -- $(cd "$here" && ls fuzz-*.c | sed 's/^fuzz-//; s/\.c$//; /^replay$/d; /^place$/d; /^trap$/d')
{
  [ -f "$build/build.ninja" ] \
    || CC=${CC:-clang} meson setup "$build" "$source" -Dfuzz=true -Dwerror=true -Dintrospection=disabled -Dvapi=disabled
  ninja -C "$build" "${@/#/tests/fuzz/fuzz-}"
} >"$build.log" 2>&1 || { tail -n 40 "$build.log"; exit 1; }

# The words of the formats, which chance alone would hardly find.
words=$build/words.dict
sed -nE 's/^([a-z_]+) = \{ type.*/"\\"\1\\":"/p; s/^plural = "(.*)"/"\\"\1\\":["/p; s/.*tokens = \[(.*)\].*/\1/p' \
  "$source/libruralalliance/model/alliance.toml" | sed '/^"\\/!{s/, */\n/g}' | sort -u >"$words"

# Memory that is given back to the system page by page interrupts the other processors, which costs more than all else.
export G_SLICE=always-malloc
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:allocator_release_to_os_interval_ms=-1:clear_shadow_mmap_threshold=1073741824
status=0
for name in "$@"; do
  mkdir -p "$build/tried/$name" "$build/found/$name"
  log=$build/found/$name.log
  if "$build/tests/fuzz/fuzz-$name" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 -dict="$words" \
       -print_final_stats=1 -artifact_prefix="$build/found/$name/" "$build/tried/$name" "$here/$name" >"$log" 2>&1; then
    echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs tried, nothing found"
  else
    echo "$name: FOUND"
    tail -n 60 "$log"
    status=1
  fi
done
exit $status
