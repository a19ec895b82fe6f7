/** The table of section 1: its rows, sorting and filters. */

import { summary } from "./data.js";
import { byId } from "./dom.js";
import { saveCsv } from "./save.js";

const table = byId("ship-table");

/** The rows in their current order: element, candidate and, once it is shown, decision. */
export const rows = [...table.tBodies[0].rows].map((element) => ({
  element,
  candidate: summary.candidates[Number(element.dataset.candidate)],
  decided: null,
}));

/** Sort the rows by the column of a header; pressing the header again reverses the order. */
export function sortBy(header) {
  const column = [...header.parentNode.cells].indexOf(header);
  const isNumber = header.firstElementChild.dataset.kind === "number";
  const descending = header.ariaSort === "none" ? isNumber : header.ariaSort === "ascending";
  for (const other of header.parentNode.cells) other.ariaSort = "none";
  header.ariaSort = descending ? "descending" : "ascending";
  const value = (row) => row.element.cells[column].dataset.value;
  const compare = isNumber ? (a, b) => Number(a) - Number(b) : (a, b) => a.localeCompare(b, "en");
  rows.sort((first, second) => (descending ? -1 : 1) * compare(value(first), value(second)));
  table.tBodies[0].append(...rows.map((row) => row.element));
}

const RATE = ["n", "disagreements", "ties", "rate", "low", "high", "without_ties"];
const MODEL = ["dataset", "architecture", "method"];
const FILE = ["file_bytes", "size", "milliseconds", "speedup", "quantized_weight_share", "integer_compute_share"];
const FLAGS = ["may_saturate", "saturates_without_vnni"];
const HEADER = [
  ...[...MODEL, "variant", "decision"],
  ...RATE.map((name) => `clean_${name}`),
  ...[...RATE, "effective_n"].map((name) => `shifted_${name}`),
  ...["suite", "shift", "severity", ...RATE].map((name) => `worst_shifted_${name}`),
  ...["accuracy_float32", "accuracy_change", ...FILE, ...FLAGS, "reasons", "cautions", "inputs_needed"],
];

/** Save the visible rows as a CSV file. */
export function saveRows() {
  const rateValues = (rate) => RATE.map((name) => rate?.[name]);
  const shown = rows
    .filter((row) => !row.element.hidden)
    .map(({ candidate, decided: { decision, reasons, cautions, inputs_needed } }) => {
      const { clean, shifted, worst_shifted: worst } = candidate;
      const values = (columns) => columns.map((column) => candidate[column]);
      return [
        ...[...values(MODEL), candidate.name, decision],
        ...[...rateValues(clean), ...rateValues(shifted), shifted?.effective_n],
        ...[worst?.suite, worst?.shift, worst?.severity, ...rateValues(worst)],
        ...[candidate.float32.accuracy, ...values(["accuracy_change", ...FILE, ...FLAGS])],
        ...[reasons.join("; "), cautions.join("; "), inputs_needed],
      ];
    });
  saveCsv("can_i_ship_it.csv", HEADER, shown);
}
