/** The data that the page embeds: tables as rows of values become rows with names. */

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const named = (columns, rows) =>
  rows.map((row) => Object.fromEntries(columns.map((column, place) => [column, row[place]])));

const MODEL = ["dataset", "architecture", "method", "variant"];
const TEST_SET = ["suite", "shift", "severity"];
const LIMITED = (name) => [name, `${name}Low`, `${name}High`];

export const summary = read("summary-data");

/** Inputs that are shown, by data set and key. */
export const { inputs, models: modelList } = read("details-data");

const keyOf = ({ dataset, architecture }) => `${dataset}/${architecture}`;

/** What is shown of single inputs, by model (data set and architecture). */
export const models = new Map(modelList.map((model) => [keyOf(model), model]));

/** The cells of the heat map: disagreements of a variant on a test set, all seeds together. */
export const heat = named(
  [...MODEL, ...TEST_SET, "n", "disagreements", "rate", "low", "high", "seeds", "rateWithoutTies"],
  summary.heat,
).map((cell) => ({ ...cell, model: keyOf(cell) }));

/** How well each metric detects disagreements. */
export const detectors = named(
  [
    ...MODEL,
    "metric",
    ...LIMITED("auroc"),
    "sign",
    "n",
    "disagreements",
    ...LIMITED("averagePrecision"),
    ...LIMITED("passed"),
  ],
  summary.detectors,
).map((row) => ({ ...row, model: keyOf(row) }));

/** Return the training methods of a model, in the order of the page. */
export const methodsOf = (model) => [
  ...new Set(heat.filter((cell) => cell.model === model).map((cell) => cell.method)),
];
