#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The pages of the manual: listed, linked with one another, and true about the house."""

import os
import pathlib
import re
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
DOC = SOURCE / 'doc'
PAGES = sorted(DOC.glob('*.md'))
PICTURE = '''\
    base <- table <- model <- metrics <- evidence <- report
                       ^---- market -------------------^
                       ^---- formats <- stores
'''


def head(path):
    """Title and slug, which gi-docgen reads from the first lines."""
    return dict(re.findall(r'^(Title|Slug): (.+)$', path.read_text(encoding='utf-8')
                           .split('\n\n')[0], re.MULTILINE))


class Pages(unittest.TestCase):
    def test_there_are_pages(self):
        self.assertGreater(len(PAGES), 3)

    def test_every_page_is_listed(self):
        listed = re.search(r'doc_pages = \[(.*?)\]', (DOC / 'meson.build').read_text(), re.DOTALL)
        self.assertEqual(sorted(re.findall(r"'([^']+)'", listed[1])),
                         [path.name for path in PAGES])

    def test_every_page_has_a_title_and_is_called_by_its_slug(self):
        for path in PAGES:
            told = head(path)
            self.assertTrue(told.get('Title'), path)
            self.assertEqual(told.get('Slug'), path.stem, path)
            self.assertTrue(f'\n# {told["Title"]}' in path.read_text(encoding='utf-8'), path)

    def test_the_overview_leads_to_every_page(self):
        overview = (DOC / 'overview.md').read_text(encoding='utf-8')
        for path in PAGES:
            if path.stem != 'overview':
                self.assertTrue(f'({path.stem}.html)' in overview,
                                f'doc/overview.md has no link to {path.stem}.html')

    def test_links_between_pages_lead_somewhere(self):
        slugs = {path.stem for path in PAGES}
        for path in PAGES:
            text = path.read_text(encoding='utf-8')
            for slug in re.findall(r'\]\(([a-z-]+)\.html(?:#[^)]*)?\)', text):
                self.assertIn(slug, slugs, path)

    def test_files_that_are_named_are_there(self):
        folders = '|'.join(('bindings', 'doc', 'examples', 'libruralalliance', 'tests', 'tools'))
        for path in [*PAGES, SOURCE / 'README.md', SOURCE / 'CONTRIBUTING.md']:
            text = path.read_text(encoding='utf-8')
            for name in re.findall(rf'`((?:{folders})/[\w./-]*\w)`', text):
                if 'NAME' not in name:
                    self.assertTrue((SOURCE / name).exists(), f'{path.name}: {name}')

    def test_the_picture_is_the_same_everywhere(self):
        for path in (DOC / 'rooms.md', SOURCE / 'CONTRIBUTING.md'):
            self.assertTrue(PICTURE in path.read_text(encoding='utf-8'), path)


if __name__ == '__main__':
    tap.main()
