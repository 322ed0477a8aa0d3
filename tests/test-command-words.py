#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Help, man page and completion know the same verbs and options."""

import os
import pathlib
import re
import subprocess
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
COMMAND = os.environ['RUA_COMMAND']
PAGE = (SOURCE / 'doc' / 'ruralalliance.1').read_text(encoding='utf-8')
COMPLETION = SOURCE / 'doc' / 'ruralalliance.bash'


def help_of(*words):
    done = subprocess.run([COMMAND, *words, '--help'], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def verbs():
    text = help_of()[1].split('Verbs:')[1].split('\n\n')[0]
    return re.findall(r'^  ([a-z]+) ', text, re.MULTILINE)


def options_of(verb):
    """The long options of a verb, without those that every verb has."""
    return set(re.findall(r'^  (?:-\w, )?(--[a-z-]+)', help_of(verb)[1], re.MULTILINE)) - {'--help'}


def completed(*words):
    script = f'source "{COMPLETION}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); ' \
             '_ruralalliance 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(['bash', '-c', script, 'bash', 'ruralalliance', *words],
                          capture_output=True, text=True, check=True, cwd=SOURCE)
    return set(done.stdout.split())


def in_page(verb):
    """The options of a verb's line in the synopsis of the man page."""
    synopsis = PAGE.split('.Sh SYNOPSIS')[1].split('.Sh DESCRIPTION')[0]
    for part in synopsis.split('.Nm\n'):
        if re.search(rf'^\.Cm {verb}$', part, re.MULTILINE):
            return {'-' + name for name in re.findall(r'Fl (-[a-z-]+)', part)}
    return None


class Words(unittest.TestCase):
    def test_there_are_verbs(self):
        self.assertLessEqual({'report', 'check', 'measure', 'estimate', 'explain', 'validate'},
                             set(verbs()))

    def test_help_of_every_verb(self):
        for verb in verbs():
            status, out, err = help_of(verb)
            self.assertEqual((status, err), (0, ''), verb)
            self.assertIn(f'ruralalliance {verb}', out)
            self.assertRegex(out, r'(?m)^Example', verb)

    def test_completion_knows_the_verbs(self):
        self.assertEqual(completed('') - {'--version', '--help'}, set(verbs()))

    def test_completion_knows_the_options(self):
        for verb in verbs():
            self.assertEqual(completed(verb, '-') - {'--help'}, options_of(verb), verb)

    def test_completion_offers_only_formats_that_are_taken(self):
        for verb in verbs():
            if '--format' in options_of(verb):
                offered = completed(verb, '--format', '')
                self.assertTrue(offered, verb)
                told = re.search(r'--format\S*\s+(.*(?:\n {10,}.*)*)', help_of(verb)[1])[0]
                for word in offered:
                    self.assertIn(word, told, verb)

    def test_completion_names_files(self):
        self.assertIn('README.md', completed('report', 'READ'))

    def test_page_knows_the_verbs(self):
        listed = re.findall(r'^\.It Cm ([a-z]+)$', PAGE, re.MULTILINE)
        self.assertEqual(sorted(listed), sorted(verbs()))

    def test_page_knows_the_options(self):
        for verb in verbs():
            self.assertEqual(in_page(verb), options_of(verb), verb)

    def test_version_is_that_of_the_build(self):
        done = subprocess.run([COMMAND, '--version'], capture_output=True, text=True, check=True)
        build = (SOURCE / 'meson.build').read_text(encoding='utf-8')
        self.assertIn(re.search(r"version: '([\d.]+)'", build)[1], done.stdout)

    def test_news_tells_of_this_version(self):
        build = (SOURCE / 'meson.build').read_text(encoding='utf-8')
        version = re.search(r"version: '([\d.]+)'", build)[1]
        self.assertIn(f'Version {version}', (SOURCE / 'NEWS').read_text(encoding='utf-8'))


if __name__ == '__main__':
    tap.main()
