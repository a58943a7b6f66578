/** One thing kept in the browser's storage. A frame on another site may have none: then it is kept for as long as the page is. */
const PREFIX = "rollbook.";

export function kept(name) {
  const key = PREFIX + name;
  let held = null;
  const store = attempt(() => window.localStorage);
  return {
    read: () => attempt(() => JSON.parse(store.getItem(key))) ?? held,
    write(value) {
      held = value;
      attempt(() => store.setItem(key, JSON.stringify(value)));
    },
    forget() {
      held = null;
      attempt(() => store.removeItem(key));
    },
  };
}

function attempt(job) {
  try {
    return job() ?? null;
  } catch {
    return null;
  }
}
