#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The week of examples/market-week.json: a short harvest of 12 co-operatives for 40 groups in 3 cities.

    tests/market_week.py > examples/market-week.json

All of it is made up, and drawn from one seed. Nobody in it exists.
"""

import json
import random
import sys

SEED = 20261127
DAY = '2026-11-27'
PRODUCTS = [  # id, English, Chinese, type, unit, mass in kg, least price, most that people pay, shelf life
    ('rice', 'Hill rice', '山地稻米', 'grain', '1 kg bag', 1, 7.2, 13.0),
    ('millet', 'Millet', '小米', 'grain', '1 kg bag', 1, 8.5, 15.0),
    ('tea', 'Green tea', '绿茶', 'processed_food', '100 g tin', 0.1, 18.0, 34.0),
    ('honey', 'Wild honey', '野蜂蜜', 'honey', '500 g jar', 0.5, 22.0, 42.0),
    ('eggs', 'Eggs', '鸡蛋', 'livestock', '10 eggs', 0.6, 9.0, 17.0),
    ('pork', 'Pork', '猪肉', 'livestock', '500 g', 0.5, 19.0, 33.0),
    ('greens', 'Greens', '青菜', 'vegetable', '500 g bunch', 0.5, 2.4, 6.0),
    ('plums', 'Plums', '李子', 'fruit', '1 kg box', 1, 5.0, 11.0),
]
CITIES = [('north', 'Northern city', '北城', 0.4), ('river', 'River city', '江城', 0.7), ('coast', 'Coastal city', '滨海城', 1.3)]
SITES = [('upper', 'Upper valley', '上谷', 1.0), ('lower', 'Lower valley', '下谷', 0.8), ('ridge', 'Ridge villages', '岭上村', 1.2), ('lake', 'Lake villages', '湖边村', 0.9)]


def texts(english, chinese):
    return {'en': f'{english} (made up)', 'zh': f'{chinese}（虚构）'}


def money(value):
    return round(value, 2)


def supply(draw, document):
    for number in range(12):
        site = SITES[number % 4][0]
        coop = {'id': f'coop-{number + 1:02}', 'name': texts(f'Co-operative {number + 1}', f'合作社{number + 1}'), 'site': site}
        products = draw.sample(PRODUCTS, 3)
        if number % 3 == 0:
            coop['minimum_sales'] = 25
        document['cooperatives'].append(coop)
        certificate = None
        if number % 2 == 0:
            certificate = {'id': f'pgs-{number + 1:02}', 'title': texts('Guaranteed by neighbours', '参与式保障'), 'standard': 'organic',
                           'certificate_type': 'participatory_guarantee', 'holder': f'cooperative/{coop["id"]}', 'valid_from': '2026-03-01',
                           'valid_until': '2026-11-25' if number == 4 else '2027-02-28'}
            document['certificates'].append(certificate)
        for k, product in enumerate(products):
            farmer = f'farm-{number + 1:02}-{k + 1}'
            document['households'].append({'id': farmer, 'household_type': 'producer', 'site': site})
            quantity = draw.randint(14, 34)
            lot = {'id': f'lot-{number + 1:02}-{product[0]}', 'product': product[0], 'cooperative': coop['id'], 'household': farmer, 'quantity': quantity,
                   'ready_on': '2026-11-25'}
            if certificate:
                lot['certificates'] = [certificate['id']]
            document['lots'].append(lot)
            document['offers'].append({'id': f'offer-{number + 1:02}-{product[0]}', 'lot': lot['id'], 'order_cycle': 'week-48', 'quantity': quantity,
                                       'reserve_price': money(product[6] * draw.uniform(0.9, 1.25)), 'posted_price': money(product[6] * 1.4)})


def demand(draw, document):
    home = 0
    for number in range(40):
        city = CITIES[0 if number < 16 else 1 if number < 29 else 2][0]
        worker = f'worker-{number % 5 + 1}'
        group = {'id': f'group-{number + 1:02}', 'name': texts(f'Group {number + 1}', f'小组{number + 1}'), 'hub': city, 'organiser': worker}
        if number % 8 == 3:
            group['capacity'] = 12
        document['consumer_groups'].append(group)
        for _ in range(draw.randint(3, 5)):
            home += 1
            marginal = draw.random() < 0.28
            household = {'id': f'home-{home:03}', 'household_type': 'consumer', 'consumer_group': group['id']}
            if marginal:
                household['vulnerable'] = True
            document['households'].append(household)
            for product in draw.sample(PRODUCTS, draw.randint(1, 3)):
                quantity = draw.randint(1, 6)
                order = {'id': f'order-{home:03}-{product[0]}', 'order_cycle': 'week-48', 'product': product[0], 'household': household['id'],
                         'quantity': quantity, 'maximum_price': money(product[7] * draw.uniform(0.78, 1.0) * (0.85 if marginal else 1.15)),
                         'placed_on': f'2026-11-{draw.randint(17, 24)}'}
                if product[0] in ('rice', 'millet') and draw.random() < 0.3:
                    order['substitutes'] = ['millet' if product[0] == 'rice' else 'rice']
                if draw.random() < 0.15:
                    order['certificates_needed'] = ['organic']
                if draw.random() < 0.5:
                    order['entitled_before'] = quantity * 3
                    order['received_before'] = draw.randint(0, quantity * 3)
                document['orders'].append(order)


def make():
    draw = random.Random(SEED)
    document = {'format': 'rural-alliance', 'version': 1,
                'alliance': {'title': {'en': 'A market week (synthetic: nobody in it exists)', 'zh': '集市一周（虚构数据，其中无人真实存在）'},
                             'currency': 'CNY', 'languages': ['en', 'zh'], 'country': 'CN'}}
    for plural in ('sites', 'people', 'roles', 'cooperatives', 'households', 'products', 'certificates', 'consumer_groups', 'hubs', 'routes', 'fees',
                   'order_cycles', 'lots', 'offers', 'orders'):
        document[plural] = []
    for identifier, english, chinese, _ in SITES:
        document['sites'].append({'id': identifier, 'name': texts(english, chinese)})
    for number in range(5):
        document['people'].append({'id': f'worker-{number + 1}'})
        document['roles'].append({'id': f'role-{number + 1}', 'person': f'worker-{number + 1}', 'at': f'cooperative/coop-{number + 1:02}',
                                  'role_type': 'social_worker', 'started': '2025-01-01'})
    for identifier, english, chinese, kind, unit, mass, _, _ in PRODUCTS:
        document['products'].append({'id': identifier, 'name': texts(english, chinese), 'product_type': kind, 'quantity_unit': unit, 'unit_mass': mass})
    for identifier, english, chinese, cost in CITIES:
        hub = {'id': identifier, 'name': texts(english, chinese), 'opening_days': ['FR', 'SA']}
        if identifier == 'coast':
            hub['capacity'] = 120
        document['hubs'].append(hub)
        for site, _, _, factor in SITES:
            if (site, identifier) != ('lake', 'coast'):
                document['routes'].append({'site': site, 'hub': identifier, 'unit_cost': money(cost * factor)})
        document['fees'].append({'id': f'fee-{identifier}', 'title': {'en': 'Hub', 'zh': '集散点'}, 'payee': f'hub/{identifier}', 'hub': identifier,
                                 'percentage': 12.5 if identifier == 'coast' else 10})
    document['fees'].append({'id': 'fee-alliance', 'title': {'en': 'Alliance', 'zh': '联盟'}, 'percentage': 2})
    document['order_cycles'].append({
        'id': 'week-48', 'title': {'en': 'Week 48', 'zh': '第48周'}, 'opens_on': '2026-11-17', 'closes_on': '2026-11-24', 'delivered_on': DAY,
        'policy': {'title': {'en': 'Marginal households first', 'zh': '弱势家庭优先'}, 'stages': ['guarantees', 'priority', 'max_min', 'gains'],
                   'history': True, 'price': 'mixed', 'producer_part': 0.5, 'rents': 'solidarity'},
        'status': 'closed'})
    supply(draw, document)
    demand(draw, document)
    return document


def write(document, file):
    """One record a line, as a person reads it."""
    parts = []
    for name, value in document.items():
        if isinstance(value, list):
            lines = ',\n'.join('    ' + json.dumps(record, ensure_ascii=False) for record in value)
            parts.append(f'  {json.dumps(name)}: [\n{lines}\n  ]')
        else:
            parts.append(f'  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}')
    file.write('{\n' + ',\n'.join(parts) + '\n}\n')


if __name__ == '__main__':
    write(make(), sys.stdout)
