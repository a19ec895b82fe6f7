/** Section 5: how to detect disagreements, for the model, training and variant that the reader chooses. */

import { offer } from "./choices.js";
import { drawCurves } from "./curves.js";
import { methodsOf, models } from "./data.js";
import { byId, element } from "./dom.js";
import { drawMargins } from "./margins.js";
import { modelName, words } from "./names.js";

const ALL = { all: "all test sets", clean: "the clean test set" };
const ORDER = Object.keys(ALL);
const rank = (group) => (ORDER.includes(group) ? ORDER.indexOf(group) : ORDER.length);

/** Choose a model, and draw the section for it. */
export function showDetection(key) {
  byId("tell-model").value = key;
  offer("tell-method", methodsOf(key));
  drawDetection();
}

/** Draw the section. */
export function drawDetection() {
  const [key, method, variant] = ["tell-model", "tell-method", "tell-variant"].map((id) => byId(id).value);
  const model = models.get(key);
  const groups = model?.margins[method]?.[variant] ?? {};
  const choice = byId("tell-group");
  const before = choice.value;
  const names = Object.keys(groups).sort((one, other) => rank(one) - rank(other));
  choice.replaceChildren(...names.map((group) => element("option", { value: group }, ALL[group] ?? words(group))));
  choice.value = names.includes(before) ? before : (names[0] ?? "");
  drawMargins(groups[choice.value], choice.selectedOptions[0]?.textContent ?? "");
  drawCurves(model, key, method, variant, `${words(variant)} of ${modelName(key)}, ${words(method)} training`);
}
