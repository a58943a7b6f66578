/** Writes every <time datetime data-form> in the reader's own zone and language; the exact time, with zone and UTC, is on hover. */
const formats = {
  date: { year: "numeric", month: "short", day: "numeric" },
  day: { weekday: "long", day: "numeric", month: "long" },
  time: { hour: "2-digit", minute: "2-digit" },
  "date-time": { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
};
const language = document.documentElement.lang === "en" && navigator.language.startsWith("en") ? navigator.language : document.documentElement.lang || undefined;
const made = {};
const format = (options) => (made[JSON.stringify(options)] ??= new Intl.DateTimeFormat(language, options));
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const steps = [["second", 60], ["minute", 60], ["hour", 24], ["day", 7]];

function ago(then) {
  let amount = (then - Date.now()) / 1000;
  if (Math.abs(amount) < 45) return "just now";
  for (const [unit, size] of steps) {
    if (Math.abs(amount) < size) return relative.format(Math.round(amount), unit);
    amount /= size;
  }
  return format(formats.date).format(then);
}

function rewrite(element) {
  const text = element.dateTime;
  const plain = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const then = new Date(plain ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(then.valueOf())) return;
  const form = element.dataset.form ?? "date-time";
  if (plain) {
    element.textContent = format({ ...formats.date, timeZone: "UTC" }).format(then);
    element.title = format({ dateStyle: "full", timeZone: "UTC" }).format(then);
    return;
  }
  element.textContent = form === "relative" ? ago(then) : format(formats[form] ?? formats["date-time"]).format(then);
  element.title = `${format({ dateStyle: "full", timeStyle: "long" }).format(then)} (${then.toISOString().replace(".000Z", "Z")})`;
}

export function localise(root) {
  root.querySelectorAll("time[datetime]").forEach(rewrite);
}
setInterval(() => document.querySelectorAll('time[data-form="relative"]').forEach(rewrite), 60_000);
