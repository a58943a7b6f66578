/** The questions: shown as an attempt asks them, kept while they are answered, sent until the server has marked them. */
import { Refused } from "./api.js";
import { button, el, icon } from "./dom.js";
import { kept } from "./storage.js";

/** Fills `stage`. `marked(result)` hears what came of an attempt. */
export async function ask(stage, { api, lesson, standing, beforeSending, marked }) {
  const questions = standing.questions;
  if (questions.is_passed) return stage.append(el("p", {}, "You have passed the questions."));
  if (questions.attempts_left === 0) {
    return stage.append(el("p", {}, `All attempts are used${last(questions)}. Whoever assigned this lesson can help.`));
  }
  const note = el("p", { className: "player-note", role: "status" }, "Opening the questions …");
  stage.append(note);
  let paper;
  try {
    paper = await api.get("/player/questions");
  } catch (fault) {
    const again = button("Try again", { onclick: () => (note.remove(), again.remove(), ask(stage, { api, lesson, standing, beforeSending, marked })) });
    note.textContent = fault instanceof Refused ? fault.message : "The questions do not load. Check the connection.";
    return stage.append(again);
  }
  note.remove();
  const draft = kept(`answers.${lesson.id}.${lesson.version}.${paper.number}`);
  stage.append(form(paper, questions, draft, async (answers) => {
    await beforeSending();
    const result = await api.post("/player/answers", { version: lesson.version, number: paper.number, answers });
    draft.forget();
    marked(result);
  }));
}

function last({ last_score }) {
  return last_score === null ? "" : `; the last one reached ${Math.round(last_score)} %`;
}

function rules({ pass_percent, attempts_left, count }) {
  const said = [count === 1 ? "1 question" : `${count} questions`];
  if (pass_percent !== null) said.push(`${Math.round(pass_percent)} % to pass`);
  if (attempts_left !== null) said.push(attempts_left === 1 ? "1 attempt left" : `${attempts_left} attempts left`);
  return said.join(" · ");
}

function form(paper, questions, draft, send) {
  const typed = draft.read() ?? {};
  const state = el("p", { className: "player-note", role: "status" });
  const submit = button("Hand in", { type: "submit" }, "primary");
  const list = el("ol", { className: "asked" }, paper.questions.map((question, at) => asked(question, at + 1, typed[question.id] ?? [])));
  const made = el("form", { noValidate: true }, el("p", { className: "hush" }, rules(questions)), list, el("div", { className: "row" }, submit, state));
  made.addEventListener("input", () => draft.write(answersIn(made, paper)));
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answers = answersIn(made, paper);
    const open = paper.questions.findIndex((question) => !answers[question.id].length);
    if (open >= 0) {
      state.textContent = `Question ${open + 1} is not answered yet.`;
      return list.children[open].querySelector("input, textarea").focus();
    }
    submit.disabled = true;
    state.textContent = "Handing in …";
    try {
      await send(answers);
    } catch (fault) {
      submit.disabled = false;
      const isRefused = fault instanceof Refused;
      state.textContent = isRefused ? fault.message : "There is no connection. Your answers are kept; hand them in again when it is back.";
    }
  });
  return made;
}

function asked(question, number, chosen) {
  const name = `q-${question.id}`;
  const legend = el("legend", { className: "prose" }, `${number}. ${question.text}`);
  if (question.kind === "text") {
    const box = el("textarea", { className: "input", name, rows: 3, maxLength: 4000, value: chosen[0] ?? "", "aria-label": "Your answer" });
    return el("li", {}, el("fieldset", { className: "choices" }, legend, box));
  }
  const type = question.kind === "single" ? "radio" : "checkbox";
  const options = question.options.map((option) =>
    el("label", { className: "choice" },
      el("input", { className: "tick", type, name, value: option.id, checked: chosen.includes(option.id) }), el("span", {}, option.text)));
  const hint = type === "checkbox" ? el("p", { className: "small hush" }, "Choose all that are right.") : null;
  return el("li", {}, el("fieldset", { className: "choices" }, legend, hint, options));
}

function answersIn(made, paper) {
  const data = new FormData(made);
  const given = (id) => data.getAll(`q-${id}`).map((text) => text.trim()).filter(Boolean);
  return Object.fromEntries(paper.questions.map(({ id }) => [id, given(id)]));
}

/** What came of an attempt, with each answer where learners are told. */
export function result(marked) {
  const said = marked.is_passed ? "Passed" : "Not passed";
  const head = el("p", { className: marked.is_passed ? "verdict verdict-good" : "verdict verdict-bad" },
    icon(marked.is_passed ? "check" : "close"), `${said}: ${Math.round(marked.score)} %`);
  const told = (marked.answers ?? []).map((one, at) =>
    el("li", {}, el("p", { className: "prose" }, `${at + 1}. ${one.text}`),
      el("p", { className: one.is_right ? "verdict-good" : "verdict-bad" }, icon(one.is_right ? "check" : "close"),
        ` ${one.given.join(", ") || "No answer"}`),
      !one.is_right && one.right.length ? el("p", { className: "hush" }, `Right: ${one.right.join(", ")}`) : null,
      one.explanation ? el("p", { className: "prose hush" }, one.explanation) : null));
  return [head, told.length ? el("ol", { className: "asked" }, told) : null];
}
