/** Section 5: ROC, precision and recall of all detectors of a variant. */

import { draw } from "./charts.js";
import { detectors } from "./data.js";
import { byId, element } from "./dom.js";
import { FEW } from "./few.js";
import { words } from "./names.js";
import { count, percent, plural, withInterval } from "./numbers.js";

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
  draw("roc", "roc", withChance(points, [0, 0], [100, 100]), rocTitle(byAuroc, name));
  const title = precisionTitle(ranked(rows, "averagePrecision"), name);
  draw("precision", "precision", withChance(points, [0, 100 * prevalence], [100, 100 * prevalence]), title);
  drawTable(byAuroc.length ? byAuroc : rows, name);
}

/** Return the title of the chart of ROC curves; the rows have the best detector first. */
export function rocTitle(rows, name) {
  const [best] = rows;
  if (!best || best.disagreements < FEW) return `ROC: ${tooFew(best, name)}`;
  const detector = capitalized(words(best.metric));
  return `${detector} detects disagreements of ${name} best${similarlyGood(rows)}: AUROC ${auroc(best)}`;
}

/** Return the title of the chart of precision and recall; the rows have the best detector first. */
function precisionTitle([best], name) {
  if (!best || best.disagreements < FEW) return `Precision and recall: ${tooFew(best, name)}`;
  return (
    `With ${percent(best.disagreements / best.n)} % disagreeing inputs, alarms based on ${words(best.metric)} are right ` +
    `most often: average precision ${averagePrecision(best)}`
  );
}

/** Return that no detector is best, because there are too few disagreements. */
function tooFew(row, name) {
  if (!row) return `no disagreement of ${name}`;
  return `only ${plural(row.disagreements, "disagreement")} of ${name}, too few to compare detectors`;
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
