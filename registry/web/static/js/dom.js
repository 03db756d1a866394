// Elements are built from nodes and text only: no innerHTML, no style attribute, no inline handler.
const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const put = (target, ...children) => {
  const element = typeof target === 'string' ? $(target) : target;
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
  return element;
};

// Inline bar: the width is an SVG attribute, so the server renders the same one (macros/table.html).
export function bar(value, maximum, { width = 84, height = 12, kind = 'v', label = '' } = {}) {
  const length = value > 0 ? Math.min(width, Math.max(1.5, (value / maximum) * width)) : 0;
  return s('svg', { class: 'b', width, height, role: 'img', 'aria-label': label || `${value} of ${maximum}` },
    s('rect', { class: kind, x: 0, y: height / 4, width: length, height: height / 2, rx: 1.5 }));
}

// The colour tokens as they are now, for canvases that cannot read CSS.
export const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Calls back when light and dark change places, by the switch or by the machine.
export function onThemeChange(callback) {
  new MutationObserver(callback).observe(document.documentElement, { attributeFilter: ['data-theme'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', callback);
}
