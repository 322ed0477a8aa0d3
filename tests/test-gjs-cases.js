// SPDX-License-Identifier: LGPL-2.1-or-later
// What JavaScript has beside the functions of C, in gjs.

import RuralAlliance from 'gi://RuralAlliance?version=1';
import System from 'system';

import * as tap from './tap.js';
import {addCases} from './script-cases.js';

addCases(RuralAlliance);

System.exit(await tap.run());
