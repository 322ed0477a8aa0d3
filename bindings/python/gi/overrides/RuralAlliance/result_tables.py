# SPDX-License-Identifier: LGPL-2.1-or-later
"""Figures of metrics that were measured together, side by side."""

from .. import override
from .errors import RuralAlliance, raising, unknown_name
from .records import refuse_attribute


@override
class ResultTable(RuralAlliance.ResultTable):
    """Figures of metrics that were measured together: a row a group, a column a figure.

    `table['income.mean']` is a column, `len(table)` the number of rows, and who iterates gets the columns' names, as of a frame of
    pandas.
    """

    __module__ = 'gi.overrides.RuralAlliance'  # where override() reads the namespace
    __setattr__ = refuse_attribute

    @property
    def names(self) -> 'list[str]':
        """What the columns are called, in the order in which they were added."""
        return [self.get_name(column) for column in range(self.get_n_columns())]

    @property
    def group_paths(self) -> 'list[str]':
        """The paths that the rows are grouped by."""
        return self.get_group_paths()

    @property
    def n_rows(self) -> int:
        """How many groups there are, which is `len(table)`."""
        return self.get_n_rows()

    @property
    def n_columns(self) -> int:
        """How many figures were added."""
        return self.get_n_columns()

    def __bool__(self):
        return True

    def __len__(self):
        return self.get_n_rows()

    def __iter__(self) -> 'Iterator[str]':
        return iter(self.names)

    def __contains__(self, name):
        return name in self.names

    def __getitem__(self, name: str) -> 'numpy.ndarray[Any, numpy.dtype[numpy.float64]]':
        """A column as a read-only numpy array, lent and not copied; NaN where a figure is undefined or withheld."""
        from .memory import array_of
        names = self.names
        if name not in names:
            raise unknown_name('the table', 'column', name, names)
        return array_of(self.dup_values(names.index(name)), len(self), 'f8')

    def codes(self, path: str) -> 'numpy.ndarray[Any, numpy.dtype[numpy.int32]]':
        """For each row the place of its label in `get_labels(path)`, -1 where that is unknown; read-only."""
        from .memory import array_of
        codes = self.dup_codes(path)
        if codes is None:
            raise unknown_name('the table', 'path', path, self.group_paths)
        return array_of(codes, len(self), 'i4')

    def __repr__(self):
        return f'<RuralAlliance.ResultTable of {len(self)} groups, {self.get_n_columns()} figures>'

    def to_pandas(self) -> 'pandas.DataFrame':
        """The table as a `pandas.DataFrame`: labels as categories, in front, then the figures as `float64`."""
        from .frames import result_table_frame
        return result_table_frame(self)


@raising
def measurement_to_table(self, columns: 'Iterable[Any] | Mapping[str, Any] | None' = None) -> 'ResultTable':
    """What was measured, side by side, as a `ResultTable`.

    A column is told by the metric's place, as `add()` answered it, for its estimate, or by a pair of the place and a
    `ResultNumber` or the name of a value: `to_table([mean, (mean, ra.ResultNumber.LOW), (mean, 'sd')])`. A `dict`
    names the columns. Without any, they are the estimates of all metrics.
    """
    table = RuralAlliance.ResultTable.new(self)
    if columns is None:
        columns = range(self.get_n_metrics())
    told = columns.items() if hasattr(columns, 'items') else ((None, column) for column in columns)
    for name, column in told:
        index, figure = column if isinstance(column, tuple) else (column, RuralAlliance.ResultNumber.ESTIMATE)
        if not 0 <= index < self.get_n_metrics():
            raise IndexError(f'there are {self.get_n_metrics()} metrics')
        if isinstance(figure, str):
            table.add_named(index, figure, name)
        else:
            table.add(index, figure, name)
    return table
