# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs of workload W: where each keeps its data, how it is started, and how to install it."""
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
PEER_FILES = HERE / 'peers'
NPM = 'npm install --prefix {packages} {package}'


def make_data(options, folder, n, run):
    """CSV files, and a binary file a column for programs that read those best."""
    if (folder / 'made').exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    run([options.build / 'tests' / 'bench' / 'generate-workload', n, folder, 'both'], {}, options.limit)
    (folder / 'made').touch()


class Program:
    modes = ('cold', 'cached', 'warm', 'csv')
    threaded = True

    def __init__(self, options):
        self.options = options

    def environment(self, folder, threads=1, out=None):
        return {'D': str(folder), 'OUT': str(out or folder), 'PEERS': str(self.options.packages),
                'POLARS_MAX_THREADS': str(threads), 'DT_THREADS': str(threads), 'RUA_THREADS': str(threads)}

    def npm(self, package, path):
        """None when the package is there, else how it is installed."""
        found = self.options.packages / 'node_modules' / path
        if found.exists():
            return None
        return 'install it: ' + NPM.format(packages=self.options.packages, package=package)


class Ours(Program):
    name, title = 'ours', 'libruralalliance'

    def __init__(self, options):
        super().__init__(options)
        self.program = options.build / 'tests' / 'bench' / 'bench-workload'

    def missing(self):
        return None if self.program.exists() else f'build it: {self.program} is not there'

    def files(self, folder):
        return [folder / 'w.ruac']

    def preparation(self, folder, threads):
        made, = self.files(folder)
        return [([self.program, 'import', HERE / 'w', folder, made],
                 self.environment(folder, threads), made)]

    def command(self, folder, mode, threads, times, out):
        environment = self.environment(folder, threads, out)
        if mode == 'csv':
            return [self.program, 'csv', HERE / 'w', folder, out, times], environment
        return [self.program, 'file', self.files(folder)[0], out, times], environment


class DuckDB(Program):
    name, title = 'duckdb', 'DuckDB'
    package = '@duckdb/node-bindings-linux-x64'

    def __init__(self, options):
        super().__init__(options)
        self.library = options.packages / 'node_modules' / self.package / 'libduckdb.so'
        self.program = options.data / 'duckdb'

    def missing(self):
        absent = self.npm(self.package, self.package)
        if absent or self.program.exists():
            return absent
        made = subprocess.run(['cc', '-O2', '-o', self.program, PEER_FILES / 'duckdb.c', self.library,
                               f'-Wl,-rpath,{self.library.parent}', '-lpthread'], check=False)
        return None if made.returncode == 0 else 'its program could not be compiled'

    def files(self, folder):
        return [folder / 'w.duckdb']

    def environment(self, folder, threads=1, out=None):
        return {**super().environment(folder, threads, out), 'DB': str(self.files(folder)[0])}

    def preparation(self, folder, threads):
        made, = self.files(folder)
        return [([self.program, threads, made, PEER_FILES / 'duckdb-load.sql'],
                 self.environment(folder, threads), made)]

    def command(self, folder, mode, threads, times, out):
        environment = self.environment(folder, threads, out)
        report = PEER_FILES / 'duckdb-report.sql'
        if mode == 'csv':
            return [self.program, threads, ':memory:', PEER_FILES / 'duckdb-load.sql', report], environment
        if mode == 'warm':
            return [self.program, threads, ':memory:', PEER_FILES / 'duckdb-attach.sql', f'@{times}',
                    report], environment
        return [self.program, threads, self.files(folder)[0], report], {**environment, 'READ_ONLY': '1'}


class ChDB(Program):
    name, title = 'chdb', 'chDB (ClickHouse)'

    def missing(self):
        return self.npm('chdb', 'chdb')

    def files(self, folder):
        return [folder / 'chdb']

    def node(self, folder, threads, *steps):
        return ['node', PEER_FILES / 'chdb.cjs', folder, threads, *steps]

    def preparation(self, folder, threads):
        made, = self.files(folder)
        return [(self.node(made, threads, PEER_FILES / 'chdb-load.sql'),
                 self.environment(folder, threads), made)]

    def command(self, folder, mode, threads, times, out):
        environment = self.environment(folder, threads, out)
        report = PEER_FILES / 'chdb-report.sql'
        if mode == 'csv':
            fresh = folder / 'chdb.csv'
            shutil.rmtree(fresh, ignore_errors=True)
            return self.node(fresh, threads, PEER_FILES / 'chdb-load.sql', report), environment
        return self.node(self.files(folder)[0], threads, f'@{times}', report), environment


class Polars(Program):
    name, title = 'polars', 'polars'

    def missing(self):
        return (self.npm('nodejs-polars', 'nodejs-polars')
                or self.npm('nodejs-polars-linux-x64-gnu', 'nodejs-polars-linux-x64-gnu'))

    def files(self, folder):
        return [folder / f'{table}.parquet' for table in ('households', 'income', 'sales')]

    def preparation(self, folder, threads):
        return [(['node', PEER_FILES / 'polars.cjs', 'make'], self.environment(folder, threads),
                 self.files(folder)[-1])]

    def command(self, folder, mode, threads, times, out):
        return ['node', PEER_FILES / 'polars.cjs', 'csv' if mode == 'csv' else 'parquet',
                times], self.environment(folder, threads, out)


class Pandas(Program):
    name, title, threaded = 'pandas', 'pandas', False
    python = '/usr/bin/python3'

    def missing(self):
        there = shutil.which(self.python) and subprocess.run(
            [self.python, '-c', 'import pandas'], capture_output=True, check=False).returncode == 0
        return None if there else 'install it: apt-get install python3-pandas'

    def files(self, folder):
        return [path for path in folder.glob('[his]_*.*') if path.suffix in ('.i8', '.i16', '.i32', '.i64', '.f64')]

    def preparation(self, folder, threads):
        return []

    def command(self, folder, mode, threads, times, out):
        return [self.python, PEER_FILES / 'pandas_report.py', 'csv' if mode == 'csv' else 'bin',
                times], self.environment(folder, threads, out)


class DataTable(Program):
    name, title = 'datatable', 'data.table'

    def missing(self):
        there = shutil.which('Rscript') and subprocess.run(
            ['Rscript', '-e', 'library(data.table)'], capture_output=True, check=False).returncode == 0
        return None if there else 'install it: apt-get install r-cran-data.table'

    def files(self, folder):
        return [folder / 'w.rds']

    def preparation(self, folder, threads):
        return [(['Rscript', PEER_FILES / 'datatable.R', 'make'], self.environment(folder, threads),
                 self.files(folder)[0])]

    def command(self, folder, mode, threads, times, out):
        return ['Rscript', PEER_FILES / 'datatable.R', 'csv' if mode == 'csv' else 'rds',
                times], self.environment(folder, threads, out)


class SQLite(Program):
    name, title, threaded = 'sqlite', 'SQLite', False
    modes = ('cold', 'cached', 'csv')

    def missing(self):
        return None if shutil.which('sqlite3') else 'install it: apt-get install sqlite3'

    def files(self, folder):
        return [folder / 'w.sqlite']

    def script(self, name, folder, out):
        """The shell of SQLite knows no variables."""
        text = (PEER_FILES / name).read_text().replace('$OUT', str(out)).replace('$D', str(folder))
        path = pathlib.Path(out) / f'{name}.filled-in'
        path.write_text(text)
        return f'.read {path}'

    def preparation(self, folder, threads):
        made, = self.files(folder)
        return [(['sqlite3', made, self.script('sqlite-load.sql', folder, folder)],
                 self.environment(folder), made)]

    def command(self, folder, mode, threads, times, out):
        report = self.script('sqlite-report.sql', folder, out)
        if mode == 'csv':
            return ['sqlite3', ':memory:', self.script('sqlite-load.sql', folder, out), report], {}
        return ['sqlite3', self.files(folder)[0], report], {}


PEERS = {program.name: program for program in (DuckDB, ChDB, Polars, Pandas, DataTable, SQLite)}
