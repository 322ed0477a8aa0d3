#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Completes what ts-for-gir writes of the library with what RuralAlliance.js makes of it.

Usage: complete-types.py [--node] GENERATED GIR DESCRIPTION ADDITIONS… OUTPUT

GENERATED is ts-for-gir's ruralalliance-1.d.ts, GIR the library's, DESCRIPTION alliance.toml, ADDITIONS what was written by
hand for the namespace. Properties of GObject, which know no unknown value, are left out; fields, tables, and the getters
of all other classes as properties come in their place. For Node, an AbortSignal does as a cancellable.
"""

import pathlib
import re
import sys
import tomllib
import xml.etree.ElementTree as ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'

# What a field reads as, and takes.
FIELDS = {
    'text': ('string | null', 'string | null'),
    'token': ('string | null', 'string | null'),
    'texts': ('string | null', 'string | { [language: string]: string } | null'),
    'boolean': ('boolean | null', 'boolean | null'),
    'integer': ('number | null', 'number | bigint | null'),
    'number': ('number | null', 'number | null'),
    'money': ('number | null', 'number | bigint | string | null'),
    'date': ('string | null', 'string | Date | null'),
    'text-list': ('readonly string[] | null', 'Iterable<string> | null'),
    'json': ('unknown', 'unknown'),
}

# Written by hand in the additions, or changed there.
REPLACED = {
    'Record': {'get_table', 'constructor'},
    'Alliance': {'open', 'validate_json', 'add', 'find', 'get_table', 'new_record', 'to_json'},
    'Table': {'add', 'remove', 'find', 'dup_record', 'append', 'get_owner'},
    'Selection': {'find', 'dup_record', 'get_table', 'where'},
    'Measurement': {'list_results'},
    'Column': set(),
}
# Arguments at the end that may be null can be left out of these.
SOFT = {'Alliance': {'save', 'validate'}, 'Metric': {'measure', 'measure_groups', 'measure_by', 'measure_public'}, 'Claim': {'check'},
        'Checker': {'run'}, 'Measurement': {'add', 'run'}, 'ResultTable': {'add', 'add_named', 'write_csv'}}
# These answer an array.
ARRAYS = {'Alliance': {'validate'}, 'Metric': {'measure_groups', 'measure_by', 'measure_public'}}


def camel(name):
    return ''.join(word.capitalize() for word in re.split('[-_]', name))


class Description:
    """alliance.toml, asked for classes and fields."""

    def __init__(self, path):
        with open(path, 'rb') as file:
            text = tomllib.load(file)
        self.kinds = text['kind']
        self.common = text['common']['fields']
        self.classes = {kind.get('class', camel(name)): name for name, kind in self.kinds.items()}

    def class_of(self, kind):
        return 'Record' if kind == '*' else self.kinds[kind].get('class', camel(kind))

    def fields_of(self, name):
        """(name, type read, type taken, words) of every field of a class of records."""
        yield 'id', 'string | null', 'string | null', 'What it is called within its kind.'
        for field, told in {**self.kinds[self.classes[name]]['fields'], **self.common}.items():
            if told['type'] in ('reference', 'reference-list'):
                target = self.class_of(told['target'])
                listed = told['type'] == 'reference-list'
                yield (field, f'readonly {target}[] | null' if listed else f'{target} | null',
                       f'Iterable<{target}> | Iterable<string> | null' if listed else f'{target} | string | null', told['doc'])
            else:
                yield field, *FIELDS[told['type']], told['doc']

    def tables(self):
        return [(kind['plural'], kind.get('class', camel(name)), kind['doc']) for name, kind in self.kinds.items()
                if not kind.get('singleton')]


def element_types(path):
    """What is in the list that each method answers, by class and method, as its words say."""
    namespace = ElementTree.parse(path).getroot().find(CORE + 'namespace')
    found = {}
    for owner in namespace.findall(CORE + 'class'):
        for method in owner.findall(CORE + 'method'):
            returned = method.find(CORE + 'return-value')
            kind = returned.find(CORE + 'type')
            if kind is not None and kind.get('name') == 'Gio.ListModel':
                words = ''.join(returned.itertext()) + ''.join(method.find(CORE + 'doc').itertext())
                element = re.search(r'\[class@(?:RuralAlliance\.)?(\w+)\]', words)
                found[owner.get('name'), method.get('name')] = element.group(1) if element else 'GObject.Object'
    return found


def words_of_enumerations(path):
    """The functions that tell a member of an enumeration as a word, which ts-for-gir leaves out."""
    namespace = ElementTree.parse(path).getroot().find(CORE + 'namespace')
    lines = []
    for owner in namespace.findall(CORE + 'enumeration'):
        name = owner.get('name')
        for function in owner.findall(CORE + 'function'):
            parameters = [node.find(CORE + 'type').get('name') for node in function.iter(CORE + 'parameter')]
            if parameters == [name] and function.find(CORE + 'return-value').find(CORE + 'type').get('name') == 'utf8':
                lines += [f'    namespace {name} {{', f'        function {function.get("name")}(value: {name}): string;',
                          '    }', '']
    return lines


def shorten(parameters):
    """The same parameters, of which those at the end that may be null can be left out."""
    words = re.split(r', (?=\w+\??: )', parameters) if parameters else []
    for place in range(len(words) - 1, -1, -1):
        if not words[place].endswith('| null'):
            break
        words[place] = re.sub(r'^(\w+): ', r'\1?: ', words[place])
    return ', '.join(words)


class Class:
    """One class, as its lines are read."""

    def __init__(self, name, description, elements):
        self.name = name
        self.description = description
        self.elements = elements
        self.is_record = name in description.classes
        self.getters = {}

    def keep(self, line):
        """What becomes of a line: a line, or None."""
        text = line.strip()
        if re.match(r'(get|set) \w+\(', text):
            return None
        method = re.match(r'(static )?(\w+)\((.*)\): (.*);$', text)
        if text.startswith('constructor('):
            if self.is_record:
                return f'        constructor(fields?: {self.name}.Fields);'
            return None if self.name in ('Record', 'Table', 'Selection') else line
        if not method:
            return line
        static, name, parameters, answer = method.groups()
        if name in REPLACED.get(self.name, ()):
            return None
        if not static and not parameters:
            self.getters[name] = answer
        if name in SOFT.get(self.name, ()) or answer.startswith('globalThis.Promise<') and ' | void' not in answer:
            parameters = shorten(parameters)
        if name in ARRAYS.get(self.name, ()):
            answer = f'{self.elements[self.name, name]}[]'
        if name == 'open_async':
            return None
        if answer == 'Gio.ListModel':
            answer = f'Gio.ListModel<{self.elements[self.name, name]}>'
        return f'        {static or ""}{name}({parameters}): {answer};'

    def properties(self):
        """The lines for fields, or for getters as properties."""
        if self.is_record:
            for name, read, taken, words in self.description.fields_of(self.name):
                yield f'        /** {words} */'
                yield f'        get {name}(): {read};'
                yield f'        set {name}(value: {taken});'
            return
        if self.name in ('Record', 'Table', 'Selection', 'Alliance', 'Column', 'Appender'):
            return
        for method, answer in self.getters.items():
            name = re.sub(r'^(get|dup|list|is)_', '', method)
            if name == method or name in self.getters:
                continue
            if (self.name, method) in self.elements:
                answer = f'{self.elements[self.name, method]}[]'
            elif optional := re.fullmatch(r'\[boolean, ([\w.]+)\]', answer):
                answer = f'{optional.group(1)} | null'
            yield f'        readonly {name}: {answer};'


def complete(text, description, elements, additions):
    out = []
    inside = None
    for line in text.splitlines():
        start = re.match(r'    (?:abstract )?class (\w+)(<.*?>)? extends ', line)
        if start:
            inside = Class(start.group(1), description, elements)
            if inside.name in ('Table', 'Selection'):
                line = line.replace('= GObject.Object>', '= Record>')
        elif inside and line == '    }':
            out += list(inside.properties())
            inside = None
        elif inside:
            line = inside.keep(line)
            if line is None:
                continue
        elif line == '    const __name__: string;':
            out += fields_of_kinds(description) + tables_of(description) + additions
        out.append(line)
    return '\n'.join(out) + '\n'


def fields_of_kinds(description):
    """What the constructor of each kind takes."""
    lines = []
    for name in description.classes:
        lines += [f'    namespace {name} {{', '        interface Fields {']
        lines += [f'            {field}?: {taken};' for field, _, taken, _ in description.fields_of(name)]
        lines += ['        }', '    }', '']
    return lines


def tables_of(description):
    """The tables of an alliance, by their names."""
    lines = ['    interface Alliance {']
    for plural, name, words in description.tables():
        lines += [f'        /** {words} */', f'        readonly {plural}: Table<{name}>;']
    lines += ['    }', '', '    interface Kinds {']
    for name, kind in description.classes.items():
        lines += [f"        '{kind}': {name};"]
    return lines + ['    }', '']


def main(*words):
    is_node = words[0] == '--node'
    generated, gir, description, *additions, output = words[is_node:]
    lines = []
    for path in additions:
        lines += ['    ' + line if line else '' for line in pathlib.Path(path).read_text(encoding='utf-8').splitlines()]
    lines += words_of_enumerations(gir)
    text = pathlib.Path(generated).read_text(encoding='utf-8')
    text = complete(text, Description(description), element_types(gir), lines)
    if is_node:
        text = text.replace(': Gio.Cancellable | null', ': Gio.Cancellable | AbortSignal | null')
    pathlib.Path(output).write_text(text, encoding='utf-8')


if __name__ == '__main__':
    main(*sys.argv[1:])
