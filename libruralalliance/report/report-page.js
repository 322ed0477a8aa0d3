// SPDX-License-Identifier: LGPL-2.1-or-later
/* Folds chapters and sorts tables. The page is whole without it. */
'use strict';

function fold(section, words) {
  const heading = section.querySelector('h2');
  const button = document.createElement('button');
  const show = open => {
    section.classList.toggle('folded', !open);
    button.setAttribute('aria-expanded', String(open));
    button.textContent = open ? words.fold : words.unfold;
  };

  button.type = 'button';
  button.setAttribute('aria-describedby', heading.id);
  button.addEventListener('click', () => show(section.classList.contains('folded')));
  heading.append(button);
  show(true);
  return show;
}

/* A number where the cell begins with one, perhaps behind a currency; what is not known comes last. */
function key(cell) {
  const text = cell ? cell.textContent.trim() : '';
  const number = /^(?:[A-Z]{3}\s|人民币)?[-−+]?\d[\d,]*(?:\.\d+)?/.exec(text);

  return number ? Number(number[0].replace(/[^\d.−-]/g, '').replace('−', '-')) : text;
}

function compare(a, b) {
  if (typeof a === 'number' && typeof b === 'number')
    return a - b;
  if (typeof a === 'number' || typeof b === 'number')
    return typeof a === 'number' ? -1 : 1;
  return a.localeCompare(b, document.documentElement.lang || undefined);
}

function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];

  if (body.rows.length < 3)
    return;
  heads.forEach((head, column) => {
    const button = document.createElement('button');

    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      const rows = [...body.rows].map(row => [key(row.cells[column]), row]);

      heads.forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      rows.sort((a, b) => down ? compare(b[0], a[0]) : compare(a[0], b[0]));
      body.append(...rows.map(row => row[1]));
    });
  });
}

const words = document.body.dataset;
const shows = new Map([...document.querySelectorAll('section')].map(section => [section, fold(section, words)]));

/* Whoever follows a link into a folded chapter wants to see it. */
addEventListener('hashchange', () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const show = target && shows.get(target.closest('section'));

  if (show) {
    show(true);
    target.scrollIntoView();
  }
});
document.querySelectorAll('table').forEach(sortable);
