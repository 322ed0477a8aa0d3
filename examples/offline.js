// SPDX-License-Identifier: LGPL-2.1-or-later
// An office and two field stations work without a network. Two of them edit the same household; files go to and
// fro, and everybody ends with the same alliance, knowing of the conflict.
//
//     gjs -m offline.js [FOLDER]

import GLib from 'gi://GLib';
import RuralAlliance from 'gi://RuralAlliance?version=1';
import System from 'system';

const {Alliance, SaveFlags} = RuralAlliance;
const DOCUMENT = `{"format": "rural-alliance", "version": 1, "alliance": {"title": "Three stations"},
 "households": [{"id": "h1", "n_persons": 4}]}`;
const folder = System.programArgs[0] ?? GLib.get_tmp_dir();

function setPersons(alliance, who, n) {
    alliance.set_author(who);
    alliance.find('household', 'h1').n_persons = n;
}

// What the sender has that the receiver does not, as a file that could go by post.
function carry(sender, receiver, station) {
    const name = `${sender.get_station()}-to-${receiver.get_station()}.ruax`;
    const path = GLib.build_filenamev([folder, name]);
    sender.send(station, -1, path, SaveFlags.REPLACE, null);
    const merge = receiver.merge([path], null, null, null);
    print(`${name}: ${merge.get_n_new()} came, ${merge.get_n_known()} were here, ${merge.get_n_conflicts()} in conflict`);
}

const office = Alliance.new_from_json(new GLib.Bytes(new TextEncoder().encode(DOCUMENT)), 'document', null);
office.enroll('office');
const gaopo = office.enroll_station('gaopo');
const baojing = office.enroll_station('baojing');

// In the field: neither knows of the other.
setPersons(gaopo, 'Li', 5);
setPersons(baojing, 'Wang', 3);

// The post comes, one letter twice.
carry(baojing, office, null);
carry(gaopo, office, null);
carry(gaopo, office, null);

// The office asks both.
const history = office.list_history('household', 'h1');
const told = {};
for (let i = 0; i < history.get_n_items(); i++)
    told[history.get_item(i).get_station()] = history.get_item(i);
const said = ['gaopo', 'baojing'].map(name => `${told[name].get_author()} says ${told[name].get_value()}`).join(', ');
print(`in conflict: ${said}`);
setPersons(office, 'office', 6);

carry(office, gaopo, 'gaopo');
carry(office, baojing, 'baojing');
const persons = [office, gaopo, baojing].map(one => `${one.get_station()} ${one.find('household', 'h1').n_persons}`);
print(`persons: ${persons.join(', ')}`);
print(`not yet safe at the office: gaopo ${gaopo.get_n_unsent()}, baojing ${baojing.get_n_unsent()}`);
