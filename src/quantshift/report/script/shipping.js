/** Section 1: which variant of each model can be shipped under the policy that the reader sets. */

import { summary } from "./data.js";
import { CANNOT_TELL, DO_NOT_SHIP, decide, judged, SHIP } from "./decide.js";
import { byId, element } from "./dom.js";
import { drawGains } from "./gains.js";
import { words } from "./names.js";
import { exactPercent, plural } from "./numbers.js";
import { matchingRows, rows } from "./shipping_table.js";

const MARKS = { [SHIP]: "✓ ", [DO_NOT_SHIP]: "✗ ", [CANNOT_TELL]: "? " };
const ORDER = [DO_NOT_SHIP, CANNOT_TELL, SHIP];
const ADVANTAGES = { size: "the smallest file", speed: "the fastest variant", either: "gains most" };
const WHERE = {
  clean: "on the clean test set",
  shifted: "on the shifted data as a whole",
  worst: "on the worst test set, shifted or clean",
};
const DECISION = 3; // column

/** Return the policy that the controls state. */
function chosenPolicy() {
  const input = byId("tolerance");
  const percent = Number.parseFloat(input.value);
  const unchanged = input.value === input.defaultValue || !Number.isFinite(percent);
  return {
    ...summary.policy,
    accept: unchanged ? summary.policy.accept : Math.min(Math.max(percent, 0), 100) / 100,
    on: byId("basis").value,
    gain: byId("preference").value,
  };
}

/** Decide on all models and show the rows that match the filters. */
export function showDecisions() {
  const policy = chosenPolicy();
  const models = decide(summary.candidates, summary.not_applicable, policy, summary.gain);
  const decided = new Map();
  for (const model of models) {
    for (const variant of model.variants) {
      const key = [model.dataset, model.architecture, model.method, variant.name].join("/");
      decided.set(key, { ...variant, isChosen: variant.name === model.variant });
    }
  }
  const decisionOf = ({ candidate: { dataset, architecture, method, name } }) =>
    decided.get([dataset, architecture, method, name].join("/"));
  for (const row of rows) showDecision(row, decisionOf(row), policy);
  const matching = matchingRows();
  const onlyChosen = byId("best").checked;
  for (const row of rows) row.element.hidden = !matching.includes(row) || (onlyChosen && !row.decided.isChosen);
  byId("ship-none").hidden = rows.some((row) => !row.element.hidden);
  byId("ship-answer").textContent = answer(models, policy);
  drawGains(
    matching.map(({ candidate }) => ({ candidate, rate: judged(candidate, policy) })),
    policy,
  );
}

/** Show the decision in a row. */
function showDecision(row, decided, policy) {
  row.decided = decided;
  const { decision, reasons, cautions, isChosen } = decided;
  const cell = row.element.cells[DECISION];
  cell.dataset.value = ORDER.indexOf(decision);
  const badge = element("span", { class: `badge ${decision.replaceAll(" ", "-")}` }, MARKS[decision] + decision);
  const chosen = isChosen && decision === SHIP ? `, ${ADVANTAGES[policy.gain]}` : "";
  const reason = element("span", { class: "quiet reason" }, ` ${reasons.join("; ")}${chosen}`);
  const risk = row.candidate.may_saturate ? "risk" : "quiet reason";
  const notes = cautions.map((caution) => element("span", { class: risk }, ` ⚠ ${caution}`));
  cell.replaceChildren(element("span", {}, badge, reason, ...notes));
}

/** Return the answer as a sentence. */
function answer(models, policy) {
  const shipped = models.filter((model) => model.decision === SHIP);
  const counts = new Map();
  for (const { variant } of shipped) counts.set(variant, (counts.get(variant) ?? 0) + 1);
  const list = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([variant, number]) => `${words(variant)} for ${number}`)
    .join(", ");
  const ending = shipped.length ? `: ${list}.` : ".";
  const open = models.filter((model) => model.decision === CANNOT_TELL).length;
  let advice = shipped.length ? "" : " Accept more, or see below where they differ.";
  if (open) advice = ` For ${open}, the test inputs cannot tell; the table states why, and how many inputs are needed.`;
  return (
    `With at most ${exactPercent(policy.accept)} % different answers ${WHERE[policy.on]}, ` +
    `${shipped.length || "none"} of ${plural(models.length, "model")} ${shipped.length < 2 ? "has" : "have"} a variant ` +
    `whose upper limit stays within that and that has ${summary.gain.needed[policy.gain]}${ending}${advice}`
  );
}
