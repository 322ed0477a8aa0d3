#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clears a made-up market week by three policies, says what each means for whom, and follows a basket back to the field."""

import sys

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import Gio, RuralAlliance as ra

place = sys.argv[1] if len(sys.argv) > 1 else 'examples/market-week.json'
alliance = ra.Alliance.open(place)
market = ra.Market.new(alliance, alliance.find('order-cycle', 'week-48'), None)


def items(list_model):
    return [list_model.get_item(i) for i in range(list_model.get_n_items())]


def fill_of_marginal(clearing):
    """Which part of what marginal households ordered is filled."""
    ordered = filled = 0
    for order in items(alliance.get_orders()):
        if order.household.vulnerable:
            _, got, missed = clearing.get_order(order)
            ordered += got + missed
            filled += got
    return filled / ordered


def clear(policy):
    clearing = market.clear(policy, None, None)
    _, fill = clearing.get_fill()
    _, smallest = clearing.get_smallest_fill()
    print(f'{policy.get_title("en")}: {100 * fill:.1f} % filled, of marginal households {100 * fill_of_marginal(clearing):.1f} %, '
          f'the worst order {100 * smallest:.1f} %; gains given up {100 * clearing.get_price_of_fairness():.1f} %')
    return clearing


clearings = Gio.ListStore.new(ra.Clearing.__gtype__)
for policy in (ra.Policy.new_greatest_gains(), ra.Policy.new_equal_shares(), ra.Policy.new_marginal_first()):
    clearing = clear(policy)
    clearings.append(clearing)

# Who gets what by each policy, as a picture.
if len(sys.argv) > 2:
    with open(sys.argv[2], 'w', encoding='utf-8') as file:
        file.write(ra.Chart.new_clearings('Who gets what', clearings, 'en').to_svg(700))

# The first order that was not met in full, in words.
order = clearing.list_shortfalls().get_item(0).order
print(f'\n{order.id}: {clearing.explain_order(order)}')

clearing.apply()
market.deliver_all()
_, n_sales = market.book_sales()
print(f'\n{n_sales} sales are booked')

trace = ra.Trace.new(alliance)
order = items(alliance.get_sales())[0].order
lot, producer = trace.list_lots(order).get_item(0), trace.list_producers(order).get_item(0)
baskets = trace.list_baskets(lot)
print(f'\nthe basket {order.id} has some of {lot.id}, from {producer.id}; '
      f'were it recalled, {baskets.get_n_items()} baskets have some of it')
