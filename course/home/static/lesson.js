// What a lesson page does by itself: it puts each part in its place as it arrives, says when all
// is ready, and says so plainly when something is lost. Loaded in the head, before Voila's parts.
"use strict";
document.documentElement.classList.add("scripts-on");
window.qiLesson = (function () {
  const PATIENCE = 90 * 1000; // how long the interactive parts may take before we say so
  const PULSE = 20 * 1000; // how often to ask whether the other end is still there
  const byId = (id) => document.getElementById(id);
  let lost = false;

  function place(cell) {
    const arrived = byId(`arrived-${cell}`);
    const slot = byId(`output-${cell}`);
    if (!arrived || !slot) return;
    slot.classList.remove("waiting");
    slot.replaceChildren(...arrived.children);
    slot.hidden = slot.children.length === 0;
    arrived.remove();
  }

  function say(words) {
    const ready = byId("getting-ready");
    if (ready) ready.textContent = words;
  }

  function tellLost() {
    if (lost) return;
    lost = true;
    say("");
    const note = byId("lost");
    note.hidden = false;
  }

  // Ready means: every widget has been drawn where its place was held.
  function settle() {
    const begun = Date.now();
    const timer = setInterval(() => {
      const waiting = document.querySelectorAll(
        '.output script[type="application/vnd.voila.cell-output+json"], .output.waiting',
      );
      const drawn = [...document.querySelectorAll(".output[data-widget]")].every((slot) =>
        slot.querySelector(".jupyter-widgets, .lm-Widget > *"),
      );
      if (waiting.length === 0 && drawn) {
        clearInterval(timer);
        say("");
        document.documentElement.dataset.ready = "yes";
        const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
        if (target && window.scrollY === 0) target.scrollIntoView();
      } else if (Date.now() - begun > PATIENCE) {
        clearInterval(timer);
        tellLost();
      }
    }, 150);
  }

  async function pulse(address) {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
        if (answer.status === 404 || answer.status === 403) return tellLost();
      } catch {
        return tellLost();
      }
    }
    setTimeout(() => pulse(address), PULSE);
  }

  function finish() {
    // When a part goes wrong, those after it never get their turn.
    for (const slot of document.querySelectorAll(".output.waiting")) {
      slot.classList.remove("waiting");
      slot.textContent = "This part did not load either.";
    }
    const config = JSON.parse(byId("jupyter-config-data").textContent);
    settle();
    setTimeout(() => pulse(`${config.baseUrl}api/kernels/${config.kernelId}`), PULSE);
  }

  document.addEventListener("DOMContentLoaded", () => {
    byId("reload")?.addEventListener("click", () => location.reload());
  });
  let heartbeats = 0;
  // Voila calls this every ten seconds in which nothing came.
  window.voila_heartbeat = () => {
    heartbeats += 1;
    if (heartbeats > 7) tellLost();
  };
  return { place, finish };
})();
