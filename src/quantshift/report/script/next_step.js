/** What to do next about a model, from its decision and its numbers. */

import { CANNOT_TELL, gains, judged, missingWeights, SHIP, unsoundAnswers } from "./decide.js";
import { words } from "./names.js";
import { count, exactPercent, percent } from "./numbers.js";

const INPUTS = { clean: "clean test inputs", shifted: "shifted test inputs", worst: "inputs in each test set" };

/**
 * Return one sentence.
 *
 * `decided` is the decision on the shown variant, and `candidate` its numbers; `candidates` are all variants of the
 * model, and `limits` has most_size and least_speed.
 */
export function nextStep(decided, candidate, candidates, policy, limits) {
  const rate = judged(candidate, policy);
  if (decided.decision === SHIP) {
    return `It would also ship if you accepted only ${percentUp(rate.high)} %.`;
  }
  if (decided.decision === CANNOT_TELL) {
    if (decided.inputs_needed === null) return obstacle(candidate, policy);
    const kind = candidate.shifted === null ? INPUTS.clean : INPUTS[policy.on];
    const condition = rate.limiting.rate ? "if the rate stays the same" : "if no answer differs";
    return `${count(decided.inputs_needed)} ${kind} would decide, ${condition} (now: ${count(rate.n)}).`;
  }
  const gaining = candidates.filter((each) => gains(each, policy.gain, limits).length);
  if (!gaining.length) return "No variant is smaller or faster enough: try other presets.";
  const best = gaining.reduce((least, each) => (judged(each, policy).high < judged(least, policy).high ? each : least));
  const { high } = judged(best, policy);
  return high > policy.accept
    ? `${words(best.name)} would ship if you accepted ${percentUp(high)} %.`
    : `${words(best.name)} gains enough and stays within what you accept; see its row for what prevents it.`;
}

/** Return what to do about what prevents a decision, other than too few inputs. */
function obstacle(candidate, policy) {
  if (unsoundAnswers(candidate.float32, policy).length) {
    return "Check the preprocessing and the labels: float32 itself must answer well first.";
  }
  if (missingWeights(candidate, policy).length) return "Choose a preset that quantizes more of the weights.";
  if (candidate.may_saturate) return "Repeat the run on a CPU with VNNI, or choose static int8 portable.";
  if (candidate.float32.classes_without_inputs.length) return "Add test inputs of the missing classes.";
  return "Add test inputs, or accept more.";
}

/** Return a fraction (0..1) in percent with two digits, rounded up, so that it is enough if the reader enters it. */
function percentUp(fraction) {
  const value = 100 * fraction;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return value > 0 ? exactPercent((Math.ceil(value / unit - 1e-9) * unit) / 100) : percent(0);
}
