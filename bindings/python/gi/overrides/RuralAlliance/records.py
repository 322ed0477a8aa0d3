# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records: their fields as attributes, and only those."""

import weakref

from .. import override
from .errors import CODES, RuralAlliance, error, unknown_name
from .values import Base, READERS, write


class Attribute:
    # A built-in field as an attribute of its class.

    def __init__(self, name, doc):
        self.name = name
        self.field_type = None
        self.__doc__ = doc

    def _type(self, record):
        if self.field_type is None:
            field = Base.get_kind(record).find_field(self.name)
            self.field_type = field.get_field_type()
            self.reader = READERS[self.field_type]
        return self.field_type

    def __get__(self, record, cls=None):
        if record is None:
            return self
        if self.field_type is None:
            self._type(record)
        return self.reader(record, self.name)

    def __set__(self, record, value):
        write(record, self.name, self._type(record), value)

    def __delete__(self, record):
        write(record, self.name, self._type(record), None)


def field_of(record, name):
    kind = Base.get_kind(record)
    field = kind.find_field(name) if isinstance(name, str) else None
    if field is None:
        raise unknown_name(kind.get_name(), 'field', name, [f.get_name() for f in kind.list_fields()])
    return field


def assign(record, fields):
    attributes = vars(type(record))
    for name, value in fields.items():
        attribute = attributes.get(name)
        if isinstance(attribute, Attribute):
            attribute.__set__(record, value)
        else:
            record[name] = value
    return record


def refuse_attribute(self, name, value=None):
    raise unknown_name(type(self).__name__, 'attribute to set', name, [])


# What stands in a wrapper's own dict lives as long as the table does in C, which is as long as the
# alliance: a table that held its alliance there would never let it go.
_alliances = weakref.WeakKeyDictionary()


def hold_alliance(thing, alliance):
    """Keeps an alliance alive for as long as Python holds something of it."""
    if thing is not None and thing not in _alliances:
        _alliances[thing] = alliance


def table_of(table):
    """The table, which keeps its alliance alive for as long as Python holds it."""
    hold_alliance(table, table and table.get_owner())
    return table


@override
class Record(RuralAlliance.Record):
    """A record: its fields are attributes, and items by name. `None` is unknown."""

    __module__ = 'gi.overrides.RuralAlliance'  # where override() reads the namespace

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        info = cls.__dict__.get('__info__')
        for pspec in info.get_properties() if info else ():
            name = pspec.get_name().replace('-', '_')
            setattr(cls, name, Attribute(name, f'The field `{name}`; None while it is unknown.'))

    def __init__(self, **fields):
        if type(self) is Record:
            raise TypeError("a record is of a kind: use its class, or alliance.new_record('kind')")
        super().__init__()
        assign(self, fields)

    def __getattr__(self, name):
        return self[name]

    def __setattr__(self, name, value):
        attribute = getattr(type(self), name, None)
        if isinstance(attribute, Attribute):
            attribute.__set__(self, value)
            return
        field = field_of(self, name)
        if attribute is not None:
            raise error(CODES.UNKNOWN_NAME, f"'{name}' is also a method; write record['{name}'] = …")
        write(self, name, field.get_field_type(), value)

    def __delattr__(self, name):
        self.__setattr__(name, None)

    def __getitem__(self, name):
        return READERS[field_of(self, name).get_field_type()](self, name)

    def __setitem__(self, name, value):
        write(self, name, field_of(self, name).get_field_type(), value)

    def __delitem__(self, name):
        self[name] = None

    # Items are fields by name, not a sequence.
    __iter__ = None
    __contains__ = None

    def __dir__(self):
        fields = [field.get_name() for field in Base.get_kind(self).list_fields()]
        return sorted({*super().__dir__(), *fields})

    def __repr__(self):
        kind = Base.get_kind(self).get_name()
        name = type(self).__name__ + (f' {kind}' if type(self) is Record else '')
        # After the kind it has the id, or what stands for it where that would tell who somebody is.
        return f'<RuralAlliance.{name} {Base.to_string(self)[len(kind) + 1:]}>'

    def __str__(self):
        return Base.to_string(self)

    def __eq__(self, other):
        if not isinstance(other, RuralAlliance.Record):
            return NotImplemented
        return self is other or Base.equal(self, other)

    def __hash__(self):
        record_id = Base.get_id(self)
        if record_id is None:
            raise TypeError('a record without an id has nothing that stays the same')
        return hash((Base.get_kind(self).get_name(), record_id))

    def get_table(self):
        """The table that it is in; None before it is added."""
        return table_of(Base.get_table(self))
