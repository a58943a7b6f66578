/** Scripts: an editor that indents, and a log that comes while the script runs. Both work by forms and reloads alone, too. */
const EVERY_MS = 1000;
const INDENT = "    ";

for (const box of document.querySelectorAll("textarea[data-code]")) {
  let leaves = false;
  const type = (text) => {
    // Through the browser's own editing, so that undo works.
    if (!document.execCommand("insertText", false, text)) box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { leaves = true; return; }
    if (event.key === "Tab" && !leaves && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      type(INDENT);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const line = box.value.slice(0, box.selectionStart).split("\n").at(-1);
      type("\n" + line.match(/^\s*/)[0] + (line.trimEnd().endsWith(":") ? INDENT : ""));
    }
    if (event.key !== "Shift") leaves = false;
  });
}

const atEnd = (pre) => pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 8;

async function follow(log) {
  while (log.isConnected && log.hasAttribute("data-live")) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    if (document.hidden) continue;
    const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) continue;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(log.id);
    // The end brings the other runs and buttons up to date as well.
    if (!fresh || !fresh.hasAttribute("data-live")) return location.reload();
    // Whoever stands on a link or in a field in it is not thrown out; a log may go on under its reader.
    if (log.contains(document.activeElement) && !document.activeElement.matches("pre")) continue;
    const stays = [...log.querySelectorAll("pre")].map((pre) => !atEnd(pre) && pre.scrollTop);
    log.replaceChildren(...fresh.childNodes);
    log.querySelectorAll("pre").forEach((pre, number) => { pre.scrollTop = stays[number] || pre.scrollHeight; });
  }
}

document.querySelectorAll("[id][data-live]").forEach(follow);
