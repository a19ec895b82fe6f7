/** Texts in which the words that a shift changed are highlighted. */

import { element } from "./dom.js";

const ELLIPSIS = "…";
const isWord = (part) => part.trim() !== "" && part !== ELLIPSIS;

/** Return how often each word occurs in a text. */
function wordCounts(text) {
  const counts = new Map();
  for (const word of text.split(/\s+/)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Return the index of the last part of a text that also occurs in its original. */
function lastShared(parts, counts) {
  const remaining = new Map(counts);
  let last = 0;
  parts.forEach((part, index) => {
    if ((remaining.get(part) ?? 0) > 0 && isWord(part)) {
      remaining.set(part, remaining.get(part) - 1);
      last = index;
    }
  });
  return last;
}

/** Return a text as a quotation that highlights the words missing from its original; both texts may be cut. */
export function marked(text, original) {
  const quote = element("blockquote", { tabindex: 0 });
  if (original === undefined) {
    quote.append(text);
    return quote;
  }
  const remaining = wordCounts(original);
  const parts = text.split(/(\s+)/);
  // If a shift drops words, the text continues past the cut of its original; whether those words are new is unknown.
  const last = original.endsWith(ELLIPSIS) ? lastShared(parts, remaining) : parts.length;
  parts.forEach((part, index) => {
    const available = remaining.get(part) ?? 0;
    if (!isWord(part) || available > 0 || index > last) {
      remaining.set(part, available - 1);
      quote.append(part);
    } else quote.append(element("mark", {}, part));
  });
  return quote;
}
