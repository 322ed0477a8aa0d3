// SPDX-License-Identifier: LGPL-2.1-or-later
// A service that answers JSON: the metrics and the claims of an alliance, each asked by its id.
//
//     node service.mjs [FILE [PORT]]        GET /metrics/income.ratio   GET /claims/income-doubled-summary

import http from 'node:http';
import ra from 'ruralalliance';

const [place = 'examples/rural-urban-alliance.json', port = '8080'] = process.argv.slice(2);
const alliance = await ra.Alliance.open_async(place);

async function answer(what, id, signal) {
    if (what === 'metrics' && alliance.metrics.has(id)) {
        const result = await alliance.metrics.get(id).measure_async(alliance, signal);
        return {id, estimate: result.estimate, unit: result.unit?.to_string(), n_used: result.n_used, reason: result.reason};
    }
    if (what === 'claims' && alliance.claims.has(id)) {
        const verdict = alliance.claims.get(id).check(alliance, signal);
        return {id, verdict: ra.VerdictType.to_string(verdict.verdict_type), value: verdict.value, reasons: verdict.reasons};
    }
    throw new ra.Error({code: ra.Error.REFERENCE, message: `there is no ${what}/${id}; ask for /metrics/ID or /claims/ID`});
}

const server = http.createServer(async (request, response) => {
    const [what, id = ''] = request.url.slice(1).split('/').map(decodeURIComponent);
    const controller = new AbortController();  // who goes away needs no answer
    response.on('close', () => controller.abort());
    const {status, body} = await answer(what, id, controller.signal).then(
        told => ({status: 200, body: told}),
        error => ({status: error instanceof ra.BrokenReferenceError ? 404 : 500, body: {error: error.message}}));
    response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body));
});
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${Object(server.address()).port}`));
