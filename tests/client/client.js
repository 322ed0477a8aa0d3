// SPDX-License-Identifier: LGPL-2.1-or-later
import System from 'system';

const {default: RuralAlliance} = await import(System.programArgs[0]);
const alliance = RuralAlliance.Alliance.new();
print(`${alliance.list_tables().get_n_items()} kinds`);
let override = false;
try {
    override = Boolean(imports.overrides.RuralAlliance);
} catch (e) {
    // There is none.
}
print(`override ${override}`);
