/** The data embedded in the page; rows of values become objects. */

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const withNames = (columns, rows) =>
  rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));

const MODEL = ["dataset", "architecture", "method", "variant"];
const TEST_SET = ["suite", "shift", "severity"];
const WITH_LIMITS = (name) => [name, `${name}Low`, `${name}High`];

export const summary = read("summary-data");

/** The pictures or texts of the shown inputs, by data set and key. */
export const { inputs, models: modelList } = read("details-data");

const keyOf = ({ dataset, architecture }) => `${dataset}/${architecture}`;

/** Per-input details, by model (data set and architecture). */
export const models = new Map(modelList.map((model) => [keyOf(model), model]));

/** The cells of the heat map: disagreements of a variant on a test set, over all seeds. */
export const heat = withNames(
  [...MODEL, ...TEST_SET, "n", "disagreements", "rate", "low", "high", "seeds", "rateWithoutTies"],
  summary.heat,
).map((cell) => ({ ...cell, model: keyOf(cell) }));

/** How well each metric detects disagreements. */
export const detectors = withNames(
  [
    ...MODEL,
    "metric",
    ...WITH_LIMITS("auroc"),
    "sign",
    "n",
    "disagreements",
    ...WITH_LIMITS("averagePrecision"),
    ...WITH_LIMITS("trueNegativeRate"),
  ],
  summary.detectors,
).map((row) => ({ ...row, model: keyOf(row) }));

const valuesOf = (model, column) => [
  ...new Set(heat.filter((cell) => cell.model === model).map((cell) => cell[column])),
];

/** Return the cells of a model's variant in its details: test set, number of disagreements and the shown rows. */
export const detailCells = (model, method, variant) =>
  (model?.cells ?? [])
    .filter((cell) => cell[0] === method && cell[1] === variant)
    .map(([, , suite, shift, severity, total, rows]) => ({ method, variant, suite, shift, severity, total, rows }));

/** Return the severities of a model's shifts that have several, in increasing order. */
export function severitiesOf(model) {
  const byShift = new Map();
  for (const { suite, shift, severity } of heat.filter((cell) => cell.model === model)) {
    const key = `${suite}/${shift}`;
    byShift.set(key, (byShift.get(key) ?? new Set()).add(severity));
  }
  const levels = [...byShift.values()].filter(({ size }) => size > 1).flatMap((severities) => [...severities]);
  return [...new Set(levels)].sort((first, second) => first - second);
}

/** Return the training methods of a model in the order of the page. */
export const methodsOf = (model) => valuesOf(model, "method");

/** Return the quantized variants of a model, without those that are not applicable, in the order of the page. */
export const variantsOf = (model) => valuesOf(model, "variant");
