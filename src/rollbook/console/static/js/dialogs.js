/** Dialogs: `command`/`commandfor` where the browser lacks them, a click beside one closes it, and data-confirm asks first. */
if (!("command" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor"));
    if (!dialog) return;
    if (button.getAttribute("command") === "show-modal") dialog.showModal();
    else dialog.close();
  });
}

document.addEventListener("mousedown", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.open) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close("no");
  }
});

/** Asks `question` (what stands after its question mark is set below it); true when the reader goes ahead. */
export function ask(question, word = "Go ahead") {
  const dialog = document.getElementById("ask");
  const [, first, more] = question.match(/^(.*?\?|.*)\s*(.*)$/s);
  dialog.querySelector("#ask-text").textContent = first;
  dialog.querySelector("#ask-more").textContent = more;
  dialog.querySelector('[value="yes"] span').textContent = word;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-confirm]");
  if (!button?.form || button.dataset.asked) return;
  event.preventDefault();
  if (!(await ask(button.dataset.confirm, button.textContent.trim()))) return button.focus();
  button.dataset.asked = "1";
  button.form.requestSubmit(button);
  delete button.dataset.asked;
});
