// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes, undo and history as JavaScript sees them.

import RuralAlliance from 'gi://RuralAlliance?version=1';
import System from 'system';

import * as tap from './tap.js';

const {deepEqual, equal, throws} = tap;

tap.add('a change is undone as one', () => {
    const alliance = new RuralAlliance.Alliance();
    const household = alliance.households.add({id: 'h1', weight: 1});
    equal(alliance.change('two edits', () => {
        household.weight = 2;
        alliance.households.add({id: 'h2'});
        return 'done';
    }), 'done');
    equal(alliance.get_undo_title(), 'two edits');
    alliance.undo();
    deepEqual([household.weight, alliance.households.length], [1, 1]);
    alliance.redo();
    deepEqual([household.weight, alliance.households.length], [2, 2]);
});

tap.add('an exception takes it back', () => {
    const alliance = new RuralAlliance.Alliance();
    const household = alliance.households.add({id: 'h1', weight: 1});
    throws(() => alliance.change('no', () => {
        household.weight = 2;
        throw new Error('not so');
    }), 'not so');
    equal(household.weight, 1);
    equal(alliance.can_undo(), false);
    throws(() => alliance.history(household), 'JSON');
});

tap.add('a history is a list of facts', () => {
    const alliance = new RuralAlliance.Alliance();
    alliance.enroll('gaopo');
    const household = alliance.households.add({id: 'h1', weight: 1});
    household.weight = 2;
    deepEqual(alliance.history(household).map(fact => [fact.field, fact.value]), [['', 'true'], ['weight', '1'], ['weight', '2']]);
    equal(alliance.history('household', 'h1').length, 3);
    equal(alliance.changes.length, 2);
    equal(alliance.station, 'gaopo');
    equal(alliance.as_of('gaopo.1').find('household', 'h1').weight, 1);
    deepEqual([alliance.merge_conflicts.length, alliance.waiting.length], [0, 0]);
});

System.exit(await tap.run());
