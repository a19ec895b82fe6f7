/** How inputs are shown: the one module of the script that knows modalities by name. */

import { element } from "./dom.js";
import { marked } from "./marks.js";

const SMALL = 64; // pixels: smaller images are enlarged without smoothing

function image(content, alt) {
  const created = element("img", { src: `data:image/webp;base64,${content}`, alt, loading: "lazy" });
  created.addEventListener("load", () => created.classList.toggle("small", created.naturalWidth <= SMALL));
  return created;
}

/**
 * By modality: the class of what holds its inputs, what the note under the gallery adds, and the element that shows an
 * input's `content`, with its `alternative` in words and the content of what it is compared with, if any.
 */
const RENDERERS = {
  image: { style: "", note: "", show: (content, alternative) => image(content, alternative) },
  tensor: { style: "texts", note: "", show: (content) => element("p", {}, content) },
  text: {
    style: "texts",
    note: " Texts begin at the first word that the models read, after “…” for earlier words, and are cut to fit.",
    show: (content, _alternative, other) => marked(content, other),
  },
};

/** Return how the inputs of a modality are shown. */
export const renderer = (modality) => RENDERERS[modality];
