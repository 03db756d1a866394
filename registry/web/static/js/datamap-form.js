// The form of the map: things are suggested as one types, what is chosen is shown at once, no empty fields in the address.
import { $, $$, h } from './dom.js';

export function setUpMapForm(form) {
  const input = $('#at', form);
  let asked = '';
  input.addEventListener('input', async () => {
    const text = input.value.trim();
    if (text.length < 2 || text === asked) return;
    asked = text;
    const url = new URL(input.dataset.things, location.href);
    url.searchParams.set('q', text);
    const response = await fetch(url).catch(() => null);
    if (!response?.ok || asked !== text) return;
    $('#things').replaceChildren(...(await response.json()).map(({ code, name }) => h('option', { value: code }, name)));
  });
  for (const choice of $$('#way, #steps', form)) choice.addEventListener('change', () => form.requestSubmit());
  form.addEventListener('submit', () => {
    for (const field of $$('input, select', form)) if (!field.value.trim()) field.disabled = true;
  });
}
