/** Menus (<details data-menu>): one open at a time, closed by Escape, by tabbing on or a click beside; arrow keys open and walk lists of links. */
const open = () => document.querySelector("details[data-menu][open]");

document.addEventListener("click", (event) => {
  const menu = open();
  if (menu && (!menu.contains(event.target) || event.target.closest(".menu-item"))) menu.open = false;
});

document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("details[data-menu]") || !event.target.open) return;
  for (const other of document.querySelectorAll("details[data-menu][open]")) if (other !== event.target) other.open = false;
  place(event.target);
}, true);

/** Keeps the list inside the window: it opens upwards when there is no room below, and shifts when it would leave at a side. */
function place(menu) {
  const list = menu.querySelector(".menu-list");
  list.style.translate = "";
  const box = list.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const shift = box.left < 8 ? 8 - box.left : box.right > width - 8 ? width - 8 - box.right : 0;
  const button = menu.querySelector("summary").getBoundingClientRect();
  const up = box.bottom > innerHeight - 8 && button.top > box.height + 16;
  if (shift || up) list.style.translate = `${shift}px ${up ? -(box.height + button.height + 8) : 0}px`;
}

const step = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu]") ?? open();
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  const items = [...menu.querySelectorAll(".menu-item")];
  if (!items.length || !menu.contains(event.target)) return;
  const at = items.indexOf(event.target);
  let next = null;
  if (event.key in step) {
    menu.open = true; // an arrow on the button opens the list, as in menus everywhere
    next = at < 0 ? (step[event.key] > 0 ? 0 : items.length - 1) : (at + step[event.key] + items.length) % items.length;
  } else if (menu.open && at >= 0 && event.key === "Home") next = 0;
  else if (menu.open && at >= 0 && event.key === "End") next = items.length - 1;
  if (next === null) return;
  event.preventDefault();
  items[next].focus();
});

// Who tabs on has left the menu.
document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});
