// SPDX-License-Identifier: LGPL-2.1-or-later
/// <reference path="./types/ruralalliance-1.d.ts" />
import RuralAlliance from 'gi://RuralAlliance?version=1';

export = RuralAlliance;
