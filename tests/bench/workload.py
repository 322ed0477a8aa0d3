#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Workload W: the impact report by this library and by other programs, in one run, as one Markdown table.

    tests/bench/workload.py --build _build --size 1M --peers duckdb,chdb,polars --repeat 5

cold: a process from start to end, from its own best file, which is not in the page cache; cached: it is; warm: the
report once more in a process that has read the data; csv: a process from the CSV files, which are in the page cache,
to the report, keeping nothing. Programs take turns within a repetition, so that a slow moment of the machine meets them
all; a figure is the median over the repetitions. All answers must agree to 1e-9, else the exit status is 1. Files are
made in --data, once.
"""
import argparse
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import impact_report
import workload_programs

MODES = {'cold': 'cold', 'cached': 'cached', 'warm': 'warm', 'csv': 'CSV to report'}
BEGIN, END = '<!-- figures of workload.py -->', '<!-- end of the figures -->'
UNITS = {'k': 1000, 'K': 1000, 'M': 1000000}


def households(text):
    factor = UNITS.get(text[-1:], 1)
    return int(float(text[:-1] if factor > 1 else text) * factor)


def tell(*words):
    print(*words, file=sys.stderr, flush=True)


def each_file(paths):
    for path in paths:
        for name in [path] if path.is_file() else path.rglob('*'):
            if name.is_file() and not name.is_symlink():
                yield name


def evict(paths):
    """Out of the page cache."""
    for name in each_file(paths):
        handle = os.open(name, os.O_RDONLY)
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


def fetch(paths):
    """Into the page cache, so that whoever comes first does not read for all."""
    for name in each_file(paths):
        with open(name, 'rb', buffering=0) as file:
            while file.read(1 << 20):
                pass


def run(command, environment, limit):
    """Wall and processor seconds, peak MiB, and what was printed."""
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        process = subprocess.Popen([str(word) for word in command], stdout=out,
                                   env={**os.environ, **environment})
        timer = threading.Timer(limit, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode(errors='replace')
    if process.returncode != 0:
        raise RuntimeError(f'{" ".join(map(str, command))}: exit status {process.returncode}\n{text}')
    return {'wall': wall, 'cpu': usage.ru_utime + usage.ru_stime, 'mib': usage.ru_maxrss / 1024,
            'lines': [line.split() for line in text.splitlines()]}


def seconds(lines, word):
    return [float(line[1]) for line in lines if line[:1] == [word]]


class Bench:
    """One size: the data, the programs, and what was measured."""

    def __init__(self, options, size):
        self.options = options
        self.size = size
        self.folder = options.data / size
        self.figures = {}  # (program, mode, threads) -> [figure of each repetition]
        self.programs = []

    def prepare(self, program, threads):
        for command, environment, made in program.preparation(self.folder, threads):
            if not made.exists():
                tell(f'{program.name}: {made.name} is made')
                run(command, environment, self.options.limit)

    def add(self, program):
        missing = program.missing()
        if missing:
            tell(f'{program.name}: left out, {missing}')
            return
        self.prepare(program, max(self.options.threads))
        self.programs.append(program)

    def output(self, program, mode, threads):
        folder = self.folder / 'reports' / f'{program.name}.{mode}.{threads}'
        # Empty: no report of another run is taken for this one's, and none is deleted while it is timed.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def once(self, program, mode, threads):
        # A pass before the one that counts; a short one is repeated.
        times = self.options.passes + 1 if mode == 'warm' else 1
        command, environment = program.command(self.folder, mode, threads, times,
                                               self.output(program, mode, threads))
        if mode == 'cold':
            evict(program.files(self.folder))
        elif mode == 'csv':
            fetch(path for path in self.folder.glob('*.csv') if path.is_file())
        else:
            fetch(program.files(self.folder))
        figure = run(command, environment, self.options.limit)
        figure['seconds'] = figure['wall']
        if mode == 'warm':
            figure['seconds'] = statistics.median(seconds(figure['lines'], 'pass')[1:])
            measured = seconds(figure['lines'], 'measure')[1:]
            if measured:
                figure['measure'] = statistics.median(measured)
        del figure['lines']
        tell(f'{self.size} {program.name} {mode} {threads}: {figure["seconds"]:.4f} s, '
             f'{figure["cpu"]:.3f} s of processor, {figure["mib"]:.0f} MiB')
        self.figures.setdefault((program.name, mode, threads), []).append(figure)

    def measure(self):
        for _ in range(self.options.repeat):
            for mode in self.options.modes:
                for threads in self.options.threads:
                    for program in self.programs:
                        if mode in program.modes and (threads == 1 or program.threaded):
                            self.once(program, mode, threads)

    def check(self):
        """Every report against the first; [(which, largest difference, faults)]."""
        reports = sorted((self.folder / 'reports').iterdir())
        reports = [path for path in reports
                   if tuple(path.name.rsplit('.', 2)[:2]) in {key[:2] for key in self.figures}
                   and (path / 'r8b.csv').exists()]
        if not reports:
            return []
        if self.households() <= self.options.plain:
            first, name = impact_report.plain_report(self.folder), 'plain Python'
        else:
            first, name = impact_report.read_report(reports[0]), reports[0].name
        found = []
        for path in reports:
            worst, faults = impact_report.compare(first, impact_report.read_report(path))
            found.append((path.name, name, max(worst.values()), faults))
        return found

    def households(self):
        return households(self.size)

    def median(self, program, mode, threads, what='seconds'):
        figures = [figure[what] for figure in self.figures.get((program, mode, threads), [])
                   if what in figure]
        return statistics.median(figures) if figures else math.nan

    def best(self, program, mode, what='seconds'):
        """(figure, threads) of the number of threads that is fastest."""
        tried = [(self.median(program, mode, threads), threads) for threads in self.options.threads]
        tried = [pair for pair in tried if not math.isnan(pair[0])]
        if not tried:
            return math.nan, 0
        threads = min(tried)[1]
        return self.median(program, mode, threads, what), threads


def cell(value, digits=2):
    return '' if math.isnan(value) else f'{value:.{digits}f}'


def ratio(value, ours):
    return '' if math.isnan(value) or math.isnan(ours) else f'{value / ours:.1f}'


def table(bench):
    """Each program at the number of threads that suits it best, and how many times ours it took."""
    modes = bench.options.modes
    lines = ['| ' + ' | '.join(['program', 'peak MiB'] + [f'{MODES[mode]} s | × ours' for mode in modes]) + ' |',
             '| --- | ---: |' + ' ---: | ---: |' * len(modes)]
    for program in bench.programs:
        peaks = [bench.median(program.name, mode, threads, 'mib')
                 for mode in modes if mode != 'warm' for threads in bench.options.threads]
        peaks = [peak for peak in peaks if not math.isnan(peak)]
        row = [program.title, cell(max(peaks), 0) if peaks else '']
        for mode in modes:
            value, threads = bench.best(program.name, mode)
            ours = bench.best('ours', mode)[0]
            row += [cell(value, 3) + (f' ({threads})' if threads else ''), ratio(value, ours)]
        lines.append('| ' + ' | '.join(row) + ' |')
    return lines


def scaling(bench):
    """Ours at each number of threads."""
    lines = ['| threads | measuring s | ' + ' | '.join(f'{MODES[mode]} s' for mode in bench.options.modes)
             + ' | peak MiB |', '| ---: |' + ' ---: |' * (len(bench.options.modes) + 2)]
    for threads in bench.options.threads:
        row = [str(threads), cell(bench.median('ours', 'warm', threads, 'measure'), 4)]
        row += [cell(bench.median('ours', mode, threads), 4) for mode in bench.options.modes]
        row.append(cell(bench.median('ours', bench.options.modes[0], threads, 'mib'), 0))
        lines.append('| ' + ' | '.join(row) + ' |')
    one, two = (bench.median('ours', 'warm', threads, 'measure') for threads in (1, 2))
    if not math.isnan(one) and not math.isnan(two):
        lines += ['', f'Two threads measure {one / two:.2f} times as fast as one.']
    return lines


def goals(bench):
    """What the project set itself, and how far it is."""
    lines = []

    def say(words, value, goal, at_least=True):
        if not math.isnan(value):
            met = value >= goal if at_least else value <= goal
            lines.append(f'- {words}: {value:.2f}, goal {"at least" if at_least else "at most"} {goal}'
                         f'{"" if met else " (not met)"}')

    for mode, factor in (('cold', 10), ('warm', 10), ('csv', 4)):
        if mode in bench.options.modes:
            say(f'DuckDB over ours, {MODES[mode]}',
                bench.best('duckdb', mode)[0] / bench.best('ours', mode)[0], factor)
    for mode in ('cold', 'warm'):
        others = [bench.best(program.name, mode)[0] for program in bench.programs if program.name != 'ours']
        others = [value for value in others if not math.isnan(value)]
        if others and mode in bench.options.modes:
            say(f'fastest peer over ours, {MODES[mode]}', min(others) / bench.best('ours', mode)[0], 8)
    if 'cold' in bench.options.modes:
        say('peak memory over DuckDB\'s, cold',
            bench.best('ours', 'cold', 'mib')[0] / bench.best('duckdb', 'cold', 'mib')[0], 0.5, False)
    say('two threads over one, measuring',
        bench.median('ours', 'warm', 1, 'measure') / bench.median('ours', 'warm', 2, 'measure'), 1.7)
    return lines


def machine():
    names = [line.split(':', 1)[1].strip() for line in open('/proc/cpuinfo', encoding='utf-8')
             if line.startswith('model name')]
    return f'{len(os.sched_getaffinity(0))} processors, {names[0] if names else "unknown"}'


def start_up(options):
    """`ruralalliance estimate` of a small case, start to end."""
    command = options.build / 'tools' / 'ruralalliance'
    cases = options.source / 'tests' / 'conformance'
    case = cases / 'cases' / 'mean_income.json'
    if not command.exists():
        return []
    times = [run([command, 'estimate', case, '--data', cases / 'data'], {}, options.limit)['wall']
             for _ in range(21)]
    return [f'- `ruralalliance estimate` of a small case, start to end: {statistics.median(times) * 1e3:.1f} ms, '
            'goal at most 10']


def memory(options, benches):
    """How long reading our file from memory takes at least."""
    program = options.build / 'tests' / 'bench' / 'bench-memory'
    if not program.exists() or not benches:
        return []
    lines = run([program], {}, options.limit)['lines']
    found = {int(line[1]): float(line[2]) for line in lines if line[:1] == ['read']}
    told = ['- reading from memory, GB/s: '
            + ', '.join(f'{found[n]:.1f} by {n} thread{"s" if n > 1 else ""}' for n in found)]
    for bench in benches:
        size = sum(path.stat().st_size for path in workload_programs.Ours(options).files(bench.folder))
        for threads in bench.options.threads:
            took = bench.median('ours', 'warm', threads, 'measure')
            if threads in found and not math.isnan(took):
                floor = size / found[threads] / 1e9
                told.append(f'- {bench.size}: the file\'s {size / 2**20:.0f} MiB read once by {threads} '
                            f'thread{"s" if threads > 1 else ""} {floor * 1e3:.1f} ms; measuring takes '
                            f'{took * 1e3:.0f} ms, {took / floor:.0f} times that')
    return told


def per_row(benches):
    """Time a row at the larger size over that at the smaller."""
    lines = []
    for small, large in zip(benches, benches[1:]):
        for mode in small.options.modes:
            a, b = small.best('ours', mode)[0], large.best('ours', mode)[0]
            if not math.isnan(a) and not math.isnan(b):
                factor = b / large.households() / (a / small.households())
                lines.append(f'- time a row, {large.size} over {small.size}, {MODES[mode]}: {factor:.2f}, '
                             'goal at most 1.3')
    return lines


def report(options, benches):
    lines = []
    for bench in benches:
        n = bench.households()
        lines += [f'### {bench.size} households, {2 * n:,} incomes, {5 * n:,} sales', '',
                  f'Medians of {options.repeat}; {machine()}. In brackets: how many threads, the better of '
                  f'{" and ".join(map(str, options.threads))}.', '', *table(bench), '',
                  'Ours by threads:', '', *scaling(bench), '', *goals(bench), '']
    lines += [*per_row(benches), *start_up(options), *memory(options, benches)]
    return '\n'.join(lines)


def insert(page, told):
    """The page with the figures of this run in place of those between its comments."""
    before, rest = page.split(BEGIN, 1)
    return before + BEGIN + '\n\n' + told.strip() + '\n\n' + END + rest.split(END, 1)[1]


def arguments():
    source = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--build', type=pathlib.Path, help='build folder (default: _build beside the sources)')
    parser.add_argument('--size', default='1M', help='households: 2000, 1M, 10M; several with commas')
    parser.add_argument('--peers', default='duckdb,chdb,polars,pandas,datatable',
                        help=f'of {",".join(workload_programs.PEERS)}; none')
    parser.add_argument('--only', default='cold,cached,warm,csv', help='of cold,cached,warm,csv')
    parser.add_argument('--threads', default='1,2')
    parser.add_argument('--repeat', type=int, default=5)
    parser.add_argument('--passes', type=int, default=3, help='passes of a warm run, after the first')
    parser.add_argument('--data', type=pathlib.Path, help='where files are made (default: in the build folder)')
    parser.add_argument('--packages', type=pathlib.Path, default=os.environ.get('RUA_BENCH_PACKAGES'),
                        help='the folder in which npm installed the peers')
    parser.add_argument('--limit', type=float, default=1800, help='seconds that one run may take')
    parser.add_argument('--plain', type=int, default=20000,
                        help='up to this many households, plain Python computes the answers too')
    parser.add_argument('--json', type=pathlib.Path, help='where every figure is written besides')
    parser.add_argument('--write', type=pathlib.Path,
                        help='a page in which the figures stand between two comments, to be written anew')
    options = parser.parse_args()
    options.source = source
    options.build = (options.build or source / '_build').resolve()
    options.data = (options.data or options.build / 'tests' / 'bench' / 'workload').resolve()
    options.packages = pathlib.Path(options.packages or options.data / 'packages').resolve()
    options.threads = [int(n) for n in options.threads.split(',')]
    options.modes = [mode for mode in MODES if mode in options.only.split(',')]
    options.peers = [name for name in options.peers.split(',') if name not in ('', 'none')]
    unknown = sorted(set(options.peers) - set(workload_programs.PEERS))
    if unknown:
        parser.error(f'there is no peer {unknown[0]}; there are {", ".join(workload_programs.PEERS)}')
    if not options.modes:
        parser.error('--only: none of cold, cached, warm, csv')
    return options


def main():
    options = arguments()
    benches, status = [], 0
    for size in options.size.split(','):
        bench = Bench(options, size)
        workload_programs.make_data(options, bench.folder, bench.households(), run)
        shutil.rmtree(bench.folder / 'reports', ignore_errors=True)
        bench.add(workload_programs.Ours(options))
        for name in options.peers:
            bench.add(workload_programs.PEERS[name](options))
        bench.measure()
        for name, against, worst, faults in bench.check():
            tell(f'{size} {name}: agrees with {against} to {worst:.0e}' if not faults
                 else f'{size} {name}: DIFFERS from {against}: ' + '; '.join(faults[:5]))
            status = 1 if faults else status
        benches.append(bench)
    if options.json:
        options.json.write_text(json.dumps(
            [{'size': bench.size, 'program': program, 'mode': mode, 'threads': threads, 'figures': figures}
             for bench in benches for (program, mode, threads), figures in bench.figures.items()], indent=1))
    told = report(options, benches)
    if options.write and status == 0:
        options.write.write_text(insert(options.write.read_text(encoding='utf-8'), told), encoding='utf-8')
    print(told)
    return status


if __name__ == '__main__':
    sys.exit(main())
