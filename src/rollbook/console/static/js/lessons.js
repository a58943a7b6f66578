/** Lessons being made: parts moved by dragging, files sent with a bar, rows of options. All of it works by forms alone too. */

// --- Parts by drag: the row's own form of moving is sent with where it was dropped. ---
for (const list of document.querySelectorAll("[data-parts]")) {
  const parts = [...list.children].filter((part) => part.querySelector("[data-move]"));
  let dragged = null;
  const unmark = () => parts.forEach((part) => { delete part.dataset.above; delete part.dataset.below; });
  const isBelow = (part, event) => {
    const box = part.getBoundingClientRect();
    return event.clientY > box.top + box.height / 2;
  };
  for (const part of parts) {
    part.draggable = true;
    part.addEventListener("dragstart", (event) => {
      dragged = part;
      part.dataset.dragged = "";
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", part.id);
    });
    part.addEventListener("dragend", () => { delete part.dataset.dragged; dragged = null; unmark(); });
    part.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      unmark();
      part.dataset[isBelow(part, event) ? "below" : "above"] = "";
    });
    part.addEventListener("drop", (event) => {
      if (!dragged) return;
      event.preventDefault();
      const from = parts.indexOf(dragged);
      const before = parts.indexOf(part) + (isBelow(part, event) ? 1 : 0);
      const to = before > from ? before - 1 : before;
      unmark();
      if (to === from) return;
      const form = dragged.querySelector("[data-move]");
      form.elements.to.value = to;
      form.requestSubmit();
    });
  }
}

// --- Uploads: one file after another, each with its bar; then on to where the last one went. ---
for (const form of document.querySelectorAll("[data-upload]")) {
  const input = form.querySelector('input[type="file"]');
  const state = form.querySelector("[data-upload-state]");
  const bar = state.querySelector("progress");
  const word = state.querySelector("[role=status]");
  form.querySelector("[data-upload-button]").hidden = true;
  input.addEventListener("change", () => { if (input.files.length) sendAll([...input.files]); });
  form.addEventListener("submit", (event) => event.preventDefault());
  // Files that were chosen before this script came; after a reload a browser may show those that were sent already.
  const isFresh = performance.getEntriesByType("navigation")[0]?.type !== "reload";
  if (isFresh && input.files.length) sendAll([...input.files]);

  async function sendAll(files) {
    state.hidden = false;
    delete word.dataset.bad;
    input.disabled = true;
    let next = null;
    try {
      for (const file of files) next = await send(file);
      go(next);
    } catch (error) {
      word.dataset.bad = "";
      word.textContent = error.message;
      bar.value = 0;
      input.disabled = false;
      input.value = "";
    }
  }

  function send(file) {
    word.textContent = `Uploading ${file.name}…`;
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("file", file, file.name);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("accept", "application/json");
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        bar.value = (event.loaded * 100) / event.total;
        if (event.loaded === event.total) word.textContent = `Looking at ${file.name}…`;
      });
      request.addEventListener("load", () => {
        if (request.status === 200 && request.response?.next) return resolve(request.response.next);
        reject(new Error(request.response?.error ?? `${file.name} could not be uploaded.`));
      });
      request.addEventListener("error", () => reject(new Error("The connection was lost. Try again.")));
      request.send(body);
    });
  }
}

/** A page that is only another place of this one would not be fetched anew. */
function go(address) {
  const target = new URL(address, location.href);
  history.replaceState(null, "", target);
  location.reload();
}

// --- A question: what belongs to its kind, and more rows for options. ---
for (const form of document.querySelectorAll("[data-question]")) {
  const fit = () => {
    const kind = form.elements.kind.value;
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind);
  };
  form.addEventListener("change", (event) => { if (event.target.name === "kind") fit(); });
  fit();
  const rows = form.querySelector("[data-options]");
  const more = form.querySelector("[data-add-option]");
  more.hidden = false;
  more.addEventListener("click", () => {
    const at = rows.children.length;
    const row = rows.lastElementChild.cloneNode(true);
    const [id, tick, text] = row.querySelectorAll("input");
    id.value = "";
    tick.checked = false;
    tick.value = at;
    tick.setAttribute("aria-label", `Option ${at + 1} is right`);
    text.value = "";
    text.setAttribute("aria-label", `Option ${at + 1}`);
    rows.append(row);
    text.focus();
  });
}
