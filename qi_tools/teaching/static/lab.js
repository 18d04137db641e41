// Draws an experiment: its form, what came of the latest turn, and the list of turns. Python
// (qi_tools/teaching/lab.py) works everything out; this script shows its state. It follows blocks.js
// and form.js.

// ---- controls that only experiments have -------------------------------------------------------

// A slider with a box for the number beside it; either moves the other.
function slider(spec) {
  const remark = remarkPlace();
  const hintId = unique("hint");
  const limits = { min: spec.low, max: spec.high, step: spec.step, "aria-describedby": hintId };
  const range = make("input", { type: "range", ...limits });
  const box = make("input", { type: "number", id: unique(spec.id), ...limits });
  range.setAttribute("aria-label", `${spec.label}, slider`);
  range.addEventListener("input", () => (box.value = range.value));
  box.addEventListener("input", () => (range.value = box.value));
  const show = (value) => (range.value = box.value = value);
  show(spec.start);
  const unit = spec.unit ? ` ${spec.unit}` : "";
  const words = [`${spec.low} to ${spec.high}${unit}.`, spec.hint].filter(Boolean).join(" ");
  return {
    id: spec.id,
    node: make(
      "div",
      { class: "qi-control" },
      make("label", { for: box.id }, spec.label),
      make("p", { class: "qi-hint", id: hintId }, words),
      make("div", { class: "qi-slider" }, range, box),
      remark.node,
    ),
    remark: refusing(box, remark),
    field: box,
    read: () => (box.value === "" ? null : box.valueAsNumber),
    show,
  };
}

function setting(spec) {
  if (spec.kind === "slider") return slider(spec);
  const made = control(spec, () => {});
  const show = (value) => made.write({ value, options: spec.options });
  show(spec.start);
  // A blank box asks for something new each turn, such as a prediction.
  return { ...made, field: made.node.querySelector("input, select"), show: spec.kind === "number" ? made.clear : show };
}

// ---- what came of it ---------------------------------------------------------------------------

function tallyPlace() {
  const node = make("div", { class: "qi-tally" });
  const stop = letScroll(node);
  return {
    node,
    stop,
    paint: ({ headings, rows }) => {
      const cells = (texts, scope) =>
        texts.map((text, at) =>
          make(scope || at === 0 ? "th" : "td", scope ? { scope } : at === 0 ? { scope: "row" } : {}, text),
        );
      const head = make("thead", {}, make("tr", {}, ...cells(headings, "col")));
      const body = make("tbody", {}, ...rows.map((row) => make("tr", {}, ...cells(row))));
      node.replaceChildren(
        ...(rows.length > 1
          ? [make("table", {}, make("caption", {}, "All of yours so far"), head, body)]
          : []),
      );
    },
  };
}

function figuresPlace() {
  const node = make("div", {});
  const places = [];
  return {
    node,
    paint: (figures) => {
      while (places.length < figures.length) {
        const place = figurePlace();
        places.push(place);
        node.append(place.node);
      }
      places.forEach((place, at) => place.paint(figures[at] ?? ""));
      node.querySelectorAll(".qi-tally").forEach(letScroll);
    },
  };
}

function againGroup(spec, send) {
  const luck = setting(spec);
  const press = () => send({ do: "again", luck: luck.read() });
  return {
    node: folded("Start again, with the same luck or another", luck.node, button("Start again", press)),
    remark: luck.remark,
    paint: ({ luck: held }) => luck.write({ value: held }),
  };
}

// ---- all together ------------------------------------------------------------------------------

function lab({ model, el }) {
  const layout = model.get("content");
  const general = remarkPlace();
  const letters = post(model, () => general.say([NO_ANSWER]));
  const view = unique("view");
  let sent = 0;
  let hasRun = false; // whether the latest message of this view was to run

  function send(message) {
    sent += 1;
    hasRun = message.do === "run";
    letters.send({ ...message, n: `${view} ${sent}` });
  }

  const settings = layout.controls.map(setting);
  const run = make("button", { type: "submit", class: "qi-button" }, layout.press);
  const form = make(
    "form",
    { class: "qi-group" },
    make("div", { class: "qi-controls" }, ...settings.map(({ node }) => node)),
    general.node,
    make("div", { class: "qi-actions" }, run),
  );
  // What has no meaning as things stand is out of sight; what it holds is sent all the same.
  function showFitting() {
    const held = Object.fromEntries(settings.map(({ id, read }) => [id, read()]));
    layout.controls.forEach(({ when }, at) => {
      setHidden(settings[at].node, when !== null && held[when[0]] !== when[1]);
    });
  }

  form.noValidate = true; // our own words, in our own place
  form.addEventListener("input", showFitting);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ do: "run", chosen: Object.fromEntries(settings.map(({ id, read }) => [id, read()])) });
  });

  const said = make("p", { class: "qi-said", role: "status", "aria-live": "polite" });
  const note = make("div", { role: "status" });
  const figures = figuresPlace();
  const tally = tallyPlace();
  const learn = make("div", { class: "qi-learn" });
  const back = button("Take back the last one", () => send({ do: "back" }));
  const file = fileKeeper(model);
  const take = button("Take away the numbers (CSV)", () => {
    file.want();
    send({ do: "take" });
  });
  const after = make("div", { class: "qi-actions" }, take, back);
  const again = againGroup(layout.luck, send);
  const more = make("div", {}, after, file.told, again.node);
  const result = make(
    "section",
    { class: "qi-result", "aria-label": `${layout.title}: what happened` },
    said,
    note,
    figures.node,
    tally.node,
    learn,
  );
  const room = folded("With a group: for facilitators", ...layout.room.map((line) => make("p", {}, line)));
  el.append(
    make(
      "div",
      { class: "qi-sheet" },
      make("div", { class: "qi-form" }, form),
      result,
      make("div", { class: "qi-more" }, more, room),
    ),
  );

  const remarks = Object.fromEntries(settings.map(({ id, remark }) => [id, remark]));
  remarks.luck = again.remark;

  function paint(isFirst) {
    const state = model.get("state");
    letters.arrived();
    general.clear();
    for (const remark of Object.values(remarks)) remark.clear();
    const isBegun = state.figures.length > 0;
    // What is shown belongs to what was chosen for it, unless someone is choosing right now.
    const isOwn = String(state.heard).startsWith(view);
    if ((isFirst && isBegun) || (isOwn && hasRun && !state.problem)) {
      for (const { id, show } of settings) show(state.chosen[id]);
    }
    showFitting();
    const line = isBegun ? state.said : "Nothing has been done yet. Choose, then press the button.";
    if (said.textContent !== line) said.textContent = line; // said only when it is news
    note.replaceChildren(...(state.note ? [message("note", "", state.note)] : []));
    figures.paint(state.figures);
    tally.paint(state.tally);
    const points = state.learn.slice(1).map((text) => make("li", {}, text));
    learn.replaceChildren(
      ...(isBegun
        ? [
            make("p", { class: "qi-label" }, "What to see in it"),
            make("p", {}, state.learn[0]),
            make("ul", {}, ...points),
          ]
        : []),
    );
    again.paint(state);
    if (more.contains(document.activeElement) && !isBegun) run.focus();
    setHidden(more, !isBegun);
    if (state.problem) {
      (remarks[state.problem.at] ?? general).say([state.problem.text]);
      if (isOwn) settings.find(({ id }) => id === state.problem.at)?.field.focus();
    }
  }

  const repaint = () => paint(false);
  model.on("change:state", repaint);
  paint(true);
  return () => {
    letters.arrived();
    tally.stop();
    file.stop();
    model.off("change:state", repaint);
  };
}

function render({ model, el }) {
  el.classList.add("qi-part", "qi-form-page", "qi-lab");
  return lab({ model, el });
}

export default { render };
