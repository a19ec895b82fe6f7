/** The reader's selections in the address of the page, so that a link shows what the reader sees. */

import { byId } from "./dom.js";
import { showCell } from "./exploration.js";
import { view } from "./heat.js";
import { sortBy } from "./shipping_table.js";

/** The element of each name in the address. What comes later may depend on what comes before. */
const CONTROLS = {
  accept: "tolerance",
  on: "basis",
  want: "preference",
  data: "filter-dataset",
  training: "filter-method",
  variant: "filter-variant",
  search: "filter-text",
  rows: "best",
  model: "model",
  method: "method",
  severity: "severity",
  cell: null,
  pair: "gallery-pair",
  class: "gallery-class",
  show: "gallery-filter",
  order: "gallery-sort",
  "detection-model": "detection-model",
  "detection-training": "detection-method",
  "detection-variant": "detection-variant",
  "detection-margins": "detection-group",
  sort: null,
};

const initial = new Map();

/** Apply the selections in the address, and write the reader's into it from now on. */
export function followAddress() {
  for (const [name, value] of Object.entries(values())) initial.set(name, value);
  restore();
  for (const type of ["input", "change", "click", "keydown"]) {
    // The listeners of the controls come first.
    document.addEventListener(type, () => setTimeout(remember));
  }
  addEventListener("hashchange", restore);
}

/** Return the current selections by name. */
function values() {
  const current = {};
  for (const [name, id] of Object.entries(CONTROLS)) {
    if (id) current[name] = stateOf(byId(id));
  }
  const sorted = headers().findIndex((header) => header.ariaSort !== "none");
  return { ...current, cell: view.cell ?? "", sort: sorted < 0 ? "" : `${sorted},${headers()[sorted].ariaSort}` };
}

const stateOf = (control) => (control.type === "checkbox" ? String(control.checked) : control.value);
const headers = () => [...byId("ship-table").tHead.rows[0].cells];

/** Write the selections that differ from those of the page as it was built. */
function remember() {
  const changed = Object.entries(values()).filter(([name, value]) => value !== initial.get(name));
  const stated = new URLSearchParams(changed).toString();
  const isSection = !location.hash.includes("=");
  if (stated ? location.hash !== `#${stated}` : !isSection) history.replaceState(null, "", stated ? `#${stated}` : " ");
}

/** Apply the selections that the address states; unknown names and values have no effect. */
function restore() {
  if (!location.hash.includes("=")) return;
  const stated = new URLSearchParams(location.hash.slice(1));
  for (const [name, id] of Object.entries(CONTROLS)) {
    const value = stated.get(name) ?? initial.get(name);
    if (name === "cell") showCell(value);
    else if (name === "sort") sortAs(value);
    else select(byId(id), value);
  }
}

/** Set a control as if the reader had done it. */
function select(control, value) {
  if (stateOf(control) === value) return;
  if (control.options && ![...control.options].some((option) => option.value === value)) return;
  if (control.type === "checkbox") control.checked = value === "true";
  else control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Sort the table by a column, such as "5,descending". */
function sortAs(value) {
  const [column, order] = value.split(",");
  const header = headers()[Number(column)];
  if (!header || !["ascending", "descending"].includes(order)) return;
  // Sorting twice reverses the order.
  for (let pressed = 0; pressed < 2 && header.ariaSort !== order; pressed++) sortBy(header);
}
