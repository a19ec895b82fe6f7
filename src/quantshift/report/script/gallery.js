/** Section 4: the inputs on which a variant and float32 disagree, as cards. */

import { inputs, models } from "./data.js";
import { byId, element } from "./dom.js";
import { view } from "./heat.js";
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
  return (model?.cells ?? [])
    .map(([method, variant, suite, shift, severity, total, rows]) => ({
      method,
      variant,
      suite,
      shift,
      severity,
      total,
      rows,
    }))
    .filter((cell) => cell.method === method && cell.variant === variant)
    .filter((cell) => cell.suite === suite && cell.shift === shift && (severity < 0 || cell.severity === severity));
}

/** Draw the cards of the selected cell. */
export function drawGallery() {
  if (!view.cell) return;
  const selection = JSON.parse(view.cell);
  const [key, method, variant, suite, shift, severity] = selection;
  const model = models.get(key);
  const testSet = suite === "clean" ? "clean test set" : shiftName(shift, Math.max(severity, 0));
  byId("gallery-title").textContent = `${modelName(key)}, ${trainingName(method)}, ${words(variant)}: ${testSet}`;
  const cells = selectedCells(model, selection);
  const filter = FILTERS[byId("gallery-filter").value];
  const [column, direction] = byId("gallery-sort").value.split(",").map(Number);
  const shown = cells
    .flatMap((cell) => cell.rows.filter(filter).map((row) => ({ cell, row })))
    .sort((a, b) => direction * (a.row[column] - b.row[column]) || a.row[0] - b.row[0]);
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
