// The same writing of figures as registry/core/formats.py; a test holds the two together.
const THIN = '\u202f';
const MINUS = '\u2212';
const UNITS = [[1e12, 'tn'], [1e9, 'bn'], [1e6, 'M'], [1e3, 'k']];

function digits(value) {
  if (value === 0) return '0';
  const places = 2 - Math.floor(Math.log10(Number(Math.abs(value).toExponential(2))));
  return value.toFixed(Math.min(Math.max(places, 0), 2));
}

function unitOf(size) {
  const rounded = Number(size.toExponential(2));
  return UNITS.find(([factor]) => rounded >= factor) || [1, ''];
}

export const exact = value => Math.abs(value).toLocaleString('en').replace(/^/, value < 0 ? MINUS : '');

export function short(value) {
  if (value === null || value === undefined) return 'not known';
  const [factor, unit] = unitOf(Math.abs(value));
  if (!unit && Number.isInteger(value)) return exact(value);
  return (value < 0 ? MINUS : '') + digits(Math.abs(value) / factor) + (unit ? THIN + unit : '');
}

export function percent(value, decimals = 0) {
  if (value === null || value === undefined) return 'not known';
  const number = value * 100, step = 10 ** -decimals;
  if (number > 0 && number < step) return `<${THIN}${step.toFixed(decimals)}${THIN}%`;
  if (number < 100 && number > 100 - step) return `>${THIN}${(100 - step).toFixed(decimals)}${THIN}%`;
  return `${number.toFixed(decimals).replace('-', MINUS)}${THIN}%`;
}

export function spread(low, high) {
  const [factor, unit] = unitOf(Math.abs(high));
  const shrunk = low / factor;
  if (!unit || (shrunk > 0 && shrunk < 0.01)) return `${short(low)}\u2013${short(high)}`;
  return `${digits(shrunk)}\u2013${digits(high / factor)}${THIN}${unit}`.replaceAll('-', MINUS);
}

export function money(value, symbol = '$') {
  if (value === null || value === undefined) return 'not known';
  return (value < 0 ? MINUS : '') + symbol + THIN + short(Math.abs(value));
}

// Class of the chance ramp: under 5, 15, 35, 70 percent, and above.
export const chanceClass = p => (p < 0.05 ? 0 : p < 0.15 ? 1 : p < 0.35 ? 2 : p < 0.7 ? 3 : 4);
