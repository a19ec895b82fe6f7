/** Section 1: a chart of disagreement against file size. */

import { draw } from "./charts.js";
import { modelName, shiftName, words } from "./names.js";
import { count, exactPercent, interval, percent } from "./numbers.js";

const AXIS_TITLES = {
  clean: "answers that differ, clean (%)",
  shifted: "answers that differ, shifted data (%)",
  worst: "answers that differ, worst test set (%)",
};

/** Draw one point per candidate, at the rate by which the policy judges it. */
export function drawGains(judgedCandidates, policy) {
  const points = judgedCandidates.map(({ candidate, rate }) => ({
    model: `${modelName(`${candidate.dataset}/${candidate.architecture}`)}, ${words(candidate.method)}`,
    variant: words(candidate.name),
    shift: where(candidate, rate),
    n: count(rate.n),
    differs: `${percent(rate.rate)} %`,
    interval: interval(rate.low, rate.high),
    size: 100 * candidate.size,
    size_words: `${candidate.size.toFixed(2)} ×`,
    speed_words: candidate.speedup === null ? "not measured" : `${candidate.speedup.toFixed(2)} ×`,
    rate: 100 * rate.rate,
    low: 100 * rate.low,
    high: 100 * rate.high,
  }));
  draw("gains", "gains", points, title(points), (specification) => {
    for (const { encoding } of specification.layer) {
      if (encoding.y?.title) encoding.y.title = AXIS_TITLES[policy.on];
      const tip = encoding.tooltip?.find(({ field }) => field === "interval");
      if (tip) tip.title = `${exactPercent(policy.confidence)} % interval`;
    }
  });
}

/** Return the shift on which a rate was measured, or the worst one if it was measured on all of them. */
function where(candidate, rate) {
  if (rate !== candidate.shifted) return shiftName(rate.shift, rate.severity);
  const { shift, severity, rate: highest } = candidate.worst_shifted;
  return `all; worst: ${shiftName(shift, severity)}, ${percent(highest)} %`;
}

function title(points) {
  if (!points.length) return "What a smaller file costs";
  const sizes = points.map((point) => point.size);
  const highest = points.reduce((most, point) => (most.rate >= point.rate ? most : point));
  return (
    `Files of ${Math.min(...sizes).toFixed(0)} to ${Math.max(...sizes).toFixed(0)} % of the size: ` +
    `up to ${highest.differs} of the answers differ (${highest.variant}, ${highest.model})`
  );
}
