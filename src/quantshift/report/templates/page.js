"use strict";
// The page's behaviour. What stems from data is set as text, never as HTML.
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const summary = read("summary-data");
  const details = read("details-data");
  const byId = (id) => document.getElementById(id);
  const words = (name) => (Object.hasOwn(summary.words, name) ? summary.words[name] : name.replaceAll("_", " "));
  const models = new Map(details.models.map((model) => [`${model.dataset}/${model.architecture}`, model]));
  const isDark = matchMedia("(prefers-color-scheme: dark)");

  // ---- helpers ----

  /** Return a new element with attributes and children (strings become text). */
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  /** Return a share (0..1) in percent with two significant digits. */
  function percent(share) {
    const value = 100 * share;
    if (value === 0) return "0";
    if (value < 0.005) return "<0.01";
    if (value >= 99.5) return value > 99.995 ? "100" : value.toFixed(1);
    return value.toFixed(value < 0.995 ? 2 : value < 9.95 ? 1 : 0);
  }

  const interval = (low, high) => `${percent(low)} to ${percent(high)} %`;
  const count = (number) => number.toLocaleString("en");
  const shiftName = (shift, severity) => words(shift) + (severity ? ` ${severity}` : "");
  const modelName = (key) => key.split("/").reverse().map(words).join(" on ");
  const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

  /** Offer a file for saving. */
  function save(name, content, type) {
    const address = typeof content === "string" && content.startsWith("data:") ? content : URL.createObjectURL(new Blob([content], { type }));
    const link = element("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    if (address.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  /** Return rows of values as CSV. */
  function csv(rows) {
    const cell = (value) => {
      const text = value === null || value === undefined ? "" : String(value);
      return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    return rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
  }

  // ---- charts ----

  const drawn = new Map();

  function look(dark) {
    const ink = dark ? "#e8eaee" : "#1c2026", quiet = dark ? "#a9b0bc" : "#565d69", line = dark ? "#363c47" : "#e1e4e9";
    return {
      background: dark ? "transparent" : "#ffffff",
      font: "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
      view: { stroke: null },
      axis: { labelColor: quiet, titleColor: ink, gridColor: line, domainColor: quiet, tickColor: quiet, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
      legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12 },
      rule: { color: quiet },
      title: { color: ink, anchor: "start", fontSize: 14 },
    };
  }

  /** Return a copy of a chart's specification with data, look and width. */
  function specified(chart, points, change, dark, narrow) {
    const specification = structuredClone(summary.charts[chart]);
    specification.datasets = { points };
    specification.config = look(dark);
    // Rows are equally high, however many there are.
    if (specification.height.step) specification.height = specification.height.step * points.length;
    specification.autosize = { type: "fit-x", contains: "padding" };
    change(specification, narrow);
    for (const layer of narrow ? (specification.layer ?? [specification]) : []) {
      const axis = layer.encoding.x;
      if (typeof axis?.title === "string") axis.title = lines(axis.title, 34);
    }
    return specification;
  }

  /** Return a sentence in lines of at most about `most` signs. */
  function lines(text, most) {
    return text.split(" ").reduce((found, word) => {
      const last = found.at(-1);
      if (last !== undefined && last.length + word.length < most) found[found.length - 1] = `${last} ${word}`;
      else found.push(word);
      return found;
    }, []);
  }

  /** Draw a chart into an element; `title` says what is seen. */
  async function draw(id, chart, points, title, change = () => {}) {
    const before = drawn.get(id), now = { chart, points, title, change };
    // A view that is only left out of the page goes on listening to the window.
    before?.finalize?.();
    drawn.set(id, now);
    const place = byId(id);
    byId(`${id}-title`).textContent = title;
    if (!points.length) {
      place.replaceChildren(element("p", { class: "quiet" }, "Nothing to draw here."));
      return;
    }
    const plot = element("div", { style: "width:100%" });
    const buttons = element("div", { class: "save" });
    for (const format of ["SVG", "PNG"]) {
      const button = element("button", { type: "button", "aria-label": `Save “${title}” as ${format}` }, format);
      button.addEventListener("click", () => saveChart(id, format));
      buttons.append(button);
    }
    place.replaceChildren(plot, buttons);
    const specification = specified(chart, points, change, isDark.matches, place.clientWidth < 560);
    specification.description = title;
    const { finalize } = await vegaEmbed(plot, specification, { actions: false, renderer: "svg", tooltip: { theme: isDark.matches ? "dark" : "light" } });
    if (drawn.get(id) === now) now.finalize = finalize;
    else finalize();
  }

  /** Save a chart as it is drawn, with its title, on white. */
  async function saveChart(id, format) {
    const { chart, points, title, change } = drawn.get(id);
    const specification = { ...specified(chart, points, change, false, false), title: lines(title, 90) };
    specification.width = 760;
    const { view, finalize } = await vegaEmbed(document.createElement("div"), specification, { actions: false, renderer: "none" });
    const name = `${id}.${format.toLowerCase()}`;
    if (format === "SVG") save(name, await view.toSVG(), "image/svg+xml");
    else save(name, await view.toImageURL("png", 2));
    finalize();
  }

  isDark.addEventListener("change", () => {
    for (const [id, { chart, points, title, change }] of drawn) draw(id, chart, points, title, change);
    drawHeat();
  });

  // ---- 1. can I ship it? ----

  const table = byId("ship-table");
  const rows = [...table.tBodies[0].rows];
  const MARKS = { keeps: "✓ keeps", unclear: "? unclear", fails: "✗ does not" };
  const ORDER = { keeps: 2, unclear: 1, fails: 0 };

  const rateOf = (line) => (byId("basis").value === "worst" && line.worst) || line.clean;

  function judge(line, tolerance) {
    const rate = rateOf(line);
    return rate.high <= tolerance ? "keeps" : rate.low > tolerance ? "fails" : "unclear";
  }

  /** Return what a line gains over float32; more is better. */
  const gain = (line) => (byId("preference").value === "size" ? 1 - line.size : (line.speed ?? 0) - 1);

  /** Return why a line gains too little of what the user prefers, or null. */
  const withheld = (line) => line.withheld[byId("preference").value];

  /** Return whether a line keeps the answers and gains enough. */
  const pays = (line, verdict) => verdict === "keeps" && withheld(line) === null;

  /** Return a line's warning about CPUs on which sums overflow, or null. */
  function saturation(line) {
    if (line.may_saturate) return "⚠ sums overflow on this run’s CPU: other CPUs give other answers";
    return line.saturates_without_vnni ? "other answers on CPUs without VNNI, where sums overflow" : null;
  }

  /** Return the places of the lines to ship, one a model: of those that keep the answers the one that gains most. */
  function chosen(verdicts) {
    const best = new Map();
    summary.lines.forEach((line, place) => {
      const model = `${line.dataset}/${line.architecture}/${line.method}`;
      // Where none keeps them, the one that is nearest to it.
      const score = pays(line, verdicts[place]) ? [1, gain(line)] : [0, -rateOf(line).high];
      const other = best.get(model);
      if (!other || score[0] > other.score[0] || (score[0] === other.score[0] && score[1] > other.score[1])) best.set(model, { place, score });
    });
    return new Map([...best].map(([model, { place }]) => [place, model]));
  }

  function ship() {
    const accepted = Number.parseFloat(byId("tolerance").value);
    const tolerance = Number.isFinite(accepted) ? Math.min(Math.max(accepted, 0), 100) / 100 : 0.01;
    const verdicts = summary.lines.map((line) => judge(line, tolerance));
    const best = chosen(verdicts);
    const kept = [...best.keys()].filter((place) => pays(summary.lines[place], verdicts[place]));
    const found = byId("filter-text").value.trim().toLowerCase();
    const wanted = Object.fromEntries(["dataset", "method", "variant"].map((name) => [name, byId(`filter-${name}`).value]));
    const only = byId("best").checked;
    const fits = (line, row) =>
      Object.entries(wanted).every(([name, value]) => !value || line[name] === value) &&
      (!found || row.textContent.toLowerCase().includes(found));
    let shown = 0;
    for (const row of rows) {
      const place = Number(row.dataset.line), line = summary.lines[place];
      const cell = row.cells[3];
      cell.dataset.value = ORDER[verdicts[place]];
      const badge = element("span", { class: `badge ${verdicts[place]}` }, MARKS[verdicts[place]]);
      const note = verdicts[place] !== "keeps" ? "" : withheld(line) ? ` do not ship: ${withheld(line)}` : best.has(place) ? " ship this" : "";
      const cpus = saturation(line);
      const risk = cpus ? element("span", { class: line.may_saturate ? "risk" : "quiet reason" }, ` ${cpus}`) : null;
      cell.replaceChildren(element("span", {}, badge, element("span", { class: "quiet reason" }, note), ...(risk ? [risk] : [])));
      row.hidden = !fits(line, row) || (only && !best.has(place));
      shown += row.hidden ? 0 : 1;
    }
    byId("ship-none").hidden = shown > 0;
    const counts = new Map();
    for (const place of kept) counts.set(summary.lines[place].variant, (counts.get(summary.lines[place].variant) ?? 0) + 1);
    const which = [...counts].sort((one, other) => other[1] - one[1]).map(([variant, number]) => `${words(variant)} for ${number}`).join(", ");
    const where = byId("basis").value === "worst" ? "on the worst shifted test set" : "on the clean test set";
    byId("ship-answer").textContent =
      `With at most ${+(100 * tolerance).toFixed(3)} % other answers ${where}, ${kept.length || "none"} of ` +
      `${plural(best.size, "model")} ${kept.length < 2 ? "has" : "have"} a variant whose upper limit stays within that and which has ${summary.wanted[byId("preference").value]}` +
      (kept.length ? `: ${which}.` : ". Accept more, or look where they differ below.");
    drawGains(fits);
  }

  function drawGains(fits) {
    const points = rows.map((row) => summary.lines[Number(row.dataset.line)]).filter((line, place) => fits(line, rows[place])).map((line) => {
      const rate = rateOf(line);
      return {
        model: `${modelName(`${line.dataset}/${line.architecture}`)}, ${words(line.method)}`,
        variant: words(line.variant), shift: shiftName(rate.shift, rate.severity), n: count(rate.n),
        differs: `${percent(rate.rate)} %`, interval: interval(rate.low, rate.high),
        size: 100 * line.size, size_words: `${line.size.toFixed(2)} ×`, speed_words: line.speed === null ? "not measured" : `${line.speed.toFixed(2)} ×`,
        rate: 100 * rate.rate, low: 100 * rate.low, high: 100 * rate.high,
      };
    });
    const highest = points.reduce((most, point) => (most && most.rate >= point.rate ? most : point), null);
    const smallest = points.reduce((least, point) => (least && least.size <= point.size ? least : point), null);
    const title = points.length
      ? `Files of ${smallest.size.toFixed(0)} to ${Math.max(...points.map((point) => point.size)).toFixed(0)} % of the size answer up to ${highest.differs} of the inputs otherwise (${highest.variant}, ${highest.model})`
      : "What a smaller file costs";
    const clean = byId("basis").value === "clean";
    draw("gains", "gains", points, title, (specification) => {
      if (clean) for (const layer of specification.layer) if (layer.encoding.y?.title) layer.encoding.y.title = "inputs answered otherwise, clean (%)";
    });
  }

  function sortBy(header) {
    const place = [...header.parentNode.cells].indexOf(header);
    const numbers = header.firstElementChild.dataset.kind === "number";
    const down = header.ariaSort === "none" ? numbers : header.ariaSort === "ascending";
    for (const other of header.parentNode.cells) other.ariaSort = "none";
    header.ariaSort = down ? "descending" : "ascending";
    const value = (row) => (numbers ? Number(row.cells[place].dataset.value) : row.cells[place].dataset.value);
    rows.sort((one, other) => {
      const [a, b] = [value(one), value(other)];
      return (down ? -1 : 1) * (numbers ? a - b : a.localeCompare(b, "en"));
    });
    table.tBodies[0].append(...rows);
  }

  function shipCsv() {
    const header = ["dataset", "architecture", "method", "variant", "verdict", "clean_rate", "clean_low", "clean_high", "clean_n", "clean_rate_without_ties", "worst_suite", "worst_shift",
      "worst_severity", "worst_rate", "worst_low", "worst_high", "worst_n", "worst_rate_without_ties", "accuracy_float32", "accuracy_change", "size_over_float32", "speed_over_float32",
      "quantized_weight_share", "integer_compute_share", "may_saturate", "saturates_without_vnni", "withheld_for_size", "withheld_for_speed"];
    const shown = rows.filter((row) => !row.hidden).map((row) => {
      const line = summary.lines[Number(row.dataset.line)], { clean, worst } = line;
      const verdict = Object.keys(ORDER).find((name) => ORDER[name] === Number(row.cells[3].dataset.value));
      return [line.dataset, line.architecture, line.method, line.variant, verdict, clean.rate, clean.low, clean.high, clean.n, clean.without_ties, worst?.suite, worst?.shift,
        worst?.severity, worst?.rate, worst?.low, worst?.high, worst?.n, worst?.without_ties, line.accuracy_float32, line.accuracy_change, line.size, line.speed,
        line.quantized_weights, line.integer_compute, line.may_saturate, line.saturates_without_vnni, line.withheld.size, line.withheld.speed];
    });
    save("can_i_ship_it.csv", csv([header, ...shown]), "text/csv");
  }

  // ---- 2. the findings ----

  function drawFindings() {
    for (const finding of summary.findings.filter((one) => one.rows.length)) {
      const fixed = (value) => value.toFixed(finding.decimals);
      const points = finding.rows.map((row) => ({
        scope: row.scope, verdict: row.verdict, value: row.effect, low: row.low, high: row.high, null: finding.null,
        effect: fixed(row.effect), interval: `${fixed(row.low)} to ${fixed(row.high)}`, published_value: row.published,
        published: row.published === null ? "–" : fixed(row.published), units: row.units, p_value: row.p_value < 0.0001 ? "< 0.0001" : row.p_value.toFixed(4),
      }));
      const known = points.filter((point) => point.published_value !== null).length;
      const title = `${finding.seen}${known ? "; published values as pink ticks" : ""}`;
      draw(`effects-${finding.number}`, "effects", points, title, (specification, narrow) => {
        if (!known) specification.layer = specification.layer.filter((layer) => layer.mark.type !== "tick");
        for (const layer of specification.layer) {
          if (layer.encoding.x.title) layer.encoding.x.title = finding.axis;
          if (narrow && layer.encoding.y) layer.encoding.y.axis.labelLimit = 120;
          if (narrow && layer.encoding.color) layer.encoding.color.legend.direction = "vertical";
        }
      });
    }
  }

  // ---- 3. where they differ ----

  const state = { cell: null, severity: 0 };
  const METHOD = 2, VARIANT = 3, SUITE = 4, SHIFT = 5, SEVERITY = 6, N = 7, FOUND = 8, RATE = 9, LOW = 10, HIGH = 11, SEEDS = 12, UNTIED = 13;
  // Cividis, from dark to light, as in the workflow's figures.
  const COLOURS = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"];

  function colour(share) {
    const place = Math.min(Math.max(share, 0), 1) * (COLOURS.length - 1), below = Math.min(Math.floor(place), COLOURS.length - 2);
    const parts = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    const [one, other] = [parts(COLOURS[below]), parts(COLOURS[below + 1])];
    return one.map((value, at) => Math.round(value + (place - below) * (other[at] - value)));
  }

  /** Return black or white, whichever is read better on a colour (WCAG's luminance). */
  function inkOn(rgb) {
    const [red, green, blue] = rgb.map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
  }

  /** Return the rows of the chosen model, of the chosen training or of all. */
  function ofModel() {
    const key = byId("model").value, method = byId("method").value;
    return summary.heat.filter((row) => `${row[0]}/${row[1]}` === key && (!method || row[METHOD] === method));
  }

  const column = (row) => `${row[METHOD]}/${row[VARIANT]}`;

  /** Return the heat map's rows: for each shift its label and, by column, a cell; severities as the slider says. */
  function heatRows() {
    const groups = new Map();
    for (const row of ofModel()) {
      const key = `${row[SUITE]}/${row[SHIFT]}`;
      if (!groups.has(key)) groups.set(key, { suite: row[SUITE], shift: row[SHIFT], severities: new Set(), cells: new Map() });
      const group = groups.get(key);
      group.severities.add(row[SEVERITY]);
      if (!group.cells.has(column(row))) group.cells.set(column(row), []);
      group.cells.get(column(row)).push(row);
    }
    return [...groups.values()].map((group) => {
      const several = group.severities.size > 1;
      const label = several && !state.severity ? `${words(group.shift)} (mean)` : shiftName(group.shift, several ? state.severity : [...group.severities][0]);
      const cells = new Map();
      for (const [place, parts] of group.cells) {
        const used = several && state.severity ? parts.filter((part) => part[SEVERITY] === state.severity) : parts;
        if (used.length) cells.set(place, used);
      }
      return { ...group, label, cells };
    });
  }

  function drawHeat() {
    const place = byId("heat"), key = byId("model").value, chosenMethod = byId("method").value;
    const columns = [...new Set(ofModel().map(column))].map((name) => name.split("/"));
    const methods = [...new Set(columns.map(([method]) => method))];
    const found = heatRows();
    const mean = (parts, at) => parts.reduce((sum, part) => sum + part[at], 0) / parts.length;
    const rates = ofModel().map((row) => row[RATE]).filter((rate) => rate > 0);
    const low = Math.log(Math.min(...rates)), high = Math.log(Math.max(...rates));
    const share = (rate) => (high > low ? (Math.log(rate) - low) / (high - low) : 1);
    const starts = (at) => (at > 0 && columns[at][0] !== columns[at - 1][0] ? "first" : null);
    const head = element("thead", {},
      element("tr", {}, element("td"), ...methods.map((method, at) => element("th", { scope: "colgroup", colspan: columns.filter(([own]) => own === method).length, class: at ? "group first" : "group" }, words(method)))),
      element("tr", {}, element("th", { scope: "col" }, "test set"), ...columns.map(([, variant], at) => element("th", { scope: "col", class: starts(at) }, words(variant)))));
    const body = element("tbody");
    let suite = null;
    for (const row of found) {
      if (row.suite !== suite && row.suite !== "clean") {
        body.append(element("tr", {}, element("th", { scope: "rowgroup", colspan: columns.length + 1, class: "suite" }, words(row.suite))));
      }
      suite = row.suite;
      const line = element("tr", {}, element("th", { scope: "row" }, row.label));
      columns.forEach(([method, variant], at) => {
        const parts = row.cells.get(`${method}/${variant}`);
        if (!parts) {
          line.append(element("td", { class: starts(at) }, element("span", { class: "empty", title: "not at this severity" }, "–")));
          return;
        }
        const rate = mean(parts, RATE), one = parts.length === 1 ? parts[0] : null;
        const total = parts.reduce((sum, part) => sum + part[FOUND], 0);
        const limits = one ? `95 % interval ${interval(one[LOW], one[HIGH])}, n = ${count(one[N])}` : `mean of ${parts.length} severities, n = ${count(parts[0][N])} each`;
        const seeds = parts[0][SEEDS] > 1 ? ` of ${parts[0][SEEDS]} seeds together` : "";
        const untied = mean(parts, UNTIED), ties = untied < rate ? `; ${percent(untied)} % without ties` : "";
        const told = `${words(method)}, ${words(variant)}, ${row.label}: ${percent(rate)} % (${limits}; ${plural(total, "disagreement")}${seeds}${ties})`;
        const id = JSON.stringify([key, method, variant, row.suite, row.shift, one ? one[SEVERITY] : -1]);
        const button = element("button", { type: "button", tabindex: -1, title: told, "aria-label": told, "aria-pressed": state.cell === id, "data-cell": id }, percent(rate));
        if (rate > 0) {
          const rgb = colour(share(rate));
          button.style.background = `rgb(${rgb.join(",")})`;
          button.style.color = inkOn(rgb);
        }
        button.addEventListener("click", () => choose(id, true));
        line.append(element("td", { class: starts(at) }, button));
      });
      body.append(line);
    }
    place.replaceChildren(element("table", {}, head, body));
    const first = place.querySelector("button[aria-pressed=true]") ?? place.querySelector("button");
    if (first) first.tabIndex = 0;
    const worst = highest(), name = modelName(key) + (chosenMethod ? `, ${words(chosenMethod)} training` : "");
    byId("heat-title").textContent = worst && worst[RATE] > 0
      ? `${name}: most disagreements under ${words(worst[VARIANT])}${chosenMethod ? "" : ` after ${words(worst[METHOD])} training`} on ${shiftName(worst[SHIFT], worst[SEVERITY])}, ${percent(worst[RATE])} % (${interval(worst[LOW], worst[HIGH])})`
      : `${name}: no disagreement on any test set`;
    const bar = element("i");
    bar.style.background = `linear-gradient(90deg, ${COLOURS.join(", ")})`;
    byId("heat-legend").replaceChildren(...(rates.length ? [`${percent(Math.min(...rates))} %`, bar, `${percent(Math.max(...rates))} % of inputs; 0 has no colour`] : []));
  }

  /** Return the row of the chosen model with the highest rate, of those that the heat map shows. */
  const highest = () => heatRows().flatMap((row) => [...row.cells.values()].flat()).reduce((most, row) => (most && most[RATE] >= row[RATE] ? most : row), null);

  /** Move between the heat map's cells with the arrow keys. */
  function moveInHeat(event) {
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    if (!(event.key in steps) || !event.target.matches("button")) return;
    event.preventDefault();
    const grid = [...byId("heat").querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")]).filter((row) => row.length);
    const cell = event.target.parentNode, [down, right] = steps[event.key];
    let at = grid.findIndex((row) => row.includes(cell)), across = grid[at].indexOf(cell);
    do {
      at += down;
      across += right;
    } while (grid[at]?.[across] && !grid[at][across].querySelector("button"));
    const next = grid[at]?.[across]?.querySelector("button");
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  function heatCsv() {
    const header = ["dataset", "architecture", "method", "variant", "suite", "shift", "severity", "n", "disagreements", "rate", "low", "high", "seeds", "rate_without_ties"];
    save("where_they_differ.csv", csv([header, ...ofModel()]), "text/csv");
  }

  // ---- 4. which inputs ----

  function choose(id, move) {
    state.cell = id;
    for (const button of byId("heat").querySelectorAll("button")) button.setAttribute("aria-pressed", button.dataset.cell === id);
    drawGallery();
    if (move) {
      byId("which").scrollIntoView();
      byId("gallery-title").focus({ preventScroll: true });
    }
  }

  /** Choose the cell with the most disagreements of the model. */
  function chooseWorst() {
    const worst = highest();
    if (!worst) return;
    const model = `${worst[0]}/${worst[1]}`;
    const several = new Set(ofModel().filter((row) => row[SUITE] === worst[SUITE] && row[SHIFT] === worst[SHIFT]).map((row) => row[SEVERITY])).size > 1;
    choose(JSON.stringify([model, worst[METHOD], worst[VARIANT], worst[SUITE], worst[SHIFT], several && !state.severity ? -1 : worst[SEVERITY]]), false);
  }

  const className = (dataset, label) => summary.classes[dataset]?.[label] ?? String(label);

  /** Return a text with the words marked that its original does not have; both may be the beginnings of longer ones. */
  function marked(text, original) {
    const quote = element("blockquote", { tabindex: 0 });
    if (original === undefined) {
      quote.append(text);
      return quote;
    }
    const known = new Map();
    for (const word of original.split(/\s+/)) known.set(word, (known.get(word) ?? 0) + 1);
    const parts = text.split(/(\s+)/);
    // Where words were dropped the text goes on after its original was cut: what stands there is not known to be new.
    const left = new Map(known);
    let last = parts.length;
    if (original.endsWith("…")) {
      last = 0;
      parts.forEach((part, place) => {
        if ((left.get(part) ?? 0) > 0 && part.trim() && part !== "…") {
          left.set(part, left.get(part) - 1);
          last = place;
        }
      });
    }
    parts.forEach((part, place) => {
      const left = known.get(part) ?? 0;
      if (!part.trim() || part === "…" || left > 0 || place > last) {
        known.set(part, left - 1);
        quote.append(part);
      } else quote.append(element("mark", {}, part));
    });
    return quote;
  }

  function card(model, cell, row) {
    const [input, label, float32, variant, marginFloat32, marginVariant, originalInput] = row;
    const [, method, name, suite, shift] = JSON.parse(state.cell), severity = cell[4];
    const inputs = details.inputs[model.dataset] ?? {};
    const shown = inputs[`${suite}/${shift}/${severity}/${input}`], original = inputs[`clean/none/0/${originalInput}`];
    const truth = className(model.dataset, label);
    const kind = suite === "clean" ? "clean" : shiftName(shift, severity);
    const view = (title, content, isShifted) => {
      const box = element("div", {}, element("div", { class: "quiet" }, title));
      if (model.kind === "text") box.append(marked(content, isShifted ? original : undefined));
      else {
        const image = element("img", { src: `data:image/webp;base64,${content}`, alt: `Input ${input}, ${title}, true label ${truth}`, loading: "lazy" });
        image.addEventListener("load", () => image.classList.toggle("small", image.naturalWidth <= 64));
        box.append(image);
      }
      return box;
    };
    const views = element("div", { class: model.kind === "text" ? "views texts" : "views" });
    if (original !== undefined) views.append(view("clean", original, false));
    if (shown !== undefined) views.append(view(kind, shown, true));
    const answer = (title, found, margin) => element("tr", {}, element("th", { scope: "row" }, title),
      element("td", {}, `${className(model.dataset, found)} ${found === label ? "✓" : "✗"}`), element("td", { title: "margin" }, margin.toFixed(3)));
    const facts = element("table", {}, element("thead", { class: "unseen" }, element("tr", {}, ...["who", "answer", "margin"].map((title) => element("th", { scope: "col" }, title)))),
      element("tbody", {},
        element("tr", {}, element("th", { scope: "row" }, "true label"), element("td", {}, truth), element("td", { class: "quiet" }, "margin")),
        answer("float32", float32, marginFloat32), answer(words(name), variant, marginVariant)));
    return element("figure", { class: "card" }, views, element("figcaption", {}, element("span", { class: "quiet" }, `input ${input}${cell.several ? `, severity ${severity}` : ""}`), facts));
  }

  function drawGallery() {
    const place = byId("gallery");
    if (!state.cell) return;
    const [key, method, variant, suite, shift, severity] = JSON.parse(state.cell);
    const model = models.get(key);
    const title = `${modelName(key)}, ${words(method)} training, ${words(variant)}: ${suite === "clean" ? "clean test set" : shiftName(shift, severity > 0 ? severity : 0)}`;
    byId("gallery-title").textContent = title;
    const cells = (model?.cells ?? []).filter((cell) => cell[0] === method && cell[1] === variant && cell[2] === suite && cell[3] === shift && (severity < 0 || cell[4] === severity));
    const several = cells.length > 1;
    const which = { all: () => true, lost: (row) => row[2] === row[1], won: (row) => row[3] === row[1], wrong: (row) => row[2] !== row[1] && row[3] !== row[1] }[byId("gallery-filter").value];
    const [column, direction] = byId("gallery-sort").value.split(",").map(Number);
    const listed = cells.flatMap((cell) => cell[6].filter(which).map((row) => [Object.assign([...cell], { several }), row]))
      .sort(([, one], [, other]) => direction * (one[column] - other[column]) || one[0] - other[0]);
    const total = cells.reduce((sum, cell) => sum + cell[5], 0), held = cells.reduce((sum, cell) => sum + cell[6].length, 0);
    place.classList.toggle("texts", model?.kind === "text");
    place.replaceChildren(...listed.map(([cell, row]) => card(model, cell, row)));
    byId("gallery-note").textContent = total === 0
      ? `No disagreement of the models of seed ${model?.seed ?? 0} in this cell.`
      : `${count(listed.length)} shown of ${plural(total, "disagreement")} of the model of seed ${model.seed}` +
        (held < total ? `; ${count(held)} of them are in this page, evenly spread over float32's margins.` : ".") +
        (model.kind === "text" ? " Texts begin where the models begin to read them, after “…” for the words before that, and are cut to fit." : "");
  }

  // ---- 5. how to tell ----

  function drawTelling() {
    const key = byId("tell-model").value, method = byId("tell-method").value, variant = byId("tell-variant").value;
    const model = models.get(key), name = `${words(variant)} of ${modelName(key)}, ${words(method)} training`;
    const groups = model?.margins[method]?.[variant] ?? {};
    const choice = byId("tell-group"), before = choice.value;
    const named = Object.keys(groups).sort((one, other) => (other === "all") - (one === "all") || (other === "clean") - (one === "clean"));
    choice.replaceChildren(...named.map((group) => element("option", { value: group }, group === "all" ? "all test sets" : group === "clean" ? "the clean test set" : words(group))));
    choice.value = named.includes(before) ? before : named[0] ?? "";
    drawMargins(groups[choice.value], name, choice.selectedOptions[0]?.textContent ?? "");
    drawCurves(model, method, variant, name, key);
  }

  /** Return a threshold in two digits, rounded up: what lies below the threshold lies below the number that is shown. */
  function upward(threshold) {
    if (!(threshold > 0)) return "0 (ties alone)";
    const unit = 10 ** (Math.floor(Math.log10(threshold)) - 1);
    return Number((Math.ceil(threshold / unit - 1e-9) * unit).toPrecision(2)).toString();
  }

  function drawMargins(told, name, where) {
    const few = byId("tell-note");
    few.hidden = !told || told.disagreements >= 10;
    if (!few.hidden) few.textContent = `Only ${plural(told.disagreements, "disagreement")} on ${where}: too few for curves to mean much.`;
    const points = (told?.thresholds ?? []).map((threshold, place) => ({
      place, sent: 100 * told.sent[place], caught: 100 * told.caught[place], threshold: place ? upward(threshold) : "0 (nothing is sent)",
      sent_share: `${percent(told.sent[place])} %`, caught_share: `${percent(told.caught[place])} %`, n: count(told.n),
    }));
    const enough = (told?.caught ?? []).findIndex((caught) => caught >= 0.95);
    draw("threshold", "threshold", points, enough > 0
      ? `Sending the ${percent(told.sent[enough])} % of inputs with a margin up to ${upward(told.thresholds[enough])} to float32 would have caught ${percent(told.caught[enough])} % of the disagreements (${where}; threshold chosen on these inputs)`
      : "What a margin threshold would catch");
    const kinds = told ? [["agree", told.agreeing, told.n - told.disagreements], ["disagree", told.disagreeing, told.disagreements]] : [];
    // The last bin's share is repeated at its right edge, so that its step is drawn.
    const bins = kinds.flatMap(([kind, counts, total]) => (total ? summary.edges : []).map((edge, at) => {
      const place = Math.min(at, counts.length - 1);
      return {
        kind, margin: edge, share: (100 * counts[place]) / total, inputs: count(counts[place]), n: count(total),
        bin: `${place ? summary.edges[place].toPrecision(2) : "0"} to ${summary.edges[place + 1].toPrecision(2)}`,
      };
    }));
    const middle = (counts, total) => {
      let sum = 0;
      return Number(summary.edges[1 + counts.findIndex((number) => (sum += number) >= total / 2)].toPrecision(2));
    };
    draw("margins", "margins", bins, told?.disagreements
      ? `Half of the disagreeing inputs have margins below ${middle(told.disagreeing, told.disagreements)}, half of the agreeing ones below ${middle(told.agreeing, told.n - told.disagreements)} (${where})`
      : `No disagreement on ${where}`);
  }

  function drawCurves(model, method, variant, name, key) {
    const facts = new Map(summary.detectors.filter((row) => `${row[0]}/${row[1]}` === key && row[2] === method && row[3] === variant).map((row) => [row[4], row]));
    const ranked = [...facts.values()].filter((row) => row[5] !== null).sort((one, other) => other[5] - one[5]);
    const withInterval = (value, low, high) => (value === null ? "–" : value.toFixed(3) + (low === null ? "" : ` (${low.toFixed(3)} to ${high.toFixed(3)})`));
    const chance = (line) => line.map(([x, y]) => ({ chance_x: x, chance_y: y }));
    const curves = Object.entries(model?.curves[method]?.[variant] ?? {});
    const points = curves.flatMap(([metric, [alarms, caught, precision]]) => alarms.map((_, place) => {
      const row = facts.get(metric);
      return {
        metric: words(metric), place, alarms: 100 * alarms[place], caught: 100 * caught[place], precision: 100 * precision[place],
        flagged: `${percent(alarms[place])} %`, caught_share: `${percent(caught[place])} %`, precise: `${percent(precision[place])} %`,
        n: `${count(row[9])}, ${count(row[10])} disagree`, auroc: withInterval(row[5], row[6], row[7]),
      };
    }));
    // Those that cannot be told from the best one are named with it.
    const equal = ranked.filter((row) => row[5].toFixed(3) === ranked[0][5].toFixed(3) || (ranked[0][6] !== null && row[5] >= ranked[0][6]));
    const others = equal.slice(1).map((row) => words(row[4]));
    const also = others.length > 2 ? ` (${others.slice(0, 2).join(", ")} and ${others.length - 2} more about as well)` : others.length ? ` (${others.join(" and ")} about as well)` : "";
    const best = ranked[0], share = best ? best[10] / best[9] : 0;
    draw("roc", "roc", points.length ? [...points, ...chance([[0, 0], [100, 100]])] : [], best
      ? `${words(best[4]).replace(/^./, (letter) => letter.toUpperCase())} tells disagreements of ${name} best${also}: AUROC ${withInterval(best[5], best[6], best[7])}`
      : `ROC: no disagreement of ${name}`);
    const precise = [...facts.values()].filter((row) => row[11] !== null).sort((one, other) => other[11] - one[11])[0];
    draw("precision", "precision", points.length ? [...points, ...chance([[0, 100 * share], [100, 100 * share]])] : [], precise
      ? `Where ${percent(share)} % of the inputs disagree, an alarm by ${words(precise[4])} is right most often: average precision ${withInterval(precise[11], precise[12], precise[13])}`
      : `Precision and recall: no disagreement of ${name}`);
    byId("detectors-title").textContent = `All detectors, ${name}`;
    const titles = ["detector", "AUROC (95 % interval)", "average precision", "agreeing inputs passed at 95 % caught"];
    const table = byId("detectors");
    table.tHead.replaceChildren(element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title))));
    table.tBodies[0].replaceChildren(...(ranked.length ? ranked : [...facts.values()]).map((row) => element("tr", {}, element("th", { scope: "row" }, words(row[4])),
      ...[5, 11, 14].map((at) => element("td", {}, withInterval(row[at], row[at + 1], row[at + 2]))))));
  }

  // ---- wiring ----

  /** Give a choice the options that fit the model, and keep what was chosen where it can be. */
  function offer(id, values) {
    const choice = byId(id), before = choice.value;
    const whole = [...choice.options].filter((option) => option.value === "");
    choice.replaceChildren(...whole, ...values.map((value) => element("option", { value }, words(value))));
    choice.value = [...choice.options].some((option) => option.value === before) ? before : choice.options[0].value;
  }

  const methodsOf = (key) => [...new Set(summary.heat.filter((row) => `${row[0]}/${row[1]}` === key).map((row) => row[METHOD]))];

  function changeModel() {
    const key = byId("model").value;
    const methods = methodsOf(key);
    offer("method", methods);
    // All trainings side by side need room.
    if (innerWidth < 760 && !byId("method").value && methods.length) byId("method").value = methods.includes("standard") ? "standard" : methods[0];
    const several = summary.severities[key.split("/")[0]];
    byId("severity-label").hidden = !several;
    if (!several) {
      state.severity = 0;
      byId("severity").value = 0;
      byId("severity-value").textContent = "mean";
    }
    changeMap();
  }

  function changeMap() {
    state.cell = null;
    drawHeat();
    chooseWorst();
  }

  for (const form of document.querySelectorAll("form")) form.addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["tolerance", "filter-text"]) byId(id).addEventListener("input", ship);
  for (const id of ["basis", "preference", "best", "filter-dataset", "filter-method", "filter-variant"]) byId(id).addEventListener("change", ship);
  for (const header of table.tHead.rows[0].cells) header.firstElementChild.addEventListener("click", () => sortBy(header));
  byId("ship-csv").addEventListener("click", shipCsv);
  byId("heat-csv").addEventListener("click", heatCsv);
  byId("heat").addEventListener("keydown", moveInHeat);
  byId("model").addEventListener("change", () => {
    changeModel();
    byId("tell-model").value = byId("model").value;
    offer("tell-method", methodsOf(byId("model").value));
    drawTelling();
  });
  byId("method").addEventListener("change", changeMap);
  byId("severity").addEventListener("input", () => {
    state.severity = Number(byId("severity").value);
    byId("severity-value").textContent = state.severity || "mean";
    changeMap();
  });
  for (const id of ["gallery-sort", "gallery-filter"]) byId(id).addEventListener("change", drawGallery);
  byId("tell-model").addEventListener("change", () => {
    offer("tell-method", methodsOf(byId("tell-model").value));
    drawTelling();
  });
  for (const id of ["tell-method", "tell-variant", "tell-group"]) byId(id).addEventListener("change", drawTelling);

  ship();
  drawFindings();
  changeModel();
  offer("tell-method", methodsOf(byId("tell-model").value));
  drawTelling();
})();
