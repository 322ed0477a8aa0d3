#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The cases of conformance/, through the Python binding; see conformance/README.md."""

import json
import os
import pathlib
import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402

SET = pathlib.Path(os.environ['G_TEST_SRCDIR']) / 'conformance'


class Conformance(unittest.TestCase):
    def case(self, folder, entry):
        text = (folder / entry['file']).read_text(encoding='utf-8')
        case = json.loads(text)
        answer, refused = ra.estimate_request(text, str(folder / 'data'), None)
        answer = json.loads(answer)
        self.assertEqual(answer['status'], case['expected_status'], answer)
        self.assertEqual(refused, case['expected_status'] == 'refused')
        if refused:
            self.assertNotIn('values', answer)
            self.assertGreater(len(answer['message']), 20)
            return
        tolerance = case['tolerance']
        for key, want in case['expected'].items():
            got = answer['values'][key]
            if want is None or got is None:
                self.assertEqual(got, want, key)
                self.assertIn(key, answer['undefined'])
            else:
                self.assertLessEqual(abs(got - want), tolerance['abs'] + tolerance['rel'] * abs(want),
                                     f'{key} is {got} instead of {want}')

    def test_sets(self):
        counts = []
        for folder in (SET, SET / 'derived'):
            cases = json.loads((folder / 'index.json').read_text(encoding='utf-8'))['cases']
            counts.append(len(cases))
            for entry in cases:
                with self.subTest(entry['name']):
                    self.case(folder, entry)
        self.assertGreaterEqual(counts[0], 200)
        self.assertGreaterEqual(counts[1], 200)

    def test_every_metric_is_there(self):
        """No estimator without a case, in the derived set alone."""
        cases = json.loads((SET / 'derived' / 'index.json').read_text(encoding='utf-8'))['cases']
        self.assertEqual(sorted({case['metric'] for case in cases}), sorted(ra.estimate_list_metrics()))


if __name__ == '__main__':
    tap.main()
