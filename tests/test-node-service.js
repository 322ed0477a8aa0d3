// SPDX-License-Identifier: LGPL-2.1-or-later
// The service of the examples: started, asked, asked by many at once, and stopped.

import {spawn} from 'child_process';
import fs from 'fs';
import http from 'http';
import path from 'path';

import * as tap from './tap.js';

const {deepEqual, equal, ok} = tap;
const examples = path.join(process.env.RUA_SOURCE_ROOT, 'examples');
fs.copyFileSync(path.join(examples, 'service.mjs'), 'service.mjs');
const service = spawn(process.execPath, ['service.mjs', path.join(examples, 'rural-urban-alliance.json'), '0'],
    {stdio: ['ignore', 'pipe', 'inherit']});

const address = await new Promise((resolve, reject) => {
    let said = '';
    service.stdout.on('data', data => {
        said += data;
        if (said.endsWith('\n'))
            resolve(said.trim());
    });
    service.on('exit', code => reject(new Error(`the service ended with ${code}`)));
});

function ask(place) {
    return new Promise((resolve, reject) => {
        http.get(address + place, response => {
            let text = '';
            response.on('data', data => (text += data));
            response.on('end', () => resolve([response.statusCode, response.headers['content-type'], JSON.parse(text)]));
        }).on('error', reject);
    });
}

tap.add('a metric', async () => {
    const [status, type, body] = await ask('/metrics/income.ratio');
    deepEqual([status, type, body.id, body.unit, body.reason], [200, 'application/json', 'income.ratio', '1', null]);
    ok(Math.abs(body.estimate - 2.15889992360581) < 1e-9);
});

tap.add('a claim', async () => {
    const [status, , body] = await ask('/claims/income-doubled-summary');
    deepEqual([status, body.verdict], [200, 'not_entailed']);
    ok(body.reasons.length > 0);
});

tap.add('what is not there', async () => {
    for (const place of ['/', '/metrics', '/metrics/nothing', '/claims/nothing', '/toString/x']) {
        const [status, , body] = await ask(place);
        equal(status, 404, place);
        ok(body.error.includes('/metrics/ID'));
    }
});

tap.add('many at once, and some who go away', async () => {
    const gone = Array.from({length: 5}, () => new Promise(resolve => {
        const request = http.get(`${address}/metrics/income.ratio`, response => response.resume());
        request.on('error', resolve).on('close', resolve);
        setTimeout(() => request.destroy(), 1);
    }));
    const answers = await Promise.all(Array.from({length: 20}, () => ask('/metrics/income.ratio')));
    await Promise.all(gone);
    ok(answers.every(([status, , body]) => status === 200 && body.estimate === answers[0][2].estimate));
    equal((await ask('/metrics/income.before'))[0], 200);
});

const failed = await tap.run();
service.removeAllListeners('exit');
service.kill();
process.exit(failed);
