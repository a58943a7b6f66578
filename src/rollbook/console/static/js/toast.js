/** toast(text, kind): says a passing thing at the corner of the page, aloud too. */
const marks = { good: "st-good", bad: "st-bad", info: "info" };
const sprite = new URL("../icons.svg", import.meta.url).pathname;

export function toast(text, kind = "good", lasts_ms = 5000) {
  const note = document.createElement("div");
  note.className = "notice";
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${marks[kind] ?? "info"}`);
  picture.append(use);
  const words = document.createElement("p");
  words.textContent = text;
  note.append(picture, words);
  document.getElementById("toasts")?.append(note);
  setTimeout(() => note.remove(), lasts_ms);
}
