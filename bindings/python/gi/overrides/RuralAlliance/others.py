# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every other class: getters are attributes, and what it is is said in one line."""

import functools

from gi import Repository

from .errors import CODES, RuralAlliance, error, raising
from .records import refuse_attribute
from .result_tables import measurement_to_table
from .results import Results, collect
from .values import known_value
from .waiting import Signature, awaitable, long_call


# What these give is left as it is.
_PLAIN = ('get_', 'set_', 'dup_', 'has_')


def _methods(cls):
    return {name: info for name, info in vars(cls).items()
            if hasattr(info, 'can_throw_gerror') and not name.startswith('_')}


def _returns_list_model(info):
    interface = info.get_return_type().get_interface()
    return interface is not None and interface.get_name() == 'ListModel'


class _Unwrapped:
    """A method of C until it is first looked at: there are a thousand, and a program uses ten."""

    __slots__ = ('cls', 'name', 'info', 'convert', 'parts')

    def __init__(self, cls, name, info, convert=None, parts=None):
        self.cls, self.name, self.info, self.convert, self.parts = cls, name, info, convert, parts

    def _wrapped(self):
        info = self.info
        if self.name.endswith('_async'):
            call = awaitable(info, raising(self.parts[1], self.convert))
        else:
            call = raising(info, self.convert)
            if info.can_throw_gerror() and Signature(info).takes('cancellable'):
                start, finish = self.parts
                call = long_call(info, call, start, finish and raising(finish, self.convert))
        return functools.wraps(info, assigned=('__doc__', '__name__'))(call)

    def __get__(self, thing, cls=None):
        call = self._wrapped()
        if self.info.is_constructor():
            call = classmethod(call)
        elif not self.info.is_method():
            call = staticmethod(call)
        if vars(self.cls).get(self.name) is self:
            setattr(self.cls, self.name, call)
        return call.__get__(thing, cls)


def _wrap_methods(cls):
    """Errors become ours, what is worked out a list, what is long can be awaited and interrupted.

    list_…() stays the list model that it is.
    """
    infos = _methods(cls)
    for name, info in infos.items():
        throws = info.can_throw_gerror()
        stem = name.removesuffix('_async')
        if stem != name and stem + '_finish' in infos:
            finish = infos[stem + '_finish']
            convert = collect if _returns_list_model(finish) and not name.startswith('list_') else None
            setattr(cls, name, _Unwrapped(cls, name, info, convert, (info, finish)))
        elif throws or not name.startswith(_PLAIN):
            convert = collect if not name.startswith('list_') and _returns_list_model(info) else None
            if convert or throws:
                parts = infos.get(name + '_async'), infos.get(name + '_finish')
                setattr(cls, name, _Unwrapped(cls, name, info, convert, parts))


# Everything else gets its getters as attributes: `result.estimate` is what get_estimate() tells,
# None where that says that there is no value.


def _attribute_of(info, name):
    out = [argument for argument in info.get_arguments() if int(argument.get_direction()) == 1]
    returns = info.get_return_type()
    if len(info.get_arguments()) != len(out) or len(out) > 1 or not info.is_method():
        return None
    if out:
        return lambda self: known_value(info(self)) if returns.get_tag_as_string() == 'gboolean' else None
    if _returns_list_model(info):
        return lambda self: collect(info(self))
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
    cls.__setattr__ = refuse_attribute
    if info.get_name() in _REPRS:
        cls.__repr__ = _repr_of(_REPRS[info.get_name()])


def _is_kind(info):
    while info is not None and info.get_name() != 'Record':
        info = info.get_parent()
    return info is not None


def _html_of(cls):
    def _repr_html_(self):
        from . import html
        return getattr(html, cls.lower() + '_html')(self)
    return _repr_html_


def _result_plot(self, ax=None):
    """Draws what shows the result best; answers matplotlib's axes.

    Values before and after as a slope, a Lorenz curve, effects by time, else the estimate with its interval.
    """
    from .plots import plot_result
    return plot_result(self, ax)


def _result_to_pandas(self):
    """The result as a `pandas.DataFrame` of one row."""
    return Results([self]).to_pandas()


def _verdict_plot(self, ax=None):
    """Draws the value under each reading, and the threshold; answers matplotlib's axes."""
    from .plots import plot_verdict
    return plot_verdict(self, ax)


for _info in Repository.get_default().get_infos('RuralAlliance'):
    if type(_info).__name__ != 'ObjectInfo':
        continue
    if not _is_kind(_info) and _info.get_name() not in ('Alliance', 'Column', 'Table'):
        _complete(_info)
    else:
        _wrap_methods(getattr(RuralAlliance, _info.get_name()))


for _name in ('Result', 'Verdict', 'Report'):
    getattr(RuralAlliance, _name)._repr_html_ = _html_of(_name)
RuralAlliance.Result.plot = _result_plot
RuralAlliance.Result.to_pandas = _result_to_pandas
RuralAlliance.Verdict.plot = _verdict_plot
RuralAlliance.Measurement.to_table = measurement_to_table


def _whole(call):
    """A function of an appender that takes a text and its length, called with the text alone."""
    def set_whole(self, field, text):
        if '\0' in text:
            raise error(CODES.VALUE, 'a text cannot hold the character NUL; remove it')
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
