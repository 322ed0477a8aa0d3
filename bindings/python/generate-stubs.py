#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the types of the package `ruralalliance`: what the GIR promises, and what the overrides make of it.

Usage: generate-stubs.py GIR DESCRIPTION OVERRIDES PACKAGE OUTPUT

GIR has the classes, DESCRIPTION is alliance.toml with the fields of every kind, OVERRIDES is the folder of the overrides,
PACKAGE the package's __init__.py. Names of Python's keywords get an underscore, as PyGObject gives them.
"""

import ast
import keyword
import pathlib
import re
import sys
import tomllib
import xml.etree.ElementTree as ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'

HEAD = '''\
# mypy: disable-error-code="override"
# Generated from the introspected library and its overrides; see bindings/python/generate-stubs.py.
import contextlib
import datetime
import decimal
import enum
import os
import types
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, Literal, Self, SupportsIndex, TypeVar, overload

import numpy
import pandas

_Read = TypeVar('_Read')
_Write = TypeVar('_Write')
_Row = TypeVar('_Row', bound='Record')
_Path = str | os.PathLike[str]

class _Field(Generic[_Read, _Write]):
    def __get__(self, record: object, cls: type | None = None) -> _Read: ...
    def __set__(self, record: object, value: _Write) -> None: ...
    def __delete__(self, record: object) -> None: ...

class _Object:
    """What every object of the library can do, beside what its class says: GObject's own functions."""
    def connect(self, signal: str, handler: Callable[..., Any], *data: Any) -> int: ...
    def disconnect(self, handler: int) -> None: ...

RuralAlliance: types.ModuleType
__version__: str
'''

# What a field reads as, and takes.
FIELDS = {
    'text': ('str | None', 'str | None'),
    'texts': ('Texts | None', 'str | Mapping[str, str] | None'),
    'token': ('str | None', 'str | None'),
    'boolean': ('bool | None', 'bool | None'),
    'integer': ('int | None', 'int | None'),
    'number': ('float | None', 'float | int | None'),
    'money': ('decimal.Decimal | None', 'decimal.Decimal | int | float | str | None'),
    'date': ('str | None', 'str | datetime.date | None'),
    'text-list': ('list[str] | None', 'Iterable[str] | None'),
    'json': ('Any', 'Any'),
}
BASIC = {
    'utf8': 'str', 'filename': 'str', 'gboolean': 'bool', 'gdouble': 'float', 'gfloat': 'float', 'none': 'None', 'GType': 'type',
    'gint': 'int', 'guint': 'int', 'gint64': 'int', 'guint64': 'int', 'gint32': 'int', 'guint32': 'int', 'gsize': 'int',
    'gssize': 'int', 'guint8': 'int', 'gint8': 'int', 'gpointer': 'Any', 'gconstpointer': 'Any',
}


# What Python's own names answer.
KNOWN = {'__init__': 'None', '__len__': 'int', '__bool__': 'bool', '__contains__': 'bool', '__repr__': 'str', '__str__': 'str',
         '__eq__': 'bool', '__hash__': 'int'}

# The table of a kind gives records of that kind.
TABLE = '''\
    @overload
    def __getitem__(self, key: int | str) -> _Row: ...
    @overload
    def __getitem__(self, key: slice) -> list[_Row]: ...
    def __iter__(self) -> Iterator[_Row]: ...
    @overload
    def get(self, record_id: str) -> _Row | None: ...
    @overload
    def get(self, record_id: str, default: _Row) -> _Row: ...
    def add(self, record: _Row | None = None, **fields: Any) -> _Row: ...
    def where(self, condition: str) -> 'Selection[_Row]': ...
    def from_csv(self, place: _Path, mapping: _Path | Mapping[str, Any] | None = None, *,
                 limits: Limits | None = None, progress: Callable[[float], object] | None = None,
                 cancellable: Any = None) -> Self: ...
    def from_pandas(self, frame: pandas.DataFrame) -> Self: ...'''
SELECTION = '''\
    @overload
    def __getitem__(self, key: int | str) -> _Row: ...
    @overload
    def __getitem__(self, key: slice) -> list[_Row]: ...
    def __iter__(self) -> Iterator[_Row]: ...
    def where(self, condition: str) -> Self: ...
    @property
    def table(self) -> 'Table[_Row]': ...'''
GENERIC = {'Table': TABLE, 'Selection': SELECTION}


def told_apart(name):
    """Which functions of a class are told by hand above."""
    return set(re.findall(r'def (\w+)', GENERIC.get(name, '')))


def safe(name):
    """A name that can be written; PyGObject adds the underscore, too."""
    name = name.replace('-', '_')
    return name + '_' if keyword.iskeyword(name) else name


class Namespace:
    """The GIR, asked for types."""

    def __init__(self, path):
        self.node = ElementTree.parse(path).getroot().find(CORE + 'namespace')
        self.local = {node.get('name') for tag in ('class', 'enumeration', 'bitfield', 'record')
                      for node in self.node.findall(CORE + tag)}

    def type_of(self, node):
        """The type of a parameter or of what is returned."""
        array = node.find(CORE + 'array')
        if array is not None:
            inner = self.type_of(array)
            return 'bytes' if inner == 'int' and array.find(CORE + 'type').get('name') == 'guint8' else f'list[{inner}]'
        kind = node.find(CORE + 'type')
        name = kind.get('name') if kind is not None else 'none'
        if name in BASIC:
            return BASIC[name]
        return f"'{name}'" if name in self.local else 'Any'

    def classes(self):
        """Every class, a parent before its children."""
        return self.node.findall(CORE + 'class')


def optional(node, told):
    return f'{told} | None' if node.get('nullable') == '1' and told not in ('Any', 'None') else told


def quoted(told):
    """Classes stand in quotes, which no operator can take: the whole is quoted instead."""
    return f"'{told.replace(chr(39), '')}'" if "'" in told else told


def parameters_of(space, node):
    """Parameters that Python gives: without lengths of arrays, data of callbacks, and what comes out."""
    holder = node.find(CORE + 'parameters')
    found = [] if holder is None else holder.findall(CORE + 'parameter')
    hidden = set()
    for place, parameter in enumerate(found):
        array = parameter.find(CORE + 'array')
        if array is not None and array.get('length'):
            hidden.add(int(array.get('length')))
        for other in ('closure', 'destroy'):
            if parameter.get(other):
                hidden.add(int(parameter.get(other)))
    returns = node.find(CORE + 'return-value')
    array = returns.find(CORE + 'array') if returns is not None else None
    if array is not None and array.get('length'):
        hidden.add(int(array.get('length')))
    given = [parameter for place, parameter in enumerate(found)
             if place not in hidden and parameter.get('direction', 'in') != 'out' and parameter.get('name') != 'user_data']
    out = [parameter for place, parameter in enumerate(found) if place not in hidden and parameter.get('direction') in ('out', 'inout')]
    return given, out


def written(space, given, wants=()):
    """Parameters as they stand between parentheses; trailing ones that may be nothing can be left out."""
    texts = []
    can_be_left_out = True
    for parameter in reversed(given):
        name = safe(parameter.get('name'))
        told = 'Callable[[float], object] | Progress' if name == 'progress' else optional_free(space, parameter)
        nullable = parameter.get('nullable') == '1' or parameter.get('allow-none') == '1'
        can_be_left_out = can_be_left_out and (nullable or name == 'flags')
        told = f'{told} | None' if nullable and told != 'Any' else told
        texts.append(f'{name}: {quoted(told)}' + ((' = ...' if name == 'flags' else ' = None') if can_be_left_out else ''))
    return list(reversed(texts))


def optional_free(space, parameter):
    told = space.type_of(parameter)
    array = parameter.find(CORE + 'array')
    return f'Sequence[{told[5:-1]}]' if array is not None and told.startswith('list[') else told


def returned(space, node, out, name):
    """What a call answers: a list where C gives a list model, a tuple where it gives several things."""
    node_returns = node.find(CORE + 'return-value')
    told = space.type_of(node_returns)
    # Where a call can fail, nothing stands for the error, which is raised.
    told = told if node.get('throws') == '1' else optional(node_returns, told)
    kind = node_returns.find(CORE + 'type')
    if kind is not None and kind.get('name') == 'Gio.ListModel':
        told = 'Any' if name.startswith('list_') else ('Results' if name.startswith('measure') else 'list[Any]')
    if out:
        told = f'tuple[{", ".join([told, *(space.type_of(parameter) for parameter in out)])}]'
    return quoted(told)


def doc_of(node, indent):
    doc = node.find(CORE + 'doc')
    if doc is None or not doc.text:
        return None
    first = ' '.join(doc.text.split('\n\n')[0].split()).replace('\\', '\\\\').replace('"""', "'''")
    return f'{indent}"""{first}"""'


def method(space, node, self_name, decorator=None, also=()):
    """A function of a class, or of the module when `self_name` is empty."""
    name = node.get('name')
    indent = '    ' if self_name or decorator else ''
    given, out = parameters_of(space, node)
    names = written(space, given)
    asynchronous = any(parameter.get('name') == 'callback' for parameter in given)
    answer = returned(space, node, out, name)
    if asynchronous:
        names = [text for text in names if not text.startswith('callback')]
        names = [text if ' = ' in text or '| None' not in text else text + ' = None' for text in names] + ['callback: Any = None']
        answer = 'Any'
    lines = [f'{indent}@{decorator}'] if decorator else []
    doc = doc_of(node, indent + '    ')
    signature = ', '.join([*([self_name] if self_name else []), *names])
    lines.append(f'{indent}def {safe(name)}({signature}) -> {answer}:' + ('' if doc else ' ...'))
    if doc:
        lines.append(doc)
    return lines


def getter_of(space, node):
    """The attribute that a getter without arguments is, and its type; None for what is none."""
    verb, _, name = node.get('name').partition('_')
    given, out = parameters_of(space, node)
    if verb not in ('get', 'dup', 'list', 'is') or not name or given or len(out) > 1:
        return None
    told = returned(space, node, [], 'list_' + name).strip("'")
    if out:
        told = f'{space.type_of(out[0])} | None' if told == 'bool' else 'None'
    kind = node.find(CORE + 'return-value').find(CORE + 'type')
    if kind is not None and kind.get('name') == 'Gio.ListModel':
        told = 'list[Any]'
    return name, quoted(told)


def overrides_of(folder):
    """Classes of the overrides by name, as they stand in the source."""
    found = {}
    for path in sorted(folder.glob('*.py')):
        for node in ast.parse(path.read_text(encoding='utf-8')).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = node
    return found


def hand_written(function, indent):
    """A function of ours, with the types that it is written with; Any where it has none."""
    for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs,
                     *filter(None, (function.args.vararg, function.args.kwarg))):
        if argument.annotation is None and argument.arg not in ('self', 'cls'):
            argument.annotation = ast.Name('Any')
    answer = ast.unparse(function.returns).replace('RuralAlliance.', '') if function.returns else 'Any'
    if function.name in KNOWN:
        answer = KNOWN[function.name]
    decorators = [f'{indent}@{ast.unparse(one)}' for one in function.decorator_list
                  if ast.unparse(one) in ('property', 'classmethod', 'staticmethod')]
    if any('contextmanager' in ast.unparse(one) for one in function.decorator_list):
        answer = "'contextlib.AbstractContextManager[Self]'"
    word = 'async def' if isinstance(function, ast.AsyncFunctionDef) else 'def'
    head = f'{indent}{word} {function.name}({ast.unparse(function.args)}) -> {answer}:'
    doc = ast.get_docstring(function)
    if not doc:
        return [*decorators, head + ' ...']
    lines = doc.replace('\\', '\\\\').splitlines()
    body = [f'{indent}    """{lines[0]}', *((f'{indent}    {line}' if line else '') for line in lines[1:])]
    body[-1] += '"""'
    return [*decorators, head, *body]


def functions_of(node):
    return [one for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))
            and (not one.name.startswith('_') or one.name.startswith('__'))
            and one.name not in ('__new__', '__getattr__', '__setattr__', '__delattr__', '__init_subclass__', '__dir__', '__reduce__')]


CLASSES = {}  # by kind, as alliance.toml has them


def class_name(kind):
    return ''.join(word.capitalize() for word in kind.split('-'))


def field_type(field):
    """What a field of alliance.toml reads as and takes."""
    kind = field['type']
    if kind in ('reference', 'reference-list'):
        target = field.get('target', '*')
        cls = 'Record' if target == '*' else CLASSES[target]
        if kind == 'reference':
            return f'{cls} | None', f'{cls} | str | None'
        return f'list[{cls}] | None', f'Iterable[{cls} | str] | None'
    return FIELDS[kind.replace('_', '-')]


def fields(kind):
    """The attributes of a kind."""
    for name, field in kind.get('fields', {}).items():
        reads, takes = field_type(field)
        yield safe(name), f"_Field['{reads}', '{takes}']"


def write_class(space, node, kinds, overrides):
    name = node.get('name')
    parent = node.get('parent', '')
    base = parent if parent in space.local else '_Object'
    ours = overrides.get(name)
    generic = ', Generic[_Row]' if name in GENERIC else ''
    lines = [f'class {name}({base}{generic}):', doc_of(node, '    ') or '    """An object of the library."""']
    taken = set()
    if ours is not None:
        taken |= told_apart(name)
        lines += GENERIC.get(name, '').splitlines()
        for function in functions_of(ours):
            if function.name not in told_apart(name):
                lines += hand_written(function, '    ')
            taken.add(function.name)
    attributes = {}
    if name in kinds:
        attributes = dict(fields(kinds[name]))
        given = ', '.join(f'{field}: {takes.split(", ", 1)[1][:-1]} = ...' for field, takes in attributes.items())
        lines.append(f'    def __init__(self, *, {given}) -> None: ...' if given else '    def __init__(self) -> None: ...')
        lines += [f'    {field}: {told}' for field, told in attributes.items() if field not in taken]
    for constructor in node.findall(CORE + 'constructor'):
        constructor.find(CORE + 'return-value').find(CORE + 'type').set('name', name)
        if constructor.get('name') not in taken:
            lines += method(space, constructor, 'cls', 'classmethod')
    for function in node.findall(CORE + 'function'):
        if function.get('name') not in taken:
            lines += [line for line in method(space, function, '', 'staticmethod')]
    for one in node.findall(CORE + 'method'):
        if one.get('name') in taken or one.get('introspectable') == '0':
            continue
        lines += method(space, one, 'self')
        getter = name not in kinds and (ours is None) and getter_of(space, one)
        if getter and getter[0] not in taken and not any(other.get('name') == getter[0] for other in node.findall(CORE + 'method')):
            lines += ['    @property', f'    def {safe(getter[0])}(self) -> {getter[1]}: ...']
    lines += extras(name)
    if name == 'Alliance':
        lines += [f"    {kind.get('plural', kind_name.lower() + 's')}: 'Table[{kind_name}]'" for kind_name, kind in kinds.items()]
    return lines


def extras(name):
    """What others.py gives to classes that it does not override."""
    if name in ('Result', 'Verdict'):
        yield '    def plot(self, ax: Any = None) -> Any:'
        yield '        """Draws it; answers matplotlib\'s axes."""'
    if name == 'Result':
        yield '    def to_pandas(self) -> pandas.DataFrame: ...'
    if name == 'Measurement':
        column = "int | tuple[int, 'ResultNumber | str']"
        yield f'    def to_table(self, columns: Iterable[{column}] | Mapping[str, {column}] | None = None) -> ResultTable: ...'
    if name in ('Result', 'Verdict', 'Report'):
        yield '    def _repr_html_(self) -> str: ...'


def write_enumeration(node):
    lines = [f'class {node.get("name")}(enum.{"IntFlag" if node.tag == CORE + "bitfield" else "IntEnum"}):',
             doc_of(node, '    ') or '    """Values of the library."""']
    lines += [f'    {member.get("name").upper()} = {member.get("value")}' for member in node.findall(CORE + 'member')]
    if node.tag == CORE + 'bitfield':
        told = [('value_nicks', 'list[str]'), ('value_names', 'list[str]')]
    else:
        told = [('value_nick', 'str'), ('value_name', 'str')]
    for name, kind in told:
        lines += ['    @property', f'    def {name}(self) -> {kind}: ...']
    for function in node.findall(CORE + 'function'):
        given, _ = parameters_of(Namespace.current, function)
        lines += method(Namespace.current, function, '', 'staticmethod')
    return lines


def write_errors(overrides_folder):
    """The classes of errors.py, whose table is read as it stands, and those of files after it."""
    lines = ['class AllianceError(Exception):', '    """An error of the library."""', '    domain: str', '    code: int', '    message: str',
             '    def __init__(self, message: str, domain: str = ..., code: int = ...) -> None: ...',
             '    def matches(self, domain: int | str, code: int) -> bool: ...']
    files = []
    for node in ast.walk(ast.parse((overrides_folder / 'errors.py').read_text(encoding='utf-8'))):
        if isinstance(node, ast.Tuple) and len(node.elts) > 2 and isinstance(node.elts[0], ast.Constant) \
                and str(node.elts[0].value).endswith('Error'):
            bases = ', '.join(['AllianceError', *(base.id for base in node.elts[2:])])
            lines += [f'class {node.elts[0].value}({bases}):', f'    """The error of the code {node.elts[1].value}."""']
        elif isinstance(node, ast.ClassDef) and node.name.endswith('FileError'):
            bases = ', '.join(base.id for base in node.bases if isinstance(base, ast.Name))
            files += [f'class {node.name}({bases}):', f'    """{ast.get_docstring(node)}"""']
            if node.name == 'FileError':
                files += lines[2:7]
    return lines + files


def main(gir, description, overrides_folder, package, output):
    space = Namespace.current = Namespace(gir)
    overrides_folder = pathlib.Path(overrides_folder)
    with open(description, 'rb') as file:
        told = tomllib.load(file)
    kinds = {kind.get('class', class_name(name)): kind for name, kind in told['kind'].items()}
    CLASSES.update((name, kind.get('class', class_name(name))) for name, kind in told['kind'].items())
    overrides = overrides_of(overrides_folder)
    lines = [HEAD]
    lines += write_errors(overrides_folder)
    for tag in ('enumeration', 'bitfield'):
        for node in space.node.findall(CORE + tag):
            lines += ['', *write_enumeration(node)]
    for name in ('Texts', 'Results', 'Verdicts'):
        node = overrides[name]
        bases = {'Texts': 'str', 'Results': "list['Result']", 'Verdicts': "list['Verdict']"}.get(name)
        lines += ['', f'class {name}({bases}):' if bases else f'class {name}:']
        lines += [f'    """{ast.get_docstring(node).splitlines()[0]}"""']
        lines += GENERIC.get(name, '').splitlines()
        for function in functions_of(node):
            if function.name not in told_apart(name):
                lines += hand_written(function, '    ')
    done = set()
    waiting = space.classes()
    while waiting:
        for node in list(waiting):
            if node.get('parent', '') not in space.local or node.get('parent') in done:
                lines += ['', *write_class(space, node, kinds, overrides)]
                done.add(node.get('name'))
                waiting.remove(node)
    for node in space.node.findall(CORE + 'record'):
        if node.get(GLIB + 'get-type') and not node.get(GLIB + 'is-gtype-struct-for'):
            lines += ['', f'class {node.get("name")}:', doc_of(node, '    ') or '    """A value of the library."""']
            for one in node.findall(CORE + 'constructor'):
                lines += method(space, one, 'cls', 'classmethod')
            for one in node.findall(CORE + 'method'):
                lines += method(space, one, 'self')
    for node in space.node.findall(CORE + 'function'):
        lines += ['', *method(space, node, '')]
    for node in space.node.findall(CORE + 'constant'):
        lines += [f'{node.get("name")}: {BASIC.get(node.find(CORE + "type").get("name"), "Any")}']
    for node in ast.parse(pathlib.Path(package).read_text(encoding='utf-8')).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith('_'):
            lines += ['', *hand_written(node, '')]
    pathlib.Path(output).write_text('\n'.join(lines) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main(*sys.argv[1:])
