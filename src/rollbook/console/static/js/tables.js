/** Tables: scrolled by keyboard where they are wider than their frame, tick all, tick a range with Shift, count what is ticked; a sticky head against the window while the table fits. */
function watchWidth(scroll) {
  const table = scroll.firstElementChild;
  const check = () => {
    const fits = scroll.toggleAttribute("data-fits", table.scrollWidth <= scroll.clientWidth + 1);
    for (const [name, value] of Object.entries({ tabindex: "0", role: "region", "aria-label": table.getAttribute("aria-label") })) {
      if (fits) scroll.removeAttribute(name);
      else scroll.setAttribute(name, value);
    }
  };
  check();
  new ResizeObserver(check).observe(scroll);
}

function watchTicks(block) {
  const all = block.querySelector("[data-pick-all]");
  if (!all) return;
  const ticks = [...block.querySelectorAll(".row-tick")];
  const count = block.querySelector("[data-pick-count]");
  let last = -1;

  function show() {
    const picked = ticks.filter((tick) => tick.checked).length;
    all.checked = picked > 0 && picked === ticks.length;
    all.indeterminate = picked > 0 && picked < ticks.length;
    if (count) count.textContent = `${picked} selected`;
  }
  all.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = all.checked;
    show();
  });
  ticks.forEach((tick, at) => {
    tick.addEventListener("click", (event) => {
      if (event.shiftKey && last >= 0) for (let i = Math.min(last, at); i <= Math.max(last, at); i += 1) ticks[i].checked = tick.checked;
      last = at;
      show();
    });
  });
  show();
}

export function start(root) {
  root.querySelectorAll("[data-scroll]").forEach(watchWidth);
  root.querySelectorAll(".table-block").forEach(watchTicks);
}
