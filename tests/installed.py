# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an installed library is asked, whatever built it.

Nothing is written outside a temporary folder: what was staged is laid over the real folders in a
mount namespace, so that every language looks for it exactly where it would after an installation.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
CLIENT = SOURCE / 'tests' / 'client'
CLEAN = {name: value for name, value in os.environ.items()
         if name not in ('GI_TYPELIB_PATH', 'LD_LIBRARY_PATH', 'PYTHONPATH', 'GJS_PATH',
                         'DESTDIR', 'MESON_TEST_ITERATION', 'XDG_DATA_DIRS')}
OVERRIDES = {
    'python': SOURCE / 'bindings' / 'python' / 'gi' / 'overrides' / 'RuralAlliance',
    'javascript': SOURCE / 'bindings' / 'javascript' / 'overrides' / 'RuralAlliance.js',
}


def run(*words, **options):
    done = subprocess.run(list(map(str, words)), env={**CLEAN, **options.pop('env', {})},
                          capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, **options)
    if done.returncode:
        raise AssertionError(f'{" ".join(map(str, words))}: status {done.returncode}\n'
                             f'{done.stdout[-3000:]}\n{done.stderr[-3000:]}')
    return done.stdout


def option(build, name):
    for entry in json.loads(run('meson', 'introspect', '--buildoptions', build)):
        if entry['name'] == name:
            return entry['value']
    raise KeyError(name)


def lay_superproject(folder):
    """A project that has the library in subprojects/, configured for /usr; answers its build."""
    project = folder / 'superproject'
    (project / 'subprojects').mkdir(parents=True)
    for name in ('meson.build', 'client.c'):
        shutil.copy(CLIENT / name, project)
    (project / 'subprojects' / 'ruralalliance').symlink_to(SOURCE)
    build = project / '_build'
    run('meson', 'setup', build, project, '--prefix=/usr', '-Doptimization=0',
        '-Ddebug=false', '-Druralalliance:introspection=enabled',
        *(['-Druralalliance:vapi=enabled'] if shutil.which('vapigen') else []))
    return build


class Installed:
    """What holds under every prefix; a subclass stages its tree in `staged`."""

    prefix = None
    plain = None  # whether gi and gjs find the type library without a word from us

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix='install-'))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.staged = cls.folder / 'staged'
        cls.stage()
        cls.root = cls.staged / cls.prefix.lstrip('/')
        cls.libraries = next(cls.root.rglob('libruralalliance-1.so')).parent
        cls.inside('true', probe=True)

    @classmethod
    def inside(cls, command, probe=False, env=None):
        """Runs a shell command where the staged tree lies over the real one."""
        ram = cls.folder / 'ram'
        ram.mkdir(exist_ok=True)
        namespace = ['unshare', '--mount'] + ([] if os.geteuid() == 0 else ['--map-root-user'])
        # Whatever is written, such as the loader's cache in /etc, goes to a layer in memory.
        mounts = (f'mount -t tmpfs tmpfs {ram} && mkdir {ram}/up {ram}/work {ram}/etc {ram}/etcwork '
                  f'&& mount -t overlay overlay -o lowerdir={cls.staged}{cls.prefix}:{cls.prefix},'
                  f'upperdir={ram}/up,workdir={ram}/work {cls.prefix} '
                  f'&& mount -t overlay overlay '
                  f'-o lowerdir=/etc,upperdir={ram}/etc,workdir={ram}/etcwork /etc && ldconfig')
        if probe:
            done = subprocess.run([*namespace, 'sh', '-c', mounts], env=CLEAN, check=False,
                                  capture_output=True, text=True)
            if done.returncode:
                raise unittest.SkipTest('this system lets no test lay one folder over another: '
                                        + done.stderr.strip())
            return None
        return run(*namespace, 'sh', '-c', f'{mounts} && {command}', cwd=cls.folder, env=env or {})

    def test_c_through_pkg_config(self):
        out = self.inside(f'cc -Wall -Werror {CLIENT}/client.c '
                          '$(pkg-config --cflags --libs ruralalliance-1) -o client && ./client')
        self.assertRegex(out, r'^1\.\d+\.\d+: \d+ kinds of record\n$')

    def test_pkg_config_says_where(self):
        out = self.inside('pkg-config --variable=prefix ruralalliance-1')
        self.assertEqual(out.strip(), self.prefix)

    def test_command(self):
        self.assertRegex(self.inside('ruralalliance --version'), r'\b1\.\d+\.\d+\b')

    def test_command_completes_and_has_a_page(self):
        self.assertTrue((self.root / 'share/man/man1/ruralalliance.1').is_file())
        self.assertTrue((self.root / 'share/bash-completion/completions/ruralalliance').is_file())

    def test_python_by_its_module(self):
        self.check_language(self.inside(f'/usr/bin/python3 {CLIENT}/client.py module'), 'python')

    def test_python_plain(self):
        command = f'/usr/bin/python3 {CLIENT}/client.py plain'
        if self.plain:
            self.check_language(self.inside(command), 'python')
        else:
            with self.assertRaisesRegex(AssertionError, 'Namespace RuralAlliance not available'):
                self.inside(command)
            self.check_language(self.inside(command, env=self.told()), 'python')

    def test_javascript_by_its_module(self):
        self.need_gjs()
        module = f'file://{self.prefix}/share/ruralalliance-1/ruralalliance.js'
        self.check_language(self.inside(f'gjs -m {CLIENT}/client.js {module}'), 'javascript')

    def test_javascript_plain(self):
        self.need_gjs()
        command = f"gjs -m {CLIENT}/client.js 'gi://RuralAlliance?version=1'"
        if self.plain:
            self.check_language(self.inside(command), 'javascript')
        else:
            with self.assertRaisesRegex(AssertionError, 'RuralAlliance'):
                self.inside(command)
            self.check_language(self.inside(command, env=self.told()), 'javascript')

    def test_node(self):
        """The installed package, in a project that has node-gtk."""
        gtk = BUILD / 'node_modules' / 'node-gtk'
        if not (gtk / 'lib' / 'binding').is_dir():
            self.skipTest('there is no node-gtk: run ./setup node')
        modules = self.folder / 'node_modules'
        modules.mkdir()
        package = self.root / 'share/ruralalliance-1/node'
        shutil.copytree(package, modules / 'ruralalliance')
        (modules / 'node-gtk').symlink_to(gtk)
        if self.part == '' and (BUILD / 'bindings/javascript/types').is_dir():
            self.assertTrue((package / 'types/ruralalliance-1.d.ts').is_file())
        program = self.folder / 'client.mjs'
        program.write_text("import ra from 'ruralalliance';\nconsole.log(`${new ra.Alliance().schema.kinds.length} kinds`);\n",
                           encoding='utf-8')
        self.assertRegex(self.inside(f'node {program}'), r'(?m)^\d\d+ kinds$')

    def test_what_draws_is_found_when_it_is_needed(self):
        module = list(self.root.rglob('ruralalliance-1/ruralalliance-drawing.so'))
        if not module:
            self.skipTest('built without charts')
        needs = subprocess.run(['readelf', '-d', self.libraries / 'libruralalliance-1.so'], capture_output=True, text=True, check=True).stdout
        self.assertNotIn('cairo', needs)
        report = self.inside(f'ruralalliance report {SOURCE}/examples/rural-urban-alliance.json --format pdf --output page.pdf'
                             ' && head -c 5 page.pdf')
        self.assertEqual(report.strip(), '%PDF-')

    def test_the_loader_sees_what_was_installed(self):
        said = self.inside('rm /etc/ld.so.cache && meson install --no-rebuild '
                           f'-C {self.build} >&2 && ruralalliance --version')
        self.assertRegex(said, r'\b1\.\d+\.\d+\b')

    def test_vala(self):
        if not shutil.which('valac') or option(self.build, self.part + 'vapi') == 'disabled':
            self.skipTest('no Vala compiler')
        folder = f'--vapidir {self.prefix}/share/vala/vapi --girdir {self.prefix}/share/gir-1.0'
        self.inside(f'valac {folder} --pkg ruralalliance-1 -o vala {CLIENT}/client.vala && ./vala')

    def need_gjs(self):
        if not shutil.which('gjs'):
            self.skipTest('gjs is not installed')

    def told(self):
        folder = self.libraries.relative_to(self.staged)
        return {'GI_TYPELIB_PATH': f'/{folder}/girepository-1.0'}

    def check_language(self, out, language):
        self.assertRegex(out, r'(?m)^\d\d+ kinds$')
        self.assertIn('override ' + ('true' if OVERRIDES[language].exists() else 'false'),
                      out.lower())
