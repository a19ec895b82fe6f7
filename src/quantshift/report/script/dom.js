/** Elements of the page. Data are inserted as text, never as HTML. */

export const byId = (id) => document.getElementById(id);

/** Return a new element with attributes and children (strings become text; null and undefined are omitted). */
export function element(name, attributes = {}, ...children) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) created.setAttribute(key, value);
  }
  created.append(...children.filter((child) => child !== null && child !== undefined));
  return created;
}
