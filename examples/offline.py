#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An office and two field stations work without a network. Two of them edit the same household; files
go to and fro, and everybody ends with the same alliance, knowing of the conflict."""

import os
import sys
import tempfile

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import GLib, RuralAlliance as ra

DOCUMENT = b'''{"format": "rural-alliance", "version": 1, "alliance": {"title": "Three stations"},
 "households": [{"id": "h1", "n_persons": 4}]}'''

folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.gettempdir()


def set_persons(alliance, who, n):
    alliance.set_author(who)
    alliance.find('household', 'h1').n_persons = n


def carry(sender, receiver, station):
    """What the sender has that the receiver does not, as a file that could go by post."""
    name = f'{sender.get_station()}-to-{receiver.get_station()}.ruax'
    path = os.path.join(folder, name)
    sender.send(station, -1, path, ra.SaveFlags.REPLACE, None)
    merge = receiver.merge([path], None, None, None)
    print(f'{name}: {merge.get_n_new()} came, {merge.get_n_known()} were here, {merge.get_n_conflicts()} in conflict')


office = ra.Alliance.new_from_json(GLib.Bytes.new(DOCUMENT), 'document', None)
office.enroll('office')
gaopo = office.enroll_station('gaopo')
baojing = office.enroll_station('baojing')

# In the field: neither knows of the other.
set_persons(gaopo, 'Li', 5)
set_persons(baojing, 'Wang', 3)

# The post comes, one letter twice.
carry(baojing, office, None)
carry(gaopo, office, None)
carry(gaopo, office, None)

# The office asks both.
history = office.list_history('household', 'h1')
told = {fact.get_station(): fact for fact in (history.get_item(i) for i in range(history.get_n_items()))}
said = ', '.join(f'{told[name].get_author()} says {told[name].get_value()}' for name in ('gaopo', 'baojing'))
print(f'in conflict: {said}')
set_persons(office, 'office', 6)

carry(office, gaopo, 'gaopo')
carry(office, baojing, 'baojing')
persons = ', '.join(f'{one.get_station()} {one.find("household", "h1").n_persons}' for one in (office, gaopo, baojing))
print(f'persons: {persons}')
print(f'not yet safe at the office: gaopo {gaopo.get_n_unsent()}, baojing {baojing.get_n_unsent()}')
