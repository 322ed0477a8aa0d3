# SPDX-License-Identifier: LGPL-2.1-or-later
"""The records of a table for which a condition holds."""

import weakref

from .errors import CODES, RuralAlliance, error, raising


def _watch(selection):
    """Has the selection follow what is added to its table and removed from it, as long as it lives."""
    held = weakref.ref(selection)

    def changed(table, position, removed, added):
        there = held()
        if there is not None:
            there._shift(position, removed, added)

    handler = selection.table.connect('items-changed', changed)
    weakref.finalize(selection, selection.table.disconnect, handler)


class Selection:
    """The records of a table for which a condition held when it was asked: a sequence of them.

    What is edited later changes neither which records they are nor their order; a record that is removed from the
    table is no longer among them. `n_unknown` records could not be told: something in the condition was
    unknown for them.
    """

    __module__ = 'ruralalliance'

    def __init__(self, table, condition):
        from .memory import view_of  # with ctypes, which takes its time

        expression = RuralAlliance.Expression.new(condition, table)
        if expression.get_expression_type() != RuralAlliance.ExpressionType.TRUTH:
            raise error(CODES.VALUE, f'{condition}: this is no condition; compare it with something')
        values, presence = expression.dup_numbers()
        known = view_of(presence).tobytes()
        self.table = table
        self.condition = condition
        self.n_unknown = known.count(0)
        self._positions = [place for place, value in enumerate(view_of(values, 'd')) if value and known[place]]
        _watch(self)

    def _shift(self, position, removed, added):
        behind = position + removed
        if self._positions and self._positions[-1] >= position and (removed or added):
            self._positions = [place if place < position else place - removed + added for place in self._positions
                               if not position <= place < behind]

    def __len__(self):
        return len(self._positions)

    def __iter__(self):
        # Whoever walks over them may remove them meanwhile.
        return iter([self.table.dup_record(place) for place in self._positions])

    def __getitem__(self, key):
        if isinstance(key, slice):
            return [self.table.dup_record(place) for place in self._positions[key]]
        if isinstance(key, str):
            record = self.table[key]
            if record not in self:
                raise KeyError('the record is not among those for which the condition held')
            return record
        return self.table.dup_record(self._positions[key])

    def __contains__(self, item):
        if isinstance(item, str):
            item = self.table.find(item)
        return item in self.table and any(record is item for record in self)

    def __repr__(self):
        return f'<RuralAlliance.Selection of {len(self)} of {len(self.table)} {self.table.kind.get_plural()}>'

    def _repr_html_(self):
        from .html import table_html
        return table_html(self.table, self[:10], len(self), self)

    @raising
    def where(self, condition):
        """Those of them for which another condition holds as well."""
        return Selection(self.table, f'({self.condition}) and ({condition})')

    def to_pandas(self, columns: 'str | Iterable[str] | None' = None) -> 'pandas.DataFrame':
        """These records as a `pandas.DataFrame`; see `Table.to_pandas`."""
        from .frames import frame_of
        return frame_of(self.table, columns, self._positions)


__all__ = ['Selection']
