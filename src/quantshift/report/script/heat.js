/** Section 3: the heat map of disagreement rates, with one row per test set and one column per variant. */

import { heat } from "./data.js";
import { byId, element } from "./dom.js";
import { modelName, shiftName, trainingName, words } from "./names.js";
import { count, interval, percent, plural } from "./numbers.js";
import { saveCsv } from "./save.js";
import { COLOURS, colour, inkOn } from "./theme.js";

/** Stands for all test sets in the key of a column. */
export const ALL = "*";

/** The current view: the key of the selected cell or null, and the severity or 0 for the mean. */
export const view = { cell: null, severity: 0 };

const columnOf = (cell) => `${cell.method}/${cell.variant}`;
const mean = (cells, column) => cells.reduce((sum, cell) => sum + cell[column], 0) / cells.length;

/** Return the cells of the selected model, for the selected training method or for all. */
export function cellsOfModel() {
  const [model, method] = [byId("model").value, byId("method").value];
  return heat.filter((cell) => cell.model === model && (!method || cell.method === method));
}

/** Return the map's rows: each shift with its label and, by column, its cells at the severity of the slider. */
function rowsOfMap() {
  const shifts = new Map();
  for (const cell of cellsOfModel()) {
    const key = `${cell.suite}/${cell.shift}`;
    if (!shifts.has(key)) shifts.set(key, { suite: cell.suite, shift: cell.shift, severities: new Set(), columns: {} });
    const row = shifts.get(key);
    row.severities.add(cell.severity);
    row.columns[columnOf(cell)] ??= [];
    row.columns[columnOf(cell)].push(cell);
  }
  return [...shifts.values()].map(({ suite, shift, severities, columns }) => {
    const several = severities.size > 1;
    const label =
      several && !view.severity
        ? `${words(shift)} (mean)`
        : shiftName(shift, several ? view.severity : [...severities][0]);
    const shownCells = new Map();
    for (const [column, cells] of Object.entries(columns)) {
      const shown = several && view.severity ? cells.filter((cell) => cell.severity === view.severity) : cells;
      if (shown.length) shownCells.set(column, shown);
    }
    return { suite, shift, label, cells: shownCells };
  });
}

/** Return the shown cell with the highest rate, or null. */
export const highestCell = () =>
  rowsOfMap()
    .flatMap((row) => [...row.cells.values()].flat())
    .reduce((highest, cell) => (highest && highest.rate >= cell.rate ? highest : cell), null);

/** Return the key of a cell, or of a shift's cells at all severities (severity -1), which the gallery parses. */
export const cellKey = (model, method, variant, suite, shift, severity) =>
  JSON.stringify([model, method, variant, suite, shift, severity]);

/** Draw the map; `onSelect` is called with the key of the cell that the reader selects. */
export function drawHeat(onSelect) {
  const rates = cellsOfModel()
    .map((cell) => cell.rate)
    .filter((rate) => rate > 0);
  const columns = [...new Set(cellsOfModel().map(columnOf))].map((column) => column.split("/"));
  // A gap separates the columns of each training method from those of the previous one.
  const classes = columns.map(([method], i) => (i > 0 && method !== columns[i - 1][0] ? "first" : null));
  const table = element("table", {}, head(columns, classes, onSelect), body(columns, classes, rates, onSelect));
  byId("heat").replaceChildren(table);
  const first = table.querySelector("td button[aria-pressed=true]") ?? table.querySelector("td button");
  if (first) first.tabIndex = 0;
  byId("heat-title").textContent = title();
  drawLegend(rates);
}

function head(columns, classes, onSelect) {
  const methods = [...new Set(columns.map(([method]) => method))];
  const groups = methods.map((method, i) => {
    const colspan = columns.filter(([other]) => other === method).length;
    return element("th", { scope: "colgroup", colspan, class: i ? "group first" : "group" }, words(method));
  });
  const variants = columns.map(([method, variant], i) =>
    element("th", { scope: "col", class: classes[i] }, columnButton(method, variant, onSelect)),
  );
  return element(
    "thead",
    {},
    element("tr", {}, element("td"), ...groups),
    element("tr", {}, element("th", { scope: "col" }, "test set"), ...variants),
  );
}

function body(columns, classes, rates, onSelect) {
  const low = Math.log(Math.min(...rates));
  const high = Math.log(Math.max(...rates));
  const relative = (rate) => (high > low ? (Math.log(rate) - low) / (high - low) : 1);
  const tbody = element("tbody");
  let suite = null;
  for (const row of rowsOfMap()) {
    if (row.suite !== suite && row.suite !== "clean") {
      const heading = { scope: "rowgroup", colspan: columns.length + 1, class: "suite" };
      tbody.append(element("tr", {}, element("th", heading, words(row.suite))));
    }
    suite = row.suite;
    const cells = columns.map(([method, variant], i) => {
      const shown = row.cells.get(`${method}/${variant}`);
      const content = shown
        ? cellButton(row, shown, relative, onSelect)
        : element("span", { class: "empty", title: "not available at this severity" }, "–");
      return element("td", { class: classes[i] }, content);
    });
    tbody.append(element("tr", {}, element("th", { scope: "row" }, row.label), ...cells));
  }
  return tbody;
}

/** Return the button of a column, which selects the inputs of all test sets. */
function columnButton(method, variant, onSelect) {
  const key = cellKey(byId("model").value, method, variant, ALL, ALL, -1);
  const label = `All inputs that ${words(variant)} answers differently, ${trainingName(method)}`;
  const pressed = { "aria-pressed": view.cell === key, "data-cell": key };
  const button = element("button", { type: "button", title: label, "aria-label": label, ...pressed }, words(variant));
  button.addEventListener("click", () => onSelect(key));
  return button;
}

/** Return the button of a cell, for one test set or the mean over a shift's severities. */
function cellButton(row, cells, relative, onSelect) {
  const [first] = cells;
  const single = cells.length === 1;
  const rate = mean(cells, "rate");
  const total = cells.reduce((sum, cell) => sum + cell.disagreements, 0);
  const limits = single
    ? `95 % interval ${interval(first.low, first.high)}, n = ${count(first.n)}`
    : `mean of ${cells.length} severities, n = ${count(first.n)} each`;
  const seeds = first.seeds > 1 ? ` over ${first.seeds} seeds` : "";
  const withoutTies = mean(cells, "rateWithoutTies");
  const ties = withoutTies < rate ? `; ${percent(withoutTies)} % without ties` : "";
  const label =
    `${words(first.method)}, ${words(first.variant)}, ${row.label}: ${percent(rate)} % ` +
    `(${limits}; ${plural(total, "disagreement")}${seeds}${ties})`;
  const severity = single ? first.severity : -1;
  const key = cellKey(first.model, first.method, first.variant, row.suite, row.shift, severity);
  const attributes = { type: "button", tabindex: -1, title: label, "aria-label": label };
  const pressed = { "aria-pressed": view.cell === key, "data-cell": key };
  const button = element("button", { ...attributes, ...pressed }, percent(rate));
  if (rate > 0) {
    const rgb = colour(relative(rate));
    button.style.background = `rgb(${rgb.join(",")})`;
    button.style.color = inkOn(rgb);
  }
  button.addEventListener("click", () => onSelect(key));
  return button;
}

function title() {
  const [model, method] = [byId("model").value, byId("method").value];
  const name = modelName(model) + (method ? `, ${trainingName(method)}` : "");
  const worst = highestCell();
  if (!worst || worst.rate === 0) return `${name}: no disagreements on any test set`;
  const training = method ? "" : `, ${trainingName(worst.method)},`;
  return (
    `${name}: most disagreements under ${words(worst.variant)}${training} ` +
    `on ${shiftName(worst.shift, worst.severity)}, ${percent(worst.rate)} % (${interval(worst.low, worst.high)})`
  );
}

function drawLegend(rates) {
  const bar = element("i");
  bar.style.background = `linear-gradient(90deg, ${COLOURS.join(", ")})`;
  const [least, most] = [Math.min(...rates), Math.max(...rates)];
  const parts = [`${percent(least)} %`, bar, `${percent(most)} % of inputs (0 has no colour)`];
  byId("heat-legend").replaceChildren(...(rates.length ? parts : []));
}

/** Return whether the map has a cell or a column with a key. */
export const hasCell = (key) =>
  [...byId("heat").querySelectorAll("button")].some((button) => button.dataset.cell === key);

/** Mark the selected cell. */
export function pressCell(key) {
  for (const button of byId("heat").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", button.dataset.cell === key);
  }
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** Move between the map's cells with the arrow keys. */
export function moveInHeat(event) {
  if (!(event.key in STEPS) || !event.target.matches("td button")) return;
  event.preventDefault();
  const grid = [...byId("heat").querySelectorAll("tbody tr")]
    .map((row) => [...row.querySelectorAll("td")])
    .filter((row) => row.length);
  const cell = event.target.parentNode;
  const [down, right] = STEPS[event.key];
  let row = grid.findIndex((cells) => cells.includes(cell));
  let column = grid[row].indexOf(cell);
  do {
    row += down;
    column += right;
  } while (grid[row]?.[column] && !grid[row][column].querySelector("button"));
  const next = grid[row]?.[column]?.querySelector("button");
  if (!next) return;
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

const COLUMNS = [
  ...["dataset", "architecture", "method", "variant", "suite", "shift", "severity"],
  ...["n", "disagreements", "rate", "low", "high", "seeds"],
];

/** Save the cells of the map as a CSV file. */
export function saveHeat() {
  const rows = cellsOfModel().map((cell) => [...COLUMNS.map((column) => cell[column]), cell.rateWithoutTies]);
  saveCsv("where_they_differ.csv", [...COLUMNS, "rate_without_ties"], rows);
}
