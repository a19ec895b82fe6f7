/** The page's script: draws each section, and redraws it when the reader changes a selection. */

import { followAddress } from "./address.js";
import { redraw } from "./charts.js";
import { drawDetection, showDetection } from "./detection.js";
import { byId } from "./dom.js";
import { redrawMap, showMap, showModel, showSeverity } from "./exploration.js";
import { drawFindings } from "./findings.js";
import { drawGallery } from "./gallery.js";
import { moveInHeat, saveHeat } from "./heat.js";
import { PHONE } from "./screen.js";
import { showDecisions } from "./shipping.js";
import { saveRows, sortBy } from "./shipping_table.js";
import { isDark } from "./theme.js";

/** Exported for tests: one compares the decisions with those in Python. */
export { rocTitle } from "./curves.js";
export { decide } from "./decide.js";

/** Call a function on an event of any of the elements with these ids. */
function on(type, ids, listener) {
  for (const id of ids) byId(id).addEventListener(type, listener);
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => event.preventDefault());
}
isDark.addEventListener("change", () => {
  redraw();
  redrawMap();
});

on("input", ["tolerance", "filter-text"], showDecisions);
on("change", ["basis", "preference", "best", "filter-dataset", "filter-method", "filter-variant"], showDecisions);
on("click", ["ship-csv"], saveRows);
for (const header of byId("ship-table").tHead.rows[0].cells) {
  header.firstElementChild.addEventListener("click", () => sortBy(header));
}

on("change", ["model"], () => {
  showModel();
  showDetection(byId("model").value);
});
on("change", ["method"], showMap);
on("change", ["severity"], showSeverity);
on("keydown", ["heat"], moveInHeat);
on("click", ["heat-csv"], saveHeat);
on("change", ["gallery-sort", "gallery-filter", "gallery-pair", "gallery-class"], drawGallery);

on("change", ["detection-model"], () => showDetection(byId("detection-model").value));
on("change", ["detection-method", "detection-variant", "detection-group"], drawDetection);

// A phone shows the tiles alone.
if (innerWidth < PHONE) byId("ship-details").open = false;
showDecisions();
drawFindings();
showModel();
showDetection(byId("detection-model").value);
followAddress();
