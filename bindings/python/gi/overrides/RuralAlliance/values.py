# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a field gives and takes, by its type."""

import datetime
import decimal
import json
import numbers

from gi.repository import GObject

from .errors import CODES, RuralAlliance, error, raising

__all__ = ['Texts']


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


class Texts(str):
    """A text in several languages; as a `str` it is the one that was told first.

    `name['zh']` is the text in just that language, `name.in_language('zh')` the one to show to
    somebody who reads it, `dict(name)` all of them. A text that came without a language has the
    language `''`.
    """

    __module__ = 'ruralalliance'
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

TYPES = RuralAlliance.FieldType


def known_value(pair):
    return pair[1] if pair[0] else None


def _read_texts(record, name):
    languages = Base.dup_languages(record, name)
    if not languages:
        return None
    return Texts((language, Base.get_texts(record, name, language)) for language in languages)


def _read_money(record, name):
    known, minor = Base.get_money(record, name)
    return decimal.Decimal(minor).scaleb(-Base.get_money_digits(record)) if known else None


def _read_text_list(record, name):
    return _FrozenList(Base.dup_text_list(record, name)) if Base.has(record, name) else None


def _read_references(record, name):
    model = Base.list_references(record, name)
    return None if model is None else _FrozenList(model)


def _read_json(record, name):
    text = Base.get_text(record, name)
    return None if text is None else _freeze(json.loads(text))


Base = RuralAlliance.Record
READERS = {
    TYPES.TEXT: lambda record, name: Base.get_text(record, name),
    TYPES.TEXTS: _read_texts,
    TYPES.TOKEN: lambda record, name: Base.get_text(record, name),
    TYPES.BOOLEAN: lambda record, name: known_value(Base.get_boolean(record, name)),
    TYPES.INTEGER: lambda record, name: known_value(Base.get_integer(record, name)),
    TYPES.NUMBER: lambda record, name: known_value(Base.get_number(record, name)),
    TYPES.MONEY: _read_money,
    TYPES.DATE: lambda record, name: Base.dup_date(record, name),
    TYPES.REFERENCE: lambda record, name: Base.dup_reference(record, name),
    TYPES.TEXT_LIST: _read_text_list,
    TYPES.REFERENCE_LIST: _read_references,
    TYPES.JSON: _read_json,
}


def _refuse(record, name, why):
    return error(CODES.VALUE, f'{Base.to_string(record)}: {name}: {why}')


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
    Base.set_value(record, name, _boxed(record, name, value))


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
    Base.replace_texts(record, name, list(value), list(value.values()))


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
    Base.set_text_list(record, name, [_text(record, name, str(text)) for text in texts])


def _write_references(record, name, value):
    targets = _list(record, name, value, 'records or ids')
    if targets and all(isinstance(target, str) for target in targets):
        Base.set_reference_ids(record, name, [_text(record, name, target) for target in targets])
    elif all(isinstance(target, RuralAlliance.Record) for target in targets):
        Base.set_references(record, name, targets)
    else:
        raise _refuse(record, name, 'give records, or ids, but nothing else and not both')


def _write_json(record, name, value):
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise _refuse(record, name, f'this cannot be said in JSON: {error}') from None
    Base.set_text(record, name, text)


_WRITERS = {
    TYPES.TEXTS: _write_texts,
    TYPES.MONEY: _write_money,
    TYPES.DATE: _write_date,
    TYPES.TEXT_LIST: _write_text_list,
    TYPES.REFERENCE_LIST: _write_references,
    TYPES.JSON: _write_json,
}


@raising
def write(record, name, field_type, value):
    if value is None:
        Base.unset(record, name)
    elif field_type == TYPES.INTEGER and type(value) is int and -2**63 <= value < 2**63:
        Base.set_integer(record, name, value)  # as below, without a GValue on the way
    elif field_type == TYPES.NUMBER and type(value) is float:
        Base.set_number(record, name, value)
    else:
        _WRITERS.get(field_type, _write_value)(record, name, value)
