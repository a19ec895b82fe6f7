/** Section 5: what thresholds on the variant's margin would catch. */

import { draw } from "./charts.js";
import { summary } from "./data.js";
import { byId } from "./dom.js";
import { FEW } from "./few.js";
import { count, percent, plural, roundedUp } from "./numbers.js";

const TARGET = 0.95; // fraction of the disagreements

/** Draw both charts of the margins on a group of test sets; `where` names the group. */
export function drawMargins(group, where) {
  const note = byId("detection-note");
  note.hidden = !group || group.disagreements >= FEW;
  if (!note.hidden) {
    note.textContent = `Only ${plural(group.disagreements, "disagreement")} on ${where}: too few for reliable curves.`;
  }
  drawThresholds(group, where);
  drawHistograms(group, where);
}

function drawThresholds(group, where) {
  const points = (group?.thresholds ?? []).map((threshold, index) => ({
    index,
    sent: 100 * group.sent[index],
    caught: 100 * group.caught[index],
    threshold: index ? roundedUp(threshold) : "0 (nothing is sent)",
    sent_share: `${percent(group.sent[index])} %`,
    caught_share: `${percent(group.caught[index])} %`,
    n: count(group.n),
  }));
  const enough = (group?.caught ?? []).findIndex((caught) => caught >= TARGET);
  const title =
    enough > 0
      ? `Sending the ${percent(group.sent[enough])} % of inputs with a margin up to ${roundedUp(group.thresholds[enough])} ` +
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
      `half of the agreeing inputs below ${median(group.agreeing, agree)} (${where})`
    : `No disagreements on ${where}`;
  draw("margins", "margins", points, title);
}

/** Return the points of a histogram; the last bin is repeated index its right edge so that its step is drawn. */
function histogram(kind, counts, total) {
  const { edges } = summary;
  return (total ? edges : []).map((edge, index) => {
    const bin = Math.min(index, counts.length - 1);
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

/** Return the upper edge of the bin that contains the median. */
function median(counts, total) {
  let sum = 0;
  const bin = counts.findIndex((number) => {
    sum += number;
    return sum >= total / 2;
  });
  return Number(summary.edges[bin + 1].toPrecision(2));
}
