// SPDX-License-Identifier: LGPL-2.1-or-later
// Clears a made-up market week by three policies, says what each means for whom, and follows a basket back to the field.
//
//     gjs -m market-week.js [FILE [PICTURE]]

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import RuralAlliance from 'gi://RuralAlliance?version=1';
import System from 'system';

const {Alliance, Chart, Clearing, Market, Policy, Trace} = RuralAlliance;
const alliance = Alliance.open(System.programArgs[0] ?? 'examples/market-week.json');
const market = Market.new(alliance, alliance.find('order-cycle', 'week-48'), null);

function items(list) {
    return Array.from({length: list.get_n_items()}, (_, i) => list.get_item(i));
}

// Which part of what marginal households ordered is filled.
function fillOfMarginal(clearing) {
    let ordered = 0, filled = 0;
    for (const order of items(alliance.get_orders())) {
        if (!order.household.vulnerable)
            continue;
        const [, got, missed] = clearing.get_order(order);
        ordered += got + missed;
        filled += got;
    }
    return filled / ordered;
}

function clear(policy) {
    const clearing = market.clear(policy, null, null);
    const [, fill] = clearing.get_fill();
    const [, smallest] = clearing.get_smallest_fill();
    const percent = value => `${(100 * value).toFixed(1)} %`;
    print(`${policy.get_title('en')}: ${percent(fill)} filled, of marginal households ${percent(fillOfMarginal(clearing))}, ` +
        `the worst order ${percent(smallest)}; gains given up ${percent(clearing.get_price_of_fairness())}`);
    return clearing;
}

const clearings = [Policy.new_greatest_gains(), Policy.new_equal_shares(), Policy.new_marginal_first()].map(clear);
const clearing = clearings[2];

// Who gets what by each policy, as a picture.
if (System.programArgs[1]) {
    const list = Gio.ListStore.new(Clearing.$gtype);
    clearings.forEach(one => list.append(one));
    GLib.file_set_contents(System.programArgs[1], Chart.new_clearings('Who gets what', list, 'en').to_svg(700));
}

// The first order that was not met in full, in words.
const missed = clearing.list_shortfalls().get_item(0).order;
print(`\n${missed.id}: ${clearing.explain_order(missed)}`);

clearing.apply();
market.deliver_all();
const [, nSales] = market.book_sales();
print(`\n${nSales} sales are booked`);

const trace = Trace.new(alliance);
const order = items(alliance.get_sales())[0].order;
const lot = trace.list_lots(order).get_item(0), producer = trace.list_producers(order).get_item(0);
const baskets = trace.list_baskets(lot);
print(`\nthe basket ${order.id} has some of ${lot.id}, from ${producer.id}; ` +
    `were it recalled, ${baskets.get_n_items()} baskets have some of it`);
