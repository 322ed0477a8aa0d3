// SPDX-License-Identifier: LGPL-2.1-or-later
// What each call leaves in memory, in Node.

import fs from 'fs';
import ra from 'ruralalliance';

import {addCases} from './leak-cases.js';
import * as tap from './tap.js';

const PAGE = 4096;
const context = ra.GLib.MainContext.default();

async function settle() {
    for (let i = 0; i < 4; i++) {
        globalThis.gc();
        await new Promise(resolve => setTimeout(resolve, 0));
        while (context.iteration(false));
    }
}

addCases(ra, () => Number(fs.readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * PAGE, settle);

process.exit(await tap.run());
