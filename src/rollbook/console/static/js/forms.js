/** Forms: sent once, the summary of errors in view, no empty values in the address, time zones to choose from, files by drag and drop. */
const RELEASE_MS = 8000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  if (form.method === "get") {
    // Empty filters say nothing, so the address leaves them out.
    for (const box of form.elements) if (box.name && box.value === "" && !box.disabled) { box.disabled = true; box.dataset.left = "1"; }
    return;
  }
  form.dataset.sent = "1";
  if (event.submitter) setTimeout(() => { event.submitter.dataset.busy = ""; event.submitter.setAttribute("aria-disabled", "true"); });
  // A download leaves the page standing, so the button comes back after a while.
  setTimeout(release, RELEASE_MS, form);
});

function release(form) {
  delete form.dataset.sent;
  for (const box of form.elements) {
    if (box.dataset.left) box.disabled = false;
    delete box.dataset.left;
    delete box.dataset.busy;
    if (box.type === "submit") box.removeAttribute("aria-disabled");
  }
}

// A page that comes out of the back-forward cache is as it was when it was left.
window.addEventListener("pageshow", () => [...document.forms].forEach(release));

// A filter that acts at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

document.querySelector("[data-focus]")?.focus();

const zoned = document.querySelector("[data-zones]");
if (zoned && Intl.supportedValuesOf) {
  const list = document.createElement("datalist");
  list.id = "zones";
  list.append(...Intl.supportedValuesOf("timeZone").map((zone) => new Option(zone)));
  zoned.after(list);
  zoned.setAttribute("list", list.id);
}

for (const zone of document.querySelectorAll("[data-dropzone]")) {
  const input = zone.querySelector('input[type="file"]');
  const over = (event, on) => { event.preventDefault(); zone.toggleAttribute("data-over", on); };
  zone.addEventListener("dragover", (event) => over(event, true));
  zone.addEventListener("dragleave", (event) => over(event, false));
  zone.addEventListener("drop", (event) => {
    over(event, false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
