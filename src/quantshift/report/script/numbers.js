/** Numbers as the page shows them; quantshift/decision/numbers.py has the same rules. */

/** Return a share (0..1) in percent with two significant digits. */
export function percent(share) {
  const value = 100 * share;
  if (value === 0) return "0";
  if (value < 0.005) return "<0.01";
  if (value >= 99.5) return value > 99.995 ? "100" : value.toFixed(1);
  return value.toFixed(value < 0.995 ? 2 : value < 9.95 ? 1 : 0);
}

/** Return a share (0..1) that the reader chose in percent, with up to six digits after the point. */
export const exactPercent = (share) => Number((100 * share).toFixed(6)).toString();

/** Return the limits of an interval of shares. */
export const interval = (low, high) => `${percent(low)} to ${percent(high)} %`;

/** Return a count with separators between thousands. */
export const count = (number) => number.toLocaleString("en");

/** Return a count and its noun. */
export const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** Return a statistic with its limits; "–" where there is none. */
export function withInterval(value, low, high) {
  if (value === null) return "–";
  return value.toFixed(3) + (low === null ? "" : ` (${low.toFixed(3)} to ${high.toFixed(3)})`);
}

/** Return a threshold with two digits, rounded up: inputs below the threshold are below the number that is shown. */
export function upward(threshold) {
  if (!(threshold > 0)) return "0 (ties alone)";
  const unit = 10 ** (Math.floor(Math.log10(threshold)) - 1);
  return Number((Math.ceil(threshold / unit - 1e-9) * unit).toPrecision(2)).toString();
}
