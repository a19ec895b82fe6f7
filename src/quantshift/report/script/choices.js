/** Selection lists whose options depend on other selections. */

import { byId, element } from "./dom.js";
import { words } from "./names.js";

/** Replace the options of a selection list, except “all”, and keep the selected option if it is still available. */
export function setOptions(id, values) {
  const list = byId(id);
  const selected = list.value;
  const all = [...list.options].filter((option) => option.value === "");
  list.replaceChildren(...all, ...values.map((value) => element("option", { value }, words(value))));
  const isAvailable = [...list.options].some((option) => option.value === selected);
  list.value = isAvailable ? selected : (list.options[0]?.value ?? "");
}
