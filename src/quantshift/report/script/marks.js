/** Texts in which the words that differ from another text are highlighted. */

import { element } from "./dom.js";

const ELLIPSIS = "…";
const isWord = (part) => part.trim() !== "" && part !== ELLIPSIS;

/** Return how often each word occurs in a text. */
function wordCounts(text) {
  const counts = new Map();
  for (const word of text.split(/\s+/)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Return the index of the last part of a text that also occurs in another one. */
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

/** Return a text as a quotation that highlights the words missing from another one; both texts may be cut. */
export function marked(text, other) {
  const quote = element("blockquote", { tabindex: 0 });
  if (other === undefined) {
    quote.append(text);
    return quote;
  }
  const remaining = wordCounts(other);
  const parts = text.split(/(\s+)/);
  // If a shift drops words, the text continues past the cut of the other one; whether those words are new is unknown.
  const last = other.endsWith(ELLIPSIS) ? lastShared(parts, remaining) : parts.length;
  parts.forEach((part, index) => {
    const available = remaining.get(part) ?? 0;
    if (!isWord(part) || available > 0 || index > last) {
      remaining.set(part, available - 1);
      quote.append(part);
    } else quote.append(element("mark", {}, part));
  });
  return quote;
}
