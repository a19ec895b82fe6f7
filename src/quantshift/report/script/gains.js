/** Section 1: what a smaller file costs, as a chart. */

import { draw } from "./charts.js";
import { modelName, shiftName, words } from "./names.js";
import { count, interval, percent } from "./numbers.js";

/** Draw a point for each candidate and the rate that it is judged by; `clean`: whether these rates are of clean inputs. */
export function drawGains(lines, clean) {
  const points = lines.map(({ candidate, rate }) => ({
    model: `${modelName(`${candidate.dataset}/${candidate.architecture}`)}, ${words(candidate.method)}`,
    variant: words(candidate.variant),
    shift: shiftName(rate.shift, rate.severity),
    n: count(rate.n),
    differs: `${percent(rate.rate)} %`,
    interval: interval(rate.low, rate.high),
    size: 100 * candidate.size,
    size_words: `${candidate.size.toFixed(2)} ×`,
    speed_words: candidate.speed === null ? "not measured" : `${candidate.speed.toFixed(2)} ×`,
    rate: 100 * rate.rate,
    low: 100 * rate.low,
    high: 100 * rate.high,
  }));
  draw("gains", "gains", points, title(points), (specification) => {
    for (const { encoding } of clean ? specification.layer : []) {
      if (encoding.y?.title) encoding.y.title = "inputs answered otherwise, clean (%)";
    }
  });
}

function title(points) {
  if (!points.length) return "What a smaller file costs";
  const sizes = points.map((point) => point.size);
  const highest = points.reduce((most, point) => (most.rate >= point.rate ? most : point));
  return (
    `Files of ${Math.min(...sizes).toFixed(0)} to ${Math.max(...sizes).toFixed(0)} % of the size ` +
    `answer up to ${highest.differs} of the inputs otherwise (${highest.variant}, ${highest.model})`
  );
}
