/** The search of the top bar: an ARIA combobox over /console/search?q=. Ctrl/Cmd-K and "/" go to it; rooms are found without asking. */
const WAIT_MS = 120;

function rooms(words) {
  if (!words) return [];
  const links = [...document.querySelectorAll("#rail a.room")];
  return links
    .map((link) => ({ label: link.firstElementChild?.nextSibling?.textContent?.trim() || link.textContent.trim(), href: link.getAttribute("href"), detail: "" }))
    .filter((item) => item.label.toLowerCase().includes(words.toLowerCase()));
}

/** `text` with the first hit of `words` marked, as nodes. */
function marked(text, words) {
  const at = text.toLowerCase().indexOf(words.toLowerCase());
  if (at < 0 || !words) return [text];
  const mark = document.createElement("mark");
  mark.textContent = text.slice(at, at + words.length);
  return [text.slice(0, at), mark, text.slice(at + words.length)];
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

export function start(form) {
  const input = form.querySelector('input[name="q"]');
  const list = element("div", "search-list");
  list.id = "search-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  const said = element("div", "unseen");
  said.setAttribute("role", "status");
  form.append(list, said);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  if (/Mac|iP/.test(navigator.platform)) form.querySelector("kbd").textContent = "⌘ K";

  let options = [];
  let current = -1;
  let timer = 0;
  let asked = null;

  function close() {
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(at) {
    current = at;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options[at].id);
    return options[at].scrollIntoView({ block: "nearest" });
  }

  function show(groups, words) {
    options = [];
    list.replaceChildren();
    for (const group of groups.filter((one) => one.items.length)) {
      const title = element("div", "search-title", group.title);
      title.id = `search-title-${list.childElementCount}`;
      const box = element("div", "search-group", title);
      box.setAttribute("role", "group");
      box.setAttribute("aria-labelledby", title.id);
      for (const item of group.items) {
        const option = element("a", "search-item", element("span", "", ...marked(item.label, words)));
        if (item.detail) option.append(element("span", "search-detail", item.detail));
        option.href = item.href;
        option.id = `search-item-${options.length}`;
        option.tabIndex = -1;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        options.push(option);
        box.append(option);
      }
      list.append(box);
    }
    if (!options.length) list.append(element("p", "search-none", `Nothing matches “${words}”.`));
    said.textContent = options.length ? `${options.length} suggestions` : "Nothing matches";
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(options.length ? 0 : -1);
  }

  async function ask() {
    const words = input.value.trim();
    asked?.abort();
    if (!words) return close();
    asked = new AbortController();
    const here = { title: "Go to", items: rooms(words) };
    try {
      const answer = await fetch(`${form.action}?q=${encodeURIComponent(words)}`, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { groups } = await answer.json();
      show([here, ...groups], words);
    } catch (error) {
      if (error.name === "AbortError") return undefined;
      if (here.items.length) show([here], words);
      else close();
    }
    return undefined;
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("focus", () => input.value.trim() && ask());
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      if (list.hidden) input.blur();
      else close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden && options.length) {
      event.preventDefault();
      choose((current + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length);
    } else if (event.key === "Enter" && !list.hidden && current >= 0) {
      event.preventDefault();
      options[current].click();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("blur", close);

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const wanted = (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) || (event.key === "/" && !typing && !event.metaKey && !event.ctrlKey && !event.altKey);
    if (!wanted || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}
