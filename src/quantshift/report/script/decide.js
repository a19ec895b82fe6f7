/**
 * The decision on each model under a policy, from the rows of results/decision.json; quantshift/decision/decide.py has
 * the same rules, and tests/vectors/decision.json has cases for both.
 */

import { exactPercent, percent } from "./numbers.js";

export const SHIP = "ship";
export const DO_NOT_SHIP = "do not ship";
export const CANNOT_TELL = "cannot tell";
/** A model has the first of these that any of its variants has. */
const WORDS = [SHIP, CANNOT_TELL, DO_NOT_SHIP];

const NO_SHIFTED_SET = "judged on the clean test set: there is no shifted one";
const SATURATES = "sums overflow on this run’s CPU: other CPUs give different answers";
const SATURATES_WITHOUT_VNNI = "different answers on CPUs without VNNI, where sums overflow";

/**
 * Return the decision on each model, in the order in which models come first among the candidates.
 *
 * `policy` has accept (0..1), test_sets (clean, shifted, worst) and gain (size, speed, either); `limits` has most_size
 * and least_speed, what a variant needs of either.
 */
export function decide(candidates, policy, limits) {
  const models = new Map();
  for (const candidate of candidates) {
    const key = JSON.stringify([candidate.dataset, candidate.architecture, candidate.method]);
    if (!models.has(key)) models.set(key, []);
    models.get(key).push(candidate);
  }
  return [...models.values()].map((model) => decideModel(model, policy, limits));
}

/** Return the rate that is compared with the accepted share: the clean one where there is no shifted test set. */
export function judged(candidate, policy) {
  if (policy.test_sets === "clean") return candidate.clean;
  return policy.test_sets === "shifted" ? (candidate.shifted ?? candidate.clean) : candidate.worst;
}

function decideModel(candidates, policy, limits) {
  const variants = candidates.map((candidate) => decideVariant(candidate, policy, limits));
  const decision = WORDS.find((word) => variants.some((variant) => variant.decision === word));
  const score = decision === SHIP ? (one) => gainScore(one, policy.gain) : (one) => -judged(one, policy).high;
  const chosen = candidates
    .filter((_, place) => variants[place].decision === decision)
    .reduce((best, candidate) => (score(candidate) > score(best) ? candidate : best));
  const { dataset, architecture, method, variant } = chosen;
  return { dataset, architecture, method, decision, variant, variants };
}

function decideVariant(candidate, policy, limits) {
  const [answers, reason] = decideAnswers(judged(candidate, policy), policy.accept);
  const lacking = lackingGains(candidate, policy.gain, limits);
  const refused = answers === DO_NOT_SHIP || lacking.length > 0;
  const reasons = !refused || answers === DO_NOT_SHIP ? [reason] : [];
  const gained = !refused && answers === SHIP ? gains(candidate, policy.gain, limits) : [];
  return {
    variant: candidate.variant,
    decision: refused ? DO_NOT_SHIP : answers,
    reasons: [...reasons, ...(refused ? lacking : gained)],
    cautions: cautions(candidate, policy),
  };
}

/** Return what follows from a rate alone, and why. */
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

/** Return what a variant gains of what is wanted, in words; nothing where it gains too little. */
function gains(candidate, wanted, { most_size, least_speed }) {
  const found = [];
  if (candidate.least_quantized_weights === 0) return found;
  if (wanted !== "speed" && candidate.size <= most_size) found.push(`${candidate.size.toFixed(2)} × float32’s bytes`);
  if (wanted !== "size" && candidate.speed !== null && candidate.speed >= least_speed) {
    found.push(`${candidate.speed.toFixed(2)} × float32’s speed`);
  }
  return found;
}

/** Return why a variant gains too little of what is wanted, in words; nothing where it gains enough. */
function lackingGains(candidate, wanted, limits) {
  if (candidate.least_quantized_weights === 0) return ["none of its weights are quantized"];
  if (gains(candidate, wanted, limits).length) return [];
  const size = `${candidate.size.toFixed(2)} × float32’s bytes (at most ${limits.most_size} × allowed)`;
  const speed =
    candidate.speed === null
      ? "its speed was not measured"
      : `${candidate.speed.toFixed(2)} × float32’s speed (at least ${limits.least_speed} × needed)`;
  return { size: [size], speed: [speed], either: [size, speed] }[wanted];
}

/** Return how many times smaller or faster than float32 a variant is, by which variants are ranked. */
function gainScore(candidate, wanted) {
  const smaller = 1 / candidate.size;
  const faster = candidate.speed ?? 0;
  return { size: smaller, speed: faster, either: Math.max(smaller, faster) }[wanted];
}

function cautions(candidate, policy) {
  const found = policy.test_sets !== "clean" && candidate.shifted === null ? [NO_SHIFTED_SET] : [];
  if (candidate.may_saturate) found.push(SATURATES);
  else if (candidate.saturates_without_vnni) found.push(SATURATES_WITHOUT_VNNI);
  return found;
}
