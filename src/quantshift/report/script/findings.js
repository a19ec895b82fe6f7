/** Section 2: a chart of the effects of each finding. */

import { draw } from "./charts.js";
import { summary } from "./data.js";

/** Draw the effects of all findings that were tested. */
export function drawFindings() {
  for (const finding of summary.findings.filter((finding) => finding.rows.length)) drawEffects(finding);
}

function drawEffects(finding) {
  const fixed = (value) => value.toFixed(finding.decimals);
  const points = finding.rows.map((row) => ({
    scope: row.scope,
    verdict: row.verdict,
    value: row.effect,
    low: row.low,
    high: row.high,
    null: finding.null,
    effect: fixed(row.effect),
    interval: `${fixed(row.low)} to ${fixed(row.high)}`,
    published_value: row.published,
    published: row.published === null ? "–" : fixed(row.published),
    units: row.units,
    p_value: row.p_value < 0.0001 ? "< 0.0001" : row.p_value.toFixed(4),
  }));
  const published = points.some((point) => point.published_value !== null);
  const title = `${finding.outcome}${published ? "; published values as pink ticks" : ""}`;
  draw(`effects-${finding.number}`, "effects", points, title, (specification, narrow) => {
    if (!published) specification.layer = specification.layer.filter((layer) => layer.mark.type !== "tick");
    for (const { encoding } of specification.layer) {
      if (encoding.x.title) encoding.x.title = finding.axis;
      if (narrow && encoding.y) encoding.y.axis.labelLimit = 120;
      if (narrow && encoding.color) encoding.color.legend.direction = "vertical";
    }
  });
}
