/** A film that goes on where it was left, and notes which of its parts were watched. */
import { el, button } from "./dom.js";

const LONGEST_GAP_S = 3; // between two reports of a film that plays in a hidden tab
const NEAR_END = 0.95; // of its length: from there on it begins anew

export function film(step, at, saver, { resumeMs, ended }) {
  const note = el("p", { className: "player-note", role: "alert", hidden: true });
  const video = el("video", { className: "shown", controls: true, preload: "metadata", playsInline: true, src: step.file.href, "aria-label": step.title });
  const watched = el("div", { className: "watched", role: "img" });
  let last = null;

  const draw = () => {
    const whole = step.file.duration_ms || video.duration * 1000 || 1;
    const parts = saver.seen.get(at) ?? [];
    const share = Math.min(100, Math.round((100 * parts.reduce((sum, [a, b]) => sum + b - a, 0)) / whole));
    watched.setAttribute("aria-label", `${share} % watched`);
    watched.replaceChildren(
      ...parts.map(([start, end]) => {
        const bar = el("span");
        bar.style.left = `${(100 * start) / whole}%`;
        bar.style.width = `${(100 * (end - start)) / whole}%`;
        return bar;
      }),
    );
  };
  const played = (now) => {
    if (last !== null && now > last && now - last < LONGEST_GAP_S * video.playbackRate) {
      saver.see(at, [Math.round(last * 1000), Math.round(now * 1000)]);
      draw();
    }
    last = now;
    saver.at(at, now * 1000);
  };

  video.addEventListener("loadedmetadata", () => {
    draw();
    note.hidden = true;
    if (resumeMs > 0 && resumeMs / 1000 < video.duration * NEAR_END) video.currentTime = resumeMs / 1000;
  });
  video.addEventListener("play", () => (last = video.currentTime));
  video.addEventListener("seeking", () => (last = null));
  video.addEventListener("seeked", () => (last = video.currentTime));
  video.addEventListener("timeupdate", () => !video.seeking && !video.paused && played(video.currentTime));
  video.addEventListener("pause", () => {
    if (!video.seeking && last !== null) played(video.currentTime);
    saver.flush();
  });
  video.addEventListener("ended", () => {
    if (last !== null) played(video.duration);
    ended();
  });
  video.addEventListener("error", () => {
    resumeMs = video.currentTime * 1000 || resumeMs;
    note.replaceChildren("The film does not load. Check the connection. ", button("Try again", { onclick: () => video.load() }));
    note.hidden = false;
  });
  return [video, watched, note];
}
