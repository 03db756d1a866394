// Parts of the page fetched anew from the server: parsed by the browser as a document, moved over as nodes.
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

export function swapParts(page, names) {
  for (const name of names) {
    const old = $(`[data-part="${name}"]`), fresh = page.querySelector(`[data-part="${name}"]`);
    if (!old || !fresh) continue;
    const scrolled = $('.scroll', old)?.scrollTop ?? 0;
    const open = old.matches('details') && old.open;
    const copy = document.importNode(fresh, true);
    old.replaceWith(copy);
    if (open) copy.open = true;
    const scroll = $('.scroll', copy);
    if (scroll) scroll.scrollTop = scrolled;
  }
}

export const readData = (root, id) => JSON.parse(root.querySelector(`#${id}`).textContent);
