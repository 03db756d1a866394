// The data map: Cytoscape draws and moves things and lines at the places the server worked out. Everything one can do
// here can be done without it as well: the picture stands in the page as SVG with links, the table has the same data.
import cytoscape from '../vendor/cytoscape/cytoscape.esm.min.mjs';
import { $, $$, h, onThemeChange, s, token } from './dom.js';
import { setUpMapForm } from './datamap-form.js';

const SHAPES = { segments: 'triangle', datasets: 'diamond', systems: 'round-rectangle', vendors: 'ellipse' };
const SMALLEST_ZOOM = 0.05;
const TOOLS = 44; // room for the tools at the bottom
const MANY = 400; // lines; beyond, they rest while the picture is moved

function style() {
  const ink = token('--ink'), edge = token('--edge'), accent = token('--accent'), line = token('--node-line'), page = token('--bg');
  return [
    { selector: 'node', style: { width: 'data(size)', height: 'data(size)', shape: 'data(shape)', 'background-color': token('--bar'), 'border-width': 1, 'border-color': line, label: 'data(label)', color: ink, 'font-family': 'Inter, system-ui, sans-serif', 'font-size': 11.5, 'font-weight': 500, 'text-halign': 'right', 'text-valign': 'center', 'text-margin-x': 4, 'text-outline-color': page, 'text-outline-width': 1.5, 'min-zoomed-font-size': 5, 'overlay-opacity': 0, 'z-index': 2 } },
    { selector: '.sensitive', style: { 'background-color': token('--r2') } },
    { selector: '.start', style: { 'background-color': token('--r4'), 'border-width': 2, 'font-weight': 700 } },
    { selector: 'edge', style: { width: 1.1, 'line-color': edge, 'curve-style': 'unbundled-bezier', 'edge-distances': 'endpoints', 'control-point-distances': 'data(distances)', 'control-point-weights': 'data(weights)', 'source-endpoint': 'data(from)', 'target-endpoint': 'data(to)', 'target-arrow-shape': 'triangle', 'target-arrow-color': edge, 'arrow-scale': 0.55, 'overlay-opacity': 0 } },
    { selector: '.dashed', style: { 'line-style': 'dashed', 'line-dash-pattern': [4, 3] } },
    { selector: '.quiet', style: { opacity: 0.25 } },
    { selector: 'edge.lit', style: { 'line-color': accent, 'target-arrow-color': accent, width: 1.8, opacity: 1, 'z-index': 3 } },
    { selector: 'node.lit', style: { 'border-color': accent, 'border-width': 2.5, color: accent, opacity: 1 } },
  ];
}

function elementsOf(data) {
  const places = new Map(data.nodes.map(([key, , , x]) => [key, x]));
  return [
    ...data.nodes.map(([key, kind, label, x, y, , sensitive]) => ({
      data: { id: key, label, shape: SHAPES[kind], size: 2 * data.mark * ({ datasets: 1.25, segments: 1.15 }[kind] || 1) }, position: { x, y },
      classes: [key === data.at && 'start', sensitive && 'sensitive'].filter(Boolean).join(' '),
    })),
    ...data.edges.map(([source, target, dashed, facts, count, weights, distances, [from, to]], number) => ({
      data: { id: `line ${number}`, source, target, facts, count, weights, distances, from: `${from - places.get(source)}px 0px`, to: `${to - places.get(target)}px 0px` },
      classes: dashed ? 'dashed' : '',
    })),
  ];
}

function setUpMap() {
  const stage = $('#map'), canvas = $('#cy'), says = $('#map-says'), note = $('#map-note');
  const data = JSON.parse($('#map-data').textContent);
  const heads = s('g'), layer = s('svg', { class: 'layer', 'aria-hidden': 'true' }, heads);
  heads.append(...data.columns.map(([words, x]) => s('text', { class: 'dm-head', x, y: 18, 'font-size': 11 }, words)));
  canvas.before(layer);
  canvas.hidden = false;
  stage.classList.add('is-drawn');
  $('.map-tools').hidden = false;

  const cy = cytoscape({ container: canvas, minZoom: SMALLEST_ZOOM, maxZoom: 3, boxSelectionEnabled: false, autoungrabify: true, autounselectify: true, hideEdgesOnViewport: data.edges.length > MANY, textureOnViewport: false, elements: elementsOf(data), layout: { name: 'preset', fit: false }, style: style() });
  stage.addEventListener('wheel', event => { if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) event.stopImmediatePropagation(); }, { capture: true, passive: true });

  const room = () => ({ width: canvas.clientWidth, height: canvas.clientHeight });
  cy.on('viewport', () => heads.setAttribute('transform', `translate(${cy.pan().x} ${cy.pan().y}) scale(${cy.zoom()})`));
  function fit() {
    const { width, height } = room(), zoom = Math.min(width / data.width, (height - TOOLS) / data.height, 1.15);
    cy.viewport({ zoom, pan: { x: Math.max(0, (width - data.width * zoom) / 2), y: Math.max(0, (height - TOOLS - data.height * zoom) / 2) } });
  }
  // Opens readable: a picture too large for its place is not shrunk beyond reading, but opens where one looks from.
  function open() {
    fit();
    const { width, height } = room(), zoom = 0.85;
    if (cy.zoom() >= (width > 700 ? 0.6 : 0.75)) return;
    const start = cy.getElementById(data.at);
    const middle = start.nonempty() ? start.position() : { x: Math.min(data.width, width / zoom) / 2, y: data.height / 2 };
    cy.viewport({ zoom, pan: { x: width / 2 - middle.x * zoom, y: height / 2 - middle.y * zoom } });
  }
  function zoomBy(factor) {
    const { width, height } = room();
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: width / 2, y: height / 2 } });
  }
  for (const button of $$('[data-zoom]')) button.addEventListener('click', () => ({ in: () => zoomBy(1.3), out: () => zoomBy(1 / 1.3), fit })[button.dataset.zoom]());

  // ---- what is under the pointer, or chosen by keys, is said and lit, with its lines
  let chosen = null;
  const nameOf = key => data.names[key] || cy.getElementById(key).data('label');
  const wordsOf = edge => edge.data('facts').slice(0, 2).map(([code, words]) => `${words} (${code})`).join('; ') + (edge.data('count') > 2 ? `; and ${edge.data('count') - 2} more` : '');
  function light(element) {
    cy.elements('.lit, .quiet').removeClass('lit quiet');
    for (const row of $$('.map-table tr.lit')) row.classList.remove('lit');
    says.textContent = '';
    if (!element) return;
    const near = element.isNode() ? element.closedNeighborhood() : element.union(element.connectedNodes());
    if (data.edges.length <= MANY) cy.elements().difference(near).addClass('quiet');
    (element.isNode() ? element.union(element.connectedEdges()) : element).addClass('lit');
    if (element.isNode()) {
      const lines = element.connectedEdges().length;
      says.textContent = `${nameOf(element.id())} (${element.id()}): ${lines} line${lines === 1 ? '' : 's'}`;
      $(`.map-table tr[data-key="${CSS.escape(element.id())}"]`)?.classList.add('lit');
    } else says.textContent = wordsOf(element);
  }
  cy.on('mouseover', 'node, edge', event => { canvas.classList.add('over'); light(event.target); });
  cy.on('mouseout', 'node, edge', () => { canvas.classList.remove('over'); light(chosen); });
  function choose(key, { center = true } = {}) {
    chosen = key ? cy.getElementById(key) : null;
    if (chosen?.empty()) chosen = null;
    light(chosen);
    if (chosen && center) cy.center(chosen);
  }

  // ---- a thing opens its page, a line the fact it comes from; a line of several facts names them
  function go(url, event) {
    if (!url) return;
    if (event?.ctrlKey || event?.metaKey) window.open(url, '_blank', 'noopener');
    else location.assign(url);
  }
  cy.on('tap', 'node', event => go(data.urls[event.target.id()], event.originalEvent));
  cy.on('tap', 'edge', event => {
    const facts = event.target.data('facts');
    if (event.target.data('count') === 1) { go(data.urls[facts[0][0]], event.originalEvent); return; }
    note.replaceChildren(...facts.map(([code, words]) => h('div', {}, data.urls[code] ? h('a', { class: 'code', href: data.urls[code] }, code) : h('span', { class: 'code' }, code), ` ${words}`)),
      event.target.data('count') > facts.length ? h('div', { class: 'faint' }, `and ${event.target.data('count') - facts.length} more, in the table`) : '');
    note.hidden = false;
  });
  cy.on('tap', event => { if (event.target === cy) { note.hidden = true; choose(''); } });

  // ---- keyboard: through the things in the order of the table
  canvas.addEventListener('keydown', event => {
    const keys = data.nodes.map(([key]) => key), at = chosen?.isNode() ? keys.indexOf(chosen.id()) : -1;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step) choose(keys[at < 0 ? 0 : (at + step + keys.length) % keys.length]);
    else if (event.key === '+' || event.key === '=') zoomBy(1.3);
    else if (event.key === '-') zoomBy(1 / 1.3);
    else if (event.key === '0') fit();
    else if (event.key === 'Enter' && chosen) go(data.urls[chosen.id()]);
    else if (event.key === 'f' && chosen) location.assign(data.look.replace('CODE', encodeURIComponent(chosen.id())));
    else if (event.key === 'Escape') { note.hidden = true; choose(''); }
    else return;
    event.preventDefault();
  });
  $('#find-thing').addEventListener('input', event => {
    const wanted = event.target.value.trim().toLowerCase();
    const found = wanted && data.nodes.find(([key, , label]) => key.toLowerCase() === wanted || (data.names[key] || label).toLowerCase().includes(wanted));
    choose(found ? found[0] : '');
    if (wanted && !found) says.textContent = 'Not in the picture; find it on the whole map above.';
  });
  for (const row of $$('.map-table tr[data-key]')) {
    row.addEventListener('focusin', () => choose(row.dataset.key));
    row.addEventListener('mouseenter', () => light(cy.getElementById(row.dataset.key)));
    row.addEventListener('mouseleave', () => light(chosen));
  }
  let waiting = 0, width = 0;
  new ResizeObserver(() => {
    cy.resize();
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (Math.abs(canvas.clientWidth - width) > 40) open(); width = canvas.clientWidth; }, 150);
  }).observe(canvas);
  onThemeChange(() => cy.style(style()));
  open();
  width = canvas.clientWidth;
}

setUpMapForm($('#ask'));
if ($('#map')) setUpMap();
