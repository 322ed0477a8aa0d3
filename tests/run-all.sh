#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# run-all.sh BUILD: every test of a build that is there, then the C tests with sanitizers and
# under valgrind. Its last line counts what was run: N passed, N failed, N skipped.
set -u

build=$1
tests=$(cd "$(dirname "$0")" && pwd)
logs=$build/meson-logs
rm -f "$logs"/testlog*.json "$build"-sanitize/meson-logs/testlog*.json

# Whatever the tests leave of the machine builds what comes next; what goes wrong there is told there.
nice -n 10 "$tests/run-sanitized.sh" "$build-sanitize" build </dev/null >/dev/null 2>&1 &
echo "== every language"
# One more than there are processors: some wait for the disk.
meson test -C "$build" --no-rebuild --print-errorlogs --num-processes $(($(nproc) + 1)) </dev/null
wait
# What comes now looks for faults in memory. Disks were waited for above; where there is room, files are in memory now.
if [ "$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)" -gt 2000000 ] 2>/dev/null \
   && work=$(mktemp -d /dev/shm/rua-tests-XXXXXX); then
  trap 'rm -rf "$work"' EXIT
  export TMPDIR=$work
fi
echo "== sanitizers"
"$tests/run-sanitized.sh" "$build-sanitize" </dev/null
echo "== valgrind"
meson test -C "$build" --no-rebuild --print-errorlogs --setup valgrind --suite valgrind </dev/null

/usr/bin/python3 "$tests/count-results.py" "$logs/testlog.json" \
  "$build-sanitize/meson-logs/testlog.json" "$logs/testlog-valgrind.json"
