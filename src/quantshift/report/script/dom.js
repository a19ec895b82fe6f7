/** Elements of the page. What comes from data is set as text, never as HTML. */

export const byId = (id) => document.getElementById(id);

/** Return a new element with attributes and children (strings become text; null and undefined are left out). */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
