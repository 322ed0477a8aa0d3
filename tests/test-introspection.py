#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is in the namespace, how it is annotated, and what must not leak into it."""

import os
import pathlib
import tomllib
import unittest
import xml.etree.ElementTree as ElementTree

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'

CLASSES = {'Alliance', 'Appender', 'Column', 'Fault', 'Field', 'Kind', 'Record', 'Schema', 'Table'}
ENUMS = {'DatePrecision', 'Error', 'FieldType', 'Privacy'}
CALLABLES = {'function', 'method', 'constructor', 'virtual-method', 'callback'}
DOCUMENTED = CALLABLES | {'class', 'interface', 'record', 'union', 'enumeration', 'bitfield',
                          'property', 'constant'}
NUMBERS = {'gboolean', 'gint', 'guint', 'gint32', 'guint32', 'gint64', 'guint64', 'gdouble',
           'gfloat', 'gsize', 'gssize', 'gunichar'}


def kinds():
    with open(SOURCE / 'libruralalliance' / 'model' / 'alliance.toml', 'rb') as file:
        return tomllib.load(file)['kind']


def camel(name):
    return ''.join(word.capitalize() for word in name.replace('_', '-').split('-'))


def class_of(name, kind):
    return kind.get('class', camel(name))


class Namespace(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        path = BUILD / 'libruralalliance' / 'RuralAlliance-1.gir'
        cls.namespace = ElementTree.parse(path).getroot().find(CORE + 'namespace')
        cls.nodes = []

        def visit(node, path):
            tag = node.tag.removeprefix(CORE).removeprefix(GLIB)
            here = path + [node.get('name') or tag]
            cls.nodes.append((tag, '.'.join(here), node))
            for child in node:
                visit(child, here)

        for child in cls.namespace:
            visit(child, [])

    def named(self, *tags):
        return [(name, node) for tag, name, node in self.nodes if tag in tags]

    def tops(self, *tags):
        return {node.get('name') for node in self.namespace
                if node.tag.removeprefix(CORE) in tags}

    def check(self, faults):
        self.assertEqual(sorted(faults), [])

    # what is there

    def test_version(self):
        self.assertEqual(self.namespace.get('name'), 'RuralAlliance')
        self.assertEqual(self.namespace.get('version'), '1')
        self.assertEqual(self.namespace.get(C + 'identifier-prefixes'), 'Rua')
        self.assertEqual(self.namespace.get(C + 'symbol-prefixes'), 'rua')

    def test_classes(self):
        self.check(CLASSES - self.tops('class'))

    def test_enumerations(self):
        self.check(ENUMS - self.tops('enumeration'))

    def test_error_domain(self):
        domains = {node.get('name'): node.get(GLIB + 'error-domain')
                   for name, node in self.named('enumeration')
                   if node.get(GLIB + 'error-domain')}
        self.assertEqual(domains, {'Error': 'rua-error-quark'})

    def test_a_class_for_every_kind(self):
        self.check({class_of(name, kind) for name, kind in kinds().items()} - self.tops('class'))

    def test_a_property_and_a_getter_and_a_setter_for_every_field(self):
        classes = {node.get('name'): node for _, node in self.named('class')}
        missing = []
        for name, kind in kinds().items():
            node = classes[class_of(name, kind)]
            have = {child.get('name') for child in node}
            for field in kind.get('fields', {}):
                field = field.replace('-', '_')
                missing += [f'{name}.{field}: {word}' for word, names in {
                    'property': {field.replace('_', '-')},
                    'getter': {f'{verb}_{field}' for verb in ('get', 'dup', 'list')},
                    'setter': {'set_' + field},
                }.items() if not names & have]
        self.check(missing)

    def test_records_are_records(self):
        for name, kind in kinds().items():
            node = next(n for _, n in self.named('class') if n.get('name') == class_of(name, kind))
            self.assertEqual(node.get('parent'), 'Record', name)
            self.assertEqual(node.get('final'), '1', name)

    # how it is said

    def promised(self):
        """Whatever a reader of the manual meets: all but class structures."""
        return [(name, node) for tag, name, node in self.nodes
                if tag in DOCUMENTED and not node.get(GLIB + 'is-gtype-struct-for')
                and not node.get('moved-to')]

    def test_everything_is_documented(self):
        self.check(name for name, node in self.promised() if node.find(CORE + 'doc') is None)

    def test_everything_says_since_when(self):
        self.check(name for name, node in self.promised() if not node.get('version'))

    def test_enumeration_members_are_documented(self):
        self.check(name for name, node in self.named('member') if node.find(CORE + 'doc') is None)

    def test_parameters_are_documented(self):
        self.check(name for name, node in self.named('parameter')
                   if node.find(CORE + 'doc') is None)

    def test_everything_can_be_called(self):
        self.check(name for tag, name, node in self.nodes
                   if tag in CALLABLES and node.get('introspectable') == '0')

    def test_no_variable_arguments(self):
        self.check(name for name, _ in self.named('varargs'))

    def test_no_untyped_pointer(self):
        faults = []
        for tag, name, node in self.nodes:
            if tag not in ('parameter', 'return-value'):
                continue
            kind = node.find(CORE + 'type')
            if kind is not None and kind.get('name') == 'gpointer' \
                    and node.get('name') not in ('user_data', 'data'):
                faults.append(name)
        self.check(faults)

    def test_numbers_handed_out_say_so(self):
        faults = []
        for name, node in self.named('parameter'):
            kind = node.find(CORE + 'type')
            if kind is not None and kind.get('name') in NUMBERS \
                    and kind.get(C + 'type', '').endswith('*') \
                    and node.get('direction') not in ('out', 'inout'):
                faults.append(name)
        self.check(faults)

    def test_lists_say_what_they_hold(self):
        faults = []
        for tag, name, node in self.nodes:
            if tag in ('parameter', 'return-value'):
                kind = node.find(CORE + 'type')
                if kind is not None and kind.get('name') in (
                        'GLib.List', 'GLib.SList', 'GLib.PtrArray', 'GLib.HashTable') \
                        and kind.find(CORE + 'type') is None:
                    faults.append(name)
        self.check(faults)

    def test_long_work_has_both_halves(self):
        names = {name for name, _ in self.named('method', 'function', 'constructor')}
        self.check(name for name in names if name.endswith('_async')
                   and name.removesuffix('_async') + '_finish' not in names)
        self.check(name for name in names if name.endswith('_finish')
                   and name.removesuffix('_finish') + '_async' not in names)

    # what must not leak

    def test_no_private_name(self):
        self.check(name for tag, name, node in self.nodes
                   if (node.get('name') or '').startswith('_')
                   or 'rivate' in (node.get('name') or '')
                   or (node.get(C + 'type') or '').startswith('_'))

    def test_no_inner_structure(self):
        inner = {'KindInfo', 'FieldInfo', 'Faults', 'FaultInfo', 'JsonScanner', 'JsonWriter',
                 'JsonToken', 'JsonLimits', 'Random', 'DatePacked', 'TableLookup'}
        self.check(inner & {node.get('name') for node in self.namespace})

    def test_records_of_c_are_class_structures_or_boxed(self):
        self.check(node.get('name') for node in self.namespace
                   if node.tag == CORE + 'record' and not node.get(GLIB + 'is-gtype-struct-for')
                   and not node.get(GLIB + 'type-name'))

    def test_instances_show_no_field(self):
        faults = []
        for name, node in self.named('class'):
            for field in node.findall(CORE + 'field'):
                if field.get('name') != 'parent_instance':
                    faults.append(f'{name}.{field.get("name")}')
        self.check(faults)

    def test_only_namespaces_that_are_needed(self):
        root = ElementTree.parse(BUILD / 'libruralalliance' / 'RuralAlliance-1.gir').getroot()
        self.assertEqual({node.get('name') for node in root.findall(CORE + 'include')},
                         {'GObject', 'Gio'})


class Typelib(unittest.TestCase):
    """The compiled data, without the Python overrides."""

    @classmethod
    def setUpClass(cls):
        try:
            import gi
        except ImportError as error:
            raise unittest.SkipTest(str(error))
        gi.require_version('GIRepository', '2.0')
        from gi.repository import GIRepository
        cls.repository = GIRepository.Repository.get_default()
        cls.repository.require('RuralAlliance', '1', 0)
        cls.infos = [cls.repository.get_info('RuralAlliance', index)
                     for index in range(cls.repository.get_n_infos('RuralAlliance'))]

    def test_library_is_named_by_its_soname(self):
        self.assertRegex(self.repository.get_shared_library('RuralAlliance'),
                         r'^libruralalliance-1\.so\.\d+$')

    def test_names(self):
        names = {info.get_name() for info in self.infos}
        self.assertLessEqual(CLASSES | ENUMS, names)
        self.assertEqual([name for name in names if name.startswith('_')], [])


if __name__ == '__main__':
    tap.main()
