/** Draws <figure data-chart> from the Vega-Lite spec inside it, in the colours of the page. Vega is fetched when the first chart comes near. */
let engine;
const vega = () => (engine ??= import("./vendor/vega.js"));

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A Vega config made of the style sheet's own custom properties. */
export function theme() {
  const font = token("--font");
  const quiet = token("--text-3");
  const line = token("--line-1");
  const palette = [1, 2, 3, 4, 5, 6].map((i) => token(`--chart-${i}`));
  const ramp = [token("--chart-low"), token("--chart-high")];
  const [first] = palette;
  return {
    background: "transparent",
    font,
    padding: { top: 2, right: 6, bottom: 4, left: 0 },
    view: { stroke: null },
    range: { category: palette, ramp, heatmap: ramp, ordinal: ramp },
    axis: {
      labelColor: quiet, titleColor: quiet, labelFontSize: 11, titleFontSize: 11, titleFontWeight: 400, titlePadding: 10, labelPadding: 6,
      gridColor: line, domain: false, ticks: false, grid: false, labelLimit: 160, labelOverlap: true,
    },
    axisQuantitative: { grid: true, tickCount: 5 },
    axisX: { titleAnchor: "middle", domain: true, domainColor: token("--line-2"), labelAngle: 0 },
    axisY: { titleAngle: 0, titleAlign: "left", titleAnchor: "end", titleY: -10, titleX: 0 },
    legend: { labelColor: token("--text-2"), titleColor: quiet, labelFontSize: 11.5, titleFontSize: 11, titleFontWeight: 400, symbolSize: 70, symbolType: "circle", symbolStrokeWidth: 0, orient: "top", offset: 28, columnPadding: 14, title: null },
    header: { labelColor: token("--text-2"), titleColor: quiet, labelFontSize: 11.5 },
    title: { color: token("--text"), fontSize: 13 },
    bar: { fill: first, cornerRadiusEnd: 2, discreteBandSize: { band: 0.7 } },
    line: { stroke: first, strokeWidth: 2, strokeJoin: "round", strokeCap: "round" },
    area: { fill: first, fillOpacity: 0.16, line: { color: first, strokeWidth: 2 } },
    point: { fill: first, filled: true, size: 40 },
    arc: { stroke: token("--surface"), strokeWidth: 1 },
    rule: { color: token("--text-3"), strokeDash: [4, 3] },
    text: { color: token("--text-2"), fontSize: 11 },
    rect: { fill: first, cornerRadius: 1 },
  };
}

const drawn = new Map();

async function draw(figure) {
  const canvas = figure.querySelector(".chart-canvas");
  const spec = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  const small = canvas.dataset.size === "s";
  const height = canvas.dataset.size === "l" ? 320 : small ? 120 : 200;
  try {
    const { vegaEmbed } = await vega();
    drawn.get(figure)?.finalize();
    const simple = !("hconcat" in spec || "vconcat" in spec || "concat" in spec || "facet" in spec || "repeat" in spec);
    const sized = simple ? { width: "container", height, autosize: { type: "fit-x", contains: "padding", resize: true }, ...spec } : spec;
    drawn.set(figure, await vegaEmbed(canvas, sized, {
      // `ast` has expressions interpreted instead of compiled: the page forbids eval, and inline styles.
      ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true }, config: theme(),
    }));
    drawn.get(figure).view.addEventListener("click", (_event, item) => figure.querySelector(`[data-row="${item?.datum?.at}"]`)?.click());
    canvas.setAttribute("aria-label", `Chart: ${figure.querySelector(".chart-title").textContent}`);
    figure.dataset.drawn = "";
  } catch (error) {
    canvas.textContent = "This chart could not be drawn. Its numbers are below.";
    figure.querySelector("details").open = true;
    console.error(error);
  }
}

export function start(root) {
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      near.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "300px" });
  root.querySelectorAll("[data-chart]").forEach((figure) => near.observe(figure));
  const again = () => drawn.forEach((_, figure) => draw(figure));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  matchMedia("(prefers-contrast: more)").addEventListener("change", again);
}
