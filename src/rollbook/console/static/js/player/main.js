/** The player: opens a lesson where its learner left off, shows step after step, and says when all is done. */
import { Api, Refused } from "./api.js";
import { button, el, icon } from "./dom.js";
import { film } from "./film.js";
import { ask, result } from "./questions.js";
import { Saver } from "./saver.js";

const IDLE_MS = 60000;
const SAID = { saved: "Saved", waiting: "", offline: "No connection. Your progress is kept and saved when it is back." };
const SIGNS = { video: "play", pdf: "file", image: "lessons", html: "dashboards", link: "external", file: "download", text: "file" };

export function start(root) {
  const { token, home, goOn } = root.dataset;
  const named = /^#player\/\d+\?(.*)$/.exec(location.hash);
  const found = token || (named && new URLSearchParams(named[1]).get("token"));
  window.addEventListener("hashchange", () => location.reload());
  if (found) open(root, new Api(found), home);
  else location.replace(goOn || "/console");
}

async function open(root, api, home) {
  try {
    new Player(root, api, await api.get("/player/lesson"), home).begin();
  } catch (fault) {
    const isRefused = fault instanceof Refused;
    const said = el("p", { className: "player-note", role: "alert" }, isRefused ? fault.message : "The lesson does not load. Check the connection.");
    const again = !isRefused && button("Try again", { onclick: () => open(root, api, home) });
    const back = home && el("a", { className: "button", href: home }, "Back to my learning");
    root.replaceChildren(el("div", { className: "player-over" }, said, el("div", { className: "row" }, again, back)));
  }
}

class Player {
  constructor(root, api, lesson, home) {
    Object.assign(this, { root, api, lesson, home, standing: lesson.standing });
    this.hasQuestions = this.standing.questions !== null;
    this.last = lesson.steps.length - (this.hasQuestions ? 0 : 1);
    this.touched = Date.now();
    this.saver = new Saver(api, lesson, {
      told: (standing) => this.#hear(standing),
      state: (word) => (this.state.textContent = SAID[word]),
      refused: (fault) => this.#refused(fault),
    });
  }

  begin() {
    document.title = `${this.lesson.title} · ${this.lesson.organisation}`;
    this.state = el("p", { className: "player-state small", role: "status" });
    this.bar = el("progress", { max: 100, "aria-label": "Progress" });
    this.share = el("span", { className: "progress-word" });
    this.list = el("ol", { className: "player-steps" });
    this.stage = el("section", { className: "player-stage", "aria-live": "off" });
    const back = this.home && el("a", { className: "button button-quiet", href: this.home }, icon("left"), "My learning");
    this.root.replaceChildren(
      el("header", { className: "player-head" }, back,
        el("div", { className: "player-title" }, el("h1", {}, this.lesson.title), el("p", { className: "small hush" }, this.lesson.organisation)),
        el("div", { className: "player-standing" }, this.state, el("span", { className: "progress" }, this.bar, this.share))),
      el("div", { className: "player-body" }, el("nav", { "aria-label": "Steps" }, this.list), this.stage));
    this.#watch();
    if (!this.standing.is_open) return this.#finish(), this.#draw();
    this.go(Math.min(this.lesson.step, this.last), { resumeMs: this.lesson.position_ms, isFirst: true });
    this.saver.flush();
  }

  go(at, { resumeMs = 0, isFirst = false } = {}) {
    this.at = at;
    this.#draw();
    const step = this.lesson.steps[at];
    const title = step ? step.title : "Questions";
    const head = el("h2", { tabIndex: -1 }, title);
    const next = at < this.last && button("Next", { onclick: () => this.go(at + 1) }, "primary");
    const back = at > 0 && button("Back", { onclick: () => this.go(at - 1) });
    const content = el("div", { className: "player-content" });
    this.stage.replaceChildren(head, content, el("div", { className: "row" }, back, next));
    if (step) content.append(...this.#shown(step, at, resumeMs, next));
    else this.#ask(content);
    if (this.standing.is_open) {
      if (step) this.saver.see(at);
      this.saver.at(at, resumeMs);
      if (!isFirst) this.saver.flush();
    }
    if (!isFirst) {
      head.focus({ preventScroll: true });
      this.stage.scrollIntoView({ block: "start" });
    }
  }

  #shown(step, at, resumeMs, next) {
    const { kind, file, title } = step;
    const text = step.text && el("p", { className: "prose" }, step.text);
    const inTab = (label) => el("a", { className: "button", href: file.href, target: "_blank", rel: "noopener" }, icon("external"), label);
    const made = {
      video: () => film(step, at, this.saver, { resumeMs, ended: () => next && next.focus() }),
      image: () => [el("img", { className: "shown", src: file.href, alt: title })],
      pdf: () => [el("iframe", { className: "shown shown-page", src: file.href, title }), inTab("Open in a tab of its own")],
      html: () => [el("iframe", { className: "shown shown-page", sandbox: "allow-scripts", src: file.href, title })],
      file: () => [el("a", { className: "button", href: file.href, download: file.name }, icon("download"), file.name)],
      link: () => [el("a", { className: "button", href: step.url, target: "_blank", rel: "noopener noreferrer" }, icon("external"), step.url)],
    }[kind];
    const needsFile = !["text", "link"].includes(kind);
    const shown = needsFile && !file ? [el("p", { className: "player-note" }, "This file is not there any more.")] : (made?.() ?? []);
    return [...shown, text].filter(Boolean);
  }

  #ask(content) {
    ask(content, {
      api: this.api,
      lesson: this.lesson,
      standing: this.standing,
      beforeSending: () => this.saver.flush(),
      marked: (marked) => this.#marked(marked, content),
    });
  }

  #marked(marked, content) {
    this.#hear(marked.standing, { isQuiet: true });
    const { questions, is_open: isOpen } = this.standing;
    const left = this.#firstLeft();
    const mayTry = isOpen && !questions.is_passed && questions.attempts_left !== 0;
    content.replaceChildren(
      ...result(marked).filter(Boolean),
      el("div", { className: "row" },
        mayTry && button("Try again", { onclick: () => this.go(this.at) }, "primary"),
        isOpen && questions.is_passed && left >= 0 && button(`Go on with “${this.lesson.steps[left].title}”`, { onclick: () => this.go(left) }, "primary"),
        !isOpen && button("Finish", { onclick: () => this.#finish() }, "primary")));
    content.querySelector(".verdict").setAttribute("role", "status");
  }

  /** The first step that is not done; -1 when all are. */
  #firstLeft() {
    return this.standing.done.indexOf(false);
  }

  #hear(standing, { isQuiet = false } = {}) {
    const wasOpen = this.standing.is_open;
    this.standing = standing;
    this.#draw();
    if (wasOpen && !standing.is_open && !isQuiet) this.#finish();
  }

  #refused(fault) {
    if (fault.details.is_outdated) return location.reload();
    this.stage.replaceChildren(el("p", { className: "player-note", role: "alert" }, fault.message));
    this.isOver = true;
  }

  #finish() {
    const { score, certificate } = this.standing;
    const reached = score === null ? "" : ` with ${Math.round(score)} %`;
    const head = el("h2", { tabIndex: -1 }, "Completed");
    this.at = null;
    this.stage.replaceChildren(
      el("div", { className: "player-over" }, el("span", { className: "player-done" }, icon("check")), head,
        el("p", {}, `${this.lesson.person}, you have completed “${this.lesson.title}”${reached}.`),
        el("div", { className: "row" },
          certificate && el("a", { className: "button button-primary", href: certificate, target: "_blank", rel: "noopener" }, "See the certificate"),
          button("Look again", { onclick: () => this.go(0) }),
          this.home && el("a", { className: "button", href: this.home }, "Back to my learning"))));
    this.#draw();
    head.focus();
  }

  #draw() {
    const { progress, done, questions } = this.standing;
    this.bar.value = progress;
    this.share.textContent = `${Math.floor(progress)} %`;
    const steps = this.lesson.steps.map((step, at) => this.#way(step.title, SIGNS[step.kind], done[at], at));
    if (this.hasQuestions) steps.push(this.#way("Questions", "info", questions.is_passed, this.last));
    this.list.replaceChildren(...steps);
  }

  #way(title, sign, isDone, at) {
    const way = el("button", { type: "button", className: "player-step", onclick: () => this.go(at) },
      icon(isDone ? "check" : sign), el("span", {}, title), isDone && el("span", { className: "unseen" }, "done"));
    if (at === this.at) way.setAttribute("aria-current", "step");
    if (isDone) way.dataset.done = "";
    return el("li", {}, way);
  }

  /** Time counts while the page is looked at; what waits is sent before the page goes. */
  #watch() {
    const touch = () => (this.touched = Date.now());
    for (const kind of ["pointermove", "keydown", "scroll", "pointerdown"]) addEventListener(kind, touch, { passive: true });
    setInterval(() => {
      const plays = [...this.stage.querySelectorAll("video")].some((video) => !video.paused);
      const isHere = !document.hidden && Date.now() - this.touched < IDLE_MS;
      if (this.standing.is_open && !this.isOver && (plays || isHere)) this.saver.spend(1);
    }, 1000);
    addEventListener("online", () => this.saver.flush());
    addEventListener("pagehide", () => this.saver.flush({ isLast: true }));
    document.addEventListener("visibilitychange", () => document.hidden && this.saver.flush({ isLast: true }));
  }
}
