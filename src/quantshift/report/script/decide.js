/**
 * The decision on each model under a policy, from the rows of results/decision.json. quantshift/decision/decide.py
 * implements the same rules; tests/vectors/decision.json tests both.
 */

import { inputsNeeded } from "./inputs_needed.js";
import { count, exactPercent, percent } from "./numbers.js";

export const SHIP = "ship";
export const DO_NOT_SHIP = "do not ship";
export const CANNOT_TELL = "cannot tell";
/** A model gets the first of these decisions that any of its variants has. */
const RANKING = [SHIP, CANNOT_TELL, DO_NOT_SHIP];

const NONE_APPLICABLE = "no variant is applicable to this model";
const NO_SHIFTED_SET = "judged on the clean test set: there is no shifted one";
const SATURATES = "sums overflow on this run’s CPU: other CPUs give different answers";
const ONE_CLASS = "float32 gives the same answer to all test inputs";
/** Names of classes in a reason. */
const SHOWN_CLASSES = 5;
const SATURATES_WITHOUT_VNNI = "different answers on CPUs without VNNI, where sums overflow";

/**
 * Return the decision on each model, in the order of the models' first candidates; models without candidates are last.
 *
 * `notApplicable` has the variants whose presets the models cannot take, each with the reason; `policy` is that of
 * results/decision.json; `limits` has most_size and least_speed, the requirements for a gain in size and in speed.
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
  if (policy.on === "clean") return candidate.clean;
  return policy.on === "shifted" ? (candidate.shifted ?? candidate.clean) : candidate.worst;
}

function decideModel({ names, candidates, others }, policy, limits) {
  const not_applicable = others.map(({ name, reason }) => ({ name, reason }));
  if (!candidates.length) {
    const none = { variant: null, reasons: [NONE_APPLICABLE], inputs_needed: null, variants: [] };
    return { ...names, decision: DO_NOT_SHIP, ...none, not_applicable };
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
  const { name, reasons, inputs_needed } = variants[chosen];
  return { ...names, decision, variant: name, reasons, inputs_needed, variants, not_applicable };
}

function decideVariant(candidate, policy, limits) {
  const [decision, reasons, inputs_needed] = decideAnswers(candidate, policy, limits);
  const others = cautions(candidate, policy).filter((caution) => !reasons.includes(caution));
  return { name: candidate.name, decision, reasons, cautions: others, inputs_needed };
}

/**
 * Return the decision on a variant, the reasons and the number of inputs needed.
 *
 * What comes first decides: float32's answers are not sound; too many answers differ; too little is quantized; the gain
 * is too small; and last, whatever leaves the rate open.
 */
function decideAnswers(candidate, policy, limits) {
  const rate = judged(candidate, policy);
  const unsound = unsoundAnswers(candidate.float32, policy);
  if (unsound.length) return [CANNOT_TELL, unsound, null];
  const unquantized = missingWeights(candidate, policy);
  const lacking = missingGains(candidate, policy.gain, limits);
  if (rate.n && rate.low > policy.accept) {
    const reason = `at least ${percent(rate.low)} % of answers differ ${accepted(policy)}`;
    return [DO_NOT_SHIP, [reason, ...(unquantized.length ? unquantized : lacking)], null];
  }
  if (unquantized.length) return [CANNOT_TELL, unquantized, null];
  if (lacking.length) return [DO_NOT_SHIP, lacking, null];
  const untested = untestedParts(candidate, policy);
  if (rate.n === 0 || rate.high > policy.accept) {
    const needed = neededInputs(candidate, policy);
    return [CANNOT_TELL, [...untested, tooFew(candidate, policy, needed)], untested.length ? null : needed];
  }
  const reason = `at most ${percent(rate.high)} % of answers differ ${accepted(policy)}`;
  if (untested.length) return [CANNOT_TELL, [...untested, reason], null];
  return [SHIP, [reason, ...gains(candidate, policy.gain, limits)], null];
}

/** Return why differences from float32 show nothing; empty if its answers are sound. */
export function unsoundAnswers({ accuracy, chance, kappa, classes_answered }, { min_kappa }) {
  const reasons = [];
  if (accuracy !== null && chance !== null && kappa !== null && kappa < min_kappa) {
    // kappa is a lower limit; with few labels it is low even if all answers are right.
    const estimate = chance < 1 ? (accuracy - chance) / (1 - chance) : 0;
    reasons.push(
      estimate >= min_kappa
        ? `too few labelled inputs to show that float32 is above chance (${percent(accuracy)} % correct, chance ${percent(chance)} %)`
        : `float32 answers ${percent(accuracy)} % correctly, where chance gives ${percent(chance)} %: is the preprocessing right?`,
    );
  }
  if (classes_answered === 1) reasons.push(ONE_CLASS);
  return reasons;
}

/** Return whether too few weights are quantized; empty if enough are. */
export function missingWeights({ quantized_weight_share: share }, { min_quantized }) {
  const needed = `at least ${exactPercent(min_quantized)} % needed`;
  if (share === 0) return [`0 % of its weights are quantized${min_quantized ? ` (${needed})` : ""}`];
  return share >= min_quantized ? [] : [`only ${percent(share)} % of its weights are quantized (${needed})`];
}

/** Return what the test inputs or the run's CPU cannot show, however few answers differ. */
function untestedParts({ float32, may_saturate }, { every_class }) {
  const reasons = [];
  const absent = float32.classes_without_inputs;
  if (every_class && absent.length) {
    const shown = absent.slice(0, SHOWN_CLASSES).join(", ");
    const more = absent.length > SHOWN_CLASSES ? ` and ${count(absent.length - SHOWN_CLASSES)} more` : "";
    reasons.push(`no test input has the ${absent.length === 1 ? "class" : "classes"} ${shown}${more}`);
  }
  if (may_saturate) reasons.push(SATURATES);
  return reasons;
}

function neededInputs(candidate, policy) {
  // The limits for the worst test set hold for all of them simultaneously (Bonferroni).
  const sets = policy.on === "worst" ? candidate.shifted_sets + 1 : 1;
  return inputsNeeded(judged(candidate, policy).limiting, policy.accept, 1 - (1 - policy.confidence) / sets);
}

/** Return that there are too few test inputs, with the number that it takes. */
function tooFew(candidate, policy, needed) {
  const rate = judged(candidate, policy);
  if (rate.n === 0) return "there are no test inputs";
  const span = `${percent(rate.low)} to ${percent(rate.high)} % of answers differ ${accepted(policy)}`;
  if (needed === null) return `${span}: too few test inputs to tell`;
  let inputs = "test inputs";
  if (candidate.shifted !== null && policy.on !== "clean") {
    inputs = policy.on === "shifted" ? "shifted test inputs" : "inputs in each test set";
  }
  const condition = rate.limiting.rate ? "at this rate" : "if no answer differs";
  return `${span}: too few test inputs to tell; ${count(needed)} ${inputs} are needed ${condition}`;
}

const accepted = ({ accept }) => `(${exactPercent(accept)} % accepted)`;

/** Return phrases on what a variant gains in size or speed, as wanted; empty if it gains too little. */
export function gains(candidate, wanted, { most_size, least_speed }) {
  const phrases = [];
  if (wanted !== "speed" && candidate.size <= most_size) phrases.push(`${candidate.size.toFixed(2)} × float32’s bytes`);
  if (wanted !== "size" && candidate.speedup !== null && candidate.speedup >= least_speed) {
    phrases.push(`${candidate.speedup.toFixed(2)} × float32’s speed`);
  }
  return phrases;
}

/** Return phrases on why a variant gains too little in size or speed, as wanted; empty if it gains enough. */
function missingGains(candidate, wanted, limits) {
  if (gains(candidate, wanted, limits).length) return [];
  const size = `${candidate.size.toFixed(2)} × float32’s bytes (at most ${limits.most_size} × allowed)`;
  const speed =
    candidate.speedup === null
      ? "its speed was not measured"
      : `${candidate.speedup.toFixed(2)} × float32’s speed (at least ${limits.least_speed} × needed)`;
  return { size: [size], speed: [speed], either: [size, speed] }[wanted];
}

/** Return the factor by which a variant is smaller or faster than float32, for ranking variants. */
function gainScore(candidate, wanted) {
  const smaller = 1 / candidate.size;
  const faster = candidate.speedup ?? 0;
  return { size: smaller, speed: faster, either: Math.max(smaller, faster) }[wanted];
}

function cautions(candidate, policy) {
  const messages = policy.on !== "clean" && candidate.shifted === null ? [NO_SHIFTED_SET] : [];
  if (candidate.may_saturate) messages.push(SATURATES);
  else if (candidate.saturates_without_vnni) messages.push(SATURATES_WITHOUT_VNNI);
  return messages;
}
