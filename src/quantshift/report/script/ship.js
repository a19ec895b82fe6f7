/** Section 1: which variant of each model can be shipped. */

import { summary } from "./data.js";
import { byId, element } from "./dom.js";
import { drawGains } from "./gains.js";
import { words } from "./names.js";
import { plural } from "./numbers.js";
import { saveCsv } from "./save.js";

const MARKS = { keeps: "✓ keeps", unclear: "? unclear", fails: "✗ does not" };
const ORDER = { keeps: 2, unclear: 1, fails: 0 };
const VERDICT = 3; // column

const table = byId("ship-table");
const rows = [...table.tBodies[0].rows];
const lineOf = (row) => summary.lines[Number(row.dataset.line)];

/** Return the rate that a line is judged by. */
const rateOf = (line) => (byId("basis").value === "worst" && line.worst) || line.clean;

function judge(line, tolerance) {
  const rate = rateOf(line);
  return rate.high <= tolerance ? "keeps" : rate.low > tolerance ? "fails" : "unclear";
}

/** Return what a line gains over float32; more is better. */
const gain = (line) => (byId("preference").value === "size" ? 1 - line.size : (line.speed ?? 0) - 1);

/** Return why a line gains too little of what the user prefers, or null. */
const withheld = (line) => line.withheld[byId("preference").value];

/** Return whether a line keeps the answers and gains enough. */
const pays = (line, verdict) => verdict === "keeps" && withheld(line) === null;

/** Return a line's warning about CPUs on which sums overflow, or null. */
function saturation(line) {
  if (line.may_saturate) return "⚠ sums overflow on this run’s CPU: other CPUs give other answers";
  return line.saturates_without_vnni ? "other answers on CPUs without VNNI, where sums overflow" : null;
}

/** Return the places of the lines to ship, one a model: of those that keep the answers the one that gains most. */
function chosen(verdicts) {
  const best = new Map();
  summary.lines.forEach((line, place) => {
    const model = `${line.dataset}/${line.architecture}/${line.method}`;
    // Where none keeps them, the one that is nearest to it.
    const score = pays(line, verdicts[place]) ? [1, gain(line)] : [0, -rateOf(line).high];
    const other = best.get(model);
    if (!other || score[0] > other.score[0] || (score[0] === other.score[0] && score[1] > other.score[1]))
      best.set(model, { place, score });
  });
  return new Map([...best].map(([model, { place }]) => [place, model]));
}

/** Judge all lines by what the reader accepts, and show those that fit the filters. */
export function ship() {
  const accepted = Number.parseFloat(byId("tolerance").value);
  const tolerance = Number.isFinite(accepted) ? Math.min(Math.max(accepted, 0), 100) / 100 : 0.01;
  const verdicts = summary.lines.map((line) => judge(line, tolerance));
  const best = chosen(verdicts);
  const kept = [...best.keys()].filter((place) => pays(summary.lines[place], verdicts[place]));
  const fits = filter();
  const only = byId("best").checked;
  for (const row of rows) {
    const place = Number(row.dataset.line);
    const line = summary.lines[place];
    const verdict = verdicts[place];
    const cell = row.cells[VERDICT];
    cell.dataset.value = ORDER[verdict];
    const badge = element("span", { class: `badge ${verdict}` }, MARKS[verdict]);
    let note = "";
    if (verdict === "keeps")
      note = withheld(line) ? ` do not ship: ${withheld(line)}` : best.has(place) ? " ship this" : "";
    const cpus = saturation(line);
    const risk = cpus ? element("span", { class: line.may_saturate ? "risk" : "quiet reason" }, ` ${cpus}`) : null;
    const reason = element("span", { class: "quiet reason" }, note);
    cell.replaceChildren(element("span", {}, badge, reason, risk));
    row.hidden = !fits(row) || (only && !best.has(place));
  }
  byId("ship-none").hidden = rows.some((row) => !row.hidden);
  byId("ship-answer").textContent = answer(tolerance, kept, best.size);
  const basis = byId("basis").value;
  drawGains(
    rows.filter(fits).map((row) => ({ line: lineOf(row), rate: rateOf(lineOf(row)) })),
    basis === "clean",
  );
}

/** Return whether a row fits the filters, as a function. */
function filter() {
  const text = byId("filter-text").value.trim().toLowerCase();
  const names = ["dataset", "method", "variant"].map((name) => [name, byId(`filter-${name}`).value]);
  return (row) =>
    names.every(([name, value]) => !value || lineOf(row)[name] === value) &&
    (!text || row.textContent.toLowerCase().includes(text));
}

/** Return the answer in a sentence. */
function answer(tolerance, kept, models) {
  const counts = new Map();
  for (const place of kept) {
    const { variant } = summary.lines[place];
    counts.set(variant, (counts.get(variant) ?? 0) + 1);
  }
  const which = [...counts]
    .sort((one, other) => other[1] - one[1])
    .map(([variant, number]) => `${words(variant)} for ${number}`)
    .join(", ");
  const where = byId("basis").value === "worst" ? "on the worst shifted test set" : "on the clean test set";
  return (
    `With at most ${+(100 * tolerance).toFixed(3)} % other answers ${where}, ${kept.length || "none"} of ` +
    `${plural(models, "model")} ${kept.length < 2 ? "has" : "have"} a variant whose upper limit stays within that ` +
    `and which has ${summary.wanted[byId("preference").value]}` +
    (kept.length ? `: ${which}.` : ". Accept more, or look where they differ below.")
  );
}

/** Sort the rows by the column of a header, and the other way round when it is pressed again. */
export function sortBy(header) {
  const place = [...header.parentNode.cells].indexOf(header);
  const numbers = header.firstElementChild.dataset.kind === "number";
  const down = header.ariaSort === "none" ? numbers : header.ariaSort === "ascending";
  for (const other of header.parentNode.cells) other.ariaSort = "none";
  header.ariaSort = down ? "descending" : "ascending";
  const value = (row) => row.cells[place].dataset.value;
  const compare = numbers ? (a, b) => Number(a) - Number(b) : (a, b) => a.localeCompare(b, "en");
  rows.sort((one, other) => (down ? -1 : 1) * compare(value(one), value(other)));
  table.tBodies[0].append(...rows);
}

const RATE = ["rate", "low", "high", "n", "rate_without_ties"];

/** Save the lines that are shown as a CSV file. */
export function saveLines() {
  const header = [
    ...["dataset", "architecture", "method", "variant", "verdict"],
    ...RATE.map((name) => `clean_${name}`),
    ...["suite", "shift", "severity", ...RATE].map((name) => `worst_${name}`),
    ...["accuracy_float32", "accuracy_change", "size_over_float32", "speed_over_float32", "quantized_weight_share"],
    ...["integer_compute_share", "may_saturate", "saturates_without_vnni", "withheld_for_size", "withheld_for_speed"],
  ];
  const rate = (found) => [found?.rate, found?.low, found?.high, found?.n, found?.without_ties];
  const shown = rows
    .filter((row) => !row.hidden)
    .map((row) => {
      const line = lineOf(row);
      const { worst } = line;
      const verdict = Object.keys(ORDER).find((name) => ORDER[name] === Number(row.cells[VERDICT].dataset.value));
      return [
        ...[line.dataset, line.architecture, line.method, line.variant, verdict],
        ...[...rate(line.clean), worst?.suite, worst?.shift, worst?.severity, ...rate(worst)],
        ...[line.accuracy_float32, line.accuracy_change, line.size, line.speed, line.quantized_weights],
        ...[line.integer_compute, line.may_saturate, line.saturates_without_vnni],
        ...[line.withheld.size, line.withheld.speed],
      ];
    });
  saveCsv("can_i_ship_it.csv", header, shown);
}
