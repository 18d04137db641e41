// Draws a timer and keeps its time. It follows blocks.js.
//
// How the timer stands is in the model's `run` (qi_tools/teaching/timing.py): which step it was at,
// how much of it was used, and since when it has been running. Everything shown is reckoned from
// that and the clock. Ticks are not counted: a tab that sleeps misses them, and is right on waking.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const SAID_WITH_LEFT = [10 * MINUTE, 5 * MINUTE, 2 * MINUTE, MINUTE, 30 * SECOND];

function placeOf({ minutes, step, used, since }) {
  let spent = used + (since === null ? 0 : Math.max(0, Date.now() - since));
  while (step < minutes.length && spent >= minutes[step] * MINUTE) {
    spent -= minutes[step] * MINUTE;
    step += 1;
  }
  const isOver = step === minutes.length;
  return { step, spent, isOver, left: isOver ? 0 : minutes[step] * MINUTE - spent };
}

function counted(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

function inWords(left) {
  const seconds = Math.ceil(left / SECOND);
  if (seconds < 60) return counted(seconds, "second");
  // Half minutes are near enough to be told, and an author may have set them.
  return counted(Math.round(seconds / 30) / 2, "minute");
}

function figures(left) {
  const seconds = Math.ceil(left / SECOND);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// Two tones, made here. A browser lets a page sound only after a press, so it begins at one.
function bell() {
  let sounds = null;
  return {
    wake: () => {
      sounds ??= new AudioContext();
      sounds.resume();
    },
    ring: () => {
      for (const [after, pitch] of [[0, 660], [0.25, 880]]) {
        const [tone, volume] = [sounds.createOscillator(), sounds.createGain()];
        const at = sounds.currentTime + after;
        tone.frequency.value = pitch;
        volume.gain.setValueAtTime(0.3, at);
        volume.gain.linearRampToValueAtTime(0, at + 0.4);
        tone.connect(volume).connect(sounds.destination);
        tone.start(at);
        tone.stop(at + 0.4);
      }
    },
    stop: () => sounds?.close(),
  };
}

function minutesBox(label, described, change) {
  const id = unique("minutes");
  const input = make("input", {
    id,
    type: "number",
    step: "any",
    min: "0",
    inputmode: "decimal",
    autocomplete: "off",
    "aria-describedby": described,
  });
  input.addEventListener("change", () => change(input));
  return { input, label: make("label", { for: id }, label) };
}

function render({ model, el }) {
  const { title, steps, most } = model.get("content");
  const fresh = (minutes) => ({ minutes, step: 0, used: 0, since: null });
  const run = () => {
    const kept = model.get("run");
    return kept.minutes ? kept : fresh(steps.map(([, minutes]) => minutes));
  };
  const isSeveral = steps.length > 1;
  const sound = bell();
  let shown = null; // where it stood when it was last shown

  const titleId = unique("timer");
  const now = make("p", { class: "qi-timer-step" });
  const face = make("p", { class: "qi-face", role: "timer", "aria-label": "Time left" });
  const fill = make("div");
  const next = make("p", { class: "qi-quiet" });
  const button = (words, press, look = " qi-second") => {
    const node = make("button", { type: "button", class: `qi-button${look}` }, words);
    // Not `disabled`, which would drop the focus of the person who just pressed it.
    node.addEventListener("click", () => {
      if (node.getAttribute("aria-disabled") !== "true") press();
    });
    return node;
  };
  const go = button("Start", () => (run().since === null ? start() : pause()), "");
  const skip = button("Next step", goOn);
  const reset = button("Set back to the start", setBack);
  const said = make("p", { class: "qi-said", role: "status" });
  const remark = make("div", { id: unique("remark"), role: "alert" });
  const total = make("p", { class: "qi-quiet" });
  const ringing = make("input", { type: "checkbox" });
  ringing.addEventListener("change", () => {
    if (!ringing.checked) return;
    sound.wake();
    sound.ring(); // so that it is known how loud it is
  });
  const rows = steps.map(([label], at) => {
    const words = isSeveral ? `${label}, minutes` : "Minutes";
    const box = minutesBox(words, remark.id, (input) => lengthen(at, input));
    const state = make("span", { class: "qi-timer-state" });
    return { ...box, state, node: make("li", {}, box.label, box.input, state) };
  });
  const list = make(isSeveral ? "ol" : "ul", { class: "qi-timer-steps" });
  list.append(...rows.map(({ node }) => node));
  el.classList.add("qi-part", "qi-timer");
  el.setAttribute("role", "group");
  el.setAttribute("aria-labelledby", titleId);
  el.append(
    make("p", { id: titleId, class: "qi-asked" }, title),
    now,
    face,
    make("div", { class: "qi-timer-bar", "aria-hidden": "true" }, fill),
    next,
    make("div", { class: "qi-actions" }, go, ...(isSeveral ? [skip] : []), reset),
    said,
    list,
    remark,
    ...(isSeveral ? [total] : []),
    make(
      "label",
      { class: "qi-option" },
      ringing,
      make("span", {}, "Play a sound when time is up"),
    ),
  );

  function put(changed) {
    model.set("run", changed);
    model.save_changes();
    paint();
  }

  function tell(words, { step, left, isOver }) {
    const name = isOver ? "" : steps[step][0];
    said.textContent = [words, name && `${name}:`, `${inWords(left)} left.`]
      .filter(Boolean)
      .join(" ");
  }

  function start() {
    const at = placeOf(run());
    if (at.isOver) return;
    const isFirst = at.step === 0 && at.spent === 0;
    put({ minutes: run().minutes, step: at.step, used: at.spent, since: Date.now() });
    tell(isFirst ? "Started." : "Going on.", at);
  }

  function pause() {
    const at = placeOf(run());
    put({ minutes: run().minutes, step: at.step, used: at.spent, since: null });
    tell("Paused.", at);
  }

  function goOn() {
    const { minutes, since } = run();
    const step = placeOf(run()).step + 1;
    shown = null; // this step is not over by the clock
    put({ minutes, step, used: 0, since: since === null ? null : Date.now() });
    if (step === minutes.length) said.textContent = "That was the last step.";
    else tell("On to the next step.", placeOf(run()));
  }

  function setBack() {
    put(fresh(run().minutes));
    said.textContent = "Set back to the start.";
  }

  function lengthen(changed, input) {
    const { minutes, since } = run();
    const wanted = input.valueAsNumber;
    if (!(wanted > 0 && wanted <= most)) {
      const text = `Type minutes: a number more than 0 and at most ${most}.`;
      remark.replaceChildren(message("bad", "", text));
      input.setAttribute("aria-invalid", "true");
      return;
    }
    const at = placeOf(run());
    const longer = minutes.map((each, step) => (step === changed ? wanted : each));
    if (at.isOver) {
      put(fresh(longer));
      said.textContent = "Set back to the start.";
      return;
    }
    // A step that is made shorter than what is used of it is over, and the next one starts whole.
    const used = at.step === changed ? Math.min(at.spent, wanted * MINUTE) : at.spent;
    put({ minutes: longer, step: at.step, used, since: since === null ? null : Date.now() });
  }

  // Says how it stands when there is news of it: a new step, or little time left of a long one.
  function report(at, minutes) {
    const whole = at.isOver ? 0 : minutes[at.step] * MINUTE;
    const marks = SAID_WITH_LEFT.filter((mark) => mark < whole && at.left <= mark).length;
    const before = shown;
    shown = { step: at.step, marks };
    if (before === null || before.step > at.step) return;
    if (at.isOver && before.step < at.step) said.textContent = "Time is up.";
    else if (before.step < at.step || before.marks < marks) tell("", at);
    if (before.step < at.step && ringing.checked) sound.ring();
  }

  function paint() {
    const { minutes, since } = run();
    const at = placeOf(run());
    const isRunning = since !== null && !at.isOver;
    const place = isSeveral ? `Step ${at.step + 1} of ${steps.length}: ${steps[at.step]?.[0]}` : "";
    const heading = at.isOver ? "Time is up" : place;
    if (now.textContent !== heading) now.textContent = heading;
    if (face.textContent !== figures(at.left)) face.textContent = figures(at.left);
    el.classList.toggle("qi-over", at.isOver);
    const share = at.isOver ? 0 : at.left / (minutes[at.step] * MINUTE);
    fill.style.width = `${100 * share}%`;
    const after = steps[at.step + 1];
    const then = after && `Next: ${after[0]}, ${inWords(minutes[at.step + 1] * MINUTE)}.`;
    next.textContent = isSeveral ? then || (at.isOver ? "" : "This is the last step.") : "";
    const isFresh = at.step === 0 && at.spent === 0 && !isRunning;
    go.textContent = isRunning ? "Pause" : isFresh || at.isOver ? "Start" : "Go on";
    go.setAttribute("aria-disabled", String(at.isOver));
    skip.setAttribute("aria-disabled", String(at.isOver));
    reset.setAttribute("aria-disabled", String(isFresh));
    rows.forEach(({ input, state, node }, step) => {
      node.classList.toggle("qi-now", isSeveral && step === at.step);
      state.textContent = !isSeveral ? "" : step < at.step ? "Done" : step === at.step ? "Now" : "";
      const isTyping = input === document.activeElement || input.hasAttribute("aria-invalid");
      if (!isTyping && input.value !== String(minutes[step])) input.value = minutes[step];
    });
    total.textContent = `${counted(minutes.reduce((sum, each) => sum + each, 0), "minute")} in all.`;
    report(at, minutes);
  }

  // What was refused stays to be mended until it is typed over.
  el.addEventListener("input", ({ target }) => {
    target.removeAttribute("aria-invalid");
    remark.replaceChildren();
  });
  model.on("change:run", paint);
  document.addEventListener("visibilitychange", paint);
  const ticking = setInterval(paint, SECOND / 4);
  paint();
  return () => {
    clearInterval(ticking);
    document.removeEventListener("visibilitychange", paint);
    model.off("change:run", paint);
    sound.stop();
  };
}

export default { render };
