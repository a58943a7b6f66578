/** What the console's pages do beyond HTML. Each part looks for its own marks in the page and leaves the rest alone. */
import "./js/dialogs.js";
import "./js/forms.js";
import "./js/menus.js";
import "./js/copy.js";
import "./js/here.js";
import { localise } from "./js/times.js";
import { start as startSearch } from "./js/search.js";
import { start as startTables } from "./js/tables.js";

localise(document);
if (document.querySelector("[data-parts], [data-upload], [data-question]")) import("./js/lessons.js");
if (document.querySelector("[data-code], [data-live]")) import("./js/scripts.js");
if (document.querySelector("[data-fresh]")) import("./js/fresh.js");
const player = document.querySelector("[data-player]");
if (player) import("./js/player/main.js").then(({ start }) => start(player));
startTables(document);
document.querySelectorAll("[data-search]").forEach(startSearch);
if (document.querySelector("[data-chart]")) import("./chart.js").then((chart) => chart.start(document));
