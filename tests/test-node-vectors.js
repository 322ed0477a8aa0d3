// SPDX-License-Identifier: LGPL-2.1-or-later
// The vectors that every language runs, in Node; see vectors/README.md. This is `npm test` as well.

import fs from 'fs';
import ra from 'ruralalliance';

import * as tap from './tap.js';
import {addCases} from './vector-steps.js';

const folder = new URL('vectors/', import.meta.url);
const names = fs.readdirSync(folder).filter(name => name.endsWith('.json')).sort();
addCases(ra, names.map(name => [name, fs.readFileSync(new URL(name, folder), 'utf8')]));

process.exit(await tap.run());
