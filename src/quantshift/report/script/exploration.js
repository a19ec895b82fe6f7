/** Sections 3 and 4: from the map of a model to the inputs of a cell. */

import { offer } from "./choices.js";
import { methodsOf, summary } from "./data.js";
import { byId } from "./dom.js";
import { drawGallery } from "./gallery.js";
import { cellsOfModel, drawHeat, highestCell, placeOf, pressCell, view } from "./heat.js";

const PHONE = 760; // pixels

/** Choose a cell, and show its inputs. */
function choose(place) {
  view.cell = place;
  pressCell(place);
  drawGallery();
}

/** Choose the cell that the reader pressed, and go to its inputs. */
function visit(place) {
  choose(place);
  byId("which").scrollIntoView();
  byId("gallery-title").focus({ preventScroll: true });
}

/** Draw the map in the present colours. */
export const redrawMap = () => drawHeat(visit);

/** Draw the map of another choice, and choose the cell with the highest rate. */
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
  choose(placeOf(model, method, variant, suite, shift, averaged ? -1 : severity));
}

/** Draw the map of another model. */
export function showModel() {
  const key = byId("model").value;
  const methods = methodsOf(key);
  offer("method", methods);
  // All trainings side by side need room.
  if (innerWidth < PHONE && !byId("method").value && methods.length) {
    byId("method").value = methods.includes("standard") ? "standard" : methods[0];
  }
  const hasSeverities = summary.severities[key.split("/")[0]];
  byId("severity-label").hidden = !hasSeverities;
  if (!hasSeverities) setSeverity(0);
  showMap();
}

/** Draw the map at the severity of the slider. */
export function showSeverity() {
  setSeverity(Number(byId("severity").value));
  showMap();
}

function setSeverity(severity) {
  view.severity = severity;
  byId("severity").value = severity;
  byId("severity-value").textContent = severity || "mean";
}
