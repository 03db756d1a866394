// Parts of the page fetched anew from the server: parsed by the browser as a document, moved over as changes.
import { Idiomorph } from '../vendor/idiomorph/idiomorph.esm.js';
import { $ } from './dom.js';

export function fetchPage(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', url);
    request.responseType = 'document';
    request.onload = () => (request.status === 200 && request.response?.querySelector('#answer') ? resolve(request.response) : reject(new Error(String(request.status))));
    request.onerror = () => reject(new Error('network'));
    request.send();
  });
}

// What a person typed, chose or opened stays; a node that is not new stays the same node, so that a click is never lost.
const isTouched = field => ('defaultValue' in field && field.type !== 'hidden' && field.value !== field.defaultValue) || field.checked !== field.defaultChecked;
const KEEP = {
  beforeNodeMorphed: old => !(old.matches?.('input, textarea') && isTouched(old)),
  beforeAttributeUpdated: (name, node) => !(name === 'open' && node.matches('details')),
};

export function swapParts(page, names) {
  for (const name of names) {
    const old = $(`[data-part="${name}"]`), fresh = page.querySelector(`[data-part="${name}"]`);
    if (old && fresh) Idiomorph.morph(old, document.importNode(fresh, true), { ignoreActiveValue: true, callbacks: KEEP });
  }
}

export const readData = (root, id) => JSON.parse(root.querySelector(`#${id}`).textContent);
