// The ring picture: Cytoscape draws and moves nodes and edges at the places the server worked out; rings and labels
// are SVG layers under and over it, so text stays crisp, takes its colours from the style sheet and can be printed.
import cytoscape from '../vendor/cytoscape/cytoscape.esm.min.mjs';
import { $, $$, h, onThemeChange, s, token } from './dom.js';
import { readData } from './blast-parts.js';

const SHAPES = { vendor: 'ellipse', system: 'round-rectangle', dataset: 'diamond', process: 'hexagon', group: 'octagon' };
const HOP_TIME = 1100;
const quoted = key => CSS.escape(key);

function style() {
  const line = token('--node-line'), edge = token('--edge'), accent = token('--accent'), start = token('--r4');
  return [
    { selector: 'node', style: { width: 'data(size)', height: 'data(size)', shape: 'data(shape)', 'border-width': 1, 'border-color': line, 'border-opacity': 0.75, 'overlay-opacity': 0 } },
    ...[0, 1, 2, 3, 4].map(i => ({ selector: `.c${i}`, style: { 'background-color': token(`--r${i}`) } })),
    { selector: '.start', style: { 'background-color': start, 'border-width': 3, 'border-opacity': 1, 'border-color': token('--bg'), 'outline-width': 1.5, 'outline-color': start, 'outline-offset': 2 } },
    { selector: '.protected', style: { 'border-width': 0, 'outline-width': 1.4, 'outline-style': 'dashed', 'outline-color': line, 'outline-offset': 3 } },
    { selector: '.struck', style: { 'background-color': start, 'background-opacity': 0.12, 'border-color': token('--ink-3') } },
    { selector: 'edge', style: { width: 'data(width)', 'line-color': edge, 'curve-style': 'unbundled-bezier', 'control-point-distances': 'data(distance)', 'control-point-weights': 'data(weight)', 'edge-distances': 'node-position', 'target-arrow-shape': 'triangle', 'target-arrow-color': edge, 'arrow-scale': 0.62, 'target-distance-from-node': 3, 'overlay-opacity': 0 } },
    { selector: '.cut', style: { 'line-style': 'dashed', 'line-dash-pattern': [3, 4], width: 1.4, 'target-arrow-shape': 'none' } },
    { selector: '.route', style: { 'line-color': accent, 'target-arrow-color': accent, 'z-index': 9 } },
    { selector: 'node.chosen', style: { 'border-width': 2.5, 'border-color': accent, 'border-opacity': 1 } },
    { selector: 'edge.chosen', style: { 'line-color': accent, 'target-arrow-color': accent, 'z-index': 10 } },
    { selector: '.later', style: { opacity: 0.08 } },
  ];
}

const nodeClasses = node => [`c${node.chance}`, node.start && 'start', node.protected && 'protected', node.struck && 'struck'].filter(Boolean).join(' ');
const elementsOf = data => [
  ...data.nodes.map(node => ({ data: { id: node.key, size: 2 * node.half, shape: SHAPES[node.kind] || 'ellipse', hop: node.hop }, position: { x: node.x, y: node.y }, classes: nodeClasses(node) })),
  ...data.edges.map(edge => ({ data: { id: `${edge.source}>${edge.target}`, source: edge.source, target: edge.target, width: edge.width, weight: edge.weight, distance: edge.distance, facts: edge.facts }, classes: edge.cut ? 'cut' : '' })),
];

// Rings and their names below, labels and cut marks above.
function drawLayers(data, under, over) {
  const [cx, cy] = data.center, small = 10.5 * data.scale;
  under.replaceChildren(
    ...data.radii.slice(1).reverse().flatMap(r => [s('circle', { class: 'rp-area', cx, cy, r }), s('circle', { class: 'rp-ring', cx, cy, r })]),
    ...data.names.map(([hop, x, y]) => s('text', { class: 'rp-ringname', x, y: y + 3.5, 'text-anchor': 'middle', 'font-size': small }, hop === 1 ? '1 hop' : `${hop} hops`)),
  );
  const kinds = new Map(data.nodes.map(node => [node.key, node]));
  over.replaceChildren(...data.labels.map(([key, name, figures, below, x, y, anchor]) => {
    const node = kinds.get(key);
    const type = node.start ? 'rp-lab-start' : node.struck ? 'rp-lab-off' : 'rp-lab';
    return s('text', { class: type, 'data-label': key, 'data-hop': node.hop, x, y: y + (below ? -2 : 4) * data.scale, 'text-anchor': anchor, 'font-size': (node.start ? 13 : 11.5) * data.scale }, name,
      figures && s('tspan', { class: 'rp-lab2', 'font-size': small, ...(below ? { x, dy: 13 * data.scale } : { dx: 5 * data.scale }) }, figures));
  }), ...data.marks.map(([words, x, y]) => s('g', { class: 'rp-cutmark', transform: `translate(${x} ${y}) scale(${data.scale})` },
    s('circle', { class: 'rp-cutdisc', r: 7.5 }), s('path', { class: 'rp-cutcross', d: 'M-3 -3L3 3M3 -3L-3 3' }), s('text', { class: 'rp-lab', y: -12, 'text-anchor': 'middle', 'font-size': 10.5 }, words))));
}

export function setUpPicture() {
  const stage = $('.stage'), canvas = $('#cy'), note = $('#edge-note');
  const under = s('g'), over = s('g');
  const lower = s('svg', { class: 'layer', 'aria-hidden': 'true' }, under), upper = s('svg', { class: 'layer', 'aria-hidden': 'true' }, over);
  let data = readData(document, 'picture-data'), chosen = '', playing = null;

  canvas.before(lower);
  canvas.after(upper);
  canvas.hidden = false;
  stage.classList.add('is-drawn');
  $('.stage-tools').hidden = false;
  const cy = cytoscape({ container: canvas, minZoom: 0.25, maxZoom: 4, boxSelectionEnabled: false, autoungrabify: true, elements: elementsOf(data), layout: { name: 'preset', fit: false }, style: style() });
  // A wheel over the picture scrolls the page; with a key held, or after a click into it, it zooms.
  stage.addEventListener('wheel', event => { if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) event.stopImmediatePropagation(); }, { capture: true, passive: true });

  const room = () => ({ width: canvas.clientWidth || data.width, height: canvas.clientHeight || data.height });
  function move() {
    const pan = cy.pan(), at = `translate(${pan.x} ${pan.y}) scale(${cy.zoom()})`;
    under.setAttribute('transform', at);
    over.setAttribute('transform', at);
  }
  function fit() {
    const { width, height } = room(), zoom = Math.min(width / data.width, height / data.height, 1.35);
    cy.viewport({ zoom, pan: { x: (width - data.width * zoom) / 2, y: (height - data.height * zoom) / 2 } });
  }
  function redraw() {
    cy.elements().remove();
    cy.add(elementsOf(data));
    drawLayers(data, under, over);
    select(chosen, { quiet: true });
    fit();
  }
  cy.on('viewport', move);
  drawLayers(data, under, over);
  fit();

  // ---- choosing
  const shownAs = key => data.folded[key] || key;
  function select(key, { quiet = false } = {}) {
    chosen = data.routes[key] ? key : '';
    cy.elements().removeClass('chosen route');
    for (const label of $$('[data-label].chosen', over)) label.classList.remove('chosen');
    follow();
    if (!chosen) return;
    cy.getElementById(shownAs(chosen)).addClass('chosen');
    $(`[data-label="${quoted(shownAs(chosen))}"]`, over)?.classList.add('chosen');
    const route = data.routes[chosen].map(shownAs);
    route.slice(1).forEach((to, i) => cy.getElementById(`${route[i]}>${to}`).addClass('route'));
    if (quiet) return;
    const url = new URL(location.href);
    url.searchParams.set('select', chosen);
    history.replaceState(null, '', url);
    $('#picture-says').textContent = `${data.nodes.find(node => node.key === shownAs(chosen))?.label || chosen}: reached over ${route.length - 1} hop${route.length === 2 ? '' : 's'}.`;
  }
  function follow() {
    for (const row of $$('#reached tr[data-key]')) {
      if (row.dataset.key === chosen) row.setAttribute('aria-selected', 'true');
      else row.removeAttribute('aria-selected');
    }
  }
  function showRow(key) {
    const row = $(`#reached tr[data-key="${quoted(key)}"]`), scroll = row?.closest('.scroll');
    if (!row || !scroll) return;
    const top = row.offsetTop - scroll.clientHeight / 2;
    scroll.scrollTo({ top });
  }
  cy.on('tap', 'node', event => {
    const key = event.target.id();
    hideNote();
    if (data.open[key]) { location.assign(data.open[key]); return; }
    if (data.nodes.find(node => node.key === key)?.start) { select(''); showNodeNote(event.target); return; }
    select(key);
    showRow(key);
    showNodeNote(event.target);
  });
  cy.on('tap', event => { if (event.target === cy) hideNote(); });
  cy.on('mouseover', 'node, edge', () => canvas.classList.add('over'));
  cy.on('mouseout', 'node, edge', () => canvas.classList.remove('over'));

  // ---- a note at an edge says which fact it comes from; at both edges and nodes it leads to what can be tried there
  function hideNote() { note.hidden = true; cy.edges().removeClass('chosen'); }
  function whatIfs(code, words) {
    const url = new URL(data.page, location.href);
    url.searchParams.set('look', code);
    return h('a', { class: 'btn small-btn', href: url.href, 'data-panel-link': true }, words);
  }
  function showNote(at, ...children) {
    note.replaceChildren(...children.flat().filter(Boolean));
    note.hidden = false;
    const { width, height } = room();
    const left = Math.max(8, Math.min(at.x + 12, width - note.offsetWidth - 8)), top = Math.max(8, Math.min(at.y + 12, height - note.offsetHeight - 8));
    note.style.setProperty('left', `${left}px`);
    note.style.setProperty('top', `${top}px`);
    $('a', note)?.focus({ preventScroll: true });
  }
  cy.on('tap', 'edge', event => {
    hideNote();
    event.target.addClass('chosen');
    const facts = event.target.data('facts').filter(code => data.facts[code]);
    if (!facts.length) return;
    showNote(event.target.renderedMidpoint(), facts.slice(0, 4).flatMap(code => {
      const fact = data.facts[code];
      return [
        h('div', {}, fact.url ? h('a', { class: 'code', href: fact.url }, code) : h('span', { class: 'code' }, code), ' ', fact.words, h('span', { class: 'faint' }, ` · carries ${fact.chance}`)),
        fact.controls && h('div', { class: 'small' }, fact.controls),
        h('div', { class: 'small faint' }, fact.source),
        h('div', { class: 'act' }, fact.switch && h('a', { class: `btn small-btn${fact.isCut ? ' on' : ''}`, href: fact.switch }, fact.isCut ? `Undo the cut of ${code}` : `Cut ${code}`), whatIfs(code, `What if on ${code} …`)),
      ];
    }), facts.length > 4 && h('div', { class: 'small faint' }, `and ${facts.length - 4} more in the Facts tab`));
  });
  function showNodeNote(target) {
    const node = data.nodes.find(each => each.key === target.id());
    if (!node || node.kind === 'process' || node.kind === 'group') return;
    const { x, y } = target.renderedPosition();
    showNote({ x: x + target.renderedWidth() / 2, y }, h('div', { class: 'strong' }, node.label), h('div', { class: 'act' }, whatIfs(node.key, 'What if …')));
  }
  note.addEventListener('keydown', event => { if (event.key === 'Escape') { hideNote(); canvas.focus(); } });

  // ---- tools
  function zoomBy(factor) {
    const { width, height } = room();
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: width / 2, y: height / 2 } });
  }
  const zooms = { in: () => zoomBy(1.25), out: () => zoomBy(0.8), fit };
  for (const button of $$('[data-zoom]')) button.addEventListener('click', zooms[button.dataset.zoom]);
  const find = $('#find-node');
  find.addEventListener('input', () => {
    const text = find.value.trim().toLocaleLowerCase();
    const hit = text && data.nodes.find(node => !node.start && node.label.toLocaleLowerCase().includes(text));
    if (!hit) return;
    select(hit.key);
    showRow(hit.key);
    const { width, height } = room();
    if (cy.zoom() > 1.4) cy.pan({ x: width / 2 - hit.x * cy.zoom(), y: height / 2 - hit.y * cy.zoom() });
  });

  const play = $('#play');
  function showHops(hop) {
    cy.nodes().forEach(node => node.toggleClass('later', node.data('hop') > hop));
    cy.edges().forEach(edge => edge.toggleClass('later', edge.target().data('hop') > hop || edge.source().data('hop') > hop));
    for (const label of $$('[data-label]', over)) label.classList.toggle('dim', Number(label.dataset.hop) > hop);
  }
  function stop() {
    clearInterval(playing);
    playing = null;
    play.textContent = 'Play hop by hop';
    showHops(Infinity);
  }
  play.addEventListener('click', () => {
    if (playing) { stop(); return; }
    let hop = 0;
    showHops(hop);
    play.textContent = 'Stop';
    playing = setInterval(() => {
      hop += 1;
      if (hop > data.hops) { stop(); return; }
      showHops(hop);
      $('#picture-says').textContent = `${hop} hop${hop === 1 ? '' : 's'}: ${data.nodes.filter(node => node.hop === hop).length} things`;
    }, HOP_TIME);
  });

  // ---- keyboard: the picture walks through the things in the order of the table
  const order = () => data.nodes.filter(node => !node.start).map(node => node.key);
  canvas.addEventListener('keydown', event => {
    const keys = order(), at = keys.indexOf(shownAs(chosen));
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step && keys.length) { const key = keys[(at + step + keys.length) % keys.length]; select(key); showRow(key); }
    else if (event.key === '+' || event.key === '=') zoomBy(1.25);
    else if (event.key === '-') zoomBy(0.8);
    else if (event.key === '0') fit();
    else if (event.key === 'Enter') $(`#reached tr[data-key="${quoted(chosen)}"]`)?.focus();
    else if (event.key === 'w' && chosen) showNodeNote(cy.getElementById(shownAs(chosen)));
    else if (event.key === 'Escape') { hideNote(); select(''); }
    else return;
    event.preventDefault();
  });

  // ---- another size, other colours, other figures
  let asked = '';
  async function relayout() {
    const { width, height } = room();
    const ratio = (width / height) / (data.width / data.height);
    const isClose = ratio > 0.9 && ratio < 1.12 && width > data.width * 0.86;
    const wanted = `${Math.round(width / 20) * 20}x${Math.round(height / 20) * 20}`;
    if (isClose || asked === wanted) { fit(); return; }
    asked = wanted;
    const url = new URL(data.url, location.href);
    url.searchParams.set('w', Math.round(width));
    url.searchParams.set('h', Math.round(height));
    const response = await fetch(url).catch(() => null);
    if (!response?.ok || asked !== wanted) { fit(); return; }
    data = { ...data, ...await response.json() };
    redraw();
  }
  let waiting = 0;
  new ResizeObserver(() => { cy.resize(); clearTimeout(waiting); waiting = setTimeout(relayout, 150); }).observe(canvas);
  onThemeChange(() => cy.style(style()));

  // Figures of a longer run on the same places: colours and words change, nothing moves.
  function refresh(page) {
    const fresh = readData(page, 'picture-data'), nodes = new Map(fresh.nodes.map(node => [node.key, node])), labels = new Map(fresh.labels.map(label => [label[0], label]));
    data.routes = fresh.routes;
    data.facts = fresh.facts;
    data.url = fresh.url;
    data.page = fresh.page;
    for (const node of data.nodes) {
      const other = nodes.get(node.key);
      if (!other) continue;
      node.chance = other.chance;
      cy.getElementById(node.key).classes(nodeClasses(node));
    }
    for (const label of data.labels) if (labels.has(label[0])) label[2] = labels.get(label[0])[2];
    drawLayers(data, under, over);
    select(chosen, { quiet: true });
  }

  select(new URL(location.href).searchParams.get('select') || data.selected, { quiet: true });
  showRow(chosen);
  return { select, follow, refresh, hideNote, selected: () => chosen };
}
