# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tables as frames of pandas, and back."""

import datetime
import decimal
import json
import numbers

from .errors import CODES, RuralAlliance, error, unknown_name
from .memory import array_of
from .values import TYPES

_CODED = (TYPES.TEXT, TYPES.TEXTS, TYPES.TOKEN)


# Out


def _objects(values, mask):
    import numpy
    out = numpy.empty(len(mask), object)
    out[:] = values
    out[mask] = None
    return out


def _coded(column, codes, mask):
    import numpy
    dictionary = numpy.array([*column.dictionary, None], object)
    codes = codes.copy()
    codes[mask] = len(dictionary) - 1
    return dictionary[codes]


def _ids(table):
    """What references to the records of a table look like, by their places."""
    import numpy
    column = table.column('id') if 'id' in table.fields else None
    numbered = numpy.array([f'#{place + 1}' for place in range(len(table))], object)
    if column is None:
        return numbered
    held = column.to_numpy()
    mask = numpy.ma.getmaskarray(held)
    ids = _coded(column, held.data, mask)
    ids[mask] = numbered[mask]
    return ids


def _words(column):
    """Dates as they are kept: the first day times four, plus the precision; None where rows were removed."""
    import numpy
    rows = [column.get_chunk_rows(chunk) for chunk in range(column.get_n_chunks())]
    if sum(rows) != len(column):
        return None
    words = numpy.zeros(len(column), 'i8')
    at = 0
    for chunk, n in enumerate(rows):
        width, packed = column.get_chunk_width(chunk)
        base, _ = column.get_chunk_base(chunk)
        if width:
            kind = f'u{width}' if packed else 'i4'
            words[at:at + n] = array_of(column.dup_chunk_values(chunk), n, kind)
        words[at:at + n] += base
        at += n
    return words


def _dates(table, column, mask):
    import numpy
    words = _words(column)
    if words is None:
        texts = [record[column.name] for record in table]
    else:
        days, precision = words >> 2, words & 3
        days[mask] = 0
        known = ~mask
        nanoseconds = numpy.abs(days[known]) < 2**63 // (86400 * 10**9)
        if (precision[known] == int(_DAY)).all() and nanoseconds.all():
            dates = days.astype('datetime64[D]').astype('datetime64[ns]')
            dates[mask] = numpy.datetime64('NaT')
            return dates
        lengths = numpy.array([4, 7, 10, 10])[precision]
        texts = [text[:length] for text, length in zip(days.astype('datetime64[D]').astype(str), lengths)]
    return _objects(texts, mask)


_DAY = 2


def _series(table, name):
    """A field of all records as pandas likes it."""
    import numpy
    import pandas
    column = table.column(name)
    field_type = column.field.get_field_type()
    if field_type in (TYPES.TEXT_LIST, TYPES.REFERENCE_LIST, TYPES.JSON) or column.dup_values() is None:
        return _from_records(table, name)
    held = column.to_numpy()
    values, mask = held.data, numpy.ma.getmaskarray(held)
    if field_type in _CODED:
        return _coded(column, values, mask)
    if field_type == TYPES.REFERENCE:
        ids = numpy.append(_ids(table.alliance[column.field.get_target()]), None)
        places = values.copy()
        places[mask] = len(ids) - 1
        return ids[places]
    if field_type == TYPES.DATE:
        return _dates(table, column, mask)
    if field_type == TYPES.INTEGER:
        return pandas.arrays.IntegerArray(values.copy(), mask.copy())
    if field_type == TYPES.BOOLEAN:
        return pandas.arrays.BooleanArray(values.astype(bool), mask.copy())
    amounts = values.astype(float)
    if field_type == TYPES.MONEY:
        amounts /= 10 ** table.alliance.get_currency_digits()
    amounts[mask] = numpy.nan
    return amounts


def _from_records(table, name):
    import numpy
    out = numpy.empty(len(table), object)
    for place, record in enumerate(table):
        out[place] = _plain(record[name])
    return out


def _plain(value):
    """References as ids, and copies that can be changed."""
    if isinstance(value, RuralAlliance.Record):
        return f'{value.get_kind().get_name()}/{value.get_id()}'
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [member.get_id() if isinstance(member, RuralAlliance.Record) else _plain(member) for member in value]
    return value


def frame_of(table, columns=None, places=None):
    """The fields of a table, or of the records in some of its places."""
    import pandas
    names = [columns] if isinstance(columns, str) else list(table.fields if columns is None else columns)
    for name in names:
        if name not in table.fields:
            raise unknown_name(table.kind.get_name(), 'field', name, table.fields)
    frame = pandas.DataFrame({name: _series(table, name) for name in names}, columns=names)
    if places is not None:
        frame = frame.iloc[places].reset_index(drop=True)
    currency = getattr(table.alliance.profile, 'currency', None) or 'currency'
    frame.attrs['units'] = {name: unit.replace('{currency}', currency) for name in names
                            if (unit := table.kind.find_field(name).get_unit())}
    return frame


def results_frame(results):
    """Results as a frame: a row each, the groups they are of in front."""
    import pandas
    paths = list(dict.fromkeys(path for result in results for path in result.get_group_paths() or ()))
    rows = [{'metric': result.metric, **{path: result.get_group_label(path) for path in paths},
             'estimate': result.estimate, 'standard_error': result.standard_error, 'low': result.low, 'high': result.high,
             'n_used': result.n_used, 'n_missing': result.n_missing, 'unit': str(result.unit or '')} for result in results]
    names = ['metric', *paths, 'estimate', 'standard_error', 'low', 'high', 'n_used', 'n_missing', 'unit']
    frame = pandas.DataFrame(rows, columns=names)
    floats = ['estimate', 'standard_error', 'low', 'high']
    return frame.astype(dict.fromkeys(floats, float))


def result_table_frame(table):
    """Figures side by side as a frame: labels as categories, then the figures."""
    import pandas
    labels = {path: pandas.Categorical.from_codes(table.codes(path), categories=table.get_labels(path))
              for path in table.group_paths}
    return pandas.DataFrame({**labels, **{name: table[name] for name in table.names}})


# In


def _refuse(name, row, why):
    return error(CODES.VALUE, f'row {row}: {name}: {why}')


def _date_text(name, row, value):
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None or value.time() != datetime.time():
            raise _refuse(name, row, 'a date has no time of the day; give the day alone')
        value = value.date()
    return value.isoformat()


def _decimals(name, values, known, digits):
    """128-bit whole numbers of the currency's last decimal."""
    import numpy
    words = numpy.zeros((len(values), 2), 'u8')
    for row, (value, there) in enumerate(zip(values, known)):
        if not there:
            continue
        scaled = decimal.Decimal(value).scaleb(digits)
        if not scaled.is_finite() or scaled != int(scaled) or abs(scaled) >= 2**63:
            raise _refuse(name, row + 1, f'an amount of this currency has at most {digits} decimals, and 64 bits')
        amount = int(scaled) % 2**128
        words[row] = amount % 2**64, amount >> 64
    return words


def _text_of(name, row, value, field_type):
    if field_type == TYPES.JSON:
        try:
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError):
            raise _refuse(name, row, 'this cannot be said in JSON') from None
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.date):
        return _date_text(name, row, value)
    if isinstance(value, RuralAlliance.Record):
        return value.get_id() or ''
    raise _refuse(name, row, f'a {type(value).__name__} is no text')


def _object_part(name, values, known, field_type, digits):
    from .batches import Part
    import numpy
    there = [value for value, is_there in zip(values, known) if is_there]
    if field_type in (TYPES.TEXT_LIST, TYPES.REFERENCE_LIST):
        texts = [[_text_of(name, row, item, field_type) for item in value] if is_there and not isinstance(value, str) else value
                 for row, (value, is_there) in enumerate(zip(values, known), 1)]
        for row, (value, is_there) in enumerate(zip(texts, known), 1):
            if is_there and isinstance(value, str):
                raise _refuse(name, row, 'this is a text; give a list')
        return Part.lists(texts, known)
    if field_type != TYPES.JSON:
        if all(isinstance(value, (bool, numpy.bool_)) for value in there):
            return Part.truths(numpy.array([bool(value) and is_there for value, is_there in zip(values, known)]), known)
        if all(isinstance(value, numbers.Integral) and not isinstance(value, bool) for value in there):
            return _whole_part(name, values, known)
        if field_type == TYPES.MONEY and all(isinstance(value, decimal.Decimal) for value in there):
            return Part.fixed(f'd:19,{digits}', _decimals(name, values, known, digits), known)
        if all(isinstance(value, numbers.Real) and not isinstance(value, bool) for value in there):
            return Part.fixed('g', numpy.array([float(value) if is_there else 0. for value, is_there in zip(values, known)]), known)
    return Part.texts([_text_of(name, row, value, field_type) if is_there else None
                       for row, (value, is_there) in enumerate(zip(values, known), 1)], known)


def _whole_part(name, values, known):
    from .batches import Part
    import numpy
    whole = numpy.zeros(len(values), 'i8')
    for row, (value, there) in enumerate(zip(values, known)):
        if there:
            if not -2**63 <= value < 2**63:
                raise _refuse(name, row + 1, 'the number is too large; it has to fit in 64 bits')
            whole[row] = value
    return Part.fixed('l', whole, known)


def _uniform_part(name, series, known, field_type):
    """A column that is all texts, or all dates: each value is looked at once, however often it stands there. None
    where it is neither, or where most are different."""
    import numpy
    import pandas

    from .batches import Part
    if field_type in (TYPES.TEXT_LIST, TYPES.REFERENCE_LIST):
        return None
    is_categorical = isinstance(series.dtype, pandas.CategoricalDtype)
    if pandas.api.types.infer_dtype(series.cat.categories if is_categorical else series, skipna=True) not in ('string', 'date'):
        return None
    codes, values = pandas.factorize(series)
    if len(values) > len(series) // 2:
        return None
    rows = numpy.empty(len(values) + 1, 'i8')  # where each stands first; unknown ones have the place behind
    rows[codes[::-1]] = numpy.arange(len(codes), 0, -1)
    texts = [_text_of(name, row, value, field_type) for row, value in zip(rows.tolist(), values)]
    return Part.coded(numpy.where(known, codes, 0), known, texts)


def _part(name, series, field_type, digits):
    """A column of pandas as one of Arrow; None where nothing is known."""
    import numpy
    import pandas

    from .batches import Part
    known = series.notna().to_numpy(bool)
    if not known.any():
        return None
    kind = series.dtype
    if pandas.api.types.is_bool_dtype(kind) and kind != object:
        return Part.truths(series.fillna(False).to_numpy(bool), known)
    if pandas.api.types.is_integer_dtype(kind) and kind != 'uint64' and kind != 'UInt64':
        return Part.fixed('l', series.fillna(0).to_numpy('i8'), known)
    if pandas.api.types.is_float_dtype(kind):
        return Part.fixed('g', series.fillna(0).to_numpy('f8'), known)
    if isinstance(kind, numpy.dtype) and kind.kind == 'M':
        stamps = series.to_numpy()
        days = stamps.astype('datetime64[D]')
        odd = numpy.flatnonzero((days != stamps) & known)
        if len(odd):
            raise _refuse(name, int(odd[0]) + 1, 'a date has no time of the day; give the day alone')
        days = days.astype('i8')
        days[~known] = 0
        return Part.fixed('tdD', days.astype('i4'), known)
    return _uniform_part(name, series, known, field_type) \
        or _object_part(name, series.astype(object).tolist(), known, field_type, digits)


def add_frame(table, frame):
    """Adds the rows of a frame to a table: all, or none."""
    from .batches import Batch
    parts = {}
    for name in frame.columns:
        if not isinstance(name, str) or name not in table.fields:
            raise unknown_name(table.kind.get_name(), 'field', name, table.fields)
        field_type = table.kind.find_field(name).get_field_type()
        part = _part(name, frame[name], field_type, table.alliance.get_currency_digits())
        if part is not None:
            parts[name] = part
    if len(frame) == 0:
        return
    if not parts:
        raise error(CODES.MISSING, f'{table.kind.get_name()}: nothing is known in any of {len(frame)} rows')
    batch = Batch(parts, len(frame))
    table.import_arrow(batch.schema, batch.array, None)
