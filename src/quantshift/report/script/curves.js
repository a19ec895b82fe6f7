/** Section 5: ROC, precision and recall of all detectors of a variant. */

import { draw } from "./charts.js";
import { detectors } from "./data.js";
import { byId, element } from "./dom.js";
import { words } from "./names.js";
import { count, percent, withInterval } from "./numbers.js";

const TITLES = ["detector", "AUROC (95 % interval)", "average precision", "agreeing inputs passed at 95 % caught"];

const capitalized = (text) => text.replace(/^./, (letter) => letter.toUpperCase());
const auroc = (row) => withInterval(row.auroc, row.aurocLow, row.aurocHigh);
const averagePrecision = (row) => withInterval(row.averagePrecision, row.averagePrecisionLow, row.averagePrecisionHigh);
const passed = (row) => withInterval(row.passed, row.passedLow, row.passedHigh);

/** Return the rows with a value in a column, the highest first. */
const ranked = (rows, column) =>
  rows.filter((row) => row[column] !== null).sort((one, other) => other[column] - one[column]);

/** Draw both charts and the table of the detectors of a variant; `name` describes the variant. */
export function drawCurves(model, key, method, variant, name) {
  const rows = detectors.filter((row) => row.model === key && row.method === method && row.variant === variant);
  const byAuroc = ranked(rows, "auroc");
  const points = curvePoints(model?.curves[method]?.[variant] ?? {}, rows);
  const [best] = byAuroc;
  const share = best ? best.disagreements / best.n : 0;
  const rocTitle = best
    ? `${capitalized(words(best.metric))} detects disagreements of ${name} best${asGood(byAuroc)}: AUROC ${auroc(best)}`
    : `ROC: no disagreement of ${name}`;
  draw("roc", "roc", withChance(points, [0, 0], [100, 100]), rocTitle);
  const [precise] = ranked(rows, "averagePrecision");
  const precisionTitle = precise
    ? `Where ${percent(share)} % of the inputs disagree, an alarm by ${words(precise.metric)} is right most often: ` +
      `average precision ${averagePrecision(precise)}`
    : `Precision and recall: no disagreement of ${name}`;
  draw("precision", "precision", withChance(points, [0, 100 * share], [100, 100 * share]), precisionTitle);
  drawTable(byAuroc.length ? byAuroc : rows, name);
}

function curvePoints(curves, rows) {
  const byMetric = new Map(rows.map((row) => [row.metric, row]));
  return Object.entries(curves).flatMap(([metric, [alarms, caught, precision]]) => {
    const row = byMetric.get(metric);
    return alarms.map((_, place) => ({
      metric: words(metric),
      place,
      alarms: 100 * alarms[place],
      caught: 100 * caught[place],
      precision: 100 * precision[place],
      flagged: `${percent(alarms[place])} %`,
      caught_share: `${percent(caught[place])} %`,
      precise: `${percent(precision[place])} %`,
      n: `${count(row.n)}, ${count(row.disagreements)} disagree`,
      auroc: auroc(row),
    }));
  });
}

/** Return a chart's points with the line of a detector that guesses; none where there is no curve. */
function withChance(points, ...line) {
  return points.length ? [...points, ...line.map(([x, y]) => ({ chance_x: x, chance_y: y }))] : [];
}

/** Return the names of the detectors whose AUROC the data do not distinguish from the best one's. */
function asGood([best, ...others]) {
  const names = others
    .filter(
      (row) => row.auroc.toFixed(3) === best.auroc.toFixed(3) || (best.aurocLow !== null && row.auroc >= best.aurocLow),
    )
    .map((row) => words(row.metric));
  if (names.length > 2) return ` (${names.slice(0, 2).join(", ")} and ${names.length - 2} more about as well)`;
  return names.length ? ` (${names.join(" and ")} about as well)` : "";
}

function drawTable(rows, name) {
  byId("detectors-title").textContent = `All detectors, ${name}`;
  const table = byId("detectors");
  const heads = TITLES.map((title) => element("th", { scope: "col" }, title));
  table.tHead.replaceChildren(element("tr", {}, ...heads));
  const lines = rows.map((row) => {
    const values = [auroc(row), averagePrecision(row), passed(row)].map((text) => element("td", {}, text));
    return element("tr", {}, element("th", { scope: "row" }, words(row.metric)), ...values);
  });
  table.tBodies[0].replaceChildren(...lines);
}
