/** The tiles of section 1: for each model the decision, what the variant saves, its worst case and what to do next. */

import { CANNOT_TELL, DO_NOT_SHIP, SHIP, unsoundAnswers } from "./decide.js";
import { byId, element } from "./dom.js";
import { worstExample } from "./example.js";
import { visitExample } from "./exploration.js";
import { className, shiftName, words } from "./names.js";
import { nextStep } from "./next_step.js";
import { percent } from "./numbers.js";
import { renderer } from "./renderers.js";

export const MARKS = { [SHIP]: "✓ ", [DO_NOT_SHIP]: "✗ ", [CANNOT_TELL]: "? " };

/**
 * Draw the tiles.
 *
 * Each of `shown` has a model's names, its `candidates`, the shown `candidate` and the decision on it (`decided`); a
 * model to which no preset is applicable has neither, only `decision` and `reasons`.
 */
export function drawTiles(shown, policy, limits) {
  byId("tiles").replaceChildren(...shown.map((model) => tile(model, policy, limits)));
}

function tile(model, policy, limits) {
  const { candidate, decided, candidates } = model;
  const decision = decided?.decision ?? model.decision;
  const title = element(
    "h3",
    {},
    words(model.architecture),
    element("span", { class: "quiet" }, ` ${words(model.dataset)}${trained(model.method)}`),
  );
  const verdict = element("p", { class: `verdict ${style(decision)}` }, MARKS[decision] + decision);
  const contents = candidate
    ? [
        element("p", { class: "as" }, role(decision, candidate, policy), element("b", {}, words(candidate.name))),
        savings(candidate),
        element("p", { class: "reason" }, decided.reasons.join("; ")),
        ...decided.cautions.map((caution) => element("p", { class: "risk" }, `⚠ ${caution}`)),
        worst(candidate),
        element("p", { class: "next" }, nextStep(decided, candidate, candidates, policy, limits)),
      ]
    : [element("p", { class: "reason" }, model.reasons.join("; "))];
  return element("article", { class: `tile ${style(decision)}` }, verdict, title, ...contents);
}

/** Return what the shown variant is to the decision. */
function role(decision, candidate, policy) {
  if (decision === SHIP) return "as ";
  // Of float32's answers, no variant comes closer to shipping than another.
  return unsoundAnswers(candidate.float32, policy).length ? "for example " : "closest: ";
}

const style = (decision) => decision.replaceAll(" ", "-");
const trained = (method) => (method === "given" ? "" : `, ${words(method)}`);

/** Return what a variant saves in bytes and in time. */
function savings({ file_bytes, size, milliseconds, speedup }) {
  const before = file_bytes / size;
  const unit = before >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  const inUnit = (bytes) => significant(bytes / unit[0]);
  const rows = [["file", `${inUnit(before)} → ${inUnit(file_bytes)} ${unit[1]}`, `${size.toFixed(2)} ×`]];
  if (milliseconds !== null && speedup !== null) {
    const times = `${significant(milliseconds * speedup)} → ${significant(milliseconds)} ms`;
    rows.push(["time", times, `${speedup.toFixed(2)} × the speed`]);
  }
  return element(
    "dl",
    { class: "savings" },
    ...rows.map(([name, change, ratio]) =>
      element(
        "div",
        {},
        element("dt", {}, name),
        element("dd", {}, change, element("span", { class: "quiet" }, ` ${ratio}`)),
      ),
    ),
  );
}

/** Return a positive number with two significant digits, or as an integer. */
function significant(number) {
  const digits = Math.max(0, 1 - Math.floor(Math.log10(number)));
  return number.toFixed(Math.min(digits, 6));
}

/** Return the worst case of a variant, with an input that it answers differently if the page has one. */
function worst(candidate) {
  const { suite, shift, severity, rate } = candidate.worst_shifted ?? candidate.clean;
  const where = placeOf({ suite, shift, severity });
  const caption = `worst: ${where}, ${percent(rate)} % differ`;
  const example = worstExample(candidate);
  if (!example) return element("p", { class: "quiet" }, caption);
  const { model, cell, row, content, original } = example;
  const [input, , float32, variant] = row;
  const place = placeOf(cell);
  const answers = `${className(model.dataset, float32)} → ${className(model.dataset, variant)}`;
  const { style, show } = renderer(model.kind);
  const view = show(content, `Input ${input}, ${place}`, original);
  const name = `Show the inputs on ${place} that ${words(candidate.name)} answers differently`;
  const button = element("button", { type: "button", "aria-label": name }, "see these inputs");
  button.addEventListener("click", () => visitExample(candidate, cell));
  const text = element(
    "figcaption",
    {},
    caption,
    element("span", { class: "quiet" }, `for example${place === where ? "" : ` (${place})`}: ${answers}`),
    button,
  );
  return element("figure", { class: `example ${style}`.trim() }, view, text);
}

const placeOf = ({ suite, shift, severity }) => (suite === "clean" ? "the clean test set" : shiftName(shift, severity));
