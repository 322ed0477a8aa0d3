# SPDX-License-Identifier: LGPL-2.1-or-later
"""What introspection cannot say to Python.

Records have their fields as attributes, and only those: a name that is no field is refused when
it is read and when it is set. `None` is unknown. Tables are sequences. Amounts of money are
`decimal.Decimal`. doc/python.md has the whole of it.
"""

import contextlib
import ctypes
import datetime
import decimal
import difflib
import functools
import json
import numbers
import weakref

from ..module import get_introspection_module
from ..overrides import override
from gi.repository import GLib, GObject
from gi import Repository

RuralAlliance = get_introspection_module('RuralAlliance')

__all__ = []


def _public(item):
    __all__.append(item.__name__)
    globals()[item.__name__] = item
    return item


# Errors


@_public
class AllianceError(GLib.Error):
    """An error of the domain `Error`. Every subclass is one code, and one of Python's own too."""

    def __str__(self):
        return self.message


def _error_class(name, code, *builtin):
    bases = (AllianceError, *builtin)
    return _public(type(name, bases, {'__module__': __name__, '__doc__': f'`Error.{code}`.'}))


_CODES = RuralAlliance.Error
_ERRORS = {int(getattr(_CODES, code)): _error_class(name, code, *builtin) for name, code, *builtin in (
    ('InvalidSyntaxError', 'SYNTAX', ValueError),
    ('InvalidValueError', 'VALUE', ValueError),
    ('MissingError', 'MISSING', ValueError),
    ('DuplicateError', 'DUPLICATE', ValueError),
    ('BrokenReferenceError', 'REFERENCE', LookupError),
    ('UnknownNameError', 'UNKNOWN_NAME', AttributeError, LookupError),
    ('UnitError', 'UNIT', ValueError),
    ('LimitError', 'LIMIT', ValueError),
    ('FormatVersionError', 'VERSION', ValueError),
    ('CycleError', 'CYCLE', ValueError),
)}
_DOMAIN = GLib.quark_to_string(_CODES.quark())


def _error(code, message):
    return _ERRORS[int(code)](message, _DOMAIN, int(code))


def _unknown_name(owner, what, name, names):
    near = difflib.get_close_matches(str(name), names, 1)
    mend = f"; did you mean '{near[0]}'?" if near else ''
    return _error(_CODES.UNKNOWN_NAME, f"{owner} has no {what} '{name}'{mend}")


def _raising(call, convert=None):
    """The same call, whose errors of our domain are of the class that belongs to their code."""
    @functools.wraps(call, assigned=('__doc__', '__name__'))
    def wrapped(*arguments, **keywords):
        try:
            answer = call(*arguments, **keywords)
            return convert(answer) if convert else answer
        except GLib.Error as error:
            if type(error) is not GLib.Error or error.domain != _DOMAIN:
                raise
            kind = _ERRORS.get(error.code, AllianceError)
            raise kind(error.message, error.domain, error.code) from None
    return wrapped


def _methods(cls):
    return {name: info for name, info in vars(cls).items()
            if hasattr(info, 'can_throw_gerror') and not name.startswith('_')}


def _returns_list_model(info):
    interface = info.get_return_type().get_interface()
    return interface is not None and interface.get_name() == 'ListModel'


def _wrap_methods(cls):
    """Errors become ours, and what is worked out a list; list_…() stays the list model that it is."""
    for name, info in _methods(cls).items():
        convert = list if _returns_list_model(info) and not name.startswith('list_') else None
        if not convert and not info.can_throw_gerror():
            continue
        call = _raising(info, convert)
        if info.is_constructor():
            setattr(cls, name, classmethod(call))
        else:
            setattr(cls, name, call if info.is_method() else staticmethod(call))


# Values that a field gives: copies, so changing them in place would be lost without a word.


def _refuse_change(self, *arguments, **keywords):
    raise TypeError('this is a copy of what the field holds; assign a new value to the field')


class _FrozenList(list):
    __slots__ = ()
    append = extend = insert = pop = remove = clear = sort = reverse = _refuse_change
    __setitem__ = __delitem__ = _refuse_change

    # `record.field += more` assigns what this answers.
    def __iadd__(self, more):
        return [*self, *more]

    __imul__ = list.__mul__

    def __reduce__(self):
        return list, (list(self),)


class _FrozenDict(dict):
    __slots__ = ()
    clear = pop = popitem = setdefault = update = _refuse_change
    __setitem__ = __delitem__ = _refuse_change

    def __ior__(self, more):
        return {**self, **more}

    def __reduce__(self):
        return dict, (dict(self),)


def _freeze(value):
    if isinstance(value, dict):
        return _FrozenDict((key, _freeze(member)) for key, member in value.items())
    return _FrozenList(map(_freeze, value)) if isinstance(value, list) else value


@_public
class Texts(str):
    """A text in several languages; as a `str` it is the one that was told first.

    `name['zh']` is the text in just that language, `name.in_language('zh')` the one to show to
    somebody who reads it, `dict(name)` all of them. A text that came without a language has the
    language `''`.
    """

    __slots__ = ('_texts',)

    def __new__(cls, texts):
        texts = dict(texts)
        self = super().__new__(cls, next(iter(texts.values()), ''))
        self._texts = texts
        return self

    @property
    def languages(self):
        return list(self._texts)

    def keys(self):
        return self._texts.keys()

    def __getitem__(self, key):
        if not isinstance(key, str):
            return super().__getitem__(key)
        if key not in self._texts:
            raise KeyError(f"not told in '{key}', but in: {', '.join(self._texts)}")
        return self._texts[key]

    def __setitem__(self, key, value):
        raise TypeError("a text does not change; assign {**record.field, 'language': 'text'}")

    def in_language(self, language):
        """The text in a language, else in another form of it, else the one told first."""
        if language in self._texts:
            return self._texts[language]
        stem = language.replace('_', '-').split('-')[0]
        return next((text for tag, text in self._texts.items() if tag.split('-')[0] == stem), str(self))

    def __reduce__(self):
        return Texts, (self._texts,)


# Fields, by type

_TYPES = RuralAlliance.FieldType


def _known(pair):
    return pair[1] if pair[0] else None


def _read_texts(record, name):
    languages = _Base.dup_languages(record, name)
    if not languages:
        return None
    return Texts((language, _Base.get_texts(record, name, language)) for language in languages)


def _read_money(record, name):
    known, minor = _Base.get_money(record, name)
    return decimal.Decimal(minor).scaleb(-_Base.get_money_digits(record)) if known else None


def _read_text_list(record, name):
    return _FrozenList(_Base.dup_text_list(record, name)) if _Base.has(record, name) else None


def _read_references(record, name):
    model = _Base.list_references(record, name)
    return None if model is None else _FrozenList(model)


def _read_json(record, name):
    text = _Base.get_text(record, name)
    return None if text is None else _freeze(json.loads(text))


_Base = RuralAlliance.Record
_READERS = {
    _TYPES.TEXT: lambda record, name: _Base.get_text(record, name),
    _TYPES.TEXTS: _read_texts,
    _TYPES.TOKEN: lambda record, name: _Base.get_text(record, name),
    _TYPES.BOOLEAN: lambda record, name: _known(_Base.get_boolean(record, name)),
    _TYPES.INTEGER: lambda record, name: _known(_Base.get_integer(record, name)),
    _TYPES.NUMBER: lambda record, name: _known(_Base.get_number(record, name)),
    _TYPES.MONEY: _read_money,
    _TYPES.DATE: lambda record, name: _Base.dup_date(record, name),
    _TYPES.REFERENCE: lambda record, name: _Base.dup_reference(record, name),
    _TYPES.TEXT_LIST: _read_text_list,
    _TYPES.REFERENCE_LIST: _read_references,
    _TYPES.JSON: _read_json,
}


def _refuse(record, name, why):
    return _error(_CODES.VALUE, f'{_Base.to_string(record)}: {name}: {why}')


def _text(record, name, value):
    # What crosses to C ends at the first NUL.
    if '\0' in value:
        raise _refuse(record, name, 'a text cannot hold the character NUL; remove it')
    return value


def _list(record, name, value, what):
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, '__iter__'):
        raise _refuse(record, name, f'this is not a list; give a list of {what}')
    return list(value)


def _boxed(record, name, value):
    """The value in a type of which C can tell whether the field can take it."""
    if getattr(value, 'shape', None) == ():  # a number of numpy
        value = value.item()
    if isinstance(value, bool):
        return GObject.Value(GObject.TYPE_BOOLEAN, value)
    if isinstance(value, str):
        return GObject.Value(GObject.TYPE_STRING, _text(record, name, str(value)))
    if isinstance(value, numbers.Integral):
        if not -2**63 <= value < 2**63:
            raise _refuse(record, name, 'the number is too large; it has to fit in 64 bits')
        return GObject.Value(GObject.TYPE_INT64, int(value))
    if isinstance(value, numbers.Real) or isinstance(value, decimal.Decimal):
        return GObject.Value(GObject.TYPE_DOUBLE, float(value))
    if isinstance(value, GObject.Object):
        return GObject.Value(GObject.TYPE_OBJECT, value)
    raise _refuse(record, name, f'a {type(value).__name__} cannot be a value of this field')


def _write_value(record, name, value):
    _Base.set_value(record, name, _boxed(record, name, value))


def _write_texts(record, name, value):
    if isinstance(value, Texts):
        value = dict(value)
    elif isinstance(value, str):
        value = {'': value}
    elif not isinstance(value, dict):
        raise _refuse(record, name, "this is not a text; give a text, or a dict like {'en': 'text'}")
    for part in (*value.keys(), *value.values()):
        if not isinstance(part, str):
            raise _refuse(record, name, 'languages and texts have to be of type str')
        _text(record, name, part)
    _Base.replace_texts(record, name, list(value), list(value.values()))


def _write_money(record, name, value):
    if isinstance(value, numbers.Number) and not isinstance(value, (bool, complex)):
        # The shortest decimal that a float stands for is what was written.
        amount = decimal.Decimal(repr(value)) if isinstance(value, float) else decimal.Decimal(value)
        if amount.is_finite() and len(amount.as_tuple().digits) <= 28:
            amount = amount.normalize()
        value = format(amount, 'f')
    elif not isinstance(value, str):
        raise _refuse(record, name, "this is not an amount of money; give a Decimal like Decimal('39.27')")
    _write_value(record, name, value)


def _write_date(record, name, value):
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = value.isoformat()
    _write_value(record, name, value)


def _write_text_list(record, name, value):
    texts = _list(record, name, value, 'texts')
    if not all(isinstance(text, str) for text in texts):
        raise _refuse(record, name, 'a list of texts holds nothing but texts')
    _Base.set_text_list(record, name, [_text(record, name, str(text)) for text in texts])


def _write_references(record, name, value):
    targets = _list(record, name, value, 'records or ids')
    if targets and all(isinstance(target, str) for target in targets):
        _Base.set_reference_ids(record, name, [_text(record, name, target) for target in targets])
    elif all(isinstance(target, RuralAlliance.Record) for target in targets):
        _Base.set_references(record, name, targets)
    else:
        raise _refuse(record, name, 'give records, or ids, but nothing else and not both')


def _write_json(record, name, value):
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise _refuse(record, name, f'this cannot be said in JSON: {error}') from None
    _Base.set_text(record, name, text)


_WRITERS = {
    _TYPES.TEXTS: _write_texts,
    _TYPES.MONEY: _write_money,
    _TYPES.DATE: _write_date,
    _TYPES.TEXT_LIST: _write_text_list,
    _TYPES.REFERENCE_LIST: _write_references,
    _TYPES.JSON: _write_json,
}


@_raising
def _write(record, name, field_type, value):
    if value is None:
        _Base.unset(record, name)
    elif field_type == _TYPES.INTEGER and type(value) is int and -2**63 <= value < 2**63:
        _Base.set_integer(record, name, value)  # as below, without a GValue on the way
    elif field_type == _TYPES.NUMBER and type(value) is float:
        _Base.set_number(record, name, value)
    else:
        _WRITERS.get(field_type, _write_value)(record, name, value)


class _Attribute:
    # A built-in field as an attribute of its class.

    def __init__(self, name, doc):
        self.name = name
        self.field_type = None
        self.__doc__ = doc

    def _type(self, record):
        if self.field_type is None:
            field = _Base.get_kind(record).find_field(self.name)
            self.field_type = field.get_field_type()
            self.reader = _READERS[self.field_type]
        return self.field_type

    def __get__(self, record, cls=None):
        if record is None:
            return self
        if self.field_type is None:
            self._type(record)
        return self.reader(record, self.name)

    def __set__(self, record, value):
        _write(record, self.name, self._type(record), value)

    def __delete__(self, record):
        _write(record, self.name, self._type(record), None)


def _field_of(record, name):
    kind = _Base.get_kind(record)
    field = kind.find_field(name) if isinstance(name, str) else None
    if field is None:
        raise _unknown_name(kind.get_name(), 'field', name, [f.get_name() for f in kind.list_fields()])
    return field


def _assign(record, fields):
    attributes = vars(type(record))
    for name, value in fields.items():
        attribute = attributes.get(name)
        if isinstance(attribute, _Attribute):
            attribute.__set__(record, value)
        else:
            record[name] = value
    return record


def _refuse_attribute(self, name, value=None):
    raise _unknown_name(type(self).__name__, 'attribute to set', name, [])


# What stands in a wrapper's own dict lives as long as the table does in C, which is as long as the
# alliance: a table that held its alliance there would never let it go.
_alliances = weakref.WeakKeyDictionary()


def _table(table):
    """The table, which keeps its alliance alive for as long as Python holds it."""
    if table is not None and table not in _alliances:
        _alliances[table] = table.get_owner()
    return table


@override
class Record(RuralAlliance.Record):

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        info = cls.__dict__.get('__info__')
        for pspec in info.get_properties() if info else ():
            name = pspec.get_name().replace('-', '_')
            setattr(cls, name, _Attribute(name, f'The field `{name}`; None while it is unknown.'))

    def __init__(self, **fields):
        if type(self) is Record:
            raise TypeError("a record is of a kind: use its class, or alliance.new_record('kind')")
        super().__init__()
        _assign(self, fields)

    def __getattr__(self, name):
        return self[name]

    def __setattr__(self, name, value):
        attribute = getattr(type(self), name, None)
        if isinstance(attribute, _Attribute):
            attribute.__set__(self, value)
            return
        field = _field_of(self, name)
        if attribute is not None:
            raise _error(_CODES.UNKNOWN_NAME, f"'{name}' is also a method; write record['{name}'] = …")
        _write(self, name, field.get_field_type(), value)

    def __delattr__(self, name):
        self.__setattr__(name, None)

    def __getitem__(self, name):
        return _READERS[_field_of(self, name).get_field_type()](self, name)

    def __setitem__(self, name, value):
        _write(self, name, _field_of(self, name).get_field_type(), value)

    def __delitem__(self, name):
        self[name] = None

    # Items are fields by name, not a sequence.
    __iter__ = None
    __contains__ = None

    def __dir__(self):
        fields = [field.get_name() for field in _Base.get_kind(self).list_fields()]
        return sorted({*super().__dir__(), *fields})

    def __repr__(self):
        kind = _Base.get_kind(self).get_name()
        name = type(self).__name__ + (f' {kind}' if type(self) is Record else '')
        # After the kind it has the id, or what stands for it where that would tell who somebody is.
        return f'<RuralAlliance.{name} {_Base.to_string(self)[len(kind) + 1:]}>'

    def __str__(self):
        return _Base.to_string(self)

    def __eq__(self, other):
        if not isinstance(other, RuralAlliance.Record):
            return NotImplemented
        return self is other or _Base.equal(self, other)

    def __hash__(self):
        record_id = _Base.get_id(self)
        if record_id is None:
            raise TypeError('a record without an id has nothing that stays the same')
        return hash((_Base.get_kind(self).get_name(), record_id))

    def get_table(self):
        return _table(_Base.get_table(self))


@override
class Table(RuralAlliance.Table):
    """All records of a kind: a sequence, and a mapping by id.

    `if table:` asks whether there is a table, so it is true even when the table is empty; ask
    `len(table)` for its records.
    """

    __setattr__ = _refuse_attribute

    @property
    def alliance(self):
        return self.get_owner()

    @property
    def kind(self):
        return self.get_kind()

    @property
    def fields(self):
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
        return isinstance(item, RuralAlliance.Record) and _Base.get_table(item) is self

    def __repr__(self):
        return f'<RuralAlliance.Table of {len(self)} {self.get_kind().get_plural()}>'

    def get(self, record_id, default=None):
        record = self.find(record_id)
        return default if record is None else record

    @_raising
    def add(self, record=None, **fields):
        """Adds a record, or makes one of the given fields and adds it; answers the record."""
        if record is None:
            record = self.alliance.new_record(self.get_kind().get_name(), **fields)
        elif fields:
            raise TypeError('give a record, or the fields of a new one, but not both')
        RuralAlliance.Table.add(self, record)
        return record

    @_raising
    def remove(self, record):
        """Removes a record, or the record that has the given id."""
        RuralAlliance.Table.remove(self, self[record] if isinstance(record, str) else record)

    def __arrow_c_stream__(self, requested_schema=None):
        """The table for whoever reads Arrow: pyarrow.table(alliance.incomes) and the like."""
        return _arrow_capsules(self.export_arrow_stream, b'arrow_array_stream')[0]

    def add_arrow(self, rows, cancellable=None):
        """Adds the rows of a table of another library, by the names of its columns: all, or none."""
        if hasattr(rows, '__arrow_c_stream__'):
            capsule = rows.__arrow_c_stream__()
            self.import_arrow_stream(_arrow_address(capsule, b'arrow_array_stream'), cancellable)
        elif hasattr(rows, '__arrow_c_array__'):
            schema, array = rows.__arrow_c_array__()
            self.import_arrow(_arrow_address(schema, b'arrow_schema'), _arrow_address(array, b'arrow_array'), cancellable)
        else:
            raise TypeError(f'a {type(rows).__name__} does not give itself as Arrow')

    def column(self, name):
        """A field of all records, in bulk."""
        column = self.dup_column(name) if name in self.fields else None
        if column is None:
            raise _unknown_name(self.get_kind().get_name(), 'field', name, self.fields)
        return column


# Arrow's structs: their sizes, and the name of the capsule that passes one from library to library.

_ARROW = {b'arrow_schema': 9 * 8, b'arrow_array': 10 * 8, b'arrow_array_stream': 5 * 8}
_RELEASE_AT = {b'arrow_schema': 7 * 8, b'arrow_array': 8 * 8, b'arrow_array_stream': 3 * 8}
_held = {}  # by address, until their capsules go

# Prototypes of one's own: those of ctypes.pythonapi are everybody's.
_capsule_new = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(
    ('PyCapsule_New', ctypes.pythonapi))
_capsule_address = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(
    ('PyCapsule_GetPointer', ctypes.pythonapi))


def _drop_capsule(name):
    # A capsule that goes is no object any more, only an address.
    @ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
    def drop(capsule):
        address = _capsule_address(capsule, name)
        release = ctypes.c_void_p.from_address(address + _RELEASE_AT[name]).value
        if release:  # nobody took it over
            ctypes.CFUNCTYPE(None, ctypes.c_void_p)(release)(address)
        _held.pop(address, None)
    return drop


_droppers = {name: _drop_capsule(name) for name in _ARROW}


def _arrow_capsules(export, *names):
    """What a call fills, as capsules."""
    memories = [ctypes.create_string_buffer(_ARROW[name]) for name in names]
    addresses = [ctypes.addressof(memory) for memory in memories]
    export(*addresses)
    _held.update(zip(addresses, memories))
    return tuple(_capsule_new(address, name, ctypes.cast(_droppers[name], ctypes.c_void_p))
                 for address, name in zip(addresses, names))


def _arrow_address(capsule, name):
    return _capsule_address(id(capsule), name)


_FORMATS = {_TYPES.INTEGER: 'q', _TYPES.MONEY: 'q', _TYPES.NUMBER: 'd', _TYPES.BOOLEAN: 'B', _TYPES.DATE: 'i'}


@override
class Column(RuralAlliance.Column):
    __setattr__ = _refuse_attribute

    @property
    def name(self):
        return self.get_field().get_name()

    def __len__(self):
        return self.get_n_rows()

    def __bool__(self):
        return True

    def __repr__(self):
        return f'<RuralAlliance.Column {self.name}: {self.get_n_known()} of {len(self)} known>'

    @property
    def values(self):
        """The values as a read-only memoryview; 0 where nothing is known.

        Money is in minor units, a date the days since 1970-01-01 of its first day, a reference
        the place in its table, a text a code: its place in `dictionary`.
        """
        values = self.dup_values()
        if values is None:
            raise _error(_CODES.VALUE, f'{self.name}: a list, or references to any kind; read the records')
        data = memoryview(values.get_data() or b'')
        return data.cast(_FORMATS.get(self.get_field().get_field_type(), 'I'))

    @property
    def known(self):
        """For each record 1 where the value is known, else 0."""
        return memoryview(self.dup_presence().get_data() or b'')

    @property
    def dictionary(self):
        return self.dup_dictionary()

    def __arrow_c_stream__(self, requested_schema=None):
        return _arrow_capsules(self.export_arrow_stream, b'arrow_array_stream')[0]

    def __arrow_c_array__(self, requested_schema=None):
        return _arrow_capsules(self.export_arrow, b'arrow_schema', b'arrow_array')

    def to_numpy(self):
        """The values as a read-only numpy.ma.MaskedArray, in which what is unknown is masked."""
        import numpy
        values = numpy.frombuffer(self.values, numpy.dtype(self.values.format))
        if self.get_field().get_field_type() == _TYPES.BOOLEAN:
            values = values.view(bool)
        array = numpy.ma.MaskedArray(values, numpy.frombuffer(self.known, numpy.uint8) == 0, copy=False)
        array.harden_mask()
        return array


@override
class Alliance(RuralAlliance.Alliance):

    def __setattr__(self, name, value):
        raise _unknown_name('Alliance', 'attribute to set', name, [])

    def __getattr__(self, name):
        table = None if name.startswith('_') else RuralAlliance.Alliance.get_table(self, name)
        if table is None or table.get_kind().get_plural() != name:
            raise _unknown_name('the alliance', 'table', name, self._plurals())
        return _table(table)

    def __getitem__(self, kind):
        """The table of a kind, by its name for one record or for many."""
        table = RuralAlliance.Alliance.get_table(self, kind)
        if table is None:
            raise _unknown_name('the alliance', 'kind', kind, self._plurals())
        return _table(table)

    # Items are tables by name, not a sequence.
    __iter__ = None

    def __contains__(self, item):
        if isinstance(item, str):
            return RuralAlliance.Alliance.get_table(self, item) is not None
        return isinstance(item, RuralAlliance.Record) and item in (_Base.get_table(item) or ())

    def __dir__(self):
        return sorted({*super().__dir__(), *self._plurals()})

    def __repr__(self):
        return f'<RuralAlliance.Alliance of {sum(map(len, self.tables))} records>'

    @classmethod
    def from_json(cls, text, name=None):
        """An alliance from a document: a str, or UTF-8 bytes. Errors call the document `name`."""
        data = text.encode() if isinstance(text, str) else bytes(text)
        return RuralAlliance.Alliance.new_from_json(GLib.Bytes.new(data), name, None)

    def to_json(self, cancellable=None):
        """The alliance as a document, a str."""
        data = RuralAlliance.Alliance.to_json(self, cancellable).get_data()
        return data.decode()

    def _plurals(self):
        return [table.get_kind().get_plural() for table in RuralAlliance.Alliance.list_tables(self)]

    @property
    def tables(self):
        return [_table(table) for table in RuralAlliance.Alliance.list_tables(self)]

    @property
    def profile(self):
        return self.dup_profile()

    @property
    def schema(self):
        return self.get_schema()

    @property
    def location(self):
        return self.get_location()

    def get_table(self, kind):
        return _table(RuralAlliance.Alliance.get_table(self, kind))

    def find(self, kind, record_id):
        """The record, or None; a kind that does not exist is an error."""
        return self[kind].find(record_id)

    @_raising
    def add(self, record):
        """Adds a record to the table of its kind and answers it."""
        RuralAlliance.Alliance.add(self, record)
        return record

    @contextlib.contextmanager
    def change(self, title=None):
        """What is edited in the block is one change, undone as one; an exception takes it back whole.

            with alliance.change('prices of 2014') as change: ...
        """
        self.begin(title)
        try:
            yield self
        except BaseException:
            self.rollback()
            raise
        self.commit()

    def history(self, record, key=None):
        """What was said of a record since the log began, a list of facts: of a record, or of a kind and a key."""
        if isinstance(record, str):
            return list(self.list_history(record, key))
        return list(self.list_record_history(record))

    @property
    def changes(self):
        return list(self.list_changes())

    @property
    def merge_conflicts(self):
        return list(self.list_merge_conflicts())

    @property
    def waiting(self):
        return list(self.list_waiting())

    @property
    def station(self):
        """Under what name this copy writes its changes; None where no log is kept."""
        return self.get_station()

    @property
    def author(self):
        return self.get_author()

    @_raising
    def new_record(self, kind, **fields):
        """A record of any kind, which is not added yet and knows the alliance's own fields."""
        record = RuralAlliance.Alliance.new_record(self, self[kind].get_kind().get_name())
        return _assign(record, fields)


# Everything else gets its getters as attributes: `result.estimate` is what get_estimate() tells,
# None where that says that there is no value.


def _attribute_of(info, name):
    out = [argument for argument in info.get_arguments() if int(argument.get_direction()) == 1]
    returns = info.get_return_type()
    if len(info.get_arguments()) != len(out) or len(out) > 1 or not info.is_method():
        return None
    if out:
        return lambda self: _known(info(self)) if returns.get_tag_as_string() == 'gboolean' else None
    if _returns_list_model(info):
        return lambda self: list(info(self))
    return lambda self: info(self)


def _give_attributes(cls):
    for method, info in list(_methods(cls).items()):
        verb, _, name = method.partition('_')
        if verb not in ('get', 'dup', 'list', 'is') or not name or hasattr(cls, name):
            continue
        read = _attribute_of(info, name)
        if read:
            setattr(cls, name, property(read, doc=f'What `{method}()` tells; None where there is nothing.'))


def _quantity(value):
    return 'undefined' if value is None else f'{value:.6g}'


def _repr_of(template):
    def __repr__(self):
        return f'<RuralAlliance.{type(self).__name__} {template(self)}>'
    return __repr__


_REPRS = {
    'Explanation': lambda self: repr(self.text),
    'Fault': lambda self: RuralAlliance.Fault.to_string(self),
    'Field': lambda self: f'{self.name}: {self.field_type.value_nick}',
    'Finding': lambda self: f'{self.rule}: {", ".join(self.about)}',
    'Flip': lambda self: f'{self.name} = {_quantity(self.value)}',
    'Kind': lambda self: self.name,
    'Result': lambda self: f'{self.metric} = {_quantity(self.estimate)} {self.unit or ""}'.rstrip(),
    'Verdict': lambda self: ' '.join(filter(None, (
        self.claim.get_id() if self.claim else None, self.name and f'({self.name})', self.verdict_type.value_nick))),
}


def _complete(info):
    cls = getattr(RuralAlliance, info.get_name())
    _give_attributes(cls)
    _wrap_methods(cls)
    cls.__setattr__ = _refuse_attribute
    if info.get_name() in _REPRS:
        cls.__repr__ = _repr_of(_REPRS[info.get_name()])


def _is_kind(info):
    while info is not None and info.get_name() != 'Record':
        info = info.get_parent()
    return info is not None


for _info in Repository.get_default().get_infos('RuralAlliance'):
    if type(_info).__name__ != 'ObjectInfo':
        continue
    if not _is_kind(_info) and _info.get_name() not in ('Alliance', 'Column', 'Table'):
        _complete(_info)
    else:
        _wrap_methods(getattr(RuralAlliance, _info.get_name()))


def _whole(call):
    """A function of an appender that takes a text and its length, called with the text alone."""
    def set_whole(self, field, text):
        if '\0' in text:
            raise _error(_CODES.VALUE, 'a text cannot hold the character NUL; remove it')
        return call(self, field, text, -1)
    return set_whole


for _name in ('set_text', 'set_date', 'set_reference'):
    setattr(RuralAlliance.Appender, _name, _whole(getattr(RuralAlliance.Appender, _name)))

if hasattr(RuralAlliance, 'Unit'):
    RuralAlliance.Unit.__str__ = lambda self: self.to_string()
    RuralAlliance.Unit.__repr__ = lambda self: f'<RuralAlliance.Unit {self.to_string()}>'
    RuralAlliance.Unit.__eq__ = lambda self, other: (
        self.equal(other) if isinstance(other, RuralAlliance.Unit) else NotImplemented)
    RuralAlliance.Unit.__hash__ = lambda self: hash(self.to_string())
