// The exceedance curve: ECharts with the SVG renderer; its figures stand in the table beside it.
import * as echarts from '../vendor/echarts/echarts.esm.min.mjs';
import { $, onThemeChange, token } from './dom.js';
import { percent, short } from './format.js';
import { readData } from './blast-parts.js';

const FONT = 'Inter, system-ui, sans-serif';
const THIN = '\u202f';
const axisMoney = (value, symbol) => symbol + THIN + short(value).replace(/\.0+(?=\D|$)/, '');

function option(data) {
  const ink = token('--ink'), soft = token('--ink-2'), line = token('--line'), accent = token('--accent'), warn = token('--r3');
  const text = { color: soft, fontFamily: FONT, fontSize: 11 };
  const [low, high] = data.range;
  const within = points => points && points.filter(point => point[0] >= low && point[0] <= high);
  const named = (points, name, color, above) => {
    const peak = Math.max(...points.map(point => point[1]));
    const at = points.find(point => point[1] <= peak * (above ? 0.35 : 0.7)) || points[0];
    return { symbolSize: 0, data: [{ coord: at, label: { formatter: name, color, fontFamily: FONT, fontSize: 11, fontWeight: 550, align: above ? 'left' : 'right', offset: above ? [8, -12] : [-8, 12] } }] };
  };
  const series = [];
  const after = within(data.after), today = within(data.before) || after;
  series.push({ name: 'today', type: 'line', data: today, symbol: 'none', lineStyle: { color: ink, width: 1.8 }, itemStyle: { color: ink }, markPoint: data.before ? named(today, 'today', ink, true) : undefined,
    markLine: data.appetite ? { symbol: 'none', silent: true, lineStyle: { color: warn, type: [4, 3], width: 1.2 }, data: [{ xAxis: data.appetite }],
      label: { formatter: `appetite ${axisMoney(data.appetite, data.symbol)}`, position: 'insideEndTop', rotate: 0, align: 'left', padding: [0, 0, 0, 6], color: warn, fontSize: 11, fontWeight: 550, fontFamily: FONT, distance: [0, -16] } } : undefined });
  if (data.before) series.push({ name: 'what if', type: 'line', data: after, symbol: 'none', lineStyle: { color: accent, width: 1.8, type: [5, 3] }, itemStyle: { color: accent }, markPoint: named(after, 'what if', accent, false) });
  return {
    animation: false, textStyle: { fontFamily: FONT, fontSize: 11 }, aria: { enabled: false },
    grid: { left: 38, right: 24, top: 10, bottom: 22 },
    tooltip: { trigger: 'axis', renderMode: 'richText', backgroundColor: token('--bg'), borderColor: token('--line-2'), borderWidth: 1, padding: [6, 9], textStyle: { color: ink, fontFamily: FONT, fontSize: 12 }, axisPointer: { lineStyle: { color: token('--ctl') } },
      formatter: points => [`more than ${axisMoney(points[0].value[0], data.symbol)}`, ...points.map(point => `${point.seriesName}: ${percent(point.value[1], point.value[1] < 0.1 ? 1 : 0)}`)].join('\n') },
    xAxis: { type: 'log', min: low, max: high, axisLine: { lineStyle: { color: token('--line-2') } }, axisTick: { show: false }, splitLine: { show: false }, axisPointer: { label: { show: false } }, axisLabel: { ...text, formatter: value => axisMoney(value, data.symbol) } },
    yAxis: { type: 'value', min: 0, max: 1, interval: 0.5, axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: line } }, axisLabel: { ...text, formatter: value => percent(value) } },
    series,
  };
}

export function drawCurve() {
  const place = $('#curve');
  let data = readData(document, 'curve-data'), chart = null;
  if (data.after.length) {
    place.replaceChildren();
    chart = echarts.init(place, null, { renderer: 'svg' });
    chart.setOption(option(data));
    new ResizeObserver(() => chart.resize()).observe(place);
    onThemeChange(() => chart.setOption(option(data)));
  }
  // One chart for the life of the page: taking one down writes markup, which the policy forbids.
  return { refresh(page) { data = readData(page, 'curve-data'); chart?.setOption(option(data), { notMerge: true }); } };
}
