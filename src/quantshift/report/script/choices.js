/** Selection lists whose options depend on other selections. */

import { byId, element } from "./dom.js";
import { words } from "./names.js";

/** Replace the options of a selection list, except “all”, by identifiers that are shown as words. */
export function setOptions(id, values) {
  setNamedOptions(
    id,
    values.map((value) => [value, words(value)]),
  );
}

/**
 * Replace the options of a selection list, except “all”, by pairs of a value and its name, and keep the selected option
 * if it is still available.
 */
export function setNamedOptions(id, pairs) {
  const list = byId(id);
  const selected = list.value;
  const all = [...list.options].filter((option) => option.value === "");
  list.replaceChildren(...all, ...pairs.map(([value, name]) => element("option", { value }, name)));
  const isAvailable = [...list.options].some((option) => option.value === selected);
  list.value = isAvailable ? selected : (list.options[0]?.value ?? "");
}
