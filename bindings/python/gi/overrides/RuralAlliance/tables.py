# SPDX-License-Identifier: LGPL-2.1-or-later
"""A table as a sequence, and one field of all its records in bulk."""

import os

from .. import override
from .errors import CODES, RuralAlliance, error, raising, unknown_name
from .records import hold_alliance, refuse_attribute
from .values import Base, TYPES


@override
class Table(RuralAlliance.Table):
    """All records of a kind: a sequence, and a mapping by id.

    `if table:` asks whether there is a table, so it is true even when the table is empty; ask
    `len(table)` for its records.
    """

    __module__ = 'gi.overrides.RuralAlliance'  # where override() reads the namespace
    __setattr__ = refuse_attribute

    @property
    def alliance(self) -> 'Alliance':
        """The alliance whose table this is."""
        return self.get_owner()

    @property
    def kind(self) -> 'Kind':
        """The kind of its records."""
        return self.get_kind()

    @property
    def fields(self) -> 'list[str]':
        """The names of its fields."""
        return [field.get_name() for field in self.get_kind().list_fields()]

    def __bool__(self):
        return True

    def __len__(self):
        return self.get_n_records()

    def __iter__(self):
        position = 0
        while (record := self.dup_record(position)) is not None:
            yield record
            position += 1

    def __getitem__(self, key):
        if isinstance(key, slice):
            return [self.dup_record(position) for position in range(*key.indices(len(self)))]
        if isinstance(key, str):
            record = self.find(key)
            if record is None:
                public = self.get_kind().get_privacy() == RuralAlliance.Privacy.PUBLIC
                raise KeyError(f'no {self.get_kind().get_name()} has ' + (f"the id '{key}'" if public else 'this id'))
            return record
        position = key.__index__()
        record = self.dup_record(position + len(self) if position < 0 else position) \
            if -len(self) <= position < len(self) else None
        if record is None:
            raise IndexError(f'there are {len(self)} {self.get_kind().get_plural()}')
        return record

    def __contains__(self, item):
        if isinstance(item, str):
            return self.find(item) is not None
        return isinstance(item, RuralAlliance.Record) and Base.get_table(item) is self

    def __repr__(self):
        return f'<RuralAlliance.Table of {len(self)} {self.get_kind().get_plural()}>'

    def _repr_html_(self):
        from .html import table_html
        return table_html(self, self[:10], len(self))

    def get(self, record_id, default=None):
        """The record of an id, else `default`."""
        record = self.find(record_id)
        return default if record is None else record

    @raising
    def where(self, condition):
        """The records for which a condition holds: `where("village.province = 'Yunnan'")`.

        A condition is an expression of the library's, which follows references by their paths. Records for which
        it cannot be told are not among them; the answer's `n_unknown` says how many those are.
        """
        return RuralAlliance.Selection.new(self, condition)

    @raising
    def add(self, record=None, **fields):
        """Adds a record, or makes one of the given fields and adds it; answers the record."""
        if record is None:
            record = self.alliance.new_record(self.get_kind().get_name(), **fields)
        elif fields:
            raise TypeError('give a record, or the fields of a new one, but not both')
        RuralAlliance.Table.add(self, record)
        return record

    @raising
    def remove(self, record: 'Record | str') -> None:
        """Removes a record, or the record that has the given id."""
        RuralAlliance.Table.remove(self, self[record] if isinstance(record, str) else record)

    def __arrow_c_stream__(self, requested_schema=None):
        """The table for whoever reads Arrow: pyarrow.table(alliance.incomes) and the like."""
        from .arrow import capsules
        return capsules(self.export_arrow_stream, b'arrow_array_stream')[0]

    def add_arrow(self, rows, cancellable=None):
        """Adds the rows of a table of another library, by the names of its columns: all, or none."""
        from .arrow import address_of
        if hasattr(rows, '__arrow_c_stream__'):
            capsule = rows.__arrow_c_stream__()
            self.import_arrow_stream(address_of(capsule, b'arrow_array_stream'), cancellable)
        elif hasattr(rows, '__arrow_c_array__'):
            schema, array = rows.__arrow_c_array__()
            self.import_arrow(address_of(schema, b'arrow_schema'), address_of(array, b'arrow_array'), cancellable)
        else:
            raise TypeError(f'a {type(rows).__name__} does not give itself as Arrow')

    def from_csv(self, place, mapping=None, *, limits=None, progress=None, cancellable=None):
        """Adds the rows of a CSV file: all, or none. Answers the table.

        `mapping` is a file or a `dict` that says which column is which field (doc/csv.md); without one, columns are
        called as fields are. `limits` (a `Limits`) says what is too much, and `progress` is told how much is done, from 0 to 1.
        """
        import json
        if isinstance(mapping, dict):
            mapping = json.dumps(mapping, ensure_ascii=False)
        elif mapping is not None and not os.fspath(mapping).lstrip().startswith('{'):
            with open(mapping, encoding='utf-8') as file:
                mapping = file.read()
        self.alliance.import_csv(self.get_kind().get_name(), os.fspath(place), mapping, limits, progress, cancellable)
        return self

    def from_pandas(self, frame):
        """Adds the rows of a `pandas.DataFrame`, whose columns are called as fields are: all, or none.

        `None`, `NaN`, `NaT` and `NA` are unknown. Answers the table.
        """
        from .frames import add_frame
        add_frame(self, frame)
        return self

    def to_pandas(self, columns: 'str | Iterable[str] | None' = None) -> 'pandas.DataFrame':
        """The table as a `pandas.DataFrame`; `columns` are the fields, all of them by default.

        Unknown is `NaN` among numbers and dates, `NA` among whole numbers and booleans, else `None`. Money is in
        whole units of the currency, a reference the id it leads to. `frame.attrs['units']` has the units.
        """
        from .frames import frame_of
        return frame_of(self, columns)

    def column(self, name: str) -> 'Column':
        """A field of all records, in bulk."""
        column = self.dup_column(name) if name in self.fields else None
        if column is None:
            raise unknown_name(self.get_kind().get_name(), 'field', name, self.fields)
        hold_alliance(column, self.get_owner())
        return column


FORMATS = {TYPES.INTEGER: 'q', TYPES.MONEY: 'q', TYPES.NUMBER: 'd', TYPES.BOOLEAN: 'B', TYPES.DATE: 'i'}
_NUMPY = {'q': 'i8', 'd': 'f8', 'B': '?', 'i': 'i4', 'I': 'u4'}


@override
class Column(RuralAlliance.Column):
    """A field of all records. Values are lent, not copied, whenever they lie in one piece (doc/python.md)."""

    __module__ = 'gi.overrides.RuralAlliance'
    __setattr__ = refuse_attribute

    @property
    def name(self) -> str:
        """The name of the field."""
        return self.get_field().get_name()

    @property
    def field(self) -> 'Field':
        """The field."""
        return self.get_field()

    def __len__(self):
        return self.get_n_rows()

    def __bool__(self):
        return True

    def __repr__(self):
        return f'<RuralAlliance.Column {self.name}: {self.get_n_known()} of {len(self)} known>'

    def _bytes(self):
        values = self.dup_values()
        if values is None:
            raise error(CODES.VALUE, f'{self.name}: a list, or references to any kind; read the records')
        return values

    def _format(self):
        return FORMATS.get(self.get_field().get_field_type(), 'I')

    @property
    def values(self) -> memoryview:
        """The values as a read-only memoryview; 0 where nothing is known.

        Money is in minor units, a date the days since 1970-01-01 of its first day, a reference
        the place in its table, a text a code: its place in `dictionary`.
        """
        from .memory import view_of
        return view_of(self._bytes(), self._format())

    @property
    def known(self) -> memoryview:
        """For each record 1 where the value is known, else 0."""
        from .memory import view_of
        return view_of(self.dup_presence())

    @property
    def dictionary(self) -> 'list[str] | None':
        """The texts that codes stand for; None where the values are no codes."""
        return self.dup_dictionary()

    def __arrow_c_stream__(self, requested_schema=None):
        """The column for whoever reads Arrow, a batch for each chunk."""
        from .arrow import capsules
        return capsules(self.export_arrow_stream, b'arrow_array_stream')[0]

    def __arrow_c_array__(self, requested_schema=None):
        """The column as one array for whoever reads Arrow."""
        from .arrow import capsules
        return capsules(self.export_arrow, b'arrow_schema', b'arrow_array')

    def to_numpy(self) -> 'numpy.ma.MaskedArray[Any, Any]':
        """The values as a read-only numpy.ma.MaskedArray, in which what is unknown is masked.

        What the array shows stays as it is when the table is changed afterwards.
        """
        import numpy

        from .memory import array_of
        n = len(self)
        values = array_of(self._bytes(), n, _NUMPY[self._format()])
        unknown = self.dup_unknown()
        mask = numpy.ma.nomask if unknown is None else array_of(unknown, n, '?')
        array = numpy.ma.MaskedArray(values, mask, copy=False)
        array.harden_mask()
        return array
