/** The filters of section 1. They select the models of the answer, the tiles, the table and all charts. */

import { byId } from "./dom.js";
import { words } from "./names.js";

/** Return the selected data set, training method and variant (empty: all), and the text of the search in lower case. */
export function selectedFilters() {
  const [dataset, method, variant] = ["dataset", "method", "variant"].map((name) => byId(`filter-${name}`).value);
  return { dataset, method, variant, text: byId("filter-text").value.trim().toLowerCase() };
}

/** Return whether a model matches the filters; the variant is a filter of its variants. */
export function matchesModel({ dataset, architecture, method }, filters) {
  const names = [dataset, architecture, method].flatMap((name) => [name, words(name)]).join(" ");
  return (
    (!filters.dataset || filters.dataset === dataset) &&
    (!filters.method || filters.method === method) &&
    names.toLowerCase().includes(filters.text)
  );
}

/** Return whether a variant of a model matches the filters. */
export const matchesVariant = (candidate, filters) =>
  matchesModel(candidate, filters) && (!filters.variant || filters.variant === candidate.name);
