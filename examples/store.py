#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keeps the case study in every kind of store, finds it the same in each, and saves over nobody's work."""

import os
import sys
import tempfile

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import GLib, Gio
from gi.repository import RuralAlliance as ra

place = sys.argv[1] if len(sys.argv) > 1 else 'examples/rural-urban-alliance.json'
limits = ra.Limits(rows=100_000, seconds=60)
alliance = ra.Store.open(place, ra.StoreFlags.STRANGER, limits).load()
document = alliance.to_json()

with tempfile.TemporaryDirectory() as folder:
    for name in ('alliance.json', 'alliance.rua', 'alliance.ruac', 'package/'):
        there = os.path.join(folder, name)
        ra.Store.open(there, ra.StoreFlags.NONE).save(alliance, ra.SaveFlags.NONE)
        again = ra.Store.open(there, ra.StoreFlags.READ_ONLY)
        same = again.load().to_json() == document
        print(f'{name}: {again.get_words()}, {"the same" if same else "another"} alliance')

    mine = ra.Store.open(os.path.join(folder, 'alliance.json'), ra.StoreFlags.NONE)
    theirs = ra.Store.open(os.path.join(folder, 'alliance.json'), ra.StoreFlags.NONE)
    copy = mine.load()
    theirs.save(theirs.load(), ra.SaveFlags.NONE)
    try:
        mine.save(copy, ra.SaveFlags.NONE)
    except GLib.Error as error:
        if not error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.WRONG_ETAG):
            raise
        print('somebody else has saved alliance.json meanwhile: theirs stays')
