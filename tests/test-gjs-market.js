// SPDX-License-Identifier: LGPL-2.1-or-later
// A market as JavaScript sees it.

import GLib from 'gi://GLib';
import RuralAlliance from 'gi://RuralAlliance?version=1';
import System from 'system';

import * as tap from './tap.js';

const {deepEqual, equal, throws} = tap;
const {Alliance, ClearingSum, Market, Policy, PolicyStage} = RuralAlliance;
const WEEK = GLib.build_filenamev([GLib.getenv('RUA_SOURCE_ROOT'), 'examples', 'market-week.json']);

function openMarket() {
    const alliance = Alliance.open(WEEK);
    return [alliance, Market.new(alliance, alliance.find('order-cycle', 'week-48'), null)];
}

tap.add('a market is cleared by what is on record', () => {
    const [, market] = openMarket();
    const clearing = market.clear(null, null, null);
    equal(clearing.get_policy().get_stage(1), PolicyStage.PRIORITY);
    equal(clearing.list_checks().length, 9);
    const told = JSON.parse(clearing.to_json());
    equal(told.allocations.length, clearing.list_allocations().get_n_items());
    const [known, minor] = clearing.get_sum(ClearingSum.CONSUMERS);
    deepEqual([known, minor], [true, Math.round(100 * told.money.consumers)]);
    equal(clearing.list_allocations().get_item(0).order.id, told.allocations[0].order);
});

tap.add('statements add up', () => {
    const [, market] = openMarket();
    const statements = market.clear(Policy.new_equal_shares(), null, null).list_statements();
    let sum = 0;
    for (let i = 0; i < statements.get_n_items(); i++)
        sum += statements.get_item(i).get_balance();
    equal(sum, 0);
});

tap.add('what is wrong is thrown', () => {
    const [alliance, market] = openMarket();
    throws(() => Market.new(alliance, null, null), 'round or a day');
    throws(() => Policy.new_from_text('{"stages": ["gain"]}', -1, null), 'did you mean');
    alliance.orders[0].quantity = -1;
    throws(() => market.clear(null, null, null), 'quantity');
});

tap.add('what is written back is undone', () => {
    const [alliance, market] = openMarket();
    const clearing = market.clear(null, null, null);
    clearing.apply();
    market.deliver_all();
    const [booked, n] = market.book_sales();
    deepEqual([booked, n, alliance.sales.length], [true, alliance.allocations.length, n]);
    alliance.undo();
    alliance.undo();
    alliance.undo();
    deepEqual([alliance.sales.length, alliance.allocations.length], [0, 0]);
});

System.exit(await tap.run());
