/** The answer of section 1 as a sentence; quantshift/decision/answer.py implements the same rules. */

import { CANNOT_TELL, SHIP } from "./decide.js";
import { exactPercent, plural } from "./numbers.js";

const WHERE = {
  clean: "on the clean test set",
  shifted: "on the shifted data as a whole",
  worst: "on the worst test set, shifted or clean",
};

/**
 * Return how many models may ship, and as which variants.
 *
 * `decisions` has the decision and variant of each model; `scope` states which models these are; `needed` is the gain
 * that a variant needs; `wordsOf` returns the readable name of a variant.
 */
export function answer(decisions, policy, scope, needed, wordsOf) {
  const shipped = decisions.filter(({ decision }) => decision === SHIP);
  const counts = new Map();
  for (const { variant } of shipped) counts.set(variant, (counts.get(variant) ?? 0) + 1);
  const list = [...counts]
    .sort((first, second) => second[1] - first[1])
    .map(([variant, number]) => `${wordsOf(variant)} for ${number}`)
    .join(", ");
  const open = decisions.filter(({ decision }) => decision === CANNOT_TELL).length;
  const refused = decisions.length - shipped.length - open;
  const others = [
    ...(refused && refused < decisions.length ? [`${refused} may not`] : []),
    ...(open ? [`${open} cannot be decided`] : []),
  ];
  return (
    `With at most ${exactPercent(policy.accept)} % different answers ${WHERE[policy.on]} and ${needed}, ` +
    `${shipped.length || "none"} of ${plural(decisions.length, "model")}${scope} may ship` +
    `${list ? `: ${list}` : ""}${others.map((other) => `; ${other}`).join("")}.`
  );
}
