/**
 * Keeps what the learner did until the server has it: in memory, and in the browser's storage against a closed tab.
 *
 * Saves are numbered on from the last that the server answered, so that one whose answer was lost counts once.
 */
import { Refused } from "./api.js";
import { kept } from "./storage.js";

const EVERY_MS = 5000;
const LONGEST_WAIT_MS = 60000;

export class Saver {
  #timer = null;
  #sending = null;
  #waits = EVERY_MS;

  /** `told(standing)` hears each answer, `state(word)` is saved, waiting or offline, `refused(fault)` ends it. */
  constructor(api, lesson, { told, state, refused }) {
    this.api = api;
    this.version = lesson.version;
    this.saves = lesson.standing.saves;
    this.told = told;
    this.state = state;
    this.refused = refused;
    this.store = kept(`player.${lesson.id}.${lesson.version}`);
    this.seen = new Map(lesson.steps.map((step, at) => [at, step.seen]));
    const left = this.store.read();
    this.pending = left ?? { step: lesson.step, position_ms: lesson.position_ms, seen: {}, time_s: 0 };
    this.isDirty = left !== null;
    for (const [at, parts] of Object.entries(this.pending.seen)) this.#join(Number(at), parts);
  }

  /** A step was opened, or a part of its film watched. */
  see(at, part = null) {
    const isNew = this.seen.get(at) === null || part !== null;
    const parts = part ? [part] : [];
    this.#join(at, parts);
    this.#wait(at, parts);
    if (isNew) this.#changed();
  }

  at(step, positionMs = 0) {
    this.pending.step = step;
    this.pending.position_ms = Math.round(positionMs);
    this.isDirty = true;
  }

  spend(seconds) {
    this.pending.time_s += seconds;
    this.#changed();
  }

  /** Send what waits now; whether the server has all of it afterwards. */
  async flush({ isLast = false } = {}) {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#sending && !isLast) await this.#sending;
    if (!this.isDirty) return true;
    const body = { version: this.version, number: this.saves + 1, is_last: isLast, ...this.pending };
    this.pending = { ...this.pending, seen: {}, time_s: 0 };
    this.isDirty = false;
    this.#sending = this.#send(body, isLast);
    return this.#sending;
  }

  async #send(body, isLast) {
    try {
      const standing = await this.api.post("/player/progress", body, { isLast });
      this.saves = Math.max(this.saves, standing.saves);
      this.#waits = EVERY_MS;
      if (!this.isDirty) this.store.forget();
      this.state("saved");
      this.told(standing);
      return true;
    } catch (fault) {
      if (fault instanceof Refused) {
        this.store.forget();
        this.refused(fault);
        return false;
      }
      this.#putBack(body);
      this.state("offline");
      this.#waits = Math.min(2 * this.#waits, LONGEST_WAIT_MS);
      this.#later(this.#waits);
      return false;
    } finally {
      this.#sending = null;
    }
  }

  #putBack({ seen, time_s }) {
    for (const [at, parts] of Object.entries(seen)) this.#wait(at, parts);
    this.pending.time_s += time_s;
    this.isDirty = true;
    this.store.write(this.pending);
  }

  #join(at, parts) {
    this.seen.set(at, joined([...(this.seen.get(at) ?? []), ...parts]));
  }

  #wait(at, parts) {
    this.pending.seen[at] = joined([...(this.pending.seen[at] ?? []), ...parts]);
  }

  #changed() {
    this.isDirty = true;
    this.store.write(this.pending);
    this.state("waiting");
    this.#later(EVERY_MS);
  }

  #later(ms) {
    this.#timer ??= setTimeout(() => this.flush(), ms);
  }
}

/** The same parts in order, those that touch made one. */
function joined(parts) {
  const made = [];
  for (const [start, end] of [...parts].sort((a, b) => a[0] - b[0])) {
    const last = made.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else made.push([start, end]);
  }
  return made;
}
