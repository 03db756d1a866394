// The start of a large register is typed: names and codes are suggested as one types.
import { $, h } from './dom.js';

const input = $('#start[data-starts]');
let asked = '';
input?.addEventListener('input', async () => {
  const text = input.value.trim();
  if (text.length < 2 || text === asked) return;
  asked = text;
  const url = new URL(input.dataset.starts, location.href);
  url.searchParams.set('q', text);
  const response = await fetch(url).catch(() => null);
  if (!response?.ok || asked !== text) return;
  const found = await response.json();
  $('#starts').replaceChildren(...found.map(({ code, name }) => h('option', { value: code }, name)));
});
