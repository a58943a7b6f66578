// What the tests ask of a page; each function gives a list of what is wrong.

/** Controls that say nothing to a screen reader. */
function nameless() {
  const named = (e) => e.getAttribute("aria-label") || e.labels?.length || e.title || e.textContent.trim()
    || document.getElementById(e.getAttribute("aria-labelledby"));
  return [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, summary, a[href]")]
    .filter((e) => !named(e)).map((e) => e.outerHTML.slice(0, 120));
}

/** Ids given twice. */
function doubled() {
  return [...document.querySelectorAll("[id]")].map((e) => e.id).filter((id, at, all) => all.indexOf(id) !== at);
}

/** Text that stands out less than 4.5:1 (3:1 when large) from what is behind it. */
function faint() {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].map((v) => v / 255);
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (e) => (e ? over(rgba(getComputedStyle(e).backgroundColor), ground(e.parentElement)) : [1, 1, 1, 1]);
  const left = ".unseen, .skip, svg, progress, script, [disabled], [aria-disabled=true], dialog:not([open])";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    const words = walk.currentNode.data.trim();
    if (!words || !e.checkVisibility() || e.closest(left)) continue;
    const style = getComputedStyle(e);
    const back = ground(e);
    const [low, high] = [luminance(over(rgba(style.color), back)), luminance(back)].sort((a, b) => a - b);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < (large ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${e.className}: ${words.slice(0, 40)}`);
  }
  return found;
}
