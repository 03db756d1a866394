// The blast radius page: picture, curve, tabs without a reload, more worlds in the background, news of changed facts.
// Everything here repeats what the page already says; without scripts the same addresses lead to the same figures.
import { $, $$, h } from './dom.js';
import { drawCurve } from './blast-curve.js';
import { setUpPicture } from './blast-picture.js';
import { fetchPage, swapParts } from './blast-parts.js';

const answer = $('#answer');
const CHECK_EVERY = 60_000;

const picture = setUpPicture();
const curve = drawCurve();

// ---- tabs, routes and what-ifs of one thing change the panel only
function changePanel(url) {
  fetchPage(url).then(page => {
    swapParts(page, ['panel']);
    history.replaceState(null, '', url);
    picture.follow();
    ($('#look-title') || $('.panel .tabs [aria-current]') || $('.panel .tabs a'))?.focus();
  }).catch(() => location.assign(url));
}
document.addEventListener('click', event => {
  const link = event.target.closest('.panel .tabs a, [data-panel-link]');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  picture.hideNote();
  link.closest('details.pick')?.removeAttribute('open');
  const url = new URL(link.href);
  if (picture.selected()) url.searchParams.set('select', picture.selected());
  url.hash = '';
  changePanel(url.href);
});

// ---- a row lights its likeliest route; its link still works without scripts
answer.addEventListener('click', event => {
  const row = event.target.closest('#reached tr[data-key]');
  if (!row || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  picture.select(row.dataset.key);
});
answer.addEventListener('keydown', event => {
  const row = event.target.closest('#reached tr[data-key]');
  if (!row || event.target !== row || (event.key !== 'Enter' && event.key !== ' ')) return;
  event.preventDefault();
  event.stopPropagation();
  picture.select(row.dataset.key);
});

// ---- more worlds, step by step, until the target error or the last step
async function refine() {
  for (;;) {
    const url = answer.dataset.refine || $('[data-later]')?.dataset.later;
    if (!url) return;
    const next = new URL(url, location.href), here = new URL(location.href).searchParams;
    for (const name of ['tab', 'look', 'select']) {
      next.searchParams.delete(name);
      if (here.has(name)) next.searchParams.set(name, here.get(name));
    }
    const worlds = Number(next.searchParams.get('iterations')), reached = Number(answer.dataset.worlds);
    const doing = worlds > reached ? `working on ${worlds.toLocaleString('en')} ` : 'trying cuts and planned controls ';
    const words = `${reached.toLocaleString('en')} worlds, standard error of people ${answer.dataset.error}, wanted ${answer.dataset.target}; ${doing}`;
    $('#refining')?.replaceChildren(h('label', {}, words, h('progress', { max: worlds, value: reached })));
    try {
      const page = await fetchPage(next.href);
      swapParts(page, ['headline', 'panel', 'curve', 'prov', 'how', 'share', 'save']);
      picture.refresh(page);
      curve.refresh(page);
      Object.assign(answer.dataset, page.querySelector('#answer').dataset);
    } catch {
      $('#refining')?.replaceChildren('could not be refined just now; the figures stand as they are');
      return;
    }
  }
}
if (!new URL(location.href).searchParams.has('iterations')) refine();

// ---- the facts may move while the page is open
async function checkRevision() {
  if (document.hidden || $('.moved')) return;
  const response = await fetch(answer.dataset.revisionUrl, { headers: { Accept: 'application/json' } }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const { revision } = await response.json();
  if (String(revision) === answer.dataset.revision) return;
  answer.prepend(h('div', { class: 'moved', role: 'status' }, 'The facts have moved since this was computed.', h('a', { href: location.href.split('#')[0] }, 'Ask again on today’s facts')));
}
setInterval(checkRevision, CHECK_EVERY);
document.addEventListener('visibilitychange', checkRevision);

// ---- the form: no empty fields in the address, suggestions for large registers
document.addEventListener('submit', event => {
  if (!event.target.matches('#ask, #assumed')) return;
  for (const field of $$('input, select, textarea', event.target)) if (!field.value.trim()) field.disabled = true;
});
