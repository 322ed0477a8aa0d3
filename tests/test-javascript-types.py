#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The types for TypeScript: they are whole, the examples are right by them, and mistakes are found."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
MODULES = BUILD / 'node_modules'
GJS = BUILD / 'bindings' / 'javascript' / 'types'
NODE = BUILD / 'bindings' / 'javascript' / 'node' / 'types'
COMMON = (SOURCE / 'tests' / 'types' / 'common.ts').read_text(encoding='utf-8')


@unittest.skipUnless((MODULES / '.bin' / 'tsc').exists() and (GJS / 'index.d.ts').exists(),
                     'there is no TypeScript: run ./setup node')
class Types(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        # Within the build, where modules are looked for.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='types-', dir=BUILD))
        self.addCleanup(shutil.rmtree, self.folder)

    def check(self, files, **options):
        settings = {'noEmit': True, 'target': 'es2022', 'lib': ['es2023'], 'types': [], 'allowJs': True, 'checkJs': True,
                    'strict': True, 'module': 'es2022', 'moduleResolution': 'bundler', 'skipLibCheck': True, **options}
        (self.folder / 'tsconfig.json').write_text(
            json.dumps({'compilerOptions': settings, 'files': [str(file) for file in files]}), encoding='utf-8')
        done = subprocess.run([MODULES / '.bin' / 'tsc', '-p', self.folder], capture_output=True, text=True, timeout=300)
        return done.stdout.replace(str(self.folder), '')

    def write(self, name, head, text=COMMON):
        path = self.folder / name
        path.write_text(f'{head}\n{text}', encoding='utf-8')
        return path

    def test_examples_of_gjs(self):
        examples = sorted((SOURCE / 'examples').glob('*.js'))
        self.assertGreaterEqual(len(examples), 3)
        # What the examples know of the case study, TypeScript does not: what may be unknown is not asked for.
        self.assertEqual(self.check([GJS / 'index.d.ts', *examples], strict=False), '')

    def test_gjs(self):
        program = self.write('gjs.ts', "import ra from 'gi://RuralAlliance?version=1';")
        self.assertEqual(self.check([GJS / 'index.d.ts', program], skipLibCheck=False), '')

    def test_node(self):
        program = self.write('node.mts', "import ra from 'ruralalliance';", COMMON + '''
const aborted = ra.Alliance.open_async('place', AbortSignal.abort());
const failed: boolean = new ra.UnknownNameError('x') instanceof ra.AllianceError;
const cancellable = new ra.Cancellable();
try {
    ra.Alliance.from_json('{');
} catch (error) {
    if (error instanceof ra.AllianceError)
        error.faults?.map(fault => fault.line);
}
export {aborted, cancellable, failed};
''')
        required = self.write('required.cts', "import ra = require('ruralalliance');", 'export const alliance = new ra.Alliance();\n')
        node = {'types': ['node'], 'module': 'node16', 'moduleResolution': 'node16', 'esModuleInterop': True}
        self.assertEqual(self.check([program, required], **node), '')

    def test_the_example_of_node(self):
        shutil.copy(SOURCE / 'examples' / 'service.mjs', self.folder)
        self.assertEqual(self.check([self.folder / 'service.mjs'], strict=False, types=['node'], module='node16',
                                    moduleResolution='node16', esModuleInterop=True), '')

    def test_mistakes_are_found(self):
        program = self.write('wrong.ts', "import ra from 'gi://RuralAlliance?version=1';",
                             "const h = new ra.Household({id: 1});\nh.n_persons = 'four';\nh.straum;\nexport {};\n")
        errors = self.check([GJS / 'index.d.ts', program]).splitlines()
        places = [line.partition(':')[0].rpartition('/')[2] for line in errors]
        self.assertEqual(places, ['wrong.ts(2,29)', 'wrong.ts(3,1)', 'wrong.ts(4,3)'], errors)

    def test_every_class_and_function_is_there(self):
        told = json.loads((NODE.parent / 'classes.json').read_text(encoding='utf-8'))['classes']
        for path in (GJS, NODE):
            text = (path / 'ruralalliance-1.d.ts').read_text(encoding='utf-8')
            for name, members in told.items():
                if members['methods'] and members['parent']:
                    self.assertRegex(text, rf'\n    (abstract )?class {name}\b', f'{path.name}: {name}')


if __name__ == '__main__':
    tap.main()
