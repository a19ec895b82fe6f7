/**
 * The decision on each model under a policy, from the rows of results/decision.json. quantshift/decision/decide.py
 * implements the same rules; tests/vectors/decision.json tests both.
 */

import { exactPercent, percent } from "./numbers.js";

export const SHIP = "ship";
export const DO_NOT_SHIP = "do not ship";
export const CANNOT_TELL = "cannot tell";
/** A model gets the first of these decisions that any of its variants has. */
const RANKING = [SHIP, CANNOT_TELL, DO_NOT_SHIP];

const NONE_APPLICABLE = "no variant is applicable to this model";
const NO_SHIFTED_SET = "judged on the clean test set: there is no shifted one";
const SATURATES = "sums overflow on this run’s CPU: other CPUs give different answers";
const SATURATES_WITHOUT_VNNI = "different answers on CPUs without VNNI, where sums overflow";

/**
 * Return the decision on each model, in the order of the models' first candidates; models without candidates are last.
 *
 * `notApplicable` has the variants whose presets the models cannot take, each with the reason; `policy` has accept (0..1), test_sets (clean, shifted, worst) and gain (size, speed, either); `limits` has most_size
 * and least_speed, the requirements for a gain in size and in speed.
 */
export function decide(candidates, notApplicable, policy, limits) {
  const models = new Map();
  const modelOf = ({ dataset, architecture, method }) => {
    const key = JSON.stringify([dataset, architecture, method]);
    if (!models.has(key)) models.set(key, { names: { dataset, architecture, method }, candidates: [], others: [] });
    return models.get(key);
  };
  for (const candidate of candidates) modelOf(candidate).candidates.push(candidate);
  for (const variant of notApplicable) modelOf(variant).others.push(variant);
  return [...models.values()].map((model) => decideModel(model, policy, limits));
}

/**
 * Return the rate that is compared with the accepted rate: on the clean test set, on the shifted data as a whole, or on
 * the worst test set; the clean rate if there is no shifted test set.
 */
export function judged(candidate, policy) {
  if (policy.test_sets === "clean") return candidate.clean;
  return policy.test_sets === "shifted" ? (candidate.shifted ?? candidate.clean) : candidate.worst;
}

function decideModel({ names, candidates, others }, policy, limits) {
  const not_applicable = others.map(({ variant, reason }) => ({ variant, reason }));
  if (!candidates.length) {
    const reasons = [NONE_APPLICABLE];
    return { ...names, decision: DO_NOT_SHIP, variant: null, reasons, variants: [], not_applicable };
  }
  const variants = candidates.map((candidate) => decideVariant(candidate, policy, limits));
  const decision = RANKING.find((value) => variants.some((variant) => variant.decision === value));
  const score =
    decision === SHIP
      ? (candidate) => gainScore(candidate, policy.gain)
      : (candidate) => -judged(candidate, policy).high;
  const chosen = candidates
    .map((_, index) => index)
    .filter((index) => variants[index].decision === decision)
    .reduce((best, index) => (score(candidates[index]) > score(candidates[best]) ? index : best));
  const { variant, reasons } = variants[chosen];
  return { ...names, decision, variant, reasons, variants, not_applicable };
}

function decideVariant(candidate, policy, limits) {
  const [answers, reason] = decideAnswers(judged(candidate, policy), policy.accept);
  const missing = missingGains(candidate, policy.gain, limits);
  const refused = answers === DO_NOT_SHIP || missing.length > 0;
  const reasons = !refused || answers === DO_NOT_SHIP ? [reason] : [];
  const gained = !refused && answers === SHIP ? gains(candidate, policy.gain, limits) : [];
  return {
    variant: candidate.variant,
    decision: refused ? DO_NOT_SHIP : answers,
    reasons: [...reasons, ...(refused ? missing : gained)],
    cautions: cautions(candidate, policy),
  };
}

/** Return the decision that follows from the rate alone, and the reason. */
function decideAnswers(rate, accept) {
  const accepted = `(${exactPercent(accept)} % accepted)`;
  if (rate.n === 0) return [CANNOT_TELL, "there are no test inputs"];
  if (rate.high <= accept) {
    return [SHIP, `at most ${percent(rate.high)} % of answers differ ${accepted}`];
  }
  if (rate.low > accept) {
    return [DO_NOT_SHIP, `at least ${percent(rate.low)} % of answers differ ${accepted}`];
  }
  const span = `${percent(rate.low)} to ${percent(rate.high)} % of answers differ`;
  return [CANNOT_TELL, `${span} ${accepted}: too few test inputs to tell`];
}

/** Return phrases on what a variant gains in size or speed, as wanted; empty if it gains too little. */
function gains(candidate, wanted, { most_size, least_speed }) {
  const phrases = [];
  if (candidate.least_quantized_weights === 0) return phrases;
  if (wanted !== "speed" && candidate.size <= most_size) phrases.push(`${candidate.size.toFixed(2)} × float32’s bytes`);
  if (wanted !== "size" && candidate.speed !== null && candidate.speed >= least_speed) {
    phrases.push(`${candidate.speed.toFixed(2)} × float32’s speed`);
  }
  return phrases;
}

/** Return phrases on why a variant gains too little in size or speed, as wanted; empty if it gains enough. */
function missingGains(candidate, wanted, limits) {
  if (candidate.least_quantized_weights === 0) return ["none of its weights are quantized"];
  if (gains(candidate, wanted, limits).length) return [];
  const size = `${candidate.size.toFixed(2)} × float32’s bytes (at most ${limits.most_size} × allowed)`;
  const speed =
    candidate.speed === null
      ? "its speed was not measured"
      : `${candidate.speed.toFixed(2)} × float32’s speed (at least ${limits.least_speed} × needed)`;
  return { size: [size], speed: [speed], either: [size, speed] }[wanted];
}

/** Return the factor by which a variant is smaller or faster than float32, for ranking variants. */
function gainScore(candidate, wanted) {
  const smaller = 1 / candidate.size;
  const faster = candidate.speed ?? 0;
  return { size: smaller, speed: faster, either: Math.max(smaller, faster) }[wanted];
}

function cautions(candidate, policy) {
  const messages = policy.test_sets !== "clean" && candidate.shifted === null ? [NO_SHIFTED_SET] : [];
  if (candidate.may_saturate) messages.push(SATURATES);
  else if (candidate.saturates_without_vnni) messages.push(SATURATES_WITHOUT_VNNI);
  return messages;
}
