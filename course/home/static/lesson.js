// What a lesson page does by itself: it puts each part in its place as it arrives, says when all
// is ready, and says so plainly when something is lost. Loaded in the head, before Voila's parts.
"use strict";
document.documentElement.classList.add("scripts-on");
window.qiLesson = (function () {
  const PATIENCE = 90 * 1000; // how long the interactive parts may take before we say so
  // Those of ipywidgets, and ours, which are all that their place holds or stand in a box.
  const WIDGETS = ".jupyter-widgets, .widget-box > *, .jp-OutputArea-output > .lm-Widget";
  const EMPTY = 10 * 1000; // how long to wait for a widget that may stay empty
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

  // ---- going on where the reader stopped

  const PLACE = `qi-course place ${location.pathname}`;
  const places = () => document.querySelectorAll("main :is(h2[id], h3[id], .place):not(details *)");
  let atWork = false; // whether the reader has begun to do something before all was ready

  // A browser may refuse to keep anything; then a page simply opens at its start.
  function kept() {
    try {
      return byId(localStorage.getItem(PLACE) || "");
    } catch {
      return null;
    }
  }

  // The place at the top of the window, else the last one above it.
  function placeNow() {
    const tall = window.innerHeight;
    const rest = document.documentElement.scrollHeight - window.scrollY - tall;
    if (window.scrollY < tall / 2 || rest < 40) return null; // at the start, or read to the end
    let above = null;
    for (const place of places()) {
      const top = place.getBoundingClientRect().top;
      if (top >= tall / 3) break;
      if (top >= 0) return place;
      above = place;
    }
    return above;
  }

  function keepPlace() {
    const place = placeNow();
    try {
      if (place) localStorage.setItem(PLACE, place.id);
      else localStorage.removeItem(PLACE);
    } catch {
      // See above.
    }
  }

  // Once all is there: to what the address names, else to where this browser stopped reading.
  function arrive() {
    const named = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
    const [way] = performance.getEntriesByType("navigation");
    const target = way && way.type !== "navigate" ? kept() || named : named || kept();
    if (target && !atWork) {
      if (target === named && !target.classList.contains("place")) target.scrollIntoView();
      else goOnAt(target);
    }
    addEventListener("scroll", debounced(keepPlace), { passive: true });
    addEventListener("pagehide", keepPlace);
  }

  // The line has the focus, so a screen reader reads it, and Tab leads on from here.
  function goOnAt(target) {
    const line = document.createElement("p");
    line.className = "here";
    line.id = "here";
    line.tabIndex = -1;
    const start = document.createElement("a");
    start.href = "#lesson";
    start.textContent = "Go to the start";
    line.append("You were here. ", start);
    target.before(line);
    line.focus({ preventScroll: true });
    line.scrollIntoView();
  }

  function debounced(act) {
    let timer;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(act, 200);
    };
  }

  // Ready means: every widget has been drawn where its place was held.
  function settle() {
    const begun = Date.now();
    let placed = 0; // when the last of them was put there; what it draws follows
    const timer = setInterval(() => {
      const waiting = document.querySelectorAll(
        '.output script[type="application/vnd.voila.cell-output+json"], .output.waiting',
      );
      if (waiting.length === 0) placed ||= Date.now();
      const drawn = [...document.querySelectorAll(".output .widget")].every((slot) => {
        const widgets = [...slot.querySelectorAll(WIDGETS)];
        return widgets.length > 0 && widgets.every((widget) => widget.hasChildNodes());
      });
      // A widget that is not of this course may have nothing in it.
      if (placed && (drawn || Date.now() - placed > EMPTY)) {
        clearInterval(timer);
        say("");
        document.documentElement.dataset.ready = drawn ? "yes" : "late";
        arrive();
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

  for (const act of ["pointerdown", "keydown", "wheel", "touchmove"]) {
    addEventListener(act, () => (atWork = true), { once: true, passive: true });
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
