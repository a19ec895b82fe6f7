/** Choices whose options depend on other choices. */

import { byId, element } from "./dom.js";
import { words } from "./names.js";

/** Give a choice new options, beside the one for all, and leave what was chosen where that is possible. */
export function offer(id, values) {
  const choice = byId(id);
  const before = choice.value;
  const all = [...choice.options].filter((option) => option.value === "");
  choice.replaceChildren(...all, ...values.map((value) => element("option", { value }, words(value))));
  const possible = [...choice.options].some((option) => option.value === before);
  choice.value = possible ? before : choice.options[0].value;
}
