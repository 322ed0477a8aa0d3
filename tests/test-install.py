#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""This build, installed under /usr/local; and that it can be a Meson subproject, which test-subproject.py goes on with."""

import pathlib
import shutil
import tempfile
import unittest

import tap
from installed import BUILD, Installed, lay_superproject, option, run


class Local(Installed, unittest.TestCase):
    """This very build, staged: /usr/local, where neither gi nor gjs looks by itself."""

    prefix = '/usr/local'
    plain = False
    build = BUILD
    part = ''

    @classmethod
    def stage(cls):
        if option(BUILD, 'prefix') != cls.prefix:
            raise unittest.SkipTest('this build is configured for another prefix')
        run('meson', 'install', '-C', BUILD, '--no-rebuild', env={'DESTDIR': str(cls.staged)})


class Configured(unittest.TestCase):
    """A superproject sees the library's headers without building the library."""

    def test_a_program_of_a_superproject_compiles(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix='install-'))
        self.addCleanup(shutil.rmtree, folder, True)
        build = lay_superproject(folder)
        run('ninja', '-C', build, 'client.p/client.c.o')
        self.assertTrue((build / 'client.p' / 'client.c.o').is_file())


if __name__ == '__main__':
    tap.main()
