/** Readable names for the study's identifiers. */

import { summary } from "./data.js";

/** Return the readable name of an identifier. */
export const words = (name) => (Object.hasOwn(summary.words, name) ? summary.words[name] : name.replaceAll("_", " "));

/** Return how a model was trained, or that it is the user's own. */
export const trainingName = (method) => (method === "given" ? "as given" : `${words(method)} training`);

/** Return a shift with its severity, if it has one. */
export const shiftName = (shift, severity) => words(shift) + (severity ? ` ${severity}` : "");

/** Return a model's readable name from its key, `<dataset>/<architecture>`. */
export const modelName = (key) => key.split("/").reverse().map(words).join(" on ");

/** Return the name of a class of a data set, or its number if it has no name. */
export const className = (dataset, label) => summary.classes[dataset]?.[label] ?? String(label);

/** Break a sentence into lines of at most about `width` characters. */
export function wrapped(text, width) {
  const lines = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
