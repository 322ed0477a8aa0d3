#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""coverage.py BUILD [--fail-under LINES BRANCHES] [--show WORD]: which lines and branches of the library were run since
its counters were last removed, as `gcov` tells it. Prints the files, those first in which most was not run, then the
sums, and ends with status 1 where they are below LINES and BRANCHES in a hundred. With --show, prints instead every
line of the files whose path has WORD in it that was not run (-), or of which a branch was not taken (?).

A line counts once, however many objects hold it (a function of a header, a macro that makes functions). What is not
counted is in UNCOUNTED, and nothing else.
"""

import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent
ROOM = 'libruralalliance'

# Lines whose branches do not count, though the lines do: a check for a mistake of the programmer, which no test may
# fail, and what GLib's macros for types, once-only code and clearing ask inside themselves.
UNCOUNTED = re.compile(r'\b(g_return_(val_)?if_|g_assert|G_DEFINE_|G_DECLARE_|G_TYPE_CHECK|G_VALUE_HOLDS|g_once_init|g_clear_|'
                       r'RUA_IS_[A-Z_]+ ?\()')


class File:
    """The counts of one file: of each line how often it was run, and of each of its branches how often it was taken."""

    def __init__(self, path):
        self.path = path
        self.lines = {}
        self.branches = {}
        try:
            self.text = path.read_text(encoding='utf-8').splitlines()
        except FileNotFoundError:
            self.text = []

    def add(self, line):
        number = line['line_number']
        self.lines[number] = self.lines.get(number, 0) + line['count']
        counts = [branch['count'] for branch in line['branches']]
        if counts and not UNCOUNTED.search(self.get_text(number)):
            known = self.branches.setdefault(number, [])
            known.extend([0] * (len(counts) - len(known)))
            for index, count in enumerate(counts):
                known[index] += count

    def get_text(self, number):
        return self.text[number - 1] if 0 < number <= len(self.text) else ''

    # Threads may lose a count, never make one: whatever is not 0 was run.
    def count_lines(self):
        return len(self.lines), sum(count != 0 for count in self.lines.values())

    def count_branches(self):
        every = [count for counts in self.branches.values() for count in counts]
        return len(every), sum(count != 0 for count in every)

    def list_missing(self):
        for number in sorted(self.lines):
            if self.lines[number] == 0:
                yield number, '-', ''
            elif 0 in self.branches.get(number, []):
                counts = self.branches[number]
                yield number, '?', f'{counts.count(0)} of {len(counts)}'


def read_object(notes):
    """What gcov says of one object, whether or not it was ever run."""
    told = subprocess.run(['gcov', '--json-format', '--stdout', '--branch-probabilities', str(notes)],
                          cwd=notes.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
    return json.loads(told.stdout)


def read_coverage(build, source=SOURCE):
    """The files of the library by their path, those that the build makes included."""
    build = build.resolve()
    roots = source / ROOM, build / ROOM
    files = {}
    notes = sorted((build / ROOM).rglob('*.gcno'))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for told in pool.map(read_object, notes):
            for file in told['files']:
                path = (pathlib.Path(told['current_working_directory']) / file['file']).resolve()
                if any(path.is_relative_to(root) for root in roots):
                    known = files.setdefault(path, File(path))
                    for line in file['lines']:
                        known.add(line)
    return files


def get_share(total, run):
    """In a hundred, and never rounded up to a whole that it is not."""
    return 100.0 if total == 0 else run * 1000 // total / 10


def add_up(counts):
    counts = list(counts)
    return sum(total for total, _ in counts), sum(run for _, run in counts)


def show_files(files, name, count):
    print(f'== {name}: not run, of how many, in a hundred run')
    counted = sorted(((*count(file), name_of(file)) for file in files), key=lambda row: (row[1] - row[0], row[2]))
    for total, run, path in counted:
        if run < total:
            print(f'{total - run:5} {total:6} {get_share(total, run):6.1f}  {path}')


def name_of(file):
    return str(file.path)[str(file.path).rindex(ROOM + '/') + len(ROOM) + 1:]


def main(arguments, source=SOURCE):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('--fail-under', nargs=2, type=float, default=(0.0, 0.0), metavar=('LINES', 'BRANCHES'))
    parser.add_argument('--show', metavar='WORD')
    chosen = parser.parse_args(arguments)

    files = sorted(read_coverage(chosen.build, source).values(), key=lambda file: file.path)
    if not files:
        print(f'{chosen.build} has no object that was compiled with --coverage', file=sys.stderr)
        return 2
    if chosen.show is not None:
        for file in (file for file in files if chosen.show in str(file.path)):
            for number, mark, note in file.list_missing():
                print(f'{name_of(file)}:{number}: {mark} {note:8} {file.get_text(number)}')
        return 0

    show_files(files, 'lines', File.count_lines)
    show_files(files, 'branches', File.count_branches)
    low = False
    for name, count, least in (('lines', File.count_lines, chosen.fail_under[0]),
                               ('branches', File.count_branches, chosen.fail_under[1])):
        total, run = add_up(count(file) for file in files)
        low |= get_share(total, run) < least
        print(f'{name}: {get_share(total, run):.1f} % ({run} of {total})')
    return 1 if low else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
