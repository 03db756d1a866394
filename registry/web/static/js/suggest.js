// Suggestions under the search box: a listbox in the usual pattern; without them the form still searches.
import { h } from './dom.js';

const WAIT_MS = 120;

export function setUpSuggestions(form) {
  if (!form || !form.dataset.suggest) return;
  const input = form.querySelector('input[type=search]');
  const list = form.querySelector('.suggest');
  let timer = 0, asked = 0, chosen = -1;
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-controls', list.id);
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-expanded', 'false');

  const options = () => [...list.querySelectorAll('[role=option]')];
  const close = () => { list.hidden = true; chosen = -1; input.setAttribute('aria-expanded', 'false'); input.removeAttribute('aria-activedescendant'); };
  const choose = index => {
    const all = options();
    if (!all.length) return;
    chosen = (index + all.length) % all.length;
    all.forEach((option, i) => option.setAttribute('aria-selected', String(i === chosen)));
    input.setAttribute('aria-activedescendant', all[chosen].id);
    all[chosen].scrollIntoView({ block: 'nearest' });
  };
  const show = found => {
    list.replaceChildren(...(found.length ? found.map((item, i) => h('li', { role: 'option', id: `find-${i}`, 'data-url': item.url, 'aria-selected': 'false', onmousedown: event => { event.preventDefault(); location.assign(item.url); } },
      h('span', { class: 'clip' }, h('span', { class: 'strong' }, item.name), ' ', h('span', { class: 'code' }, item.code)), h('span', { class: 'what' }, item.kind))) : [h('li', { class: 'none' }, 'Nothing found')]));
    list.hidden = false; chosen = -1;
    input.setAttribute('aria-expanded', 'true');
  };
  const ask = async () => {
    const q = input.value.trim(), turn = ++asked;
    if (q.length < 2) { close(); return; }
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(q)}`, { headers: { Accept: 'application/json' } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { found } = await answer.json();
      if (turn === asked) show(found);
    } catch { close(); }
  };
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, WAIT_MS); });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' && !list.hidden) { event.preventDefault(); choose(chosen + 1); }
    else if (event.key === 'ArrowUp' && !list.hidden) { event.preventDefault(); choose(chosen < 0 ? -1 : chosen - 1); }
    else if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && chosen >= 0) { event.preventDefault(); location.assign(options()[chosen].dataset.url); }
  });
}
