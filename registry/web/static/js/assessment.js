// The form saves every answer as it is given. What cannot be saved is said, and leaving before it is saved asks first.
import { $, $$ } from './dom.js';

const CARD = '.q, .card-q'; // one question, of our form and of the portal

const waiting = new Set();
const say = text => { const place = $('#saved'); if (place) place.textContent = text; };

document.addEventListener('input', event => {
  const question = event.target.closest(CARD);
  if (question) { waiting.add(question.id); say('Saving …'); }
});
document.addEventListener('htmx:afterRequest', event => {
  const question = event.detail.elt.closest?.(CARD) || event.detail.elt;
  if (event.detail.successful) waiting.delete(question.id);
  else say('Not saved: the connection failed. What you typed is still here; the next change saves it.');
});
document.addEventListener('submit', () => waiting.clear());
for (const button of $$('[data-without-script]')) button.hidden = true; // the portal has no shell that would
window.addEventListener('beforeunload', event => { if (waiting.size) event.preventDefault(); });
