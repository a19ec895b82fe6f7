/** Sections 3 and 4: the heat map of a model and the inputs of a selected cell. */

import { setOptions } from "./choices.js";
import { methodsOf, severitiesOf } from "./data.js";
import { byId, element } from "./dom.js";
import { drawGallery } from "./gallery.js";
import { cellKey, cellsOfModel, drawHeat, hasCell, highestCell, pressCell, view } from "./heat.js";
import { PHONE } from "./screen.js";

/** Select a cell and show its inputs. */
function selectCell(key) {
  view.cell = key;
  pressCell(key);
  drawGallery();
}

/** Select the cell with a key, if the map has it. */
export function showCell(key) {
  if (key !== view.cell && hasCell(key)) selectCell(key);
}

/** Select the cell that the reader pressed, and scroll to its inputs. */
function visitCell(key) {
  selectCell(key);
  byId("which").scrollIntoView();
  byId("gallery-title").focus({ preventScroll: true });
}

/** Show the map of a candidate's model, and the inputs of one of its cells. */
export function visitExample({ dataset, architecture, method }, { variant, suite, shift, severity }) {
  const model = `${dataset}/${architecture}`;
  byId("model").value = model;
  showModel();
  if (byId("method").value) byId("method").value = method;
  setSeverity(severitiesOf(model).includes(severity) ? severity : 0);
  showMap();
  visitCell(cellKey(model, method, variant, suite, shift, severity));
}

/** Draw the map in the current colours. */
export const redrawMap = () => drawHeat(visitCell);

/** Draw the map for the current selection, and select the cell with the highest rate. */
export function showMap() {
  view.cell = null;
  redrawMap();
  const worst = highestCell();
  if (!worst) return;
  const { model, method, variant, suite, shift, severity } = worst;
  const severities = cellsOfModel()
    .filter((cell) => cell.suite === suite && cell.shift === shift)
    .map((cell) => cell.severity);
  const averaged = new Set(severities).size > 1 && !view.severity;
  selectCell(cellKey(model, method, variant, suite, shift, averaged ? -1 : severity));
}

/** Draw the map of the selected model. */
export function showModel() {
  const key = byId("model").value;
  const methods = methodsOf(key);
  setOptions("method", methods);
  // A phone is too narrow for all training methods side by side.
  if (innerWidth < PHONE && !byId("method").value && methods.length) {
    byId("method").value = methods.includes("standard") ? "standard" : methods[0];
  }
  const severities = severitiesOf(key);
  byId("severity-label").hidden = !severities.length;
  const options = [
    element("option", { value: 0 }, "mean"),
    ...severities.map((level) => element("option", { value: level }, level)),
  ];
  byId("severity").replaceChildren(...options);
  setSeverity(severities.includes(view.severity) ? view.severity : 0);
  showMap();
}

/** Draw the map at the selected severity. */
export function showSeverity() {
  setSeverity(Number(byId("severity").value));
  showMap();
}

function setSeverity(severity) {
  view.severity = severity;
  byId("severity").value = severity;
}
