// SPDX-License-Identifier: LGPL-2.1-or-later
// A table holds its alliance alive. What node-gtk makes of a table lives as long as the table does in C, which is as long
// as the alliance: if it held the alliance, neither would ever go. So what is lent is a proxy, which holds both.
'use strict';

const targets = new WeakMap();  // what node-gtk made, by its proxy
const proxies = new WeakMap();  // a weak reference to the proxy, by what node-gtk made

function lend(object, owner) {
    const there = proxies.get(object)?.deref();
    if (there)
        return there;
    const proxy = new Proxy(object, {owner});
    targets.set(proxy, object);
    proxies.set(object, new WeakRef(proxy));
    return proxy;
}

// What C can be given.
function unwrap(object) {
    return targets.get(object) ?? object;
}

// Has the functions of a class that is lent, and those that it has from above, work on what node-gtk made.
function makeLendable(prototype) {
    for (let holder = prototype; holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
        for (const name of Object.getOwnPropertyNames(holder)) {
            const {value} = Object.getOwnPropertyDescriptor(holder, name);
            if (typeof value !== 'function' || name === 'constructor' || (holder !== prototype && Object.hasOwn(prototype, name)))
                continue;
            const call = function (...given) {
                return value.apply(unwrap(this), given);
            };
            Object.defineProperty(call, 'length', {value: value.length});
            Object.defineProperty(prototype, name, {value: call, configurable: true, writable: true, enumerable: false});
        }
    }
}

module.exports = {lend, makeLendable, unwrap};
