#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Describes the library to Node: describe.py RuralAlliance-1.gir DESCRIPTION.gir classes.json

node-gtk throws a GError as its message alone, and does not free the texts that a function gives away. So Node has a
description of its own of the same functions: an error is one more value that comes out, and such a text is a pointer,
which native.js reads and frees. classes.json tells native.js which is which.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'
NOT_DESCRIBED = ['rua_record_get_value']  # node-gtk frees a GValue that it made with another allocator
WIDE = {'gint64', 'guint64'}

# What native.js needs of C to read, make and free texts. memmove() of nothing answers its first argument: a pointer read
# as what it points to.
HELPERS = [
    ('node_text', 'memmove', ['gsize', 'gsize', 'gsize'], 'utf8'),
    ('node_texts', 'memmove', ['gsize', 'gsize', 'gsize'], 'texts'),
    ('node_free', 'g_free', ['gsize'], 'none'),
    ('node_free_texts', 'g_strfreev', ['gsize'], 'none'),
    ('node_builder_new', 'g_strv_builder_new', [], 'gsize'),
    ('node_builder_add', 'g_strv_builder_add', ['gsize', 'utf8'], 'none'),
    ('node_builder_end', 'g_strv_builder_end', ['gsize'], 'gsize'),
    ('node_builder_unref', 'g_strv_builder_unref', ['gsize'], 'none'),
    ('node_bytes_data', 'g_bytes_get_data', ['GLib.Bytes', 'gsize'], 'gsize'),
    ('node_base64', 'g_base64_encode', ['gsize', 'gsize'], 'gsize'),
    ('node_value_new', 'g_malloc0', ['gsize'], 'GObject.Value'),
]


def name_of(element):
    """What a parameter or a return value holds, in one word."""
    array = element.find(CORE + 'array')
    if array is not None:
        return 'texts' if array[0].get('name') == 'utf8' else 'array'
    return element.find(CORE + 'type').get('name')


def make_pointer(element):
    for child in list(element):
        if child.tag in (CORE + 'array', CORE + 'type'):
            element.remove(child)
    ElementTree.SubElement(element, CORE + 'type', {'name': 'gsize', C + 'type': 'gsize'})
    element.set('transfer-ownership', 'none')
    element.attrib.pop('nullable', None)
    element.attrib.pop('allow-none', None)


def kind_of(element):
    """What native.js does with what comes out: free a text, make a Number, an array, or nothing."""
    name = name_of(element)
    given = element.get('transfer-ownership') == 'full'
    if name == 'texts':
        if given:
            make_pointer(element)
        return 'texts' if given else ''
    if name in WIDE:
        return 'wide'
    return {'Gio.ListModel': 'model', 'GLib.Bytes': 'bytes'}.get(name, '')


def describe(function, flags):
    """Changes a function to what Node calls; answers what native.js has to know."""
    answer = {'in': [], 'out': []}
    returned = function.find(CORE + 'return-value')
    if name_of(returned) == 'utf8' and returned.get('transfer-ownership') == 'full':
        make_pointer(returned)
        answer['out'].append('text')
    elif name_of(returned) != 'none':
        answer['out'].append(kind_of(returned))
    parameters = function.find(CORE + 'parameters')
    listed = parameters.findall(CORE + 'parameter') if parameters is not None else []
    hidden = set()
    for parameter in listed:
        array = parameter.find(CORE + 'array')
        if array is not None and array.get('length') is not None:
            hidden.add(int(array.get('length')))
        if parameter.get('closure') is not None:
            hidden.add(int(parameter.get('closure')))
    for position, parameter in enumerate(listed):
        if position in hidden:
            continue
        if parameter.get('direction') == 'out':
            answer['out'].append(kind_of(parameter))
        elif name_of(parameter) == 'texts':
            make_pointer(parameter)
            answer['in'].append('texts')
        elif name_of(parameter) == 'array':
            # node-gtk says something on standard output for each array of objects.
            parameter.find(CORE + 'array')[0].attrib.update({'name': 'gpointer', C + 'type': 'gpointer'})
            answer['in'].append('objects')
        elif name_of(parameter) in flags:
            answer['in'].append('flags')
        else:
            answer['in'].append({'GObject.Value': 'value', 'Gio.AsyncReadyCallback': 'callback',
                                 'Gio.Cancellable': 'cancellable', 'Table': 'lent',
                                 'Gio.ListModel': 'lent'}.get(name_of(parameter), ''))
    if function.attrib.pop('throws', None):
        if parameters is None:
            parameters = ElementTree.SubElement(function, CORE + 'parameters')
        error = ElementTree.SubElement(parameters, CORE + 'parameter', {
            'name': 'error', 'direction': 'out', 'caller-allocates': '0', 'transfer-ownership': 'full', 'optional': '1',
            'nullable': '1'})
        ElementTree.SubElement(error, CORE + 'type', {'name': 'GLib.Error', C + 'type': 'GError**'})
        answer['throws'] = True
    return answer


def helper(name, symbol, arguments, answer):
    function = ElementTree.Element(CORE + 'function', {'name': name, C + 'identifier': symbol})
    returned = ElementTree.SubElement(function, CORE + 'return-value', {'transfer-ownership': 'none'})
    if answer == 'texts':
        array = ElementTree.SubElement(returned, CORE + 'array', {C + 'type': 'gchar**', 'zero-terminated': '1'})
        ElementTree.SubElement(array, CORE + 'type', {'name': 'utf8', C + 'type': 'gchar*'})
    else:
        pointer = {'utf8': 'gchar*', 'none': 'void', 'gsize': 'gsize', 'GObject.Value': 'GValue*'}[answer]
        ElementTree.SubElement(returned, CORE + 'type', {'name': answer, C + 'type': pointer})
    if answer == 'GObject.Value':
        returned.set('transfer-ownership', 'full')
    parameters = ElementTree.SubElement(function, CORE + 'parameters')
    for position, word in enumerate(arguments):
        parameter = ElementTree.SubElement(parameters, CORE + 'parameter', {
            'name': f'argument{position}', 'transfer-ownership': 'none'})
        if name == 'node_bytes_data' and position == 1:
            parameter.attrib.update({'direction': 'out', 'caller-allocates': '0', 'transfer-ownership': 'full'})
        pointer = {'utf8': 'gchar*', 'GLib.Bytes': 'GBytes*'}.get(word, word)
        ElementTree.SubElement(parameter, CORE + 'type', {'name': word, C + 'type': pointer})
    return function


def main(source, description, classes):
    tree = ElementTree.parse(source)
    namespace = tree.getroot().find(CORE + 'namespace')
    flags = {owner.get('name') for owner in namespace.findall(CORE + 'bitfield')}
    told = {'classes': {}, 'enums': {}, 'functions': {}}
    for owner in namespace:
        if owner.tag in (CORE + 'class', CORE + 'record', CORE + 'interface'):
            parent = owner.get('parent')
            mine = told['classes'][owner.get('name')] = {'parent': parent, 'methods': {}, 'functions': {}}
            if owner.get('abstract') == '1':
                mine['abstract'] = True
        elif owner.tag in (CORE + 'enumeration', CORE + 'bitfield'):
            mine = told['enums'][owner.get('name')] = {'functions': {}}
            if owner.get(GLIB + 'error-domain'):
                mine['domain'] = owner.get(GLIB + 'error-domain')
        elif owner.tag == CORE + 'function':
            if owner.get('introspectable') != '0' and owner.get('moved-to') is None:
                told['functions'][owner.get('name')] = describe(owner, flags)
            continue
        else:
            continue
        for function in list(owner):
            if function.tag not in (CORE + 'method', CORE + 'function', CORE + 'constructor'):
                continue
            if function.get(C + 'identifier') in NOT_DESCRIBED:
                owner.remove(function)
            elif function.get('introspectable') != '0' and function.get('moved-to') is None:
                place = 'methods' if function.tag == CORE + 'method' else 'functions'
                mine[place][function.get('name')] = describe(function, flags)
    for words in HELPERS:
        namespace.append(helper(*words))
    tree.write(description, encoding='utf-8', xml_declaration=True)
    with open(classes, 'w', encoding='utf-8') as file:
        json.dump(told, file, separators=(',', ':'), sort_keys=True)
        file.write('\n')


if __name__ == '__main__':
    for prefix, place in (('', CORE), ('c', C), ('glib', GLIB)):
        ElementTree.register_namespace(prefix, place[1:-1])
    main(*sys.argv[1:])
