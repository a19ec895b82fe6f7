/** Texts with the words marked that a shift changed. */

import { element } from "./dom.js";

const ELLIPSIS = "…";
const isWord = (part) => part.trim() !== "" && part !== ELLIPSIS;

/** Return how often each word stands in a text. */
function wordCounts(text) {
  const counts = new Map();
  for (const word of text.split(/\s+/)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Return the place of the last part of a text that stands in its original. */
function lastShared(parts, counts) {
  const left = new Map(counts);
  let last = 0;
  parts.forEach((part, place) => {
    if ((left.get(part) ?? 0) > 0 && isWord(part)) {
      left.set(part, left.get(part) - 1);
      last = place;
    }
  });
  return last;
}

/** Return a text as a quotation in which the words are marked that its original lacks; both may be cut. */
export function marked(text, original) {
  const quote = element("blockquote", { tabindex: 0 });
  if (original === undefined) {
    quote.append(text);
    return quote;
  }
  const left = wordCounts(original);
  const parts = text.split(/(\s+)/);
  // Where a shift drops words, the text goes on after the cut of its original: whether those words are new is unknown.
  const last = original.endsWith(ELLIPSIS) ? lastShared(parts, left) : parts.length;
  parts.forEach((part, place) => {
    const times = left.get(part) ?? 0;
    if (!isWord(part) || times > 0 || place > last) {
      left.set(part, times - 1);
      quote.append(part);
    } else quote.append(element("mark", {}, part));
  });
  return quote;
}
