#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The notebook of the income study runs from top to bottom, and shows what it says."""

import base64
import json
import os
import pathlib
import re
import tempfile
import unittest

import tap

EXAMPLES = pathlib.Path(os.environ['RUA_SOURCE_ROOT']) / 'examples'
NOTEBOOK = EXAMPLES / 'income-study.ipynb'


class Committed(unittest.TestCase):
    def test_without_what_it_makes(self):
        cells = json.loads(NOTEBOOK.read_text(encoding='utf-8'))['cells']
        for cell in cells:
            if cell['cell_type'] == 'code':
                self.assertEqual((cell['outputs'], cell['execution_count']), ([], None), cell['source'])
        self.assertIn('Nobody earned these incomes', ''.join(cells[0]['source']))


class Run(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            import matplotlib  # noqa: F401
            import nbclient
            import nbformat
            import ipykernel  # noqa: F401
            import pandas  # noqa: F401
        except ImportError as error:
            raise unittest.SkipTest(f'{error.name} is not installed') from error
        folder = tempfile.TemporaryDirectory(prefix='notebook-')
        cls.addClassCleanup(folder.cleanup)
        os.environ.update(IPYTHONDIR=folder.name, MPLCONFIGDIR=folder.name, JUPYTER_RUNTIME_DIR=folder.name, PYTHONWARNINGS='ignore',
                          PYDEVD_DISABLE_FILE_VALIDATION='1')
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        nbformat.validate(notebook)
        nbclient.NotebookClient(notebook, timeout=100, kernel_name='python3',
                                resources={'metadata': {'path': str(EXAMPLES)}}).execute()
        cls.outputs = [output for cell in notebook.cells if cell.cell_type == 'code' for output in cell.outputs]
        cls.printed = ''.join(output.text for output in cls.outputs if output.output_type == 'stream' and output.name == 'stdout')
        cls.data = [output.data for output in cls.outputs if 'data' in output]

    def test_the_means_are_the_published_ones(self):
        table = next(data['text/html'] for data in self.data if 'income.per_head' in data['text/plain'])
        text = re.sub('<[^>]+>', ' ', table)
        self.assertRegex(text, r'2014\s+3,927')
        self.assertRegex(text, r'2017\s+8,478')

    def test_what_is_printed(self):
        self.assertEqual(self.printed.splitlines(), [
            '76 found again, 3 left, 1 joined', '54.4 % to 58.2 %', 'half-more: supported', 'most: inconclusive', 'almost-all: contradicted'])

    def test_pictures(self):
        pictures = [data['image/png'] for data in self.data if 'image/png' in data]
        self.assertEqual(len(pictures), 4)
        for picture in pictures:
            self.assertEqual(base64.b64decode(picture)[:4], b'\x89PNG')
        self.assertEqual(len(set(pictures)), 4)

    def test_what_shows_itself(self):
        tables = [data['text/html'] for data in self.data if 'text/html' in data]
        self.assertEqual(len(tables), 5)
        self.assertFalse([text for text in tables if '<script' in text])
        self.assertTrue('contradicted' in tables[-1] and 'inconclusive' in tables[-1])


if __name__ == '__main__':
    tap.main()
