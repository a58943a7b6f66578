/** Buttons with data-copy put their text on the clipboard and say so. */
import { toast } from "./toast.js";

function copyByHand(text) {
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "unseen";
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("The browser refused to copy");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    // The clipboard API is absent on plain http, where many run their own server.
    if (navigator.clipboard) await navigator.clipboard.writeText(button.dataset.copy);
    else copyByHand(button.dataset.copy);
    toast("Copied");
  } catch {
    toast("Your browser did not let us copy. Select the text and copy it by hand.", "bad");
  }
  button.focus();
});
