/** Section 4: the inputs on which a variant and float32 disagree, as cards. */

import { setNamedOptions } from "./choices.js";
import { detailCells, inputs, models } from "./data.js";
import { byId, element } from "./dom.js";
import { ALL, view } from "./heat.js";
import { className, modelName, shiftName, trainingName, words } from "./names.js";
import { count, plural } from "./numbers.js";
import { renderer } from "./renderers.js";

// The label is null if it is unknown: then no answer is known to be correct or wrong.
const correct = ([, label, float32, variant]) => ({ float32: float32 === label, variant: variant === label });
const isLabelled = ([, label]) => label !== null;

/** Filters for the rows. */
const FILTERS = {
  all: () => true,
  lost: (row) => correct(row).float32,
  won: (row) => correct(row).variant,
  tied: ([, , , , , marginVariant]) => marginVariant === 0,
  wrong: (row) => isLabelled(row) && !correct(row).float32 && !correct(row).variant,
};

/** Return the cells of the details that belong to the selected cell of the map. */
function selectedCells(model, [, method, variant, suite, shift, severity]) {
  return detailCells(model, method, variant)
    .filter((cell) => suite === ALL || (cell.suite === suite && cell.shift === shift))
    .filter((cell) => severity < 0 || cell.severity === severity);
}

/** Return the name of the test set or test sets of a cell. */
function nameOf(suite, shift, severity) {
  if (suite === ALL) return "all test sets";
  return suite === "clean" ? "clean test set" : shiftName(shift, Math.max(severity, 0));
}

/** Return whether a row comes first: inputs that float32 answers right, then unknown or wrong answers, then the others. */
function direction(row) {
  if (!isLabelled(row)) return 1;
  const { float32, variant } = correct(row);
  return float32 ? 0 : variant ? 2 : 1;
}

/** Return the order of rows that the reader selects, such as "5,1" (a column, ascending) or "direction". */
function comparison(selected) {
  if (selected === "direction") return (a, b) => direction(a.row) - direction(b.row) || b.row[4] - a.row[4];
  const [column, sign] = selected.split(",").map(Number);
  return (a, b) => sign * (a.row[column] - b.row[column]);
}

const pairOf = ([, , float32, variant]) => `${float32},${variant}`;

/** Offer the pairs of answers and the true labels of the rows, the most frequent pairs first. */
function offerAnswers(dataset, rows) {
  const counts = new Map();
  for (const row of rows) counts.set(pairOf(row), (counts.get(pairOf(row)) ?? 0) + 1);
  const pairs = [...counts].sort((first, second) => second[1] - first[1]);
  const named = ([pair, number]) => {
    const [float32, variant] = pair.split(",").map((label) => className(dataset, Number(label)));
    return [pair, `${float32} → ${variant} (${count(number)})`];
  };
  setNamedOptions("gallery-pair", pairs.map(named));
  const labels = [...new Set(rows.filter(isLabelled).map(([, label]) => label))].sort(
    (first, second) => first - second,
  );
  setNamedOptions(
    "gallery-class",
    labels.map((label) => [String(label), className(dataset, label)]),
  );
}

/** Draw the cards of the selected cell. */
export function drawGallery() {
  if (!view.cell) return;
  const selection = JSON.parse(view.cell);
  const [key, method, variant, suite, shift, severity] = selection;
  const model = models.get(key);
  const testSet = nameOf(suite, shift, severity);
  byId("gallery-title").textContent = `${modelName(key)}, ${trainingName(method)}, ${words(variant)}: ${testSet}`;
  const cells = selectedCells(model, selection);
  const filter = FILTERS[byId("gallery-filter").value];
  offerAnswers(
    model?.dataset,
    cells.flatMap(({ rows }) => rows),
  );
  const [pair, label] = ["gallery-pair", "gallery-class"].map((id) => byId(id).value);
  const isShown = (row) => filter(row) && (!pair || pairOf(row) === pair) && (!label || String(row[1]) === label);
  const compare = comparison(byId("gallery-sort").value);
  const shown = cells
    .flatMap((cell) => cell.rows.filter(isShown).map((row) => ({ cell, row })))
    .sort((a, b) => compare(a, b) || a.row[0] - b.row[0]);
  byId("gallery").className = model ? renderer(model.kind).style : "";
  byId("gallery").replaceChildren(...shown.map(({ cell, row }) => card(model, cell, row, cells.length > 1)));
  byId("gallery-note").textContent = note(model, cells, shown.length);
}

function note(model, cells, shown) {
  const total = cells.reduce((sum, cell) => sum + cell.total, 0);
  const embedded = cells.reduce((sum, cell) => sum + cell.rows.length, 0);
  if (total === 0) return `The model of seed ${model?.seed ?? 0} has no disagreements in this cell.`;
  const rest =
    embedded < total ? `; this page holds ${count(embedded)} of them, evenly spread over float32's margins.` : ".";
  return (
    `Showing ${count(shown)} of ${plural(total, "disagreement")} of the model of seed ${model.seed}${rest}` +
    renderer(model.kind).note
  );
}

/** Return the card of one input. */
function card(model, cell, row, several) {
  const { suite, shift, severity } = cell;
  const [input, label, , , , , originalInput] = row;
  const contents = inputs[model.dataset] ?? {};
  const shown = contents[`${suite}/${shift}/${severity}/${input}`];
  const original = contents[`clean/none/0/${originalInput}`];
  const truth = isLabelled(row) ? `, true label ${className(model.dataset, label)}` : "";
  const { style, show } = renderer(model.kind);
  const views = element("div", { class: `views ${style}`.trim() });
  const add = (title, content, originalContent) => {
    const alternative = `Input ${input}, ${title}${truth}`;
    const picture = show(content, alternative, originalContent);
    views.append(element("div", {}, element("div", { class: "quiet" }, title), picture));
  };
  if (original !== undefined) add("clean", original, shown);
  if (shown !== undefined) add(suite === "clean" ? "clean" : shiftName(shift, severity), shown, original);
  const caption = element("span", { class: "quiet" }, `input ${input}${several ? `, severity ${severity}` : ""}`);
  return element("figure", { class: "card" }, views, element("figcaption", {}, caption, answers(model, cell, row)));
}

/** Return a margin with three decimals; 0 is a tie. */
function marginText(margin) {
  if (margin === null) return "–";
  if (margin === 0) return "0 (tie)";
  return margin < 0.0005 ? "<0.001" : margin.toFixed(3);
}

/** Return the table of the true label, if it is known, and both answers with their margins. */
function answers(model, cell, row) {
  const [, label, float32, variant, marginFloat32, marginVariant] = row;
  const mark = (predicted) => (isLabelled(row) ? ` ${predicted === label ? "✓" : "✗"}` : "");
  const heading = (text) => element("th", { scope: "row" }, text);
  const answer = (title, predicted, margin) => {
    const text = `${className(model.dataset, predicted)}${mark(predicted)}`;
    return element(
      "tr",
      {},
      heading(title),
      element("td", {}, text),
      element("td", { title: "margin" }, marginText(margin)),
    );
  };
  const headers = ["model", "answer", "margin"].map((title) => element("th", { scope: "col" }, title));
  return element(
    "table",
    {},
    element("thead", { class: "visually-hidden" }, element("tr", {}, ...headers)),
    element(
      "tbody",
      {},
      element(
        "tr",
        {},
        heading("true label"),
        element("td", {}, isLabelled(row) ? className(model.dataset, label) : "unknown"),
        element("td", { class: "quiet" }, "margin"),
      ),
      answer("float32", float32, marginFloat32),
      answer(words(cell.variant), variant, marginVariant),
    ),
  );
}
