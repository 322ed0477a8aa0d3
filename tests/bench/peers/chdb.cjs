// SPDX-License-Identifier: LGPL-2.1-or-later
// node chdb.cjs FOLDER THREADS [@TIMES] FILE.sql...   runs SQL in a session of chDB that is kept in FOLDER. $D and
// $OUT in the SQL stand for the environment's, PEERS is where npm put its packages. Each pass prints "pass SECONDS".
const fs = require('fs');
const {Session} = require(`${process.env.PEERS}/node_modules/chdb`);

const [folder, threads, ...steps] = process.argv.slice(2);
const session = new Session(folder);

// Settings of a session do not reach every statement: each is told how many threads there are.
function withThreads(statement) {
    const settings = ` SETTINGS max_threads=${threads}`;
    if (/ INTO OUTFILE/.test(statement))
        return statement.replace(/ INTO OUTFILE/, `${settings} INTO OUTFILE`);
    return /^(INSERT|CREATE OR REPLACE TABLE .* AS)/s.test(statement) ? statement + settings : statement;
}

let times = 1;
for (const step of steps) {
    if (step.startsWith('@')) {
        times = Number(step.slice(1));
        continue;
    }
    const statements = fs.readFileSync(step, 'utf8').replace(/^--.*$/gm, '')
        .replace(/\$(OUT|D)\b/g, (match, name) => process.env[name])
        .split(';').map(text => text.trim()).filter(text => text !== '');
    for (let k = 0; k < times; k++) {
        const start = performance.now();
        for (const statement of statements)
            session.query(withThreads(statement));
        console.log('pass', ((performance.now() - start) / 1e3).toFixed(4));
    }
    times = 1;
}
process.exit(0);
