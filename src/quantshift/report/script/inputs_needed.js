/** How many inputs a decision needs; quantshift/decision/inputs_needed.py implements the same rules. */

/** More inputs than this are no advice. */
const MOST_INPUTS = 1_000_000_000;

/**
 * Return the number of inputs with which the upper limit of a rate is at most the accepted share, or null if no number
 * is enough.
 *
 * `limiting` has the rate, n and effective_n of the seed and test set with the highest upper limit.
 */
export function inputsNeeded({ rate, n, effective_n }, accept, confidence) {
  if (n === 0 || rate >= accept) return null;
  const enough = (inputs) => {
    const independent = (inputs * effective_n) / n;
    const events = rate * independent;
    return incompleteBeta(events + 1, independent - events, accept) >= confidence;
  };
  let tooFew = n;
  let sufficient = 2 * n;
  while (!enough(sufficient)) {
    tooFew = sufficient;
    sufficient *= 2;
    if (sufficient > MOST_INPUTS) return null;
  }
  while (sufficient - tooFew > 1) {
    const middle = Math.floor((tooFew + sufficient) / 2);
    if (enough(middle)) sufficient = middle;
    else tooFew = middle;
  }
  return sufficient;
}

/** Return the regularized incomplete beta function of a, b > 0 and x in 0..1 (DLMF 8.17). */
export function incompleteBeta(a, b, x) {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  // The continued fraction converges fast below the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const logarithm = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
  return (Math.exp(logarithm) / a) * fraction(a, b, x);
}

/** Return the continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method. */
function fraction(a, b, x) {
  const tiny = 1e-300;
  const away = (value) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    result *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return result;
}

/** Return the logarithm of the gamma function of x > 0: Stirling's series (DLMF 5.11.1), after a shift to x >= 15. */
function logGamma(x) {
  let shift = 0;
  let y = x;
  for (; y < 15; y++) shift += Math.log(y);
  const inverse = 1 / (y * y);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / y;
  return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series - shift;
}
