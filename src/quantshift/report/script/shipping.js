/** Section 1: which variant of each model can be shipped, under the policy that the reader chooses. */

import { summary } from "./data.js";
import { CANNOT_TELL, DO_NOT_SHIP, decide, judged, SHIP } from "./decide.js";
import { byId, element } from "./dom.js";
import { drawGains } from "./gains.js";
import { words } from "./names.js";
import { exactPercent, plural } from "./numbers.js";
import { rows, rowsThatFit } from "./shipping_table.js";

const MARKS = { [SHIP]: "✓ ", [DO_NOT_SHIP]: "✗ ", [CANNOT_TELL]: "? " };
const ORDER = [DO_NOT_SHIP, CANNOT_TELL, SHIP];
const CHOSEN = { size: "the smallest file", speed: "the fastest variant", either: "gains most" };
const WHERE = {
  clean: "on the clean test set",
  shifted: "on the worst shifted test set",
  worst: "on the worst test set, shifted or clean",
};
const DECISION = 3; // column

/** Return the policy of the controls. */
function chosenPolicy() {
  const input = byId("tolerance");
  const percent = Number.parseFloat(input.value);
  const unchanged = input.value === input.defaultValue || !Number.isFinite(percent);
  return {
    ...summary.policy,
    accept: unchanged ? summary.policy.accept : Math.min(Math.max(percent, 0), 100) / 100,
    test_sets: byId("basis").value,
    gain: byId("preference").value,
  };
}

/** Decide on all models, and show the rows that fit the filters. */
export function showDecisions() {
  const policy = chosenPolicy();
  const models = decide(summary.candidates, policy, summary.gain);
  const decided = new Map();
  for (const model of models) {
    for (const variant of model.variants) {
      const key = [model.dataset, model.architecture, model.method, variant.variant].join("/");
      decided.set(key, { ...variant, isChosen: variant.variant === model.variant });
    }
  }
  const ofRow = ({ candidate: { dataset, architecture, method, variant } }) =>
    decided.get([dataset, architecture, method, variant].join("/"));
  for (const row of rows) showDecision(row, ofRow(row), policy);
  const fitting = rowsThatFit();
  const onlyChosen = byId("best").checked;
  for (const row of rows) row.element.hidden = !fitting.includes(row) || (onlyChosen && !row.decided.isChosen);
  byId("ship-none").hidden = rows.some((row) => !row.element.hidden);
  byId("ship-answer").textContent = answer(models, policy);
  const lines = fitting.map(({ candidate }) => ({ candidate, rate: judged(candidate, policy) }));
  drawGains(lines, policy);
}

/** Show the decision in a row. */
function showDecision(row, decided, policy) {
  row.decided = decided;
  const { decision, reasons, cautions, isChosen } = decided;
  const cell = row.element.cells[DECISION];
  cell.dataset.value = ORDER.indexOf(decision);
  const badge = element("span", { class: `badge ${decision.replaceAll(" ", "-")}` }, MARKS[decision] + decision);
  const chosen = isChosen && decision === SHIP ? `, ${CHOSEN[policy.gain]}` : "";
  const reason = element("span", { class: "quiet reason" }, ` ${reasons.join("; ")}${chosen}`);
  const risk = row.candidate.may_saturate ? "risk" : "quiet reason";
  const notes = cautions.map((caution) => element("span", { class: risk }, ` ⚠ ${caution}`));
  cell.replaceChildren(element("span", {}, badge, reason, ...notes));
}

/** Return the answer in a sentence. */
function answer(models, policy) {
  const shipped = models.filter((model) => model.decision === SHIP);
  const counts = new Map();
  for (const { variant } of shipped) counts.set(variant, (counts.get(variant) ?? 0) + 1);
  const which = [...counts]
    .sort((one, other) => other[1] - one[1])
    .map(([variant, number]) => `${words(variant)} for ${number}`)
    .join(", ");
  const list = shipped.length ? `: ${which}.` : ".";
  const open = models.filter((model) => model.decision === CANNOT_TELL).length;
  let advice = shipped.length ? "" : " Accept more, or look below where they differ.";
  if (open) advice = ` For ${open} there are too few test inputs to tell: use more of them, or accept more.`;
  return (
    `With at most ${exactPercent(policy.accept)} % different answers ${WHERE[policy.test_sets]}, ` +
    `${shipped.length || "none"} of ${plural(models.length, "model")} ${shipped.length < 2 ? "has" : "have"} a variant ` +
    `whose upper limit stays within that and which has ${summary.gain.needed[policy.gain]}${list}${advice}`
  );
}
