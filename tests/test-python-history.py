#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes, undo and history as Python sees them."""

import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402


class Changes(unittest.TestCase):

    def setUp(self):
        self.alliance = ra.Alliance()
        self.household = self.alliance.households.add(id='h1', weight=1)

    def test_block_is_one_change(self):
        with self.alliance.change('two edits') as alliance:
            self.assertIs(alliance, self.alliance)
            self.assertTrue(alliance.is_in_change())
            self.household.weight = 2
            alliance.households.add(id='h2')
        self.assertFalse(self.alliance.is_in_change())
        self.assertEqual(self.alliance.get_undo_title(), 'two edits')
        self.alliance.undo()
        self.assertEqual((self.household.weight, len(self.alliance.households)), (1, 1))
        self.alliance.redo()
        self.assertEqual((self.household.weight, len(self.alliance.households)), (2, 2))

    def test_exception_takes_back(self):
        with self.assertRaises(KeyError):
            with self.alliance.change():
                self.household.weight = 2
                self.alliance.households.add(id='h2')
                raise KeyError('no')
        self.assertEqual((self.household.weight, len(self.alliance.households)), (1, 1))
        self.assertFalse(self.alliance.can_undo())
        self.assertFalse(self.alliance.is_in_change())

    def test_errors_are_of_their_class(self):
        with self.assertRaises(ra.MissingError):
            self.alliance.undo()
        with self.assertRaises(ra.AllianceError):
            self.alliance.commit()
        with self.assertRaises(ra.AllianceError) as caught:
            self.alliance.history(self.household)
        self.assertIn('JSON', str(caught.exception))
        with self.assertRaises(ra.InvalidValueError):
            self.alliance.enroll('Not so')
        self.assertIsNone(self.alliance.station)

    def test_changes_do_not_nest(self):
        with self.alliance.change('outer'):
            with self.assertRaises(ra.AllianceError):
                with self.alliance.change('inner'):
                    pass
            self.household.weight = 3
        self.assertEqual(self.household.weight, 3)


class History(unittest.TestCase):

    def test_told(self):
        alliance = ra.Alliance()
        alliance.enroll('gaopo')
        alliance.set_author('Lô')
        with alliance.change('a household'):
            household = alliance.households.add(id='h1', weight=1)
        household.weight = 2
        history = alliance.history(household)
        self.assertEqual([(fact.field, fact.value) for fact in history],
                         [('', 'true'), ('weight', '1'), ('weight', '2')])
        self.assertEqual(history[0].author, 'Lô')
        self.assertEqual([fact.sequence for fact in alliance.history('household', 'h1')], [1, 2, 3])
        self.assertEqual([change.title for change in alliance.changes], ['a household', None])
        self.assertEqual((alliance.station, alliance.author), ('gaopo', 'Lô'))
        past = alliance.as_of('gaopo.1')
        self.assertEqual(past.households['h1'].weight, 1)
        self.assertEqual(household.weight, 2)
        self.assertEqual((alliance.merge_conflicts, alliance.waiting), ([], []))
        alliance.undo()
        self.assertEqual(household.weight, 1)
        self.assertEqual(alliance.changes[-1].origin, 'undo of gaopo.3')


if __name__ == '__main__':
    tap.main()
