// Rows of a list under the keyboard: arrows move, Enter opens, x selects. Works on rows that htmx brings later too.
const opens = row => row.querySelector('a[data-open], td a');
const isTyping = event => /^(INPUT|SELECT|TEXTAREA|BUTTON|A|SUMMARY)$/.test(event.target.nodeName);

function tick(row) {
  const box = row.querySelector('input[type=checkbox]');
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event('change', { bubbles: true }));
}

function count(list) {
  const boxes = [...list.querySelectorAll('tbody input[type=checkbox]')];
  const chosen = boxes.filter(box => box.checked).length;
  for (const box of boxes) {
    if (box.checked) box.closest('tr').setAttribute('aria-selected', 'true');
    else box.closest('tr').removeAttribute('aria-selected');
  }
  for (const place of list.querySelectorAll('[data-selected-count]')) place.textContent = chosen ? `, ${chosen} selected` : '';
  for (const bar of list.querySelectorAll('.bulk')) bar.hidden = chosen === 0;
  const all = list.querySelector('input[data-select-all]');
  if (all) { all.checked = chosen > 0 && chosen === boxes.length; all.indeterminate = chosen > 0 && chosen < boxes.length; }
}

export function setUpRows() {
  document.addEventListener('keydown', event => {
    const row = event.target.closest?.('.t tbody tr[tabindex]');
    if (!row || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...row.parentElement.querySelectorAll('tr[tabindex]')];
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) { event.preventDefault(); rows[rows.indexOf(row) + move]?.focus(); }
    else if (event.key === 'Enter') opens(row)?.click();
    else if (event.key === 'x') { event.preventDefault(); tick(row); }
  });
  document.addEventListener('change', event => {
    const list = event.target.closest?.('[data-list]');
    if (!list || event.target.type !== 'checkbox' || !event.target.closest('table')) return;
    if (event.target.dataset.selectAll !== undefined) for (const box of list.querySelectorAll('tbody input[type=checkbox]')) box.checked = event.target.checked;
    count(list);
  });
  const settle = () => document.querySelectorAll('[data-list]').forEach(count);
  document.addEventListener('htmx:afterSettle', settle);
  settle();
}
