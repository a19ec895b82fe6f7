/** Format numbers; quantshift/decision/numbers.py has the same rules. */

/** Return a fraction (0..1) in percent with two significant digits. */
export function percent(fraction) {
  const value = 100 * fraction;
  if (value === 0) return "0";
  if (value < 0.005) return "<0.01";
  if (value >= 99.5) return value > 99.995 ? "100" : value.toFixed(1);
  return value.toFixed(value < 0.995 ? 2 : value < 9.95 ? 1 : 0);
}

/** Return a fraction (0..1) in percent with up to six decimals, for values that the reader enters. */
export const exactPercent = (fraction) => Number((100 * fraction).toFixed(6)).toString();

/** Return the number of a percentage (0..100) that a reader enters, with a point or a comma; null if it is not one. */
export function percentOf(text) {
  if (!/^\s*\d*[.,]?\d+\s*%?\s*$/.test(text)) return null;
  const value = Number.parseFloat(text.replace(",", "."));
  return value <= 100 ? value : null;
}

/** Return the limits of an interval of fractions. */
export const interval = (low, high) => `${percent(low)} to ${percent(high)} %`;

/** Return a count with thousands separators. */
export const count = (number) => number.toLocaleString("en");

/** Return a count and its noun. */
export const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** Return a statistic with its limits, or "–" if there is none. */
export function withInterval(value, low, high) {
  if (value === null) return "–";
  return value.toFixed(3) + (low === null ? "" : ` (${low.toFixed(3)} to ${high.toFixed(3)})`);
}

/** Return a threshold with two digits, rounded up so that all inputs below the threshold are below the shown number. */
export function roundedUp(threshold) {
  if (!(threshold > 0)) return "0 (ties only)";
  const unit = 10 ** (Math.floor(Math.log10(threshold)) - 1);
  return Number((Math.ceil(threshold / unit - 1e-9) * unit).toPrecision(2)).toString();
}
