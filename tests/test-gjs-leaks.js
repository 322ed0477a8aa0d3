// SPDX-License-Identifier: LGPL-2.1-or-later
// What each call leaves in memory, in gjs.

import GLib from 'gi://GLib';
import RuralAlliance from 'gi://RuralAlliance?version=1';
import System from 'system';

import {addCases} from './leak-cases.js';
import * as tap from './tap.js';

const PAGE = 4096;

async function settle() {
    for (let i = 0; i < 2; i++) {
        System.gc();
        await new Promise(resolve => GLib.idle_add(GLib.PRIORITY_LOW, () => {
            resolve();
            return GLib.SOURCE_REMOVE;
        }));
    }
}

addCases(RuralAlliance,
    () => Number(new TextDecoder().decode(GLib.file_get_contents('/proc/self/statm')[1]).split(' ')[1]) * PAGE, settle);

System.exit(await tap.run());
