// Draws the parts of a lesson with native form controls. Python (qi_tools/teaching) checks and keeps
// the answers; this script shows what it is told and says what the learner does. It follows
// blocks.js and controls.js.

const NO_REPLY =
  "The course is not replying. Your answer is still on this page. Wait a moment, then try again. " +
  "If that does not help, copy any long text somewhere safe and reload the page.";

// ---- a question ------------------------------------------------------------------------------

function question({ model, el }) {
  const asked = model.get("content");
  const outcomeId = unique("outcome");
  const control = CONTROLS[asked.control](asked, outcomeId);
  const save = make("button", { type: "submit", class: "qi-button" }, asked.button);
  const form = make("form", {}, control.node, make("div", { class: "qi-actions" }, save));
  form.noValidate = true; // our own words, in our own place
  const settled = make("div", { class: "qi-settled", role: "group", tabindex: "-1" });
  settled.setAttribute("aria-label", asked.question);
  keepKeys(settled);
  const outcome = make("div", { id: outcomeId, class: "qi-outcome", role: "status" });
  const decision = make("div", { class: "qi-actions" });
  el.append(form, outcome, decision);

  const letters = post(model, noReply);
  let sent; // what the form held when it was last sent; undefined if nothing was
  let typed = false; // whether the learner has changed the form since it was last written or sent

  function say(...nodes) {
    outcome.replaceChildren(...nodes);
  }

  function send(message) {
    say(quiet("Saving…"));
    typed = false;
    letters.send(message);
  }

  function noReply() {
    save.textContent = "Try again";
    say(message("note", "Not saved yet.", NO_REPLY));
  }

  function submit() {
    sent = control.read();
    if (sent === null) {
      say(message("note", "", control.missing()));
      control.field().focus();
      return;
    }
    send({ do: "save", value: sent });
  }

  function settle(saved, problem) {
    decision.replaceChildren();
    if (problem?.kind !== "conflict") return;
    const choose = (words, message) => {
      const button = make("button", { type: "button", class: "qi-button qi-second" }, words);
      button.addEventListener("click", () => {
        sent = message.do === "keep mine" ? sent : undefined;
        send(message);
      });
      decision.append(button);
    };
    choose("Keep my answer", { do: "keep mine", value: sent, over: problem.revision });
    choose("Keep the other answer", { do: "keep the other" });
  }

  function savedWords(saved) {
    const at = `Saved at ${clock(saved.at)}.`;
    if (saved.value === "") return message("good", "", `Your answer was removed at ${clock(saved.at)}.`);
    if (asked.final) {
      const stays = "It stays as it was, so that you can compare it with what happened, below.";
      return message("good", at, stays);
    }
    return asked.after ? message("good", at, asked.after) : message("good", "", at);
  }

  function paint(isFirst) {
    const state = model.get("state");
    const { saved, problem, feedback } = state;
    const focusWasHere = el.contains(document.activeElement);
    letters.arrived();
    save.textContent = problem?.kind === "failed" ? "Try again" : asked.button;
    // What the learner did while the answer was on its way is theirs: leave it in the form.
    if (!problem && !typed) control.write(saved ? saved.value : null);
    control.changed();
    control.judge(problem || typed ? null : feedback);
    say(...outcomeOf(state, savedWords));
    settle(saved, problem);
    if (asked.final && saved) {
      const words = make("p", {}, "You predicted: ", make("strong", {}, saved.words));
      settled.replaceChildren(make("p", { class: "qi-asked" }, asked.question), words);
      form.replaceWith(settled); // does nothing the second time
    }
    // The button just pressed may be gone; never leave a keyboard user nowhere.
    if (!isFirst && focusWasHere && !el.contains(document.activeElement)) {
      (settled.parentNode ? settled : save).focus();
    }
    if (focusWasHere && problem?.kind === "refused") control.field().focus();
    if (typed && !problem) hint();
  }

  function hint() {
    say(quiet(`Not saved yet. When you are ready, press “${save.textContent}”.`));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  form.addEventListener("input", () => {
    control.changed();
    if (typed) return;
    typed = true;
    decision.replaceChildren();
    hint();
  });
  if (asked.control === "text") {
    // Leaving the box saves, except by the Save button, which does so itself.
    form.addEventListener("focusout", (event) => {
      const { saved } = model.get("state");
      const isBlank = !control.read().trim() && !saved;
      if (typed && !isBlank && event.relatedTarget !== save) submit();
    });
  }

  const repaint = () => paint(false);
  model.on("change:state", repaint);
  paint(true);
  return () => {
    letters.arrived();
    model.off("change:state", repaint);
  };
}

// ---- a picture with things to find in it -----------------------------------------------------

function scene({ model, el }) {
  const { question, picture, spots } = model.get("content");
  const letters = post(model, noReply);
  const found = new Set(); // whatever becomes of saving, what is found here stays found
  let latest = null; // what was pressed last, found before or not
  const titleId = unique("scene");
  const drawing = make("div", { class: "qi-drawing", "aria-hidden": "true" });
  showHtml(drawing, picture);
  const places = spots.map(([name, ...spot], at) => {
    const place = spotPlace(at + 1, ...spot);
    place.button.addEventListener("click", () => press(name));
    return { name, ...place };
  });
  const count = make("p", {});
  const list = make("ol", { class: "qi-found" });
  const saved = make("p", { class: "qi-quiet" });
  const outcome = make("div", { class: "qi-outcome", role: "status" });
  el.setAttribute("role", "group");
  el.setAttribute("aria-labelledby", titleId);
  el.append(
    make("p", { id: titleId, class: "qi-asked" }, question),
    make("div", { class: "qi-scene" }, drawing, ...places.map(({ button }) => button)),
    make("div", { "aria-live": "polite" }, count, list),
    saved,
    outcome,
  );

  function press(name) {
    latest = name;
    const isNew = !found.has(name);
    found.add(name);
    show();
    if (isNew) save();
  }

  function show() {
    for (const { name, item, tick } of places) {
      item.classList.toggle("qi-latest", name === latest);
      if (!found.has(name) || item.parentNode) continue;
      tick();
      const after = [...list.children].find((other) => other.value > item.value);
      list.insertBefore(item, after ?? null);
    }
    const words = `You have found ${found.size} of ${spots.length}.`;
    if (count.textContent !== words) count.textContent = words; // said only when it is news
  }

  function save() {
    saved.textContent = "Saving…";
    letters.send({ do: "save", value: [...found] });
  }

  function noReply() {
    saved.textContent = "";
    tell(message("note", "Not saved yet.", NO_REPLY), tryAgain());
  }

  function tryAgain() {
    const again = make("button", { type: "button", class: "qi-button" }, "Try again");
    again.addEventListener("click", save);
    return make("div", { class: "qi-actions" }, again);
  }

  function tell(...nodes) {
    const focusWasHere = outcome.contains(document.activeElement);
    outcome.replaceChildren(...nodes);
    // The button just pressed is gone; never leave a keyboard user nowhere.
    if (focusWasHere) (outcome.querySelector("button") ?? places[0].button).focus();
  }

  function paint() {
    const { saved: kept, problem, note } = model.get("state");
    for (const name of kept?.value ?? []) found.add(name);
    const isAllKept = kept?.value.length === found.size;
    show();
    // A reply to an earlier press says nothing of a later one.
    if (found.size && !isAllKept && !problem) return;
    letters.arrived();
    saved.textContent = isAllKept ? `Saved at ${clock(kept.at)}.` : "";
    const nodes = note ? [message("note", "", note)] : [];
    if (problem) nodes.push(message("bad", "Not saved.", problem.text), tryAgain());
    tell(...nodes);
  }

  model.on("change:state", paint);
  paint();
  return () => {
    letters.arrived();
    model.off("change:state", paint);
  };
}

// A button on the picture, and what the list says once it was pressed.
function spotPlace(number, x, y, label, text) {
  const id = unique("found");
  const item = make("li", { id, value: number }, make("strong", {}, label), text);
  const button = make("button", { type: "button", class: "qi-spot" }, String(number));
  button.setAttribute("aria-label", `${number}. ${label}`);
  button.setAttribute("aria-pressed", "false");
  button.style.setProperty("--x", `${x}%`);
  button.style.setProperty("--y", `${y}%`);
  const tick = () => {
    button.replaceChildren(icon("found"));
    button.setAttribute("aria-pressed", "true");
    button.setAttribute("aria-describedby", id);
  };
  return { button, item, tick };
}

// ---- a story in frames -----------------------------------------------------------------------

function stepper({ model, el }) {
  const { title, frames, next } = model.get("content");
  let at = 0;
  const forward = make("button", { type: "button", class: "qi-button" }, next);
  const restart = make("button", { type: "button", class: "qi-button qi-second" }, "Start again");
  const caption = make("p", { class: "qi-caption", role: "status" });
  const stage = make("div", { class: "qi-html" });
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", title);
  // The buttons come before the picture, so that they stay put when its height changes.
  el.append(
    make("p", { class: "qi-asked" }, title),
    make("div", { class: "qi-actions" }, forward, restart),
    caption,
    stage,
  );

  function show(index) {
    at = index;
    showHtml(stage, frames[at].html);
    caption.textContent = `${at + 1} of ${frames.length}. ${frames[at].caption}`;
    // Not `disabled`, which would drop the focus of the person who just pressed it.
    forward.setAttribute("aria-disabled", String(at === frames.length - 1));
    restart.setAttribute("aria-disabled", String(at === 0));
  }

  forward.addEventListener("click", () => at < frames.length - 1 && show(at + 1));
  restart.addEventListener("click", () => at > 0 && show(0));
  show(0);
  return letScroll(stage);
}

// ---- a piece of a page -----------------------------------------------------------------------

function html({ model, el }) {
  el.classList.add("qi-html");
  showHtml(el, model.get("content").html);
  return letScroll(el);
}

const KINDS = { question, scene, stepper, html };

function render({ model, el }) {
  el.classList.add("qi-part");
  return KINDS[model.get("kind")]({ model, el });
}

export default { render };
