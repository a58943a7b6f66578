/** Parts of a page that come anew every few seconds while somebody looks: data-fresh says how many. */
import { localise } from "./times.js";

async function keepFresh(part) {
  while (part.isConnected) {
    await new Promise((resolve) => setTimeout(resolve, Number(part.dataset.fresh) * 1000));
    // What somebody reads by keyboard or has marked stays as it is for now.
    if (document.hidden || part.contains(document.activeElement) || !getSelection().isCollapsed) continue;
    const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) continue;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
    if (!fresh) return location.reload();
    localise(fresh);
    if (fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
  }
}

document.querySelectorAll("[data-fresh]").forEach(keepFresh);
