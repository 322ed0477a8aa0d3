# SPDX-License-Identifier: LGPL-2.1-or-later
"""The records of a table for which a condition holds."""

from .. import override
from .errors import RuralAlliance, raising
from .records import refuse_attribute, table_of


@override
class Selection(RuralAlliance.Selection):
    """The records of a table for which a condition held when it was asked: a sequence of them.

    What is edited later changes neither which records they are nor their order; a record that is removed from the
    table is no longer among them. `n_unknown` records could not be told: something in the condition was
    unknown for them.
    """

    __module__ = 'gi.overrides.RuralAlliance'  # where override() reads the namespace
    __setattr__ = refuse_attribute

    @property
    def table(self) -> 'Table':
        """The table whose records they are."""
        return table_of(self.get_table())

    @property
    def condition(self) -> str:
        """The condition as it was written."""
        return self.get_condition()

    @property
    def n_unknown(self) -> int:
        """For how many records it could not be told."""
        return self.get_n_unknown()

    def __bool__(self):
        return self.get_n_records() > 0

    def __len__(self):
        return self.get_n_records()

    def __iter__(self):
        # Whoever walks over them may remove them meanwhile.
        return iter([self.dup_record(place) for place in range(len(self))])

    def __getitem__(self, key):
        if isinstance(key, slice):
            return [self.dup_record(place) for place in range(*key.indices(len(self)))]
        if isinstance(key, str):
            record = self.find(key)
            if record is None:
                self.table[key]  # says that there is none
                raise KeyError('the record is not among those for which the condition held')
            return record
        place = key.__index__()
        record = self.dup_record(place + len(self) if place < 0 else place) if -len(self) <= place < len(self) else None
        if record is None:
            raise IndexError(f'there are {len(self)} {self.table.kind.get_plural()}')
        return record

    def __contains__(self, item):
        if isinstance(item, str):
            return self.find(item) is not None
        return isinstance(item, RuralAlliance.Record) and self.contains(item)

    def __repr__(self):
        return f'<RuralAlliance.Selection of {len(self)} of {len(self.table)} {self.table.kind.get_plural()}>'

    def _repr_html_(self):
        from .html import table_html
        return table_html(self.table, self[:10], len(self), self)

    @raising
    def where(self, condition):
        """Those of them for which another condition holds as well."""
        return RuralAlliance.Selection.where(self, condition)

    def to_pandas(self, columns: 'str | Iterable[str] | None' = None) -> 'pandas.DataFrame':
        """These records as a `pandas.DataFrame`; see `Table.to_pandas`."""
        from .frames import frame_of
        from .memory import view_of  # with ctypes, which takes its time
        return frame_of(self.table, columns, view_of(self.dup_positions(), 'I').tolist())
