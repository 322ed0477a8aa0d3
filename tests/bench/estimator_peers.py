# SPDX-License-Identifier: LGPL-2.1-or-later
"""What analysts compute with NumPy, pandas, SciPy and statsmodels, for estimators.py: with a function of a package where there
is one, else in vectors by hand. Columns are in memory, and joined to their households."""
import numpy
import pandas
import scipy.stats


class Data:
    def __init__(self, folder):
        def read(name, kind):
            return numpy.fromfile(folder / f'{name}.{kind}', dtype={'f64': 'f8', 'i64': 'i8', 'i32': 'i4', 'i16': 'i2', 'i8': 'i1'}[kind])

        hid = read('h_hid', 'i64')
        household = numpy.searchsorted(hid, read('i_hid', 'i64'))
        frame = pandas.DataFrame({'household': household, 'wave': read('i_wave', 'i8'), 'income': read('i_income', 'f64')})
        for name, kind in (('village', 'i32'), ('site', 'i32'), ('member', 'i8'), ('weight', 'f64')):
            frame[name] = read(f'h_{name}', kind)[household]
        self.all = frame
        self.known = frame.dropna().reset_index(drop=True)
        self.n_households = len(hid)
        day = read('s_date', 'i32').astype('M8[D]')
        self.sales = pandas.DataFrame({
            'producer': numpy.searchsorted(hid, read('s_hid', 'i64')), 'product': read('s_product', 'i16'),
            'year': day.astype('M8[Y]').astype(int) + 1970, 'mass': read('s_qty', 'f64'), 'price': read('s_price', 'f64')})

    def pairs(self):
        known = self.known
        both = numpy.full((2, self.n_households), numpy.nan)
        both[known.wave.to_numpy(), known.household.to_numpy()] = known.income.to_numpy()
        return both[:, ~numpy.isnan(both).any(axis=0)]


def mean(data):
    made = data.known.groupby('village').income.agg(['mean', 'sem'])
    return made['mean'].sum(), made['sem'].sum()


def quartiles(data):
    made = data.known.groupby('village').income.quantile([0.25, 0.5, 0.75])
    return [made.xs(p, level=1).sum() for p in (0.25, 0.5, 0.75)]


def trimmed_mean(data):
    return [scipy.stats.trim_mean(data.known.income.to_numpy(), 0.1)]


def weighted_median(data):
    x, w = data.known.income.to_numpy(), data.known.weight.to_numpy()
    order = numpy.argsort(x)
    cumulated = numpy.cumsum(w[order])
    return [x[order[numpy.searchsorted(cumulated, cumulated[-1] / 2)]]]


def paired_change(data):
    before, after = data.pairs()
    change = after - before
    return (change.mean(), change.std(ddof=1) / numpy.sqrt(len(change)), after.mean() / before.mean(),
            numpy.corrcoef(before, after)[0, 1])


def wilcoxon(data):
    before, after = data.pairs()
    return [scipy.stats.wilcoxon(after, before, alternative='greater', mode='approx').statistic]


def arms(data):
    known = data.known
    member = known.member.to_numpy() == 1
    income = known.income.to_numpy()
    return income[member], income[~member]


def welch(data):
    one, other = arms(data)
    test = scipy.stats.ttest_ind(one, other, equal_var=False)
    parts = one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)
    se = numpy.sqrt(sum(parts))
    df = sum(parts) ** 2 / (parts[0] ** 2 / (len(one) - 1) + parts[1] ** 2 / (len(other) - 1))
    return one.mean() - other.mean(), se, test.statistic, df


def balance(data):
    one, other = arms(data)
    smd = (one.mean() - other.mean()) / numpy.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 2)
    return smd, scipy.stats.ks_2samp(one, other, mode='asymp').statistic


def inequality(data):
    x, w = data.known.income.to_numpy(), data.known.weight.to_numpy()
    order = numpy.argsort(x)
    x, w = x[order], w[order]
    W, T = w.sum(), (w * x).sum()
    share = x * W / T
    gini = (2 * (w * x * numpy.cumsum(w)).sum() - (w * w * x).sum()) / (W * T) - 1
    logs = numpy.log(share)
    return gini, (w * share * logs).sum() / W, -(w * logs).sum() / W


def theil_decomposition(data):
    x, group = data.known.income.to_numpy(), data.known.village.to_numpy()
    n, total, logs = (numpy.bincount(group, weights) for weights in (None, x, x * numpy.log(x)))
    share, mean = total / x.sum(), total / n
    within = (share * (logs / total - numpy.log(mean))).sum()
    return within, (share * numpy.log(mean / x.mean())).sum()


def design_error(data, scores):
    totals = numpy.bincount(data.known.village.to_numpy(), scores)
    n = len(totals)
    return numpy.sqrt(n / (n - 1) * ((totals - totals.mean()) ** 2).sum())


def gini_error(data):
    x, w = data.known.income.to_numpy(), data.known.weight.to_numpy()
    order = numpy.argsort(x)
    x, w = x[order], w[order]
    W, T, before, rest = w.sum(), (w * x).sum(), numpy.cumsum(w) - w, numpy.cumsum(w * x) - w * x
    gini = (2 * (w * x * (before + w)).sum() - (w * w * x).sum()) / (W * T) - 1
    apart = x * (2 * before + w - W) + T - 2 * rest - w * x
    scores = numpy.empty(len(x))
    scores[order] = w * (apart / (W * T) - gini / W - gini * x / T)
    return gini, design_error(data, scores)


def poverty(data):
    x, w, line = data.known.income.to_numpy(), data.known.weight.to_numpy(), 8000
    poor = (x < line).astype(float)
    figures = [(w * part).sum() / w.sum() for part in (poor, poor * (line - x) / line)]
    errors = [design_error(data, w * (part - figure) / w.sum())
              for part, figure in zip((poor, poor * (line - x) / line), figures)]
    return figures + errors


def survey_mean(data):
    x, w = data.known.income.to_numpy(), data.known.weight.to_numpy()
    mean = (w * x).sum() / w.sum()
    return mean, design_error(data, w * (x - mean) / w.sum())


def did(data):
    try:
        import statsmodels.api
    except ImportError:
        return None
    known = data.known
    treated, post = known.member.to_numpy(float), known.wave.to_numpy(float)
    X = numpy.column_stack([numpy.ones(len(known)), treated, post, treated * post])
    fit = statsmodels.api.OLS(known.income.to_numpy(), X).fit(cov_type='cluster', cov_kwds={'groups': known.village.to_numpy()})
    return fit.params[3], fit.bse[3]


def twfe(data):
    """With two periods the regression on unit and period effects is that of changes on changes."""
    known = data.known
    both = numpy.full((2, data.n_households), numpy.nan)
    both[known.wave.to_numpy(), known.household.to_numpy()] = known.income.to_numpy()
    member = numpy.zeros(data.n_households)
    member[known.household.to_numpy()] = known.member.to_numpy()
    there = ~numpy.isnan(both).any(axis=0)
    change, treated = (both[1] - both[0])[there], member[there] == 1
    return [change[treated].mean() - change[~treated].mean()]


def bootstrap_villages(data):
    x, group = data.known.income.to_numpy(), data.known.village.to_numpy()
    totals, n = numpy.bincount(group, x), numpy.bincount(group)
    drawn = numpy.random.default_rng(1).integers(len(n), size=(999, len(n)))
    means = totals[drawn].sum(axis=1) / n[drawn].sum(axis=1)
    left = (x.sum() - totals) / (len(x) - n)
    gaps = left.mean() - left
    bca(means, x.mean(), gaps)
    return [x.mean()]


def bca(replicates, estimate, gaps):
    z0 = scipy.stats.norm.ppf((replicates < estimate).mean())
    a = (gaps ** 3).sum() / (6 * (gaps ** 2).sum() ** 1.5)
    z = z0 + scipy.stats.norm.ppf([0.025, 0.975])
    return numpy.quantile(replicates, scipy.stats.norm.cdf(z0 + z / (1 - a * z)))


def bootstrap_median(data):
    x = data.known.income.to_numpy()[data.known.site.isin([0, 1, 2]).to_numpy()]
    random = numpy.random.default_rng(1)
    medians = numpy.array([numpy.median(x[random.integers(len(x), size=len(x))]) for _ in range(999)])
    ordered = numpy.sort(x)
    n = len(x)
    low, high = (n - 2) // 2, (n - 1) // 2
    rank = numpy.arange(n)
    left = (ordered[low + (low >= rank)] + ordered[high + (high >= rank)]) / 2
    bca(medians, numpy.median(x), left.mean() - left)
    return [numpy.median(x)]


def icc(data):
    x, group = data.known.income.to_numpy(), data.known.village.to_numpy()
    n, total = numpy.bincount(group), numpy.bincount(group, x)
    k, N, means = len(n), len(x), total / n
    between = (n * (means - x.mean()) ** 2).sum() / (k - 1)
    within = ((x - means[group]) ** 2).sum() / (N - k)
    m0 = (N - (n.astype(float) ** 2).sum() / N) / (k - 1)
    return [(between - within) / (between + (m0 - 1) * within)]


def lee_bounds(data):
    member = data.all.member.to_numpy() == 1
    income = data.all.income.to_numpy()
    arms = [income[member], income[~member]]
    seen = [arm[~numpy.isnan(arm)] for arm in arms]
    rates = [len(known) / len(arm) for known, arm in zip(seen, arms)]
    high = 0 if rates[0] > rates[1] else 1
    q = abs(rates[0] - rates[1]) / rates[high]
    ordered = numpy.sort(seen[high])
    mass = len(ordered) * q
    whole = int(mass)
    kept = len(ordered) - mass
    top = (ordered[:len(ordered) - whole].sum() - (mass - whole) * ordered[len(ordered) - whole - 1]) / kept
    bottom = (ordered[whole:].sum() - (mass - whole) * ordered[whole]) / kept
    other = seen[1 - high].mean()
    bounds = [(top - other), (bottom - other)]
    return sorted(bounds if high == 0 else [-bound for bound in bounds])


def distinct(data):
    counts = data.sales.producer.value_counts()
    return len(counts), counts.iloc[0]


def concentration(data):
    sales = data.sales
    totals = (sales.mass * sales.price).groupby(sales.producer).sum()
    share = totals / totals.sum()
    return (share ** 2).sum(), -(share * numpy.log(share)).sum()


def price_index(data):
    sales = data.sales.assign(value=data.sales.mass * data.sales.price)
    made = sales.groupby(['year', 'product'])[['value', 'mass']].sum()
    price, mass = (made['value'] / made['mass']).unstack(0), made['mass'].unstack(0)
    chain = 1
    for year in range(2014, 2020):
        p0, p1, q0, q1 = price[year - 1], price[year], mass[year - 1], mass[year]
        chain *= numpy.sqrt((p1 * q0).sum() / (p0 * q0).sum() * (p1 * q1).sum() / (p0 * q1).sum())
    return [chain]


CASES = {
    'mean, by village': mean, 'quartiles, by village': quartiles, 'trimmed mean': trimmed_mean,
    'weighted median': weighted_median, 'paired change': paired_change, 'Wilcoxon signed rank': wilcoxon,
    'mean difference (Welch)': welch, 'standardised difference': balance, 'Gini, Theil, weighted': inequality,
    'Theil within and between': theil_decomposition, 'Gini with design error': gini_error,
    'poverty with design error': poverty, 'survey mean': survey_mean, 'difference in differences': did,
    'two-way fixed effects': twfe, 'bootstrap of villages': bootstrap_villages, 'bootstrap of a median': bootstrap_median,
    'intracluster correlation': icc, 'Lee bounds': lee_bounds, 'distinct buyers': distinct, 'concentration': concentration,
    'chained price index': price_index,
}
