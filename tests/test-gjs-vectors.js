// SPDX-License-Identifier: LGPL-2.1-or-later
// The vectors that every language runs, in gjs; see vectors/README.md.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import RuralAlliance from 'gi://RuralAlliance?version=1';
import System from 'system';

import * as tap from './tap.js';
import {addCases} from './vector-steps.js';

const folder = Gio.File.new_for_path(GLib.getenv('G_TEST_SRCDIR')).get_child('vectors');
const names = [...folder.enumerate_children('standard::name', Gio.FileQueryInfoFlags.NONE, null)]
    .map(info => info.get_name()).filter(name => name.endsWith('.json')).sort();
addCases(RuralAlliance, names.map(name => [name, new TextDecoder().decode(folder.get_child(name).load_contents(null)[1])]));

System.exit(await tap.run());
