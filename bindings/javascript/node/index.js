// SPDX-License-Identifier: LGPL-2.1-or-later
// const ra = require('ruralalliance');
//
// The classes are those that gjs has, made by the same file; see doc/javascript.md.
'use strict';

const fs = require('fs');
const path = require('path');
const vm = require('vm');

const {AllianceError, CancelledError, GLibError, classes, learnCodes} = require('./errors.js');
const {lend} = require('./lending.js');
const {Gio, GLib, gjs, makeNamespace} = require('./native.js');

const namespace = makeNamespace(AllianceError);
learnCodes();

const filename = path.join(__dirname, 'RuralAlliance.js');
const complete = vm.compileFunction(`${fs.readFileSync(filename, 'utf8')}\nreturn _init;`, ['imports'], {filename})(gjs);
complete.call(namespace, lend);

module.exports = Object.assign(namespace, classes, {
    AllianceError, CancelledError, GLibError, Cancellable: Gio.Cancellable, Gio, GLib,
});
