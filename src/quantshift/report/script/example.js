/** An input on which a variant answers differently, for the tile of its model. */

import { detailCells, inputs, models } from "./data.js";

/**
 * Return an input that a variant answers differently: its `cell` and `row` of the model's details, its `content` and
 * that of its clean `original`, if any, and the `model`; null if the page has none.
 *
 * It is of the worst shifted test set, or else of that with the most such inputs; of its inputs it is the one that
 * float32 answers right with the largest margin.
 */
export function worstExample({ dataset, architecture, method, name, worst_shifted }) {
  const model = models.get(`${dataset}/${architecture}`);
  const contents = inputs[dataset] ?? {};
  const contentOf = (cell, input) => contents[`${cell.suite}/${cell.shift}/${cell.severity}/${input}`];
  const cells = detailCells(model, method, name)
    .map((cell) => ({ ...cell, rows: cell.rows.filter(([input]) => contentOf(cell, input) !== undefined) }))
    .filter(({ rows }) => rows.length);
  if (!cells.length) return null;
  const isWorst = ({ suite, shift, severity }) =>
    suite === worst_shifted?.suite && shift === worst_shifted.shift && severity === worst_shifted.severity;
  const cell = cells.find(isWorst) ?? cells.reduce((most, each) => (most.total >= each.total ? most : each));
  const isLost = ([, label, float32]) => label === null || label === float32;
  const rows = cell.rows.some(isLost) ? cell.rows.filter(isLost) : cell.rows;
  const row = rows.reduce((best, each) => (best[4] >= each[4] ? best : each));
  return { model, cell, row, content: contentOf(cell, row[0]), original: contents[`clean/none/0/${row[6]}`] };
}
