/** Section 5: ROC, precision and recall of all detectors of a variant. */

import { draw } from "./charts.js";
import { detectors } from "./data.js";
import { byId, element } from "./dom.js";
import { words } from "./names.js";
import { count, percent, withInterval } from "./numbers.js";

const TITLES = ["detector", "AUROC (95 % interval)", "average precision", "agreeing inputs not flagged at 95 % caught"];

const capitalized = (text) => text.replace(/^./, (letter) => letter.toUpperCase());
const auroc = (row) => withInterval(row.auroc, row.aurocLow, row.aurocHigh);
const averagePrecision = (row) => withInterval(row.averagePrecision, row.averagePrecisionLow, row.averagePrecisionHigh);
const trueNegativeRate = (row) => withInterval(row.trueNegativeRate, row.trueNegativeRateLow, row.trueNegativeRateHigh);

/** Return the rows that have a value in a column, in descending order of it. */
const ranked = (rows, column) =>
  rows.filter((row) => row[column] !== null).sort((first, second) => second[column] - first[column]);

/** Draw the two charts and the table of a variant's detectors; `name` describes the variant. */
export function drawCurves(model, key, method, variant, name) {
  const rows = detectors.filter((row) => row.model === key && row.method === method && row.variant === variant);
  const byAuroc = ranked(rows, "auroc");
  const points = curvePoints(model?.curves[method]?.[variant] ?? {}, rows);
  const [best] = byAuroc;
  const prevalence = best ? best.disagreements / best.n : 0;
  const rocTitle = best
    ? `${capitalized(words(best.metric))} detects disagreements of ${name} best${similarlyGood(byAuroc)}: AUROC ${auroc(best)}`
    : `ROC: no disagreement of ${name}`;
  draw("roc", "roc", withChance(points, [0, 0], [100, 100]), rocTitle);
  const [precise] = ranked(rows, "averagePrecision");
  const precisionTitle = precise
    ? `With ${percent(prevalence)} % disagreeing inputs, alarms based on ${words(precise.metric)} are right most often: ` +
      `average precision ${averagePrecision(precise)}`
    : `Precision and recall: no disagreement of ${name}`;
  draw("precision", "precision", withChance(points, [0, 100 * prevalence], [100, 100 * prevalence]), precisionTitle);
  drawTable(byAuroc.length ? byAuroc : rows, name);
}

function curvePoints(curves, rows) {
  const byMetric = new Map(rows.map((row) => [row.metric, row]));
  return Object.entries(curves).flatMap(([metric, [alarms, caught, precision]]) => {
    const row = byMetric.get(metric);
    return alarms.map((_, index) => ({
      metric: words(metric),
      index,
      alarms: 100 * alarms[index],
      caught: 100 * caught[index],
      precision: 100 * precision[index],
      flagged: `${percent(alarms[index])} %`,
      caught_share: `${percent(caught[index])} %`,
      precise: `${percent(precision[index])} %`,
      n: `${count(row.n)}, ${count(row.disagreements)} disagree`,
      auroc: auroc(row),
    }));
  });
}

/** Return a chart's points with the line of a detector that guesses; empty if there is no curve. */
function withChance(points, ...line) {
  return points.length ? [...points, ...line.map(([x, y]) => ({ chance_x: x, chance_y: y }))] : [];
}

/** Return the names of the detectors whose AUROC is not distinguishable from the best detector's. */
function similarlyGood([best, ...others]) {
  const names = others
    .filter(
      (row) => row.auroc.toFixed(3) === best.auroc.toFixed(3) || (best.aurocLow !== null && row.auroc >= best.aurocLow),
    )
    .map((row) => words(row.metric));
  if (names.length > 2) return ` (${names.slice(0, 2).join(", ")} and ${names.length - 2} more are about as good)`;
  return names.length ? ` (${names.join(" and ")} ${names.length > 1 ? "are" : "is"} about as good)` : "";
}

function drawTable(rows, name) {
  byId("detectors-title").textContent = `All detectors, ${name}`;
  const table = byId("detectors");
  const headers = TITLES.map((title) => element("th", { scope: "col" }, title));
  table.tHead.replaceChildren(element("tr", {}, ...headers));
  const lines = rows.map((row) => {
    const values = [auroc(row), averagePrecision(row), trueNegativeRate(row)].map((text) => element("td", {}, text));
    return element("tr", {}, element("th", { scope: "row" }, words(row.metric)), ...values);
  });
  table.tBodies[0].replaceChildren(...lines);
}
