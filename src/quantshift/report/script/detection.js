/** Section 5: how to detect disagreements, for the selected model, training method and variant. */

import { setOptions } from "./choices.js";
import { drawCurves } from "./curves.js";
import { methodsOf, models, variantsOf } from "./data.js";
import { byId, element } from "./dom.js";
import { drawMargins } from "./margins.js";
import { modelName, trainingName, words } from "./names.js";

const GROUP_NAMES = { all: "all test sets", clean: "the clean test set" };
const ANSWERS_ALONE =
  "There are no detectors here. Either this model answers with labels alone, so nothing shows how close another " +
  "answer was, or the preset cannot be applied to it.";
const ORDER = Object.keys(GROUP_NAMES);
const rank = (group) => (ORDER.includes(group) ? ORDER.indexOf(group) : ORDER.length);

/** Select a model and draw the section for it. */
export function showDetection(key) {
  byId("detection-model").value = key;
  setOptions("detection-method", methodsOf(key));
  setOptions("detection-variant", variantsOf(key));
  drawDetection();
}

/** Draw the section. */
export function drawDetection() {
  const ids = ["detection-model", "detection-method", "detection-variant"];
  const [key, method, variant] = ids.map((id) => byId(id).value);
  const model = models.get(key);
  const groups = model?.margins[method]?.[variant] ?? {};
  const list = byId("detection-group");
  const selected = list.value;
  const names = Object.keys(groups).sort((first, second) => rank(first) - rank(second));
  const options = names.map((group) => element("option", { value: group }, GROUP_NAMES[group] ?? words(group)));
  list.replaceChildren(...options);
  list.value = names.includes(selected) ? selected : (names[0] ?? "");
  const curves = model?.curves[method]?.[variant] ?? {};
  const answersAlone = model !== undefined && !names.length && !Object.keys(curves).length;
  byId("detection-charts").hidden = answersAlone;
  if (answersAlone) {
    const note = byId("detection-note");
    note.hidden = false;
    note.textContent = ANSWERS_ALONE;
    return;
  }
  drawMargins(groups[list.value], list.selectedOptions[0]?.textContent ?? "");
  drawCurves(model, key, method, variant, `${words(variant)} of ${modelName(key)}, ${trainingName(method)}`);
}
