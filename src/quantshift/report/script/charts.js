/** Charts: Vega-Lite specifications from Python, drawn with the data that the reader selects. */

import { summary } from "./data.js";
import { byId, element } from "./dom.js";
import { wrapped } from "./names.js";
import { save } from "./save.js";
import { chartTheme, isDark } from "./theme.js";

const NARROW = 560; // pixels
const SAVED_WIDTH = 760;

/** The latest drawing of each chart, by the id of its element. */
const drawn = new Map();

/** Return a copy of a chart's specification with data, theme and width. */
function specificationOf({ chart, points, change }, dark, narrow) {
  const specification = structuredClone(summary.charts[chart]);
  specification.datasets = { points };
  specification.config = chartTheme(dark);
  // Every row has the same height.
  if (specification.height.step) specification.height = specification.height.step * points.length;
  specification.autosize = { type: "fit-x", contains: "padding" };
  change(specification, narrow);
  for (const layer of narrow ? (specification.layer ?? [specification]) : []) {
    const axis = layer.encoding.x;
    if (typeof axis?.title === "string") axis.title = wrapped(axis.title, 34);
  }
  return specification;
}

/** Draw a chart into an element; `title` states what it shows, `change` adapts the specification. */
export async function draw(id, chart, points, title, change = () => {}) {
  // Removing a view from the page does not remove its listeners on the window.
  drawn.get(id)?.finalize?.();
  const drawing = { chart, points, title, change };
  drawn.set(id, drawing);
  const container = byId(id);
  byId(`${id}-title`).textContent = title;
  if (!points.length) {
    container.replaceChildren(element("p", { class: "quiet" }, "No data for this chart."));
    return;
  }
  const plot = element("div", { style: "width:100%" });
  const buttons = element("div", { class: "save" });
  for (const format of ["SVG", "PNG"]) {
    const button = element("button", { type: "button", "aria-label": `Save “${title}” as ${format}` }, format);
    button.addEventListener("click", () => saveChart(id, format));
    buttons.append(button);
  }
  container.replaceChildren(plot, buttons);
  const specification = specificationOf(drawing, isDark.matches, container.clientWidth < NARROW);
  specification.description = title;
  const { finalize } = await vegaEmbed(plot, specification, {
    actions: false,
    renderer: "svg",
    tooltip: { theme: isDark.matches ? "dark" : "light" },
  });
  if (drawn.get(id) === drawing) drawing.finalize = finalize;
  else finalize();
}

/** Redraw all charts, such as after a change of colours. */
export function redraw() {
  for (const [id, { chart, points, title, change }] of drawn) draw(id, chart, points, title, change);
}

/** Save a chart with its title on a white background. */
async function saveChart(id, format) {
  const drawing = drawn.get(id);
  const specification = { ...specificationOf(drawing, false, false), title: wrapped(drawing.title, 90) };
  specification.width = SAVED_WIDTH;
  const options = { actions: false, renderer: "none" };
  const { view, finalize } = await vegaEmbed(document.createElement("div"), specification, options);
  const name = `${id}.${format.toLowerCase()}`;
  if (format === "SVG") save(name, await view.toSVG(), "image/svg+xml");
  else save(name, await view.toImageURL("png", 2));
  finalize();
}
