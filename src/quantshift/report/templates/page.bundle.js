"use strict"; // Built from src/quantshift/report/script by make bundle: edit those files.
var quantshift = (() => {
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };
  var __copyProps = (to, from, except, desc) => {
    if (from && typeof from === "object" || typeof from === "function") {
      for (let key of __getOwnPropNames(from))
        if (!__hasOwnProp.call(to, key) && key !== except)
          __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
    }
    return to;
  };
  var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

  // src/quantshift/report/script/main.js
  var main_exports = {};
  __export(main_exports, {
    decide: () => decide,
    rocTitle: () => rocTitle
  });

  // src/quantshift/report/script/dom.js
  var byId = (id) => document.getElementById(id);
  function element(name, attributes = {}, ...children) {
    const created = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== void 0) created.setAttribute(key, value);
    }
    created.append(...children.filter((child) => child !== null && child !== void 0));
    return created;
  }

  // src/quantshift/report/script/data.js
  var read = (id) => JSON.parse(document.getElementById(id).textContent);
  var withNames = (columns, rows2) => rows2.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
  var MODEL = ["dataset", "architecture", "method", "variant"];
  var TEST_SET = ["suite", "shift", "severity"];
  var WITH_LIMITS = (name) => [name, `${name}Low`, `${name}High`];
  var summary = read("summary-data");
  var { inputs, models: modelList } = read("details-data");
  var keyOf = ({ dataset, architecture }) => `${dataset}/${architecture}`;
  var models = new Map(modelList.map((model) => [keyOf(model), model]));
  var heat = withNames(
    [...MODEL, ...TEST_SET, "n", "disagreements", "rate", "low", "high", "seeds", "rateWithoutTies"],
    summary.heat
  ).map((cell) => ({ ...cell, model: keyOf(cell) }));
  var detectors = withNames(
    [
      ...MODEL,
      "metric",
      ...WITH_LIMITS("auroc"),
      "sign",
      "n",
      "disagreements",
      ...WITH_LIMITS("averagePrecision"),
      ...WITH_LIMITS("trueNegativeRate")
    ],
    summary.detectors
  ).map((row) => ({ ...row, model: keyOf(row) }));
  var valuesOf = (model, column) => [
    ...new Set(heat.filter((cell) => cell.model === model).map((cell) => cell[column]))
  ];
  var detailCells = (model, method, variant) => (model?.cells ?? []).filter((cell) => cell[0] === method && cell[1] === variant).map(([, , suite, shift, severity, total, rows2]) => ({ method, variant, suite, shift, severity, total, rows: rows2 }));
  function severitiesOf(model) {
    const byShift = /* @__PURE__ */ new Map();
    for (const { suite, shift, severity } of heat.filter((cell) => cell.model === model)) {
      const key = `${suite}/${shift}`;
      byShift.set(key, (byShift.get(key) ?? /* @__PURE__ */ new Set()).add(severity));
    }
    const levels = [...byShift.values()].filter(({ size }) => size > 1).flatMap((severities) => [...severities]);
    return [...new Set(levels)].sort((first, second) => first - second);
  }
  var methodsOf = (model) => valuesOf(model, "method");
  var variantsOf = (model) => valuesOf(model, "variant");

  // src/quantshift/report/script/names.js
  var words = (name) => Object.hasOwn(summary.words, name) ? summary.words[name] : name.replaceAll("_", " ");
  var trainingName = (method) => method === "given" ? "as given" : `${words(method)} training`;
  var shiftName = (shift, severity) => words(shift) + (severity ? ` ${severity}` : "");
  var modelName = (key) => key.split("/").reverse().map(words).join(" on ");
  var className = (dataset, label) => summary.classes[dataset]?.[label] ?? String(label);
  function wrapped(text, width) {
    const lines = [];
    for (const word of text.split(" ")) {
      const last = lines.at(-1);
      if (last !== void 0 && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    }
    return lines;
  }

  // src/quantshift/report/script/choices.js
  function setOptions(id, values2) {
    setNamedOptions(
      id,
      values2.map((value) => [value, words(value)])
    );
  }
  function setNamedOptions(id, pairs) {
    const list = byId(id);
    const selected = list.value;
    const all = [...list.options].filter((option) => option.value === "");
    list.replaceChildren(...all, ...pairs.map(([value, name]) => element("option", { value }, name)));
    const isAvailable = [...list.options].some((option) => option.value === selected);
    list.value = isAvailable ? selected : list.options[0]?.value ?? "";
  }

  // src/quantshift/report/script/numbers.js
  function percent(fraction2) {
    const value = 100 * fraction2;
    if (value === 0) return "0";
    if (value < 5e-3) return "<0.01";
    if (value >= 99.5) return value > 99.995 ? "100" : value.toFixed(1);
    return value.toFixed(value < 0.995 ? 2 : value < 9.95 ? 1 : 0);
  }
  var exactPercent = (fraction2) => Number((100 * fraction2).toFixed(6)).toString();
  function percentOf(text) {
    if (!/^\s*\d*[.,]?\d+\s*%?\s*$/.test(text)) return null;
    const value = Number.parseFloat(text.replace(",", "."));
    return value <= 100 ? value : null;
  }
  var interval = (low, high) => `${percent(low)} to ${percent(high)} %`;
  var count = (number) => number.toLocaleString("en");
  var plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
  function withInterval(value, low, high) {
    if (value === null) return "–";
    return value.toFixed(3) + (low === null ? "" : ` (${low.toFixed(3)} to ${high.toFixed(3)})`);
  }
  function roundedUp(threshold) {
    if (!(threshold > 0)) return "0 (ties only)";
    const unit = 10 ** (Math.floor(Math.log10(threshold)) - 1);
    return Number((Math.ceil(threshold / unit - 1e-9) * unit).toPrecision(2)).toString();
  }

  // src/quantshift/report/script/save.js
  function save(name, content, type) {
    const isUrl = typeof content === "string" && content.startsWith("data:");
    const address = isUrl ? content : URL.createObjectURL(new Blob([content], { type }));
    const link = element("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    if (!isUrl) setTimeout(() => URL.revokeObjectURL(address), 1e3);
  }
  function saveCsv(name, header, rows2) {
    const cell = (value) => {
      const text = value === null || value === void 0 ? "" : String(value);
      return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const lines = [header, ...rows2].map((row) => `${row.map(cell).join(",")}
`);
    save(name, lines.join(""), "text/csv");
  }

  // src/quantshift/report/script/theme.js
  var isDark = matchMedia("(prefers-color-scheme: dark)");
  function chartTheme(dark) {
    const ink = dark ? "#e8eaee" : "#1c2026";
    const quiet = dark ? "#a9b0bc" : "#565d69";
    const line = dark ? "#363c47" : "#e1e4e9";
    return {
      background: dark ? "transparent" : "#ffffff",
      font: "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
      view: { stroke: null },
      axis: {
        labelColor: quiet,
        titleColor: ink,
        gridColor: line,
        domainColor: quiet,
        tickColor: quiet,
        labelFontSize: 12,
        titleFontSize: 12,
        titleFontWeight: "normal"
      },
      legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12 },
      rule: { color: quiet },
      title: { color: ink, anchor: "start", fontSize: 14 }
    };
  }
  var COLOURS = [
    "#00224e",
    "#123570",
    "#3b496c",
    "#575d6d",
    "#707173",
    "#8a8678",
    "#a59c74",
    "#c3b369",
    "#e1cc55",
    "#fee838"
  ];
  var channels = (hex) => [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
  function colour(relative) {
    const position = Math.min(Math.max(relative, 0), 1) * (COLOURS.length - 1);
    const below = Math.min(Math.floor(position), COLOURS.length - 2);
    const [lower, upper] = [channels(COLOURS[below]), channels(COLOURS[below + 1])];
    return lower.map((value, channel) => Math.round(value + (position - below) * (upper[channel] - value)));
  }
  function inkOn(rgb) {
    const [red, green, blue] = rgb.map((value) => {
      const level = value / 255;
      return level <= 0.03928 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
  }

  // src/quantshift/report/script/heat.js
  var ALL = "*";
  var view = { cell: null, severity: 0 };
  var columnOf = (cell) => `${cell.method}/${cell.variant}`;
  var mean = (cells, column) => cells.reduce((sum, cell) => sum + cell[column], 0) / cells.length;
  function cellsOfModel() {
    const [model, method] = [byId("model").value, byId("method").value];
    return heat.filter((cell) => cell.model === model && (!method || cell.method === method));
  }
  function rowsOfMap() {
    const shifts = /* @__PURE__ */ new Map();
    for (const cell of cellsOfModel()) {
      const key = `${cell.suite}/${cell.shift}`;
      if (!shifts.has(key)) shifts.set(key, { suite: cell.suite, shift: cell.shift, severities: /* @__PURE__ */ new Set(), columns: {} });
      const row = shifts.get(key);
      row.severities.add(cell.severity);
      row.columns[columnOf(cell)] ??= [];
      row.columns[columnOf(cell)].push(cell);
    }
    return [...shifts.values()].map(({ suite, shift, severities, columns }) => {
      const several = severities.size > 1;
      const label = several && !view.severity ? `${words(shift)} (mean)` : shiftName(shift, several ? view.severity : [...severities][0]);
      const shownCells = /* @__PURE__ */ new Map();
      for (const [column, cells] of Object.entries(columns)) {
        const shown = several && view.severity ? cells.filter((cell) => cell.severity === view.severity) : cells;
        if (shown.length) shownCells.set(column, shown);
      }
      return { suite, shift, label, cells: shownCells };
    });
  }
  var highestCell = () => rowsOfMap().flatMap((row) => [...row.cells.values()].flat()).reduce((highest, cell) => highest && highest.rate >= cell.rate ? highest : cell, null);
  var cellKey = (model, method, variant, suite, shift, severity) => JSON.stringify([model, method, variant, suite, shift, severity]);
  function drawHeat(onSelect) {
    const rates = cellsOfModel().map((cell) => cell.rate).filter((rate) => rate > 0);
    const columns = [...new Set(cellsOfModel().map(columnOf))].map((column) => column.split("/"));
    const classes = columns.map(([method], i) => i > 0 && method !== columns[i - 1][0] ? "first" : null);
    const table2 = element("table", {}, head(columns, classes, onSelect), body(columns, classes, rates, onSelect));
    byId("heat").replaceChildren(table2);
    const first = table2.querySelector("td button[aria-pressed=true]") ?? table2.querySelector("td button");
    if (first) first.tabIndex = 0;
    byId("heat-title").textContent = title();
    drawLegend(rates);
  }
  function head(columns, classes, onSelect) {
    const methods = [...new Set(columns.map(([method]) => method))];
    const groups = methods.map((method, i) => {
      const colspan = columns.filter(([other]) => other === method).length;
      return element("th", { scope: "colgroup", colspan, class: i ? "group first" : "group" }, words(method));
    });
    const variants = columns.map(
      ([method, variant], i) => element("th", { scope: "col", class: classes[i] }, columnButton(method, variant, onSelect))
    );
    return element(
      "thead",
      {},
      element("tr", {}, element("td"), ...groups),
      element("tr", {}, element("th", { scope: "col" }, "test set"), ...variants)
    );
  }
  function body(columns, classes, rates, onSelect) {
    const low = Math.log(Math.min(...rates));
    const high = Math.log(Math.max(...rates));
    const relative = (rate) => high > low ? (Math.log(rate) - low) / (high - low) : 1;
    const tbody = element("tbody");
    let suite = null;
    for (const row of rowsOfMap()) {
      if (row.suite !== suite && row.suite !== "clean") {
        const heading = { scope: "rowgroup", colspan: columns.length + 1, class: "suite" };
        tbody.append(element("tr", {}, element("th", heading, words(row.suite))));
      }
      suite = row.suite;
      const cells = columns.map(([method, variant], i) => {
        const shown = row.cells.get(`${method}/${variant}`);
        const content = shown ? cellButton(row, shown, relative, onSelect) : element("span", { class: "empty", title: "not available at this severity" }, "–");
        return element("td", { class: classes[i] }, content);
      });
      tbody.append(element("tr", {}, element("th", { scope: "row" }, row.label), ...cells));
    }
    return tbody;
  }
  function columnButton(method, variant, onSelect) {
    const key = cellKey(byId("model").value, method, variant, ALL, ALL, -1);
    const label = `All inputs that ${words(variant)} answers differently, ${trainingName(method)}`;
    const pressed = { "aria-pressed": view.cell === key, "data-cell": key };
    const button = element("button", { type: "button", title: label, "aria-label": label, ...pressed }, words(variant));
    button.addEventListener("click", () => onSelect(key));
    return button;
  }
  function cellButton(row, cells, relative, onSelect) {
    const [first] = cells;
    const single = cells.length === 1;
    const rate = mean(cells, "rate");
    const total = cells.reduce((sum, cell) => sum + cell.disagreements, 0);
    const limits = single ? `95 % interval ${interval(first.low, first.high)}, n = ${count(first.n)}` : `mean of ${cells.length} severities, n = ${count(first.n)} each`;
    const seeds = first.seeds > 1 ? ` over ${first.seeds} seeds` : "";
    const withoutTies = mean(cells, "rateWithoutTies");
    const ties = withoutTies < rate ? `; ${percent(withoutTies)} % without ties` : "";
    const label = `${words(first.method)}, ${words(first.variant)}, ${row.label}: ${percent(rate)} % (${limits}; ${plural(total, "disagreement")}${seeds}${ties})`;
    const severity = single ? first.severity : -1;
    const key = cellKey(first.model, first.method, first.variant, row.suite, row.shift, severity);
    const attributes = { type: "button", tabindex: -1, title: label, "aria-label": label };
    const pressed = { "aria-pressed": view.cell === key, "data-cell": key };
    const button = element("button", { ...attributes, ...pressed }, percent(rate));
    if (rate > 0) {
      const rgb = colour(relative(rate));
      button.style.background = `rgb(${rgb.join(",")})`;
      button.style.color = inkOn(rgb);
    }
    button.addEventListener("click", () => onSelect(key));
    return button;
  }
  function title() {
    const [model, method] = [byId("model").value, byId("method").value];
    const name = modelName(model) + (method ? `, ${trainingName(method)}` : "");
    const worst2 = highestCell();
    if (!worst2 || worst2.rate === 0) return `${name}: no disagreements on any test set`;
    const training = method ? "" : `, ${trainingName(worst2.method)},`;
    return `${name}: most disagreements under ${words(worst2.variant)}${training} on ${shiftName(worst2.shift, worst2.severity)}, ${percent(worst2.rate)} % (${interval(worst2.low, worst2.high)})`;
  }
  function drawLegend(rates) {
    const bar = element("i");
    bar.style.background = `linear-gradient(90deg, ${COLOURS.join(", ")})`;
    const [least, most] = [Math.min(...rates), Math.max(...rates)];
    const parts = [`${percent(least)} %`, bar, `${percent(most)} % of inputs (0 has no colour)`];
    byId("heat-legend").replaceChildren(...rates.length ? parts : []);
  }
  var hasCell = (key) => [...byId("heat").querySelectorAll("button")].some((button) => button.dataset.cell === key);
  function pressCell(key) {
    for (const button of byId("heat").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", button.dataset.cell === key);
    }
  }
  var STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  function moveInHeat(event) {
    if (!(event.key in STEPS) || !event.target.matches("td button")) return;
    event.preventDefault();
    const grid = [...byId("heat").querySelectorAll("tbody tr")].map((row2) => [...row2.querySelectorAll("td")]).filter((row2) => row2.length);
    const cell = event.target.parentNode;
    const [down, right] = STEPS[event.key];
    let row = grid.findIndex((cells) => cells.includes(cell));
    let column = grid[row].indexOf(cell);
    do {
      row += down;
      column += right;
    } while (grid[row]?.[column] && !grid[row][column].querySelector("button"));
    const next = grid[row]?.[column]?.querySelector("button");
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
  var COLUMNS = [
    ...["dataset", "architecture", "method", "variant", "suite", "shift", "severity"],
    ...["n", "disagreements", "rate", "low", "high", "seeds"]
  ];
  function saveHeat() {
    const rows2 = cellsOfModel().map((cell) => [...COLUMNS.map((column) => cell[column]), cell.rateWithoutTies]);
    saveCsv("where_they_differ.csv", [...COLUMNS, "rate_without_ties"], rows2);
  }

  // src/quantshift/report/script/marks.js
  var ELLIPSIS = "…";
  var isWord = (part) => part.trim() !== "" && part !== ELLIPSIS;
  function wordCounts(text) {
    const counts = /* @__PURE__ */ new Map();
    for (const word of text.split(/\s+/)) counts.set(word, (counts.get(word) ?? 0) + 1);
    return counts;
  }
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
  function marked(text, other) {
    const quote = element("blockquote", { tabindex: 0 });
    if (other === void 0) {
      quote.append(text);
      return quote;
    }
    const remaining = wordCounts(other);
    const parts = text.split(/(\s+)/);
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

  // src/quantshift/report/script/renderers.js
  var SMALL = 64;
  function image(content, alt) {
    const created = element("img", { src: `data:image/webp;base64,${content}`, alt, loading: "lazy" });
    created.addEventListener("load", () => created.classList.toggle("small", created.naturalWidth <= SMALL));
    return created;
  }
  var RENDERERS = {
    image: { style: "", note: "", show: (content, alternative) => image(content, alternative) },
    tensor: { style: "texts", note: "", show: (content) => element("p", {}, content) },
    text: {
      style: "texts",
      note: " Texts begin at the first word that the models read, after “…” for earlier words, and are cut to fit.",
      show: (content, _alternative, other) => marked(content, other)
    }
  };
  var renderer = (modality) => RENDERERS[modality];

  // src/quantshift/report/script/gallery.js
  var correct = ([, label, float32, variant]) => ({ float32: float32 === label, variant: variant === label });
  var isLabelled = ([, label]) => label !== null;
  var FILTERS = {
    all: () => true,
    lost: (row) => correct(row).float32,
    won: (row) => correct(row).variant,
    tied: ([, , , , , marginVariant]) => marginVariant === 0,
    wrong: (row) => isLabelled(row) && !correct(row).float32 && !correct(row).variant
  };
  function selectedCells(model, [, method, variant, suite, shift, severity]) {
    return detailCells(model, method, variant).filter((cell) => suite === ALL || cell.suite === suite && cell.shift === shift).filter((cell) => severity < 0 || cell.severity === severity);
  }
  function nameOf(suite, shift, severity) {
    if (suite === ALL) return "all test sets";
    return suite === "clean" ? "clean test set" : shiftName(shift, Math.max(severity, 0));
  }
  function direction(row) {
    if (!isLabelled(row)) return 1;
    const { float32, variant } = correct(row);
    return float32 ? 0 : variant ? 2 : 1;
  }
  function comparison(selected) {
    if (selected === "direction") return (a, b) => direction(a.row) - direction(b.row) || b.row[4] - a.row[4];
    const [column, sign] = selected.split(",").map(Number);
    return (a, b) => sign * (a.row[column] - b.row[column]);
  }
  var pairOf = ([, , float32, variant]) => `${float32},${variant}`;
  function offerAnswers(dataset, rows2) {
    const counts = /* @__PURE__ */ new Map();
    for (const row of rows2) counts.set(pairOf(row), (counts.get(pairOf(row)) ?? 0) + 1);
    const pairs = [...counts].sort((first, second) => second[1] - first[1]);
    const named = ([pair, number]) => {
      const [float32, variant] = pair.split(",").map((label) => className(dataset, Number(label)));
      return [pair, `${float32} → ${variant} (${count(number)})`];
    };
    setNamedOptions("gallery-pair", pairs.map(named));
    const labels = [...new Set(rows2.filter(isLabelled).map(([, label]) => label))].sort(
      (first, second) => first - second
    );
    setNamedOptions(
      "gallery-class",
      labels.map((label) => [String(label), className(dataset, label)])
    );
  }
  function drawGallery() {
    if (!view.cell) return;
    const selection = JSON.parse(view.cell);
    const [key, method, variant, suite, shift, severity] = selection;
    const model = models.get(key);
    const testSet = nameOf(suite, shift, severity);
    byId("gallery-title").textContent = `${modelName(key)}, ${trainingName(method)}, ${words(variant)}: ${testSet}`;
    const cells = selectedCells(model, selection);
    const filter = FILTERS[byId("gallery-filter").value];
    offerAnswers(
      model?.dataset,
      cells.flatMap(({ rows: rows2 }) => rows2)
    );
    const [pair, label] = ["gallery-pair", "gallery-class"].map((id) => byId(id).value);
    const isShown = (row) => filter(row) && (!pair || pairOf(row) === pair) && (!label || String(row[1]) === label);
    const compare = comparison(byId("gallery-sort").value);
    const shown = cells.flatMap((cell) => cell.rows.filter(isShown).map((row) => ({ cell, row }))).sort((a, b) => compare(a, b) || a.row[0] - b.row[0]);
    byId("gallery").className = model ? renderer(model.kind).style : "";
    byId("gallery").replaceChildren(...shown.map(({ cell, row }) => card(model, cell, row, cells.length > 1)));
    byId("gallery-note").textContent = note(model, cells, shown.length);
  }
  function note(model, cells, shown) {
    const total = cells.reduce((sum, cell) => sum + cell.total, 0);
    const embedded = cells.reduce((sum, cell) => sum + cell.rows.length, 0);
    if (total === 0) return `The model of seed ${model?.seed ?? 0} has no disagreements in this cell.`;
    const rest = embedded < total ? `; this page holds ${count(embedded)} of them, evenly spread over float32's margins.` : ".";
    return `Showing ${count(shown)} of ${plural(total, "disagreement")} of the model of seed ${model.seed}${rest}` + renderer(model.kind).note;
  }
  function card(model, cell, row, several) {
    const { suite, shift, severity } = cell;
    const [input, label, , , , , originalInput] = row;
    const contents = inputs[model.dataset] ?? {};
    const shown = contents[`${suite}/${shift}/${severity}/${input}`];
    const original = contents[`clean/none/0/${originalInput}`];
    const truth = isLabelled(row) ? `, true label ${className(model.dataset, label)}` : "";
    const { style: style2, show } = renderer(model.kind);
    const views = element("div", { class: `views ${style2}`.trim() });
    const add = (title3, content, originalContent) => {
      const alternative = `Input ${input}, ${title3}${truth}`;
      const picture = show(content, alternative, originalContent);
      views.append(element("div", {}, element("div", { class: "quiet" }, title3), picture));
    };
    if (original !== void 0) add("clean", original, shown);
    if (shown !== void 0) add(suite === "clean" ? "clean" : shiftName(shift, severity), shown, original);
    const caption = element("span", { class: "quiet" }, `input ${input}${several ? `, severity ${severity}` : ""}`);
    return element("figure", { class: "card" }, views, element("figcaption", {}, caption, answers(model, cell, row)));
  }
  function marginText(margin) {
    if (margin === null) return "–";
    if (margin === 0) return "0 (tie)";
    return margin < 5e-4 ? "<0.001" : margin.toFixed(3);
  }
  function answers(model, cell, row) {
    const [, label, float32, variant, marginFloat32, marginVariant] = row;
    const mark = (predicted) => isLabelled(row) ? ` ${predicted === label ? "✓" : "✗"}` : "";
    const heading = (text) => element("th", { scope: "row" }, text);
    const answer2 = (title3, predicted, margin) => {
      const text = `${className(model.dataset, predicted)}${mark(predicted)}`;
      return element(
        "tr",
        {},
        heading(title3),
        element("td", {}, text),
        element("td", { title: "margin" }, marginText(margin))
      );
    };
    const headers2 = ["model", "answer", "margin"].map((title3) => element("th", { scope: "col" }, title3));
    return element(
      "table",
      {},
      element("thead", { class: "visually-hidden" }, element("tr", {}, ...headers2)),
      element(
        "tbody",
        {},
        element(
          "tr",
          {},
          heading("true label"),
          element("td", {}, isLabelled(row) ? className(model.dataset, label) : "unknown"),
          element("td", { class: "quiet" }, "margin")
        ),
        answer2("float32", float32, marginFloat32),
        answer2(words(cell.variant), variant, marginVariant)
      )
    );
  }

  // src/quantshift/report/script/screen.js
  var PHONE = 760;

  // src/quantshift/report/script/exploration.js
  function selectCell(key) {
    view.cell = key;
    pressCell(key);
    drawGallery();
  }
  function showCell(key) {
    if (key !== view.cell && hasCell(key)) selectCell(key);
  }
  function visitCell(key) {
    selectCell(key);
    byId("which").scrollIntoView();
    byId("gallery-title").focus({ preventScroll: true });
  }
  function visitExample({ dataset, architecture, method }, { variant, suite, shift, severity }) {
    const model = `${dataset}/${architecture}`;
    byId("model").value = model;
    showModel();
    if (byId("method").value) byId("method").value = method;
    setSeverity(severitiesOf(model).includes(severity) ? severity : 0);
    showMap();
    visitCell(cellKey(model, method, variant, suite, shift, severity));
  }
  var redrawMap = () => drawHeat(visitCell);
  function showMap() {
    view.cell = null;
    redrawMap();
    const worst2 = highestCell();
    if (!worst2) return;
    const { model, method, variant, suite, shift, severity } = worst2;
    const severities = cellsOfModel().filter((cell) => cell.suite === suite && cell.shift === shift).map((cell) => cell.severity);
    const averaged = new Set(severities).size > 1 && !view.severity;
    selectCell(cellKey(model, method, variant, suite, shift, averaged ? -1 : severity));
  }
  function showModel() {
    const key = byId("model").value;
    const methods = methodsOf(key);
    setOptions("method", methods);
    if (innerWidth < PHONE && !byId("method").value && methods.length) {
      byId("method").value = methods.includes("standard") ? "standard" : methods[0];
    }
    const severities = severitiesOf(key);
    byId("severity-label").hidden = !severities.length;
    const options = [
      element("option", { value: 0 }, "mean"),
      ...severities.map((level) => element("option", { value: level }, level))
    ];
    byId("severity").replaceChildren(...options);
    setSeverity(severities.includes(view.severity) ? view.severity : 0);
    showMap();
  }
  function showSeverity() {
    setSeverity(Number(byId("severity").value));
    showMap();
  }
  function setSeverity(severity) {
    view.severity = severity;
    byId("severity").value = severity;
  }

  // src/quantshift/report/script/shipping_table.js
  var table = byId("ship-table");
  var rows = [...table.tBodies[0].rows].map((element2) => ({
    element: element2,
    candidate: summary.candidates[Number(element2.dataset.candidate)],
    decided: null
  }));
  function sortBy(header) {
    const column = [...header.parentNode.cells].indexOf(header);
    const isNumber = header.firstElementChild.dataset.kind === "number";
    const descending = header.ariaSort === "none" ? isNumber : header.ariaSort === "ascending";
    for (const other of header.parentNode.cells) other.ariaSort = "none";
    header.ariaSort = descending ? "descending" : "ascending";
    const value = (row) => row.element.cells[column].dataset.value;
    const compare = isNumber ? (a, b) => Number(a) - Number(b) : (a, b) => a.localeCompare(b, "en");
    rows.sort((first, second) => (descending ? -1 : 1) * compare(value(first), value(second)));
    table.tBodies[0].append(...rows.map((row) => row.element));
  }
  var RATE = ["n", "disagreements", "ties", "rate", "low", "high", "without_ties"];
  var MODEL2 = ["dataset", "architecture", "method"];
  var FILE = ["file_bytes", "size", "milliseconds", "speedup", "quantized_weight_share", "integer_compute_share"];
  var FLAGS = ["may_saturate", "saturates_without_vnni"];
  var HEADER = [
    ...[...MODEL2, "variant", "decision"],
    ...RATE.map((name) => `clean_${name}`),
    ...[...RATE, "effective_n"].map((name) => `shifted_${name}`),
    ...["suite", "shift", "severity", ...RATE].map((name) => `worst_shifted_${name}`),
    ...["accuracy_float32", "accuracy_change", ...FILE, ...FLAGS, "reasons", "cautions", "inputs_needed"]
  ];
  function saveRows() {
    const rateValues = (rate) => RATE.map((name) => rate?.[name]);
    const shown = rows.filter((row) => !row.element.hidden).map(({ candidate, decided: { decision, reasons, cautions: cautions2, inputs_needed } }) => {
      const { clean, shifted, worst_shifted: worst2 } = candidate;
      const values2 = (columns) => columns.map((column) => candidate[column]);
      return [
        ...[...values2(MODEL2), candidate.name, decision],
        ...[...rateValues(clean), ...rateValues(shifted), shifted?.effective_n],
        ...[worst2?.suite, worst2?.shift, worst2?.severity, ...rateValues(worst2)],
        ...[candidate.float32.accuracy, ...values2(["accuracy_change", ...FILE, ...FLAGS])],
        ...[reasons.join("; "), cautions2.join("; "), inputs_needed]
      ];
    });
    saveCsv("can_i_ship_it.csv", HEADER, shown);
  }

  // src/quantshift/report/script/address.js
  var CONTROLS = {
    accept: "tolerance",
    on: "basis",
    want: "preference",
    data: "filter-dataset",
    training: "filter-method",
    variant: "filter-variant",
    search: "filter-text",
    rows: "best",
    model: "model",
    method: "method",
    severity: "severity",
    cell: null,
    pair: "gallery-pair",
    class: "gallery-class",
    show: "gallery-filter",
    order: "gallery-sort",
    "detection-model": "detection-model",
    "detection-training": "detection-method",
    "detection-variant": "detection-variant",
    "detection-margins": "detection-group",
    sort: null
  };
  var initial = /* @__PURE__ */ new Map();
  function followAddress() {
    for (const [name, value] of Object.entries(values())) initial.set(name, value);
    restore();
    for (const type of ["input", "change", "click", "keydown"]) {
      document.addEventListener(type, () => setTimeout(remember));
    }
    addEventListener("hashchange", restore);
  }
  function values() {
    const current = {};
    for (const [name, id] of Object.entries(CONTROLS)) {
      if (id) current[name] = stateOf(byId(id));
    }
    const sorted = headers().findIndex((header) => header.ariaSort !== "none");
    return { ...current, cell: view.cell ?? "", sort: sorted < 0 ? "" : `${sorted},${headers()[sorted].ariaSort}` };
  }
  var stateOf = (control) => control.type === "checkbox" ? String(control.checked) : control.value;
  var headers = () => [...byId("ship-table").tHead.rows[0].cells];
  function remember() {
    const changed = Object.entries(values()).filter(([name, value]) => value !== initial.get(name));
    const stated = new URLSearchParams(changed).toString();
    const isSection = !location.hash.includes("=");
    if (stated ? location.hash !== `#${stated}` : !isSection) history.replaceState(null, "", stated ? `#${stated}` : " ");
  }
  function restore() {
    if (!location.hash.includes("=")) return;
    const stated = new URLSearchParams(location.hash.slice(1));
    for (const [name, id] of Object.entries(CONTROLS)) {
      const value = stated.get(name) ?? initial.get(name);
      if (name === "cell") showCell(value);
      else if (name === "sort") sortAs(value);
      else select(byId(id), value);
    }
  }
  function select(control, value) {
    if (stateOf(control) === value) return;
    if (control.options && ![...control.options].some((option) => option.value === value)) return;
    if (control.type === "checkbox") control.checked = value === "true";
    else control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function sortAs(value) {
    const [column, order] = value.split(",");
    const header = headers()[Number(column)];
    if (!header || !["ascending", "descending"].includes(order)) return;
    for (let pressed = 0; pressed < 2 && header.ariaSort !== order; pressed++) sortBy(header);
  }

  // src/quantshift/report/script/charts.js
  var NARROW = 560;
  var SAVED_WIDTH = 760;
  var drawn = /* @__PURE__ */ new Map();
  function specificationOf({ chart, points, change }, dark, narrow) {
    const specification = structuredClone(summary.charts[chart]);
    specification.datasets = { points };
    specification.config = chartTheme(dark);
    if (specification.height.step) specification.height = specification.height.step * points.length;
    specification.autosize = { type: "fit-x", contains: "padding" };
    change(specification, narrow);
    for (const layer of narrow ? specification.layer ?? [specification] : []) {
      const axis = layer.encoding.x;
      if (typeof axis?.title === "string") axis.title = wrapped(axis.title, 34);
    }
    return specification;
  }
  async function draw(id, chart, points, title3, change = () => {
  }) {
    drawn.get(id)?.finalize?.();
    const drawing = { chart, points, title: title3, change };
    drawn.set(id, drawing);
    const container = byId(id);
    byId(`${id}-title`).textContent = title3;
    if (!points.length) {
      container.replaceChildren(element("p", { class: "quiet" }, "No data for this chart."));
      return;
    }
    const plot = element("div", { style: "width:100%" });
    const buttons = element("div", { class: "save" });
    for (const format of ["SVG", "PNG"]) {
      const button = element("button", { type: "button", "aria-label": `Save “${title3}” as ${format}` }, format);
      button.addEventListener("click", () => saveChart(id, format));
      buttons.append(button);
    }
    container.replaceChildren(plot, buttons);
    const specification = specificationOf(drawing, isDark.matches, container.clientWidth < NARROW);
    specification.description = title3;
    const { finalize } = await vegaEmbed(plot, specification, {
      actions: false,
      renderer: "svg",
      tooltip: { theme: isDark.matches ? "dark" : "light" }
    });
    if (drawn.get(id) === drawing) drawing.finalize = finalize;
    else finalize();
  }
  function redraw() {
    for (const [id, { chart, points, title: title3, change }] of drawn) draw(id, chart, points, title3, change);
  }
  async function saveChart(id, format) {
    const drawing = drawn.get(id);
    const specification = { ...specificationOf(drawing, false, false), title: wrapped(drawing.title, 90) };
    specification.width = SAVED_WIDTH;
    const options = { actions: false, renderer: "none" };
    const { view: view2, finalize } = await vegaEmbed(document.createElement("div"), specification, options);
    const name = `${id}.${format.toLowerCase()}`;
    if (format === "SVG") save(name, await view2.toSVG(), "image/svg+xml");
    else save(name, await view2.toImageURL("png", 2));
    finalize();
  }

  // src/quantshift/report/script/few.js
  var FEW = 10;

  // src/quantshift/report/script/curves.js
  var TITLES = ["detector", "AUROC (95 % interval)", "average precision", "agreeing inputs not flagged at 95 % caught"];
  var capitalized = (text) => text.replace(/^./, (letter) => letter.toUpperCase());
  var auroc = (row) => withInterval(row.auroc, row.aurocLow, row.aurocHigh);
  var averagePrecision = (row) => withInterval(row.averagePrecision, row.averagePrecisionLow, row.averagePrecisionHigh);
  var trueNegativeRate = (row) => withInterval(row.trueNegativeRate, row.trueNegativeRateLow, row.trueNegativeRateHigh);
  var ranked = (rows2, column) => rows2.filter((row) => row[column] !== null).sort((first, second) => second[column] - first[column]);
  function drawCurves(model, key, method, variant, name) {
    const rows2 = detectors.filter((row) => row.model === key && row.method === method && row.variant === variant);
    const byAuroc = ranked(rows2, "auroc");
    const points = curvePoints(model?.curves[method]?.[variant] ?? {}, rows2);
    const [best] = byAuroc;
    const prevalence = best ? best.disagreements / best.n : 0;
    draw("roc", "roc", withChance(points, [0, 0], [100, 100]), rocTitle(byAuroc, name));
    const title3 = precisionTitle(ranked(rows2, "averagePrecision"), name);
    draw("precision", "precision", withChance(points, [0, 100 * prevalence], [100, 100 * prevalence]), title3);
    drawTable(byAuroc.length ? byAuroc : rows2, name);
  }
  function rocTitle(rows2, name) {
    const [best] = rows2;
    if (!best || best.disagreements < FEW) return `ROC: ${tooFew(best, name)}`;
    const detector = capitalized(words(best.metric));
    return `${detector} detects disagreements of ${name} best${similarlyGood(rows2)}: AUROC ${auroc(best)}`;
  }
  function precisionTitle([best], name) {
    if (!best || best.disagreements < FEW) return `Precision and recall: ${tooFew(best, name)}`;
    return `With ${percent(best.disagreements / best.n)} % disagreeing inputs, alarms based on ${words(best.metric)} are right most often: average precision ${averagePrecision(best)}`;
  }
  function tooFew(row, name) {
    if (!row) return `no disagreement of ${name}`;
    return `only ${plural(row.disagreements, "disagreement")} of ${name}, too few to compare detectors`;
  }
  function curvePoints(curves, rows2) {
    const byMetric = new Map(rows2.map((row) => [row.metric, row]));
    return Object.entries(curves).flatMap(([metric, [alarms, caught, precision]]) => {
      const row = byMetric.get(metric);
      return alarms.map((_, index) => ({
        metric: words(metric),
        index,
        alarms: 100 * alarms[index],
        caught: 100 * caught[index],
        precision: 100 * precision[index],
        flagged: `${percent(alarms[index])} %`,
        caught_share: `${percent(caught[index])} %`,
        precise: `${percent(precision[index])} %`,
        n: `${count(row.n)}, ${count(row.disagreements)} disagree`,
        auroc: auroc(row)
      }));
    });
  }
  function withChance(points, ...line) {
    return points.length ? [...points, ...line.map(([x, y]) => ({ chance_x: x, chance_y: y }))] : [];
  }
  function similarlyGood([best, ...others]) {
    const names = others.filter(
      (row) => row.auroc.toFixed(3) === best.auroc.toFixed(3) || best.aurocLow !== null && row.auroc >= best.aurocLow
    ).map((row) => words(row.metric));
    if (names.length > 2) return ` (${names.slice(0, 2).join(", ")} and ${names.length - 2} more are about as good)`;
    return names.length ? ` (${names.join(" and ")} ${names.length > 1 ? "are" : "is"} about as good)` : "";
  }
  function drawTable(rows2, name) {
    byId("detectors-title").textContent = `All detectors, ${name}`;
    const table2 = byId("detectors");
    const headers2 = TITLES.map((title3) => element("th", { scope: "col" }, title3));
    table2.tHead.replaceChildren(element("tr", {}, ...headers2));
    const lines = rows2.map((row) => {
      const values2 = [auroc(row), averagePrecision(row), trueNegativeRate(row)].map((text) => element("td", {}, text));
      return element("tr", {}, element("th", { scope: "row" }, words(row.metric)), ...values2);
    });
    table2.tBodies[0].replaceChildren(...lines);
  }

  // src/quantshift/report/script/margins.js
  var TARGET = 0.95;
  function drawMargins(group, where2) {
    const note2 = byId("detection-note");
    note2.hidden = !group || group.disagreements >= FEW;
    if (!note2.hidden) {
      note2.textContent = `Only ${plural(group.disagreements, "disagreement")} on ${where2}: too few for reliable curves.`;
    }
    drawThresholds(group, where2);
    drawHistograms(group, where2);
  }
  function drawThresholds(group, where2) {
    const points = (group?.thresholds ?? []).map((threshold, index) => ({
      index,
      sent: 100 * group.sent[index],
      caught: 100 * group.caught[index],
      threshold: index ? roundedUp(threshold) : "0 (nothing is sent)",
      sent_share: `${percent(group.sent[index])} %`,
      caught_share: `${percent(group.caught[index])} %`,
      n: count(group.n)
    }));
    const enough = (group?.caught ?? []).findIndex((caught) => caught >= TARGET);
    const title3 = enough > 0 ? `Sending the ${percent(group.sent[enough])} % of inputs with a margin up to ${roundedUp(group.thresholds[enough])} to float32 would have caught ${percent(group.caught[enough])} % of the disagreements (${where2}; threshold chosen on these inputs)` : "What a margin threshold would catch";
    draw("threshold", "threshold", points, title3);
  }
  function drawHistograms(group, where2) {
    const disagree = group?.disagreements ?? 0;
    const agree = (group?.n ?? 0) - disagree;
    const points = [
      ...histogram("agree", group?.agreeing, agree),
      ...histogram("disagree", group?.disagreeing, disagree)
    ];
    const title3 = disagree ? `Half of the disagreeing inputs have margins below ${median(group.disagreeing, disagree)}, half of the agreeing inputs below ${median(group.agreeing, agree)} (${where2})` : `No disagreements on ${where2}`;
    draw("margins", "margins", points, title3);
  }
  function histogram(kind, counts, total) {
    const { edges } = summary;
    return (total ? edges : []).map((edge, index) => {
      const bin = Math.min(index, counts.length - 1);
      return {
        kind,
        margin: edge,
        share: 100 * counts[bin] / total,
        inputs: count(counts[bin]),
        n: count(total),
        bin: `${bin ? edges[bin].toPrecision(2) : "0"} to ${edges[bin + 1].toPrecision(2)}`
      };
    });
  }
  function median(counts, total) {
    let sum = 0;
    const bin = counts.findIndex((number) => {
      sum += number;
      return sum >= total / 2;
    });
    return Number(summary.edges[bin + 1].toPrecision(2));
  }

  // src/quantshift/report/script/detection.js
  var GROUP_NAMES = { all: "all test sets", clean: "the clean test set" };
  var ANSWERS_ALONE = "There are no detectors here. Either this model answers with labels alone, so nothing shows how close another answer was, or the preset cannot be applied to it.";
  var ORDER = Object.keys(GROUP_NAMES);
  var rank = (group) => ORDER.includes(group) ? ORDER.indexOf(group) : ORDER.length;
  function showDetection(key) {
    byId("detection-model").value = key;
    setOptions("detection-method", methodsOf(key));
    setOptions("detection-variant", variantsOf(key));
    drawDetection();
  }
  function drawDetection() {
    const ids = ["detection-model", "detection-method", "detection-variant"];
    const [key, method, variant] = ids.map((id) => byId(id).value);
    const model = models.get(key);
    const groups = model?.margins[method]?.[variant] ?? {};
    const list = byId("detection-group");
    const selected = list.value;
    const names = Object.keys(groups).sort((first, second) => rank(first) - rank(second));
    const options = names.map((group) => element("option", { value: group }, GROUP_NAMES[group] ?? words(group)));
    list.replaceChildren(...options);
    list.value = names.includes(selected) ? selected : names[0] ?? "";
    const curves = model?.curves[method]?.[variant] ?? {};
    const answersAlone = model !== void 0 && !names.length && !Object.keys(curves).length;
    byId("detection-charts").hidden = answersAlone;
    if (answersAlone) {
      const note2 = byId("detection-note");
      note2.hidden = false;
      note2.textContent = ANSWERS_ALONE;
      return;
    }
    drawMargins(groups[list.value], list.selectedOptions[0]?.textContent ?? "");
    drawCurves(model, key, method, variant, `${words(variant)} of ${modelName(key)}, ${trainingName(method)}`);
  }

  // src/quantshift/report/script/findings.js
  function drawFindings() {
    for (const finding of summary.findings.filter((finding2) => finding2.rows.length)) drawEffects(finding);
  }
  function drawEffects(finding) {
    const fixed = (value) => value.toFixed(finding.decimals);
    const points = finding.rows.map((row) => ({
      scope: row.scope,
      verdict: row.verdict,
      value: row.effect,
      low: row.low,
      high: row.high,
      null: finding.null,
      effect: fixed(row.effect),
      interval: `${fixed(row.low)} to ${fixed(row.high)}`,
      published_value: row.published,
      published: row.published === null ? "–" : fixed(row.published),
      units: row.units,
      p_value: row.p_value < 1e-4 ? "< 0.0001" : row.p_value.toFixed(4)
    }));
    const published = points.some((point) => point.published_value !== null);
    const title3 = `${finding.outcome}${published ? "; published values as pink ticks" : ""}`;
    draw(`effects-${finding.number}`, "effects", points, title3, (specification, narrow) => {
      if (!published) specification.layer = specification.layer.filter((layer) => layer.mark.type !== "tick");
      for (const { encoding } of specification.layer) {
        if (encoding.x.title) encoding.x.title = finding.axis;
        if (narrow && encoding.y) encoding.y.axis.labelLimit = 120;
        if (narrow && encoding.color) encoding.color.legend.direction = "vertical";
      }
    });
  }

  // src/quantshift/report/script/inputs_needed.js
  var MOST_INPUTS = 1e9;
  function inputsNeeded({ rate, n, effective_n }, accept, confidence) {
    if (n === 0 || rate >= accept) return null;
    const enough = (inputs2) => {
      const independent = inputs2 * effective_n / n;
      const events = rate * independent;
      return incompleteBeta(events + 1, independent - events, accept) >= confidence;
    };
    let tooFew3 = n;
    let sufficient = 2 * n;
    while (!enough(sufficient)) {
      tooFew3 = sufficient;
      sufficient *= 2;
      if (sufficient > MOST_INPUTS) return null;
    }
    while (sufficient - tooFew3 > 1) {
      const middle = Math.floor((tooFew3 + sufficient) / 2);
      if (enough(middle)) sufficient = middle;
      else tooFew3 = middle;
    }
    return sufficient;
  }
  function incompleteBeta(a, b, x) {
    if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
    if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
    const logarithm = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
    return Math.exp(logarithm) / a * fraction(a, b, x);
  }
  function fraction(a, b, x) {
    const tiny = 1e-300;
    const away = (value) => Math.abs(value) < tiny ? tiny : value;
    let c = 1;
    let d = 1 / away(1 - (a + b) * x / (a + 1));
    let result = d;
    for (let m = 1; m < 1e5; m++) {
      const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / away(1 + even * d);
      c = away(1 + even / c);
      result *= d * c;
      const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / away(1 + odd * d);
      c = away(1 + odd / c);
      const change = d * c;
      result *= change;
      if (Math.abs(change - 1) < 1e-15) break;
    }
    return result;
  }
  function logGamma(x) {
    let shift = 0;
    let y = x;
    for (; y < 15; y++) shift += Math.log(y);
    const inverse = 1 / (y * y);
    const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / y;
    return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series - shift;
  }

  // src/quantshift/report/script/decide.js
  var SHIP = "ship";
  var DO_NOT_SHIP = "do not ship";
  var CANNOT_TELL = "cannot tell";
  var RANKING = [SHIP, CANNOT_TELL, DO_NOT_SHIP];
  var NONE_APPLICABLE = "no variant is applicable to this model";
  var NO_SHIFTED_SET = "judged on the clean test set: there is no shifted one";
  var SATURATES = "sums overflow on this run’s CPU: other CPUs give different answers";
  var ONE_CLASS = "float32 gives the same answer to all test inputs";
  var SHOWN_CLASSES = 5;
  var SATURATES_WITHOUT_VNNI = "different answers on CPUs without VNNI, where sums overflow";
  function decide(candidates, notApplicable, policy, limits) {
    const models2 = /* @__PURE__ */ new Map();
    const modelOf = ({ dataset, architecture, method }) => {
      const key = JSON.stringify([dataset, architecture, method]);
      if (!models2.has(key)) models2.set(key, { names: { dataset, architecture, method }, candidates: [], others: [] });
      return models2.get(key);
    };
    for (const candidate of candidates) modelOf(candidate).candidates.push(candidate);
    for (const variant of notApplicable) modelOf(variant).others.push(variant);
    return [...models2.values()].map((model) => decideModel(model, policy, limits));
  }
  function judged(candidate, policy) {
    if (policy.on === "clean") return candidate.clean;
    return policy.on === "shifted" ? candidate.shifted ?? candidate.clean : candidate.worst;
  }
  function decideModel({ names, candidates, others }, policy, limits) {
    const not_applicable = others.map(({ name: name2, reason }) => ({ name: name2, reason }));
    if (!candidates.length) {
      const none = { variant: null, reasons: [NONE_APPLICABLE], inputs_needed: null, variants: [] };
      return { ...names, decision: DO_NOT_SHIP, ...none, not_applicable };
    }
    const variants = candidates.map((candidate) => decideVariant(candidate, policy, limits));
    const decision = RANKING.find((value) => variants.some((variant) => variant.decision === value));
    const score = decision === SHIP ? (candidate) => gainScore(candidate, policy.gain) : (candidate) => -judged(candidate, policy).high;
    const chosen = candidates.map((_, index) => index).filter((index) => variants[index].decision === decision).reduce((best, index) => score(candidates[index]) > score(candidates[best]) ? index : best);
    const { name, reasons, inputs_needed } = variants[chosen];
    return { ...names, decision, variant: name, reasons, inputs_needed, variants, not_applicable };
  }
  function decideVariant(candidate, policy, limits) {
    const [decision, reasons, inputs_needed] = decideAnswers(candidate, policy, limits);
    const others = cautions(candidate, policy).filter((caution) => !reasons.includes(caution));
    return { name: candidate.name, decision, reasons, cautions: others, inputs_needed };
  }
  function decideAnswers(candidate, policy, limits) {
    const rate = judged(candidate, policy);
    const unsound = unsoundAnswers(candidate.float32, policy);
    if (unsound.length) return [CANNOT_TELL, unsound, null];
    const unquantized = missingWeights(candidate, policy);
    const lacking = missingGains(candidate, policy.gain, limits);
    if (rate.n && rate.low > policy.accept) {
      const reason2 = `at least ${percent(rate.low)} % of answers differ ${accepted(policy)}`;
      return [DO_NOT_SHIP, [reason2, ...unquantized.length ? unquantized : lacking], null];
    }
    if (unquantized.length) return [CANNOT_TELL, unquantized, null];
    if (lacking.length) return [DO_NOT_SHIP, lacking, null];
    const untested = untestedParts(candidate, policy);
    if (rate.n === 0 || rate.high > policy.accept) {
      const needed = neededInputs(candidate, policy);
      return [CANNOT_TELL, [...untested, tooFew2(candidate, policy, needed)], untested.length ? null : needed];
    }
    const reason = `at most ${percent(rate.high)} % of answers differ ${accepted(policy)}`;
    if (untested.length) return [CANNOT_TELL, [...untested, reason], null];
    return [SHIP, [reason, ...gains(candidate, policy.gain, limits)], null];
  }
  function unsoundAnswers({ accuracy, chance, kappa, classes_answered }, { min_kappa }) {
    const reasons = [];
    if (accuracy !== null && chance !== null && kappa !== null && kappa < min_kappa) {
      const estimate = chance < 1 ? (accuracy - chance) / (1 - chance) : 0;
      reasons.push(
        estimate >= min_kappa ? `too few labelled inputs to show that float32 is above chance (${percent(accuracy)} % correct, chance ${percent(chance)} %)` : `float32 answers ${percent(accuracy)} % correctly, where chance gives ${percent(chance)} %: is the preprocessing right?`
      );
    }
    if (classes_answered === 1) reasons.push(ONE_CLASS);
    return reasons;
  }
  function missingWeights({ quantized_weight_share: share }, { min_quantized }) {
    const needed = `at least ${exactPercent(min_quantized)} % needed`;
    if (share === 0) return [`0 % of its weights are quantized${min_quantized ? ` (${needed})` : ""}`];
    return share >= min_quantized ? [] : [`only ${percent(share)} % of its weights are quantized (${needed})`];
  }
  function untestedParts({ float32, may_saturate }, { every_class }) {
    const reasons = [];
    const absent = float32.classes_without_inputs;
    if (every_class && absent.length) {
      const shown = absent.slice(0, SHOWN_CLASSES).join(", ");
      const more = absent.length > SHOWN_CLASSES ? ` and ${count(absent.length - SHOWN_CLASSES)} more` : "";
      reasons.push(`no test input has the ${absent.length === 1 ? "class" : "classes"} ${shown}${more}`);
    }
    if (may_saturate) reasons.push(SATURATES);
    return reasons;
  }
  function neededInputs(candidate, policy) {
    const sets = policy.on === "worst" ? candidate.shifted_sets + 1 : 1;
    return inputsNeeded(judged(candidate, policy).limiting, policy.accept, 1 - (1 - policy.confidence) / sets);
  }
  function tooFew2(candidate, policy, needed) {
    const rate = judged(candidate, policy);
    if (rate.n === 0) return "there are no test inputs";
    const span = `${percent(rate.low)} to ${percent(rate.high)} % of answers differ ${accepted(policy)}`;
    if (needed === null) return `${span}: too few test inputs to tell`;
    let inputs2 = "test inputs";
    if (candidate.shifted !== null && policy.on !== "clean") {
      inputs2 = policy.on === "shifted" ? "shifted test inputs" : "inputs in each test set";
    }
    const condition = rate.limiting.rate ? "at this rate" : "if no answer differs";
    return `${span}: too few test inputs to tell; ${count(needed)} ${inputs2} are needed ${condition}`;
  }
  var accepted = ({ accept }) => `(${exactPercent(accept)} % accepted)`;
  function gains(candidate, wanted, { most_size, least_speed }) {
    const phrases = [];
    if (wanted !== "speed" && candidate.size <= most_size) phrases.push(`${candidate.size.toFixed(2)} × float32’s bytes`);
    if (wanted !== "size" && candidate.speedup !== null && candidate.speedup >= least_speed) {
      phrases.push(`${candidate.speedup.toFixed(2)} × float32’s speed`);
    }
    return phrases;
  }
  function missingGains(candidate, wanted, limits) {
    if (gains(candidate, wanted, limits).length) return [];
    const size = `${candidate.size.toFixed(2)} × float32’s bytes (at most ${limits.most_size} × allowed)`;
    const speed = candidate.speedup === null ? "its speed was not measured" : `${candidate.speedup.toFixed(2)} × float32’s speed (at least ${limits.least_speed} × needed)`;
    return { size: [size], speed: [speed], either: [size, speed] }[wanted];
  }
  function gainScore(candidate, wanted) {
    const smaller = 1 / candidate.size;
    const faster = candidate.speedup ?? 0;
    return { size: smaller, speed: faster, either: Math.max(smaller, faster) }[wanted];
  }
  function cautions(candidate, policy) {
    const messages = policy.on !== "clean" && candidate.shifted === null ? [NO_SHIFTED_SET] : [];
    if (candidate.may_saturate) messages.push(SATURATES);
    else if (candidate.saturates_without_vnni) messages.push(SATURATES_WITHOUT_VNNI);
    return messages;
  }

  // src/quantshift/report/script/answer.js
  var WHERE = {
    clean: "on the clean test set",
    shifted: "on the shifted data as a whole",
    worst: "on the worst test set, shifted or clean"
  };
  function answer(decisions, policy, scope2, needed, wordsOf) {
    const shipped = decisions.filter(({ decision }) => decision === SHIP);
    const counts = /* @__PURE__ */ new Map();
    for (const { variant } of shipped) counts.set(variant, (counts.get(variant) ?? 0) + 1);
    const list = [...counts].sort((first, second) => second[1] - first[1]).map(([variant, number]) => `${wordsOf(variant)} for ${number}`).join(", ");
    const open = decisions.filter(({ decision }) => decision === CANNOT_TELL).length;
    const refused = decisions.length - shipped.length - open;
    const others = [
      ...refused && refused < decisions.length ? [`${refused} may not`] : [],
      ...open ? [`${open} cannot be decided`] : []
    ];
    return `With at most ${exactPercent(policy.accept)} % different answers ${WHERE[policy.on]} and ${needed}, ${shipped.length || "none"} of ${plural(decisions.length, "model")}${scope2} may ship${list ? `: ${list}` : ""}${others.map((other) => `; ${other}`).join("")}.`;
  }

  // src/quantshift/report/script/filters.js
  function selectedFilters() {
    const [dataset, method, variant] = ["dataset", "method", "variant"].map((name) => byId(`filter-${name}`).value);
    return { dataset, method, variant, text: byId("filter-text").value.trim().toLowerCase() };
  }
  function matchesModel({ dataset, architecture, method }, filters) {
    const names = [dataset, architecture, method].flatMap((name) => [name, words(name)]).join(" ");
    return (!filters.dataset || filters.dataset === dataset) && (!filters.method || filters.method === method) && names.toLowerCase().includes(filters.text);
  }
  var matchesVariant = (candidate, filters) => matchesModel(candidate, filters) && (!filters.variant || filters.variant === candidate.name);

  // src/quantshift/report/script/gains.js
  var AXIS_TITLES = {
    clean: "answers that differ, clean (%)",
    shifted: "answers that differ, shifted data (%)",
    worst: "answers that differ, worst test set (%)"
  };
  function drawGains(judgedCandidates, policy) {
    const points = judgedCandidates.map(({ candidate, rate }) => ({
      model: `${modelName(`${candidate.dataset}/${candidate.architecture}`)}, ${words(candidate.method)}`,
      variant: words(candidate.name),
      shift: where(candidate, rate),
      n: count(rate.n),
      differs: `${percent(rate.rate)} %`,
      interval: interval(rate.low, rate.high),
      size: 100 * candidate.size,
      size_words: `${candidate.size.toFixed(2)} ×`,
      speed_words: candidate.speedup === null ? "not measured" : `${candidate.speedup.toFixed(2)} ×`,
      rate: 100 * rate.rate,
      low: 100 * rate.low,
      high: 100 * rate.high
    }));
    draw("gains", "gains", points, title2(points), (specification) => {
      for (const { encoding } of specification.layer) {
        if (encoding.y?.title) encoding.y.title = AXIS_TITLES[policy.on];
        const tip = encoding.tooltip?.find(({ field }) => field === "interval");
        if (tip) tip.title = `${exactPercent(policy.confidence)} % interval`;
      }
    });
  }
  function where(candidate, rate) {
    if (rate !== candidate.shifted) return shiftName(rate.shift, rate.severity);
    const { shift, severity, rate: highest } = candidate.worst_shifted;
    return `all; worst: ${shiftName(shift, severity)}, ${percent(highest)} %`;
  }
  function title2(points) {
    if (!points.length) return "What a smaller file costs";
    const sizes = points.map((point) => point.size);
    const highest = points.reduce((most, point) => most.rate >= point.rate ? most : point);
    return `Files of ${Math.min(...sizes).toFixed(0)} to ${Math.max(...sizes).toFixed(0)} % of the size: up to ${highest.differs} of the answers differ (${highest.variant}, ${highest.model})`;
  }

  // src/quantshift/report/script/example.js
  function worstExample({ dataset, architecture, method, name, worst_shifted }) {
    const model = models.get(`${dataset}/${architecture}`);
    const contents = inputs[dataset] ?? {};
    const contentOf = (cell2, input) => contents[`${cell2.suite}/${cell2.shift}/${cell2.severity}/${input}`];
    const cells = detailCells(model, method, name).map((cell2) => ({ ...cell2, rows: cell2.rows.filter(([input]) => contentOf(cell2, input) !== void 0) })).filter(({ rows: rows3 }) => rows3.length);
    if (!cells.length) return null;
    const isWorst = ({ suite, shift, severity }) => suite === worst_shifted?.suite && shift === worst_shifted.shift && severity === worst_shifted.severity;
    const cell = cells.find(isWorst) ?? cells.reduce((most, each) => most.total >= each.total ? most : each);
    const isLost = ([, label, float32]) => label === null || label === float32;
    const rows2 = cell.rows.some(isLost) ? cell.rows.filter(isLost) : cell.rows;
    const row = rows2.reduce((best, each) => best[4] >= each[4] ? best : each);
    return { model, cell, row, content: contentOf(cell, row[0]), original: contents[`clean/none/0/${row[6]}`] };
  }

  // src/quantshift/report/script/next_step.js
  var INPUTS = { clean: "clean test inputs", shifted: "shifted test inputs", worst: "inputs in each test set" };
  function nextStep(decided, candidate, candidates, policy, limits) {
    const rate = judged(candidate, policy);
    if (decided.decision === SHIP) {
      return `It would also ship if you accepted only ${percentUp(rate.high)} %.`;
    }
    if (decided.decision === CANNOT_TELL) {
      if (decided.inputs_needed === null) return obstacle(candidate, policy);
      const kind = candidate.shifted === null ? INPUTS.clean : INPUTS[policy.on];
      const condition = rate.limiting.rate ? "if the rate stays the same" : "if no answer differs";
      return `${count(decided.inputs_needed)} ${kind} would decide, ${condition} (now: ${count(rate.n)}).`;
    }
    const gaining = candidates.filter((each) => gains(each, policy.gain, limits).length);
    if (!gaining.length) return "No variant is smaller or faster enough: try other presets.";
    const best = gaining.reduce((least, each) => judged(each, policy).high < judged(least, policy).high ? each : least);
    const { high } = judged(best, policy);
    return high > policy.accept ? `${words(best.name)} would ship if you accepted ${percentUp(high)} %.` : `${words(best.name)} gains enough and stays within what you accept; see its row for what prevents it.`;
  }
  function obstacle(candidate, policy) {
    if (unsoundAnswers(candidate.float32, policy).length) {
      return "Check the preprocessing and the labels: float32 itself must answer well first.";
    }
    if (missingWeights(candidate, policy).length) return "Choose a preset that quantizes more of the weights.";
    if (candidate.may_saturate) return "Repeat the run on a CPU with VNNI, or choose static int8 portable.";
    if (candidate.float32.classes_without_inputs.length) return "Add test inputs of the missing classes.";
    return "Add test inputs, or accept more.";
  }
  function percentUp(fraction2) {
    const value = 100 * fraction2;
    const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
    return value > 0 ? exactPercent(Math.ceil(value / unit - 1e-9) * unit / 100) : percent(0);
  }

  // src/quantshift/report/script/tiles.js
  var MARKS = { [SHIP]: "✓ ", [DO_NOT_SHIP]: "✗ ", [CANNOT_TELL]: "? " };
  function drawTiles(shown, policy, limits) {
    byId("tiles").replaceChildren(...shown.map((model) => tile(model, policy, limits)));
  }
  function tile(model, policy, limits) {
    const { candidate, decided, candidates } = model;
    const decision = decided?.decision ?? model.decision;
    const title3 = element(
      "h3",
      {},
      words(model.architecture),
      element("span", { class: "quiet" }, ` ${words(model.dataset)}${trained(model.method)}`)
    );
    const verdict = element("p", { class: `verdict ${style(decision)}` }, MARKS[decision] + decision);
    const contents = candidate ? [
      element("p", { class: "as" }, role(decision, candidate, policy), element("b", {}, words(candidate.name))),
      savings(candidate),
      element("p", { class: "reason" }, decided.reasons.join("; ")),
      ...decided.cautions.map((caution) => element("p", { class: "risk" }, `⚠ ${caution}`)),
      worst(candidate),
      element("p", { class: "next" }, nextStep(decided, candidate, candidates, policy, limits))
    ] : [element("p", { class: "reason" }, model.reasons.join("; "))];
    return element("article", { class: `tile ${style(decision)}` }, verdict, title3, ...contents);
  }
  function role(decision, candidate, policy) {
    if (decision === SHIP) return "as ";
    return unsoundAnswers(candidate.float32, policy).length ? "for example " : "closest: ";
  }
  var style = (decision) => decision.replaceAll(" ", "-");
  var trained = (method) => method === "given" ? "" : `, ${words(method)}`;
  function savings({ file_bytes, size, milliseconds, speedup }) {
    const before = file_bytes / size;
    const unit = before >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
    const inUnit = (bytes) => significant(bytes / unit[0]);
    const rows2 = [["file", `${inUnit(before)} → ${inUnit(file_bytes)} ${unit[1]}`, `${size.toFixed(2)} ×`]];
    if (milliseconds !== null && speedup !== null) {
      const times = `${significant(milliseconds * speedup)} → ${significant(milliseconds)} ms`;
      rows2.push(["time", times, `${speedup.toFixed(2)} × the speed`]);
    }
    return element(
      "dl",
      { class: "savings" },
      ...rows2.map(
        ([name, change, ratio]) => element(
          "div",
          {},
          element("dt", {}, name),
          element("dd", {}, change, element("span", { class: "quiet" }, ` ${ratio}`))
        )
      )
    );
  }
  function significant(number) {
    const digits = Math.max(0, 1 - Math.floor(Math.log10(number)));
    return number.toFixed(Math.min(digits, 6));
  }
  function worst(candidate) {
    const { suite, shift, severity, rate } = candidate.worst_shifted ?? candidate.clean;
    const where2 = placeOf({ suite, shift, severity });
    const caption = `worst: ${where2}, ${percent(rate)} % differ`;
    const example = worstExample(candidate);
    if (!example) return element("p", { class: "quiet" }, caption);
    const { model, cell, row, content, original } = example;
    const [input, , float32, variant] = row;
    const place = placeOf(cell);
    const answers2 = `${className(model.dataset, float32)} → ${className(model.dataset, variant)}`;
    const { style: style2, show } = renderer(model.kind);
    const view2 = show(content, `Input ${input}, ${place}`, original);
    const name = `Show the inputs on ${place} that ${words(candidate.name)} answers differently`;
    const button = element("button", { type: "button", "aria-label": name }, "see these inputs");
    button.addEventListener("click", () => visitExample(candidate, cell));
    const text = element(
      "figcaption",
      {},
      caption,
      element("span", { class: "quiet" }, `for example${place === where2 ? "" : ` (${place})`}: ${answers2}`),
      button
    );
    return element("figure", { class: `example ${style2}`.trim() }, view2, text);
  }
  var placeOf = ({ suite, shift, severity }) => suite === "clean" ? "the clean test set" : shiftName(shift, severity);

  // src/quantshift/report/script/shipping.js
  var ORDER2 = [DO_NOT_SHIP, CANNOT_TELL, SHIP];
  var ADVANTAGES = { size: "the smallest file", speed: "the fastest variant", either: "gains most" };
  var DECISION = 3;
  function acceptedShare() {
    const input = byId("tolerance");
    const percent2 = percentOf(input.value);
    const isValid = percent2 !== null;
    input.ariaInvalid = String(!isValid);
    byId("tolerance-note").hidden = isValid;
    byId("tolerance-note").textContent = isValid ? "" : `“${input.value}” is not a percentage from 0 to 100, such as 0.5; the configured ${exactPercent(summary.policy.accept)} % is used.`;
    return !isValid || input.value === input.defaultValue ? summary.policy.accept : percent2 / 100;
  }
  function chosenPolicy() {
    return {
      ...summary.policy,
      accept: acceptedShare(),
      on: byId("basis").value,
      gain: byId("preference").value
    };
  }
  function showDecisions() {
    const policy = chosenPolicy();
    const filters = selectedFilters();
    const models2 = decide(summary.candidates, summary.not_applicable, policy, summary.gain).filter((model) => matchesModel(model, filters)).map((model) => shownVariant(model, filters.variant)).filter((model) => model.candidate || !filters.variant);
    showRows(models2, filters, policy);
    const needed = summary.gain.needed[policy.gain];
    const decisions = models2.map(({ decision, decided, candidate }) => ({
      decision: decided?.decision ?? decision,
      variant: candidate?.name ?? null
    }));
    byId("ship-answer").textContent = answer(decisions, policy, scope(filters), needed, words);
    drawTiles(models2, policy, summary.gain);
    const matching = summary.candidates.filter((candidate) => matchesVariant(candidate, filters));
    drawGains(
      matching.map((candidate) => ({ candidate, rate: judged(candidate, policy) })),
      policy
    );
  }
  function shownVariant(model, selected) {
    const { dataset, architecture, method } = model;
    const candidates = summary.candidates.filter(
      (each) => each.dataset === dataset && each.architecture === architecture && each.method === method
    );
    const name = selected || model.variant;
    const find = (variants) => variants.find((variant) => variant.name === name) ?? null;
    return { ...model, candidates, candidate: find(candidates), decided: find(model.variants) };
  }
  function scope({ dataset, method, variant, text }) {
    const parts = [
      ...dataset ? [words(dataset)] : [],
      ...method ? [trainingName(method)] : [],
      ...variant ? [`as ${words(variant)}`] : [],
      ...text ? [`“${text}”`] : []
    ];
    return parts.length ? ` (${parts.join(", ")})` : "";
  }
  function showRows(models2, filters, policy) {
    const byModel = new Map(models2.map((model) => [keyOf2(model), model]));
    const onlyShown = byId("best").checked;
    for (const row of rows) {
      const model = byModel.get(keyOf2(row.candidate));
      const decided = model?.variants.find(({ name }) => name === row.candidate.name);
      row.element.hidden = !decided || filters.variant && filters.variant !== row.candidate.name || onlyShown && row.candidate !== model.candidate;
      if (decided) showDecision(row, decided, row.candidate === model.candidate, policy);
    }
    byId("ship-none").hidden = rows.some((row) => !row.element.hidden);
  }
  var keyOf2 = ({ dataset, architecture, method }) => JSON.stringify([dataset, architecture, method]);
  function showDecision(row, decided, isShown, policy) {
    row.decided = decided;
    const { decision, reasons, cautions: cautions2 } = decided;
    const cell = row.element.cells[DECISION];
    cell.dataset.value = ORDER2.indexOf(decision);
    const badge = element("span", { class: `badge ${decision.replaceAll(" ", "-")}` }, MARKS[decision] + decision);
    const chosen = isShown && !selectedFilters().variant && decision === SHIP ? `, ${ADVANTAGES[policy.gain]}` : "";
    const reason = element("span", { class: "quiet reason" }, ` ${reasons.join("; ")}${chosen}`);
    const risk = row.candidate.may_saturate ? "risk" : "quiet reason";
    const notes = cautions2.map((caution) => element("span", { class: risk }, ` ⚠ ${caution}`));
    cell.replaceChildren(element("span", {}, badge, reason, ...notes));
  }

  // src/quantshift/report/script/main.js
  function on(type, ids, listener) {
    for (const id of ids) byId(id).addEventListener(type, listener);
  }
  for (const form of document.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  isDark.addEventListener("change", () => {
    redraw();
    redrawMap();
  });
  on("input", ["tolerance", "filter-text"], showDecisions);
  on("change", ["basis", "preference", "best", "filter-dataset", "filter-method", "filter-variant"], showDecisions);
  on("click", ["ship-csv"], saveRows);
  for (const header of byId("ship-table").tHead.rows[0].cells) {
    header.firstElementChild.addEventListener("click", () => sortBy(header));
  }
  on("change", ["model"], () => {
    showModel();
    showDetection(byId("model").value);
  });
  on("change", ["method"], showMap);
  on("change", ["severity"], showSeverity);
  on("keydown", ["heat"], moveInHeat);
  on("click", ["heat-csv"], saveHeat);
  on("change", ["gallery-sort", "gallery-filter", "gallery-pair", "gallery-class"], drawGallery);
  on("change", ["detection-model"], () => showDetection(byId("detection-model").value));
  on("change", ["detection-method", "detection-variant", "detection-group"], drawDetection);
  if (innerWidth < PHONE) byId("ship-details").open = false;
  showDecisions();
  drawFindings();
  showModel();
  showDetection(byId("detection-model").value);
  followAddress();
  return __toCommonJS(main_exports);
})();
