/** Colours of charts and of the heat map. */

/** Whether the reader's system prefers dark colours. */
export const isDark = matchMedia("(prefers-color-scheme: dark)");

/** Return Vega-Lite's configuration for a light or dark background. */
export function chartTheme(dark) {
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
      titleFontWeight: "normal",
    },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12 },
    rule: { color: quiet },
    title: { color: ink, anchor: "start", fontSize: 14 },
  };
}

/** Cividis from dark to light, as in the workflow's figures. */
export const COLOURS = [
  "#00224e",
  "#123570",
  "#3b496c",
  "#575d6d",
  "#707173",
  "#8a8678",
  "#a59c74",
  "#c3b369",
  "#e1cc55",
  "#fee838",
];

const channels = (hex) => [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));

/** Return the colour (red, green, blue) of a relative value (0..1). */
export function colour(relative) {
  const position = Math.min(Math.max(relative, 0), 1) * (COLOURS.length - 1);
  const below = Math.min(Math.floor(position), COLOURS.length - 2);
  const [lower, upper] = [channels(COLOURS[below]), channels(COLOURS[below + 1])];
  return lower.map((value, channel) => Math.round(value + (position - below) * (upper[channel] - value)));
}

/** Return black or white, whichever has more contrast with a colour (WCAG's relative luminance). */
export function inkOn(rgb) {
  const [red, green, blue] = rgb.map((value) => {
    const level = value / 255;
    return level <= 0.03928 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}
