/** Files that the reader can save from the page. */

import { element } from "./dom.js";

/** Download a file; `content` is its text or a data URL. */
export function save(name, content, type) {
  const isUrl = typeof content === "string" && content.startsWith("data:");
  const address = isUrl ? content : URL.createObjectURL(new Blob([content], { type }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  if (!isUrl) setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Download rows of values as a CSV file. */
export function saveCsv(name, header, rows) {
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [header, ...rows].map((row) => `${row.map(cell).join(",")}\n`);
  save(name, lines.join(""), "text/csv");
}
