#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library as a Meson subproject, all of it built once more, and installed under /usr."""

import unittest

import tap
from installed import Installed, lay_superproject, run


class Subproject(Installed, unittest.TestCase):
    """A superproject that has the library in subprojects/, installed under /usr."""

    prefix = '/usr'
    plain = True
    part = 'ruralalliance:'

    @classmethod
    def stage(cls):
        cls.build = lay_superproject(cls.folder)
        run('ninja', '-C', cls.build)
        run('meson', 'install', '-C', cls.build, '--no-rebuild',
            env={'DESTDIR': str(cls.staged)})

    def test_superproject_runs(self):
        self.assertRegex(run(self.build / 'client'), r'^1\.\d+\.\d+: \d+ kinds of record\n$')


if __name__ == '__main__':
    tap.main()
