// SPDX-License-Identifier: LGPL-2.1-or-later
/* A report as a browser shows it: nothing loaded, nothing said on the console, nothing off the page at three widths, what axe
   finds, the keyboard, folding and sorting, and paper.

     node check-page.cjs CHROMIUM PAGE.html…    in a folder where playwright-core and axe-core are installed

   With PICTURES=FOLDER in the environment the pages are photographed there. Prints TAP. */
'use strict';

const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');

const load = createRequire(path.join(process.cwd(), 'x.cjs'));
const { chromium } = load('playwright-core');
const axe = fs.readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8');

const [executablePath, ...pages] = process.argv.slice(2);
const widths = [360, 768, 1280];
const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
let number = 0;
let failed = 0;

function report(name, faults) {
  number += 1;
  failed += faults.length > 0 ? 1 : 0;
  console.log(`${faults.length > 0 ? 'not ok' : 'ok'} ${number} - ${name}`);
  faults.forEach(fault => console.log(`# ${String(fault).replace(/\n/g, '\n# ')}`));
}

async function look(browser, file, width, scheme) {
  const faults = [];
  /* The page's own policy forbids what a test puts into it. */
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true });
  const page = await context.newPage();
  const name = `${path.basename(file, '.html')} ${width} ${scheme}`;

  page.on('console', message => faults.push(`console: ${message.text()}`));
  page.on('pageerror', error => faults.push(`script: ${error}`));
  page.on('request', request => request.url().startsWith('file:') || faults.push(`asks for ${request.url()}`));
  await page.goto(`file://${path.resolve(file)}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0)
    faults.push(`${wide} pixels wider than the window`);
  if (process.env.PICTURES)
    await page.screenshot({ path: path.join(process.env.PICTURES, `${name.replace(/ /g, '-')}.png`), fullPage: true });
  report(`${name}: whole, quiet and no wider than the window`, faults);
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  report(`${name}: axe`, found.violations.map(v => `${v.id}: ${v.help}: ${v.nodes.length} times, first ${v.nodes[0].html.slice(0, 200)}`));
  await context.close();
}

/* Under its own policy, with nothing but keys. */
async function use(browser, file) {
  const faults = [];
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 } });
  const page = await context.newPage();
  const name = path.basename(file, '.html');

  page.on('console', message => faults.push(`console: ${message.text()}`));
  await page.goto(`file://${path.resolve(file)}`);
  await page.keyboard.press('Tab');
  if (!await page.evaluate(() => document.activeElement.matches('.skip')))
    faults.push('the first stop of the keyboard is not the way past the contents');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  if (!await page.evaluate(() => location.hash.length > 1 && document.querySelector(location.hash) !== null))
    faults.push('Enter on the first chapter does not lead to it');

  const button = page.locator('section h2 button').first();
  await button.focus();
  await page.keyboard.press('Enter');
  if (await button.getAttribute('aria-expanded') !== 'false' || await page.locator('section').first().locator('p, table').first().isVisible())
    faults.push('a chapter does not fold');
  await page.keyboard.press('Space');
  if (await button.getAttribute('aria-expanded') !== 'true')
    faults.push('a chapter does not unfold');

  const sorted = await page.evaluate(() => {
    const table = [...document.querySelectorAll('table')].find(t => t.tBodies[0].rows.length > 4);
    const read = () => [...table.tBodies[0].rows].map(row => row.cells[0].textContent);
    const before = read();

    table.tHead.querySelector('button').click();
    const up = read();
    table.tHead.querySelector('button').click();
    return { before, up, down: read() };
  });
  if ([...sorted.before].sort().join() !== [...sorted.up].sort().join() || sorted.up.join() === sorted.down.join())
    faults.push('a table does not sort, or loses rows');

  /* On paper all is open. */
  await button.press('Enter');
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
  const sheets = (pdf.toString('latin1').match(/\/Type \/Page\b/g) || []).length;
  if (sheets < 2)
    faults.push(`${sheets} sheets of paper`);
  await page.emulateMedia({ media: 'print' });
  if (!await page.locator('section').first().locator('p, table').first().isVisible())
    faults.push('a folded chapter is missing on paper');
  report(`${name}: keyboard, folding, sorting, paper (${sheets} sheets)`, faults);
  await context.close();
}

/* Without scripts all of it is there. */
async function read(browser, file) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();

  await page.goto(`file://${path.resolve(file)}`);
  const hidden = await page.locator('section').all();
  const faults = [];
  for (const section of hidden)
    if (!await section.isVisible())
      faults.push('a chapter is hidden');
  report(`${path.basename(file, '.html')}: whole without scripts`, faults);
  await context.close();
}

(async () => {
  const context = { executablePath, args: flags, headless: true };
  const browser = await chromium.launch(context);

  for (const file of pages) {
    for (const width of widths)
      await look(browser, file, width, width === 768 ? 'dark' : 'light');
    await use(browser, file);
    await read(browser, file);
  }
  await browser.close();
  console.log(`1..${number}`);
  process.exitCode = failed > 0 ? 1 : 0;
})();
