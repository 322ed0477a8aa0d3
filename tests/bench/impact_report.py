# SPDX-License-Identifier: LGPL-2.1-or-later
"""The impact report of workload W: what it says, computed plainly from the CSV files, and how two are compared.

plain_report (FOLDER) reads households.csv, income.csv and sales.csv and gives {table: {key: {column: value}}}, in
nothing but Python, row by row, sums by math.fsum. read_report (FOLDER) reads the same from r1.csv ... r8b.csv, as
each program of the bench writes them. compare (a, b) gives the differences."""
import csv
import datetime
import math
import os
from collections import defaultdict

# The columns of each table that say what a row is about, and the others.
TABLES = {
    'r1': (('wave', 'member'), ('n', 'mean', 'wmean', 'q1', 'q2', 'q3')),
    'r2': (('site', 'wave', 'member'), ('n', 'mean', 'wmean', 'q1', 'q2', 'q3')),
    'r3': (('site', 'member'), ('n', 'ratio', 'doubled')),
    'r4': (('site', 'wave'), ('n', 'gini', 'fgt0', 'fgt1', 'fgt2')),
    'r5': ((), ('did', 'se', 'g', 'n')),
    'r6a': (('product',), ('po', 'pc', 'premium')),
    'r6b': (('yr',), ('fisher',)),
    'r7': (('yr', 'channel', 'mem'), ('rev', 'shr')),
    'r8a': (('site',), ('n', 'hhi')),
    'r8b': (('hid',), ('rev',)),
}
POVERTY_LINE = 2300
TOLERANCE = 1e-9


def rows(folder, name):
    with open(os.path.join(folder, name + '.csv'), newline='', encoding='utf-8') as file:
        yield from csv.DictReader(file)


def quantile(ordered, p):
    """Hyndman and Fan's seventh rule."""
    place = p * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def describe(panel, key):
    groups = defaultdict(list)
    for row in panel:
        groups[key(row)].append(row)
    told = {}
    for name, members in groups.items():
        values = sorted(row['income'] for row in members)
        total = math.fsum(row['weight'] for row in members)
        told[name] = {
            'n': len(values),
            'mean': math.fsum(values) / len(values),
            'wmean': math.fsum(row['weight'] * row['income'] for row in members) / total,
            'q1': quantile(values, 0.25), 'q2': quantile(values, 0.5), 'q3': quantile(values, 0.75),
        }
    return told


def change(panel):
    income = {(row['hid'], row['wave']): row['income'] for row in panel}
    groups = defaultdict(list)
    for row in panel:
        after = income.get((row['hid'], 1))
        if row['wave'] == 0 and after is not None:
            groups[row['site'], row['member']].append((row['income'], after))
    return {name: {'n': len(pairs),
                   'ratio': math.fsum(b for a, b in pairs) / math.fsum(a for a, b in pairs),
                   'doubled': sum(b >= 2 * a for a, b in pairs) / len(pairs)}
            for name, pairs in groups.items()}


def inequality_and_poverty(panel):
    """The Gini coefficient by the mean difference of all pairs, n log n by running sums."""
    groups = defaultdict(list)
    for row in panel:
        groups[row['site'], row['wave']].append((row['income'] / row['size'], row['weight'] * row['size']))
    told = {}
    for name, people in groups.items():
        people.sort()
        weight = math.fsum(w for y, w in people)
        total = math.fsum(w * y for y, w in people)
        below = above = 0.0  # weights and amounts of those before
        differences = []
        for y, w in people:
            differences.append(w * (y * below - above))
            below += w
            above += w * y
        gaps = [(w, 1 - y / POVERTY_LINE) for y, w in people if y < POVERTY_LINE]
        told[name] = {'n': len(people), 'gini': math.fsum(differences) / (weight * total)}
        for a in range(3):
            told[name][f'fgt{a}'] = math.fsum(w * g ** a for w, g in gaps) / weight
    return told


def effect(panel):
    """Difference in differences by regression on the four cells, with CR1 errors by village."""
    cells = defaultdict(list)
    for row in panel:
        cells[row['member'], row['wave']].append(row['income'])
    mean = {cell: math.fsum(values) / len(values) for cell, values in cells.items()}
    scores = defaultdict(list)
    for row in panel:
        cell = row['member'], row['wave']
        sign = 1 if cell[0] == cell[1] else -1
        scores[row['village']].append(sign * (row['income'] - mean[cell]) / len(cells[cell]))
    n, g = len(panel), len(scores)
    variance = math.fsum(math.fsum(village) ** 2 for village in scores.values())
    return {(): {'did': mean[1, 1] - mean[1, 0] - mean[0, 1] + mean[0, 0],
                 'se': math.sqrt(g / (g - 1) * (n - 1) / (n - 4) * variance), 'g': g, 'n': n}}


def prices(sales):
    mass, value = defaultdict(list), defaultdict(list)
    for row in sales:
        for key in ('organic', row['product'], row['organic']), ('year', row['product'], row['yr']):
            mass[key].append(row['qty'])
            value[key].append(row['rev'])
    mass = {key: math.fsum(parts) for key, parts in mass.items()}
    value = {key: math.fsum(parts) for key, parts in value.items()}
    premium, index = {}, {}
    for product in {row['product'] for row in sales}:
        po, pc = (value[key] / mass[key] if key in mass else None
                  for key in (('organic', product, 1), ('organic', product, 0)))
        premium[product,] = {'po': po, 'pc': pc,
                             'premium': po / pc - 1 if po is not None and pc is not None else None}
    first = min(row['yr'] for row in sales)
    for year in sorted({row['yr'] for row in sales}):
        matched = [p for kind, p, y in mass if kind == 'year' and y == year and ('year', p, first) in mass]
        price = {(p, y): value['year', p, y] / mass['year', p, y] for p in matched for y in (first, year)}
        cost = {(a, b): math.fsum(price[p, a] * mass['year', p, b] for p in matched)
                for a in (first, year) for b in (first, year)}
        index[year,] = {'fisher': math.sqrt(cost[year, first] / cost[first, first]
                                            * cost[year, year] / cost[first, year])}
    return premium, index


def revenue(sales, households):
    parts, years = defaultdict(list), defaultdict(list)
    buyers = defaultdict(list)
    for row in sales:
        since = households[row['hid']]['join_year']
        mem = int(since is not None and since <= row['yr'])
        parts[row['yr'], row['channel'], mem].append(row['rev'])
        years[row['yr']].append(row['rev'])
        buyers[row['hid']].append(row['rev'])
    shares = {key: {'rev': math.fsum(some), 'shr': math.fsum(some) / math.fsum(years[key[0]])}
              for key, some in parts.items()}
    by_household = {hid: math.fsum(some) for hid, some in buyers.items()}
    sites = defaultdict(list)
    for hid, amount in by_household.items():
        sites[households[hid]['site']].append(amount)
    concentration = {(site,): {'n': len(amounts),
                               'hhi': math.fsum(a * a for a in amounts) / math.fsum(amounts) ** 2}
                     for site, amounts in sites.items()}
    largest = sorted(by_household.items(), key=lambda item: (-item[1], item[0]))[:10]
    return shares, concentration, {(hid,): {'rev': amount} for hid, amount in largest}


def plain_report(folder):
    households = {}
    for row in rows(folder, 'households'):
        households[int(row['hid'])] = {
            'hid': int(row['hid']), 'village': int(row['village']), 'site': int(row['site']),
            'member': int(row['member']), 'size': int(row['size']), 'weight': float(row['weight']),
            'join_year': int(row['join_year']) if row['join_year'] else None}
    panel = [{**households[int(row['hid'])], 'wave': int(row['wave']), 'income': float(row['income'])}
             for row in rows(folder, 'income') if row['income']]
    sales = [{'hid': int(row['hid']), 'product': int(row['product']), 'channel': int(row['channel']),
              'organic': int(row['organic']), 'qty': float(row['qty']),
              'yr': (datetime.date(1970, 1, 1) + datetime.timedelta(int(row['date']))).year,
              'rev': float(row['qty']) * float(row['price'])}
             for row in rows(folder, 'sales')]
    report = {
        'r1': describe(panel, lambda row: (row['wave'], row['member'])),
        'r2': describe(panel, lambda row: (row['site'], row['wave'], row['member'])),
        'r3': change(panel), 'r4': inequality_and_poverty(panel), 'r5': effect(panel),
    }
    report['r6a'], report['r6b'] = prices(sales)
    report['r7'], report['r8a'], report['r8b'] = revenue(sales, households)
    return report


def number(text):
    return float(text) if text not in ('', 'NA', 'nan', 'NaN', '\\N', 'NULL') else None


def key_of(row, names):
    """Some programs write keys as 0.0 or true."""
    words = {'true': 1, 'false': 0}
    return tuple(words[row[name]] if row[name] in words else int(float(row[name])) for name in names)


def read_report(folder):
    report = {}
    for table, (keys, columns) in TABLES.items():
        path = os.path.join(folder, table + '.csv')
        with open(path, newline='', encoding='utf-8') as file:
            lines = list(csv.DictReader(file))
        report[table] = {key_of(row, keys): {column: number(row[column]) for column in columns}
                         for row in lines}
        if len(report[table]) != len(lines):
            raise ValueError(f'{path}: a row is there twice')
    return report


def compare(expected, found, tolerance=TOLERANCE):
    """({table: largest relative difference}, [what differs, in words])."""
    worst, faults = {}, []
    for table in TABLES:
        a, b = expected[table], found[table]
        worst[table] = 0.0
        for key in sorted(set(a) ^ set(b))[:3]:
            faults.append(f'{table} {key}: only {"the first" if key in a else "the second"} has it')
        if set(a) != set(b):
            worst[table] = math.inf
        for key in set(a) & set(b):
            for column in TABLES[table][1]:
                x, y = a[key][column], b[key][column]
                if x is None or y is None:
                    off = 0.0 if x is y else math.inf
                else:
                    off = abs(x - y) / max(abs(x), abs(y), 1e-3)
                if not off <= tolerance and len(faults) < 20:
                    faults.append(f'{table} {key} {column}: {x!r} and {y!r}')
                worst[table] = max(worst[table], off if off == off else math.inf)
    return worst, faults
