# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lists of results and of verdicts, which can be shown, drawn and put into a frame."""

from .errors import RuralAlliance


class Results(list):
    """Results of one measuring, one for each group."""

    __module__ = 'ruralalliance'

    def _repr_html_(self):
        from .html import results_html
        return results_html(self)

    def to_pandas(self) -> 'pandas.DataFrame':
        """A `pandas.DataFrame` with a row for each result, its groups in front."""
        from .frames import results_frame
        return results_frame(self)

    def plot(self, ax=None):
        """Draws each estimate with its interval, one group below the other; answers matplotlib's axes."""
        from .plots import plot_results
        return plot_results(self, ax)


class Verdicts(list):
    """Verdicts on the claims of an alliance."""

    __module__ = 'ruralalliance'

    def _repr_html_(self):
        from .html import verdicts_html
        return verdicts_html(self)


def collect(model):
    """What a list model holds, as the list that fits it."""
    items = list(model)
    if items and isinstance(items[0], RuralAlliance.Result):
        return Results(items)
    if items and isinstance(items[0], RuralAlliance.Verdict):
        return Verdicts(items)
    return items


__all__ = ['Results', 'Verdicts']
