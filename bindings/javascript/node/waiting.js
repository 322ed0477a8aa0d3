// SPDX-License-Identifier: LGPL-2.1-or-later
// GLib's loop, which nobody runs in a program of Node. What takes long is done by threads, and answers there; and what
// JavaScript has let go is freed there. So it is turned: often while something is waited for, now and then otherwise, and
// in between where a program goes on and on without coming back to Node's own loop.
'use strict';

const gi = require('node-gtk');

const GLib = gi.require('GLib', '2.0');
const context = GLib.MainContext.default();
const LONGEST = 4;     // milliseconds between two looks while something is waited for
const SELDOM = 1000;   // milliseconds between two looks otherwise
const MANY = 1024;     // calls after which there is a look

let waiting = 0;
let timer = null;
let calls = 0;

// Whether anything was done. Where a main loop runs, that does it.
function turn() {
    let busy = false;
    while (GLib.mainDepth() === 0 && context.iteration(false))
        busy = true;
    return busy;
}

function look(pause) {
    timer = null;
    const next = turn() ? 0 : Math.min(LONGEST, pause + 1);
    if (waiting > 0)
        timer = setTimeout(look, next, next);
}

setInterval(turn, SELDOM).unref();

// To be told of every call.
function count() {
    if (++calls % MANY === 0)
        turn();
}

// Begins what is given a callback for GLib; answered is told of the source and the result, never before Node is back from
// what it is at; over() is called then, too.
function called(begin, answered, over) {
    let isOver = false;
    const end = () => {
        if (!isOver)
            waiting--;
        isOver = true;
        over?.();
    };
    waiting++;
    try {
        begin((source, result) => {
            end();
            queueMicrotask(() => answered?.(source, result));
        });
    } catch (error) {
        end();
        throw error;
    }
    if (timer === null)
        timer = setTimeout(look, 0, 0);
}

module.exports = {called, count};
