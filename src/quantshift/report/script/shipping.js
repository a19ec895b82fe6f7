/** Section 1: which variant of each model can be shipped under the policy that the reader sets. */

import { answer } from "./answer.js";
import { summary } from "./data.js";
import { CANNOT_TELL, DO_NOT_SHIP, decide, judged, SHIP } from "./decide.js";
import { byId, element } from "./dom.js";
import { matchesModel, matchesVariant, selectedFilters } from "./filters.js";
import { drawGains } from "./gains.js";
import { trainingName, words } from "./names.js";
import { exactPercent, percentOf } from "./numbers.js";
import { rows } from "./shipping_table.js";
import { drawTiles, MARKS } from "./tiles.js";

const ORDER = [DO_NOT_SHIP, CANNOT_TELL, SHIP];
const ADVANTAGES = { size: "the smallest file", speed: "the fastest variant", either: "gains most" };
const DECISION = 3; // column

/** Return the accepted share that the reader states, or else the configured one with a note. */
function acceptedShare() {
  const input = byId("tolerance");
  const percent = percentOf(input.value);
  const isValid = percent !== null;
  input.ariaInvalid = String(!isValid);
  byId("tolerance-note").hidden = isValid;
  byId("tolerance-note").textContent = isValid
    ? ""
    : `“${input.value}” is not a percentage from 0 to 100, such as 0.5; the configured ` +
      `${exactPercent(summary.policy.accept)} % is used.`;
  // The configured share may have more digits than its percentage shows.
  return !isValid || input.value === input.defaultValue ? summary.policy.accept : percent / 100;
}

/** Return the policy that the controls state. */
function chosenPolicy() {
  return {
    ...summary.policy,
    accept: acceptedShare(),
    on: byId("basis").value,
    gain: byId("preference").value,
  };
}

/** Decide on all models and show those that match the filters. */
export function showDecisions() {
  const policy = chosenPolicy();
  const filters = selectedFilters();
  const models = decide(summary.candidates, summary.not_applicable, policy, summary.gain)
    .filter((model) => matchesModel(model, filters))
    .map((model) => shownVariant(model, filters.variant))
    .filter((model) => model.candidate || !filters.variant);
  showRows(models, filters, policy);
  const needed = summary.gain.needed[policy.gain];
  const decisions = models.map(({ decision, decided, candidate }) => ({
    decision: decided?.decision ?? decision,
    variant: candidate?.name ?? null,
  }));
  byId("ship-answer").textContent = answer(decisions, policy, scope(filters), needed, words);
  drawTiles(models, policy, summary.gain);
  const matching = summary.candidates.filter((candidate) => matchesVariant(candidate, filters));
  drawGains(
    matching.map((candidate) => ({ candidate, rate: judged(candidate, policy) })),
    policy,
  );
}

/** Return a model with the variant to show, the selected one or else that of its decision, and the decision on it. */
function shownVariant(model, selected) {
  const { dataset, architecture, method } = model;
  const candidates = summary.candidates.filter(
    (each) => each.dataset === dataset && each.architecture === architecture && each.method === method,
  );
  const name = selected || model.variant;
  const find = (variants) => variants.find((variant) => variant.name === name) ?? null;
  return { ...model, candidates, candidate: find(candidates), decided: find(model.variants) };
}

/** Return which models the filters select, for the answer. */
function scope({ dataset, method, variant, text }) {
  const parts = [
    ...(dataset ? [words(dataset)] : []),
    ...(method ? [trainingName(method)] : []),
    ...(variant ? [`as ${words(variant)}`] : []),
    ...(text ? [`“${text}”`] : []),
  ];
  return parts.length ? ` (${parts.join(", ")})` : "";
}

/** Show the rows of the table that match the filters, with the decision on each. */
function showRows(models, filters, policy) {
  const byModel = new Map(models.map((model) => [keyOf(model), model]));
  const onlyShown = byId("best").checked;
  for (const row of rows) {
    const model = byModel.get(keyOf(row.candidate));
    const decided = model?.variants.find(({ name }) => name === row.candidate.name);
    row.element.hidden =
      !decided ||
      (filters.variant && filters.variant !== row.candidate.name) ||
      (onlyShown && row.candidate !== model.candidate);
    if (decided) showDecision(row, decided, row.candidate === model.candidate, policy);
  }
  byId("ship-none").hidden = rows.some((row) => !row.element.hidden);
}

const keyOf = ({ dataset, architecture, method }) => JSON.stringify([dataset, architecture, method]);

/** Show the decision in a row; `isShown` is whether the tile of the model shows this variant. */
function showDecision(row, decided, isShown, policy) {
  row.decided = decided;
  const { decision, reasons, cautions } = decided;
  const cell = row.element.cells[DECISION];
  cell.dataset.value = ORDER.indexOf(decision);
  const badge = element("span", { class: `badge ${decision.replaceAll(" ", "-")}` }, MARKS[decision] + decision);
  const chosen = isShown && !selectedFilters().variant && decision === SHIP ? `, ${ADVANTAGES[policy.gain]}` : "";
  const reason = element("span", { class: "quiet reason" }, ` ${reasons.join("; ")}${chosen}`);
  const risk = row.candidate.may_saturate ? "risk" : "quiet reason";
  const notes = cautions.map((caution) => element("span", { class: risk }, ` ⚠ ${caution}`));
  cell.replaceChildren(element("span", {}, badge, reason, ...notes));
}
