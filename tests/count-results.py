#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""count-results.py LOG…: adds up Meson's logs of test runs (testlog.json).

A test that prints TAP counts as many times as it has lines, any other once. A test that broke
off, ran out of time or left with a bad status without a "not ok" of its own counts one failure
more, and so does a log that is missing or empty: a run that did not happen did not pass.
The last line is "N passed, N failed, N skipped"; the status is 1 when any failed.
"""

import json
import pathlib
import re
import sys

LINE = re.compile(r'^(not )?ok\b(.*)$', re.MULTILINE)
DIRECTIVE = re.compile(r'#\s*(skip|todo)\b', re.IGNORECASE)


def count(entry):
    passed = failed = skipped = 0
    for broken, rest in LINE.findall(entry.get('stdout') or ''):
        directive = DIRECTIVE.search(rest)
        if directive:
            skipped += 1
        elif broken:
            failed += 1
        else:
            passed += 1
    result = entry['result']
    if passed + failed + skipped == 0:
        if result in ('OK', 'EXPECTEDFAIL'):
            passed = 1
        elif result == 'SKIP':
            skipped = 1
    if result not in ('OK', 'SKIP', 'EXPECTEDFAIL') and failed == 0:
        failed = 1
    return passed, failed, skipped


def main(paths):
    totals = [0, 0, 0]
    for path in map(pathlib.Path, paths):
        lines = path.read_text(encoding='utf-8').splitlines() if path.is_file() else []
        entries = [json.loads(line) for line in lines if line.strip()]
        sums = [sum(column) for column in zip(*map(count, entries))] or [0, 1, 0]
        if not entries:
            print(f'{path}: no test was run')
        for entry in entries:
            if count(entry)[1]:
                print(f'failed: {entry["name"]} ({entry["result"]})')
            for _, rest in LINE.findall(entry.get('stdout') or ''):
                if DIRECTIVE.search(rest):
                    print(f'skipped: {entry["name"]}:{rest}')
        print(f'{path.parent.parent.name} {path.stem}: {len(entries)} programs, '
              '%d passed, %d failed, %d skipped' % tuple(sums))
        totals = [a + b for a, b in zip(totals, sums)]
    print('%d passed, %d failed, %d skipped' % tuple(totals))
    return 1 if totals[1] or not totals[0] else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
