// The shell of every page: search box, theme, keyboard rows, menus that close. Everything works without it, only slower.
import { $, $$ } from './dom.js';
import { setUpRows } from './rows.js';
import { setUpSuggestions } from './suggest.js';
import { setUpTheme } from './theme.js';

const isTyping = element => element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.nodeName);

document.addEventListener('keydown', event => {
  if (event.key === '/' && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = $('[data-list] input[type=search]') || $('#find');
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
  if (event.key === 'Escape') for (const menu of $$('details.pick[open]')) { menu.open = false; $('summary', menu).focus(); }
});
document.addEventListener('click', event => {
  for (const menu of $$('details.pick[open]')) if (!menu.contains(event.target)) menu.open = false;
});
// A list filters as it is set; the button is only for pages without scripts.
for (const button of $$('[data-without-script]')) button.hidden = true;
for (const choice of $$('[data-submit-on-change]')) choice.addEventListener('change', () => choice.form.requestSubmit());

setUpTheme($('[data-theme-switch]'));
setUpSuggestions($('.find-form'));
setUpRows();
$('[data-focus]')?.focus();
