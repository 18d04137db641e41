// Draws the parts of a lesson with native form controls. Python (qi_tools/teaching) checks and keeps
// the answers; this script shows what it is told and says what the learner does.
//
// Text from questions, answers and files only ever becomes text nodes. The one place for HTML is
// showHtml, which gets it from the lesson's author.

const REPLY_WITHIN_MS = 10_000;

// ---- building blocks -------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (["button", "input", "textarea"].includes(tag)) keepKeys(node);
  node.append(...children);
  return node;
}

// In JupyterLab arrows and single letters are commands on cells; here they choose and press. The
// mark has to be on the very element that has the focus.
function keepKeys(node) {
  node.setAttribute("data-lm-suppress-shortcuts", "true");
}

// Labels and descriptions refer to elements by id, and one page holds many parts.
function unique(word) {
  return `qi-${word}-${Math.random().toString(36).slice(2)}`;
}

// Each meaning has its own outline, so that it never rests on colour alone.
const ICONS = {
  good: ["M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Z", "M4.6 8.3l2.3 2.3 4.5-4.9"],
  bad: ["M2 2h12v12H2Z", "M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"],
  note: ["M8 1.6 15 14.2H1Z", "M8 6.2v3.6M8 11.7v.6"],
};

function icon(tone) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  for (const line of ICONS[tone]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}

function message(tone, strong, text) {
  const words = make("span");
  if (strong) words.append(make("strong", {}, strong), " ");
  words.append(text);
  return make("p", { class: `qi-message qi-${tone}` }, icon(tone), words);
}

function quiet(text) {
  return make("p", { class: "qi-quiet" }, text);
}

// "14:03", or "14:03 on 22 November" if that was not today.
function clock(at) {
  const then = new Date(at);
  const time = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === new Date().toDateString()) return time;
  return `${time} on ${then.toLocaleDateString("en-GB", { day: "numeric", month: "long" })}`;
}

function showHtml(node, html) {
  node.innerHTML = html;
}

// What is wider than the screen can be scrolled by keyboard too.
function letScroll(node) {
  keepKeys(node);
  const watcher = new ResizeObserver(() => {
    if (node.scrollWidth > node.clientWidth) {
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "region");
      node.setAttribute("aria-label", "Wider than the screen: scroll sideways");
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) node.removeAttribute(name);
    }
  });
  watcher.observe(node);
  return () => watcher.disconnect();
}

// ---- the three ways to answer ----------------------------------------------------------------
// Each gives: node; read() -> what Python gets, null for nothing; write(value), null to empty;
// field() -> what to focus; changed(), called after every change.

function radioControl(asked, describedBy) {
  const name = unique("choice");
  const node = make("fieldset", { "aria-describedby": describedBy });
  node.append(make("legend", { class: "qi-asked" }, asked.question));
  for (const [id, text] of asked.options) {
    const input = make("input", { type: "radio", name, value: id });
    node.append(make("label", { class: "qi-option" }, input, make("span", {}, text)));
  }
  const inputs = [...node.querySelectorAll("input")];
  return {
    node,
    read: () => inputs.find((input) => input.checked)?.value ?? null,
    write: (value) => inputs.forEach((input) => (input.checked = input.value === value)),
    field: () => inputs.find((input) => input.checked) ?? inputs[0],
    changed: () => {},
  };
}

function numberControl(asked, describedBy) {
  const [id, hintId] = [unique("number"), unique("hint")];
  const input = make("input", {
    id,
    type: "number",
    step: "any",
    autocomplete: "off",
    "aria-describedby": `${hintId} ${describedBy}`,
  });
  const node = make(
    "fieldset",
    {},
    make("legend", { class: "qi-asked" }, asked.question),
    make("label", { class: "qi-label", for: id }, asked.label),
    make("p", { class: "qi-quiet", id: hintId }, asked.hint),
    input,
  );
  return {
    node,
    read: () => (Number.isNaN(input.valueAsNumber) ? null : input.valueAsNumber),
    write: (value) => (input.value = value ?? ""),
    field: () => input,
    changed: () => {},
  };
}

function textControl(asked, describedBy) {
  const [id, countId] = [unique("text"), unique("count")];
  const area = make("textarea", {
    id,
    rows: asked.rows,
    "aria-describedby": `${countId} ${describedBy}`,
  });
  const count = make("p", { class: "qi-quiet", id: countId });
  const label = make("label", { class: "qi-asked", for: id }, asked.question);
  return {
    node: make("div", {}, label, area, count),
    read: () => area.value,
    write: (value) => {
      if (area.value !== (value ?? "")) area.value = value ?? "";
    },
    field: () => area,
    changed: () => {
      const left = asked.most - [...area.value].length;
      if (left < 0) count.textContent = `Too long by ${(-left).toLocaleString("en-GB")} characters.`;
      else if (left < 500) count.textContent = `Room for ${left} more characters.`;
      else count.textContent = "";
    },
  };
}

const CONTROLS = { radio: radioControl, number: numberControl, text: textControl };

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

  let waiting = null; // the timer of a message that has no reply yet
  let sent; // what the form held when it was last sent; undefined if nothing was
  let typed = false; // whether the learner has changed the form since it was last written or sent

  function say(...nodes) {
    outcome.replaceChildren(...nodes);
  }

  function send(message) {
    say(quiet("Saving…"));
    clearTimeout(waiting);
    waiting = setTimeout(noReply, REPLY_WITHIN_MS);
    typed = false;
    try {
      model.send(message);
    } catch {
      noReply();
    }
  }

  function noReply() {
    clearTimeout(waiting);
    waiting = null;
    save.textContent = "Try again";
    const text =
      "The course is not replying. Your answer is still on this page. Wait a moment, then try " +
      "again. If that does not help, copy any long text somewhere safe and reload the page.";
    say(message("note", "Not saved yet.", text));
  }

  function submit() {
    sent = control.read();
    if (sent === null) {
      const first = asked.control === "radio" ? "Choose one of the answers first." : asked.hint;
      say(message("note", "", first));
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
    if (saved.value === "") return [message("good", "", `Your answer was removed at ${clock(saved.at)}.`)];
    if (asked.final) {
      const stays = "It stays as it was, so that you can compare it with what happened, below.";
      return [message("good", `Saved at ${clock(saved.at)}.`, stays)];
    }
    return [message("good", "", `Saved at ${clock(saved.at)}.`)];
  }

  function outcomeOf({ saved, problem, feedback, note }) {
    const nodes = note ? [message("note", "", note)] : [];
    if (problem?.kind === "conflict") {
      const theirs = problem.theirs ? `“${problem.theirs}”` : "nothing (it was removed)";
      const text =
        `At ${clock(problem.at)} the answer saved there was: ${theirs}. ` +
        `Here it is: “${problem.mine || "nothing"}”. Which one do you want to keep?`;
      nodes.push(message("note", "You answered this in another tab too.", text));
    } else if (problem) {
      const strong = problem.kind === "failed" ? "Not saved." : "";
      nodes.push(message(problem.kind === "failed" ? "bad" : "note", strong, problem.text));
    } else if (feedback) {
      const verdict = feedback.right ? "Right." : "Not quite.";
      nodes.push(message(feedback.right ? "good" : "bad", verdict, feedback.text));
      if (!feedback.right) nodes.push(quiet("You can choose another answer and check again."));
    } else if (saved) {
      nodes.push(...savedWords(saved));
    }
    return nodes;
  }

  function paint(isFirst) {
    const state = model.get("state");
    const { saved, problem } = state;
    const focusWasHere = el.contains(document.activeElement);
    clearTimeout(waiting);
    waiting = null;
    save.textContent = problem?.kind === "failed" ? "Try again" : asked.button;
    // What the learner did while the answer was on its way is theirs: leave it in the form.
    if (!problem && !typed) control.write(saved ? saved.value : null);
    control.changed();
    say(...outcomeOf(state));
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
    clearTimeout(waiting);
    model.off("change:state", repaint);
  };
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

const KINDS = { question, stepper, html };

function render({ model, el }) {
  el.classList.add("qi-part");
  return KINDS[model.get("kind")]({ model, el });
}

export default { render };
