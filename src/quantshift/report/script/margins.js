/** Section 5: what a threshold on the variant's margin would catch. */

import { draw } from "./charts.js";
import { summary } from "./data.js";
import { byId } from "./dom.js";
import { count, percent, plural, upward } from "./numbers.js";

const FEW = 10; // disagreements
const WANTED = 0.95; // share of the disagreements

/** Draw both charts of the margins of a group of test sets; `where` names the group. */
export function drawMargins(group, where) {
  const few = byId("tell-note");
  few.hidden = !group || group.disagreements >= FEW;
  if (!few.hidden) {
    few.textContent = `Only ${plural(group.disagreements, "disagreement")} on ${where}: too few for curves to mean much.`;
  }
  drawThresholds(group, where);
  drawHistograms(group, where);
}

function drawThresholds(group, where) {
  const points = (group?.thresholds ?? []).map((threshold, place) => ({
    place,
    sent: 100 * group.sent[place],
    caught: 100 * group.caught[place],
    threshold: place ? upward(threshold) : "0 (nothing is sent)",
    sent_share: `${percent(group.sent[place])} %`,
    caught_share: `${percent(group.caught[place])} %`,
    n: count(group.n),
  }));
  const enough = (group?.caught ?? []).findIndex((caught) => caught >= WANTED);
  const title =
    enough > 0
      ? `Sending the ${percent(group.sent[enough])} % of inputs with a margin up to ${upward(group.thresholds[enough])} ` +
        `to float32 would have caught ${percent(group.caught[enough])} % of the disagreements ` +
        `(${where}; threshold chosen on these inputs)`
      : "What a margin threshold would catch";
  draw("threshold", "threshold", points, title);
}

function drawHistograms(group, where) {
  const disagree = group?.disagreements ?? 0;
  const agree = (group?.n ?? 0) - disagree;
  const points = [
    ...histogram("agree", group?.agreeing, agree),
    ...histogram("disagree", group?.disagreeing, disagree),
  ];
  const title = disagree
    ? `Half of the disagreeing inputs have margins below ${median(group.disagreeing, disagree)}, ` +
      `half of the agreeing ones below ${median(group.agreeing, agree)} (${where})`
    : `No disagreement on ${where}`;
  draw("margins", "margins", points, title);
}

/** Return the points of a histogram's steps: the last bin is repeated at its right edge, so that its step is drawn. */
function histogram(kind, counts, total) {
  const { edges } = summary;
  return (total ? edges : []).map((edge, at) => {
    const bin = Math.min(at, counts.length - 1);
    return {
      kind,
      margin: edge,
      share: (100 * counts[bin]) / total,
      inputs: count(counts[bin]),
      n: count(total),
      bin: `${bin ? edges[bin].toPrecision(2) : "0"} to ${edges[bin + 1].toPrecision(2)}`,
    };
  });
}

/** Return the upper edge of the bin that holds the median. */
function median(counts, total) {
  let sum = 0;
  const bin = counts.findIndex((number) => {
    sum += number;
    return sum >= total / 2;
  });
  return Number(summary.edges[bin + 1].toPrecision(2));
}
