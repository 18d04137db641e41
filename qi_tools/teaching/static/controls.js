// The ways to answer a question: controls.js stands between blocks.js and teaching.js.
//
// Each gives: node; read() -> what Python gets, null for nothing; write(value), null to empty;
// missing() -> what to say when nothing is there to send; field() -> what to focus; changed(),
// called after every change; judge(feedback), null for nothing to say.

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
    missing: () => "Choose one of the answers first.",
    field: () => inputs.find((input) => input.checked) ?? inputs[0],
    changed: () => {},
    judge: () => {},
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
    missing: () => asked.hint,
    field: () => input,
    changed: () => {},
    judge: () => {},
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
    judge: () => {},
  };
}

function selectsControl(asked, describedBy) {
  const node = make("fieldset", { "aria-describedby": describedBy });
  node.append(make("legend", { class: "qi-asked" }, asked.question));
  const rows = asked.fields.map(([name, label, options]) => selectRow(name, label, options));
  node.append(...rows.map((row) => row.node));
  const sentence = asked.sentence ? growingSentence(asked.sentence) : null;
  if (sentence) node.append(sentence.node);
  const isEmpty = (row) => row.select.value === "";
  return {
    node,
    read: () => (rows.some(isEmpty) ? null : rows.map((row) => `${row.name}=${row.select.value}`)),
    write: (value) => {
      const chosen = Object.fromEntries((value ?? []).map((pair) => pair.split("=")));
      for (const row of rows) row.select.value = chosen[row.name] ?? "";
    },
    missing: () => {
      for (const row of rows.filter(isEmpty)) row.mark(message("note", "Choose one.", ""));
      return asked.missing;
    },
    field: () => (rows.find(isEmpty) ?? rows[0]).select,
    changed: () => {
      const text = ({ select }) => (isEmpty({ select }) ? null : select.selectedOptions[0].text);
      sentence?.show(Object.fromEntries(rows.map((row) => [row.name, text(row)])));
    },
    judge: (feedback) => {
      for (const row of rows) row.mark(feedback ? verdict(feedback.fields[row.name]) : null);
    },
  };
}

// One list with its label, and room for what there is to say about what was chosen in it.
function selectRow(name, label, options) {
  const [id, markId] = [unique("select"), unique("mark")];
  const select = make("select", { id, "aria-describedby": markId });
  select.append(make("option", { value: "" }, "Choose…"));
  for (const [option, text] of options) select.append(make("option", { value: option }, text));
  const place = make("div", { id: markId, class: "qi-mark" });
  const words = make("label", { for: id }, label);
  const mark = (what) => place.replaceChildren(...(what ? [what] : []));
  select.addEventListener("input", () => mark(null)); // it was about something else
  return { name, select, mark, node: make("div", { class: "qi-row" }, words, select, place) };
}

// A sentence with gaps, said again whenever a gap is filled in another way.
function growingSentence(pieces) {
  const line = make("p", { "aria-live": "polite", "aria-atomic": "true" });
  const title = make("p", { class: "qi-label" }, "Your sentence so far");
  const node = make("div", { class: "qi-sentence" }, title, line);
  let shown = null;
  return {
    node,
    show(texts) {
      if (JSON.stringify(texts) === shown) return;
      shown = JSON.stringify(texts);
      const gap = () => make("span", { class: "qi-gap", role: "img", "aria-label": "blank" });
      line.replaceChildren(
        ...pieces.map(({ text, part }) =>
          part === undefined ? text : texts[part] ? make("strong", {}, texts[part]) : gap(),
        ),
      );
    },
  };
}

// ---- several answers

function checksControl(asked, describedBy) {
  const hintId = unique("hint");
  const node = make("fieldset", { "aria-describedby": `${hintId} ${describedBy}` });
  node.append(make("legend", { class: "qi-asked" }, asked.question));
  node.append(make("p", { class: "qi-quiet", id: hintId }, asked.hint));
  const boxes = asked.options.map(([id, text]) => {
    const place = markPlace();
    const input = make("input", { type: "checkbox", value: id, "aria-describedby": place.id });
    input.addEventListener("input", () => place.mark(null)); // it was about the other state
    node.append(make("label", { class: "qi-option" }, input, make("span", {}, text)), place.node);
    return { input, ...place };
  });
  const ticked = () => boxes.filter(({ input }) => input.checked).map(({ input }) => input.value);
  return {
    node,
    read: () => (ticked().length ? ticked() : null),
    write: (value) => {
      for (const { input } of boxes) input.checked = (value ?? []).includes(input.value);
    },
    missing: () => "Tick at least one of the answers first.",
    field: () => boxes[0].input,
    changed: () => {},
    judge: (feedback) => {
      for (const { input, mark } of boxes) mark(markOf(feedback?.fields?.[input.value]));
    },
  };
}

// Room for what there is to say about one option or one thing.
function markPlace() {
  const id = unique("mark");
  const node = make("div", { id, class: "qi-mark" });
  return { id, node, mark: (what) => node.replaceChildren(...(what ? [what] : [])) };
}

const MARKS = { right: "good", wrong: "bad", missed: "note" };

function markOf(said) {
  return said ? message(MARKS[said.mark], said.verdict, said.text) : null;
}

// ---- things in order

function orderControl(asked, describedBy) {
  const hintId = unique("hint");
  const node = make("fieldset", { "aria-describedby": `${hintId} ${describedBy}` });
  const list = make("ol", { class: "qi-order" });
  const heard = make("p", { class: "qi-heard", "aria-live": "polite" });
  node.append(
    make("legend", { class: "qi-asked" }, asked.question),
    make("p", { class: "qi-quiet", id: hintId }, asked.hint),
    list,
    heard,
  );
  const things = asked.items.map(([id, text]) => orderedThing(id, text, move));
  const inOrder = () => [...list.children].map((row) => things.find(({ node }) => node === row));

  function place(ids) {
    const current = inOrder().map((thing) => thing?.id);
    if (ids.join() !== current.join()) {
      list.replaceChildren(...ids.map((id) => things.find((thing) => thing.id === id).node));
    }
    number();
  }

  function number() {
    inOrder().forEach((thing, at) => {
      // Not `disabled`, which would drop the focus of the person who just pressed it.
      thing.up.setAttribute("aria-disabled", String(at === 0));
      thing.down.setAttribute("aria-disabled", String(at === things.length - 1));
    });
  }

  // The neighbour goes past the thing moved, which stays in the page and so keeps the focus.
  function move(thing, isUp) {
    const other = isUp ? thing.node.previousElementSibling : thing.node.nextElementSibling;
    if (!other) return;
    if (isUp) thing.node.after(other);
    else thing.node.before(other);
    for (const { mark } of things) mark(null); // it was about another order
    number();
    heard.textContent = `${thing.text}: now ${inOrder().indexOf(thing) + 1} of ${things.length}.`;
    node.dispatchEvent(new Event("input", { bubbles: true }));
  }

  place(asked.items.map(([id]) => id));
  return {
    node,
    read: () => inOrder().map(({ id }) => id),
    write: (value) => place(value ?? asked.items.map(([id]) => id)),
    missing: () => "",
    field: () => inOrder()[0].down,
    changed: () => {},
    judge: (feedback) => {
      heard.textContent = "";
      for (const { id, mark } of things) mark(markOf(feedback?.fields?.[id]));
    },
  };
}

function orderedThing(id, text, move) {
  const textId = unique("thing");
  const place = markPlace();
  const button = (words) => {
    const buttonId = unique("move");
    const node = make("button", { type: "button", id: buttonId, class: "qi-button qi-second" }, words);
    node.setAttribute("aria-labelledby", `${buttonId} ${textId}`);
    node.setAttribute("aria-describedby", place.id);
    return node;
  };
  const [up, down] = [button("Move up"), button("Move down")];
  const node = make(
    "li",
    {},
    make("div", { class: "qi-thing" }, make("span", { id: textId }, text)),
    place.node,
  );
  node.firstChild.append(make("div", { class: "qi-moves" }, up, down));
  const thing = { id, text, node, up, down, mark: place.mark };
  up.addEventListener("click", () => move(thing, true));
  down.addEventListener("click", () => move(thing, false));
  return thing;
}

// ---- a number as people type it, with a slider or without

function typedControl(asked, describedBy) {
  const [id, hintId] = [unique("number"), unique("hint")];
  const box = make("input", {
    id,
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    class: "qi-typed",
    "aria-describedby": `${hintId} ${describedBy}`,
  });
  const node = make(
    "fieldset",
    {},
    make("legend", { class: "qi-asked" }, asked.question),
    make("label", { class: "qi-label", for: id }, asked.label),
    make("p", { class: "qi-quiet", id: hintId }, asked.hint),
    box,
  );
  const slider = asked.slider ? numberSlider(asked, box) : null;
  if (slider) node.append(slider.node);
  return {
    node,
    read: () => box.value.trim() || null, // Python reads it, and says what is wrong with it
    write: (value) => {
      box.value = value === null ? "" : plainNumber(value);
      slider?.follow();
    },
    missing: () => asked.hint,
    field: () => box,
    changed: () => slider?.follow(),
    judge: () => {},
  };
}

function plainNumber(value) {
  return value.toLocaleString("en-GB", { maximumFractionDigits: 12 });
}

// It shows what the box holds, and the middle while the box holds no number.
function numberSlider(asked, box) {
  const [low, high, step] = asked.slider;
  const id = unique("slider");
  const range = make("input", { id, type: "range", min: low, max: high, step });
  const ends = make("span", { class: "qi-ends", "aria-hidden": "true" });
  ends.append(make("span", {}, plainNumber(low)), make("span", {}, plainNumber(high)));
  const label = make("label", { class: "qi-label", for: id }, "Or move the slider");
  range.addEventListener("input", () => (box.value = plainNumber(range.valueAsNumber)));
  const typed = () => Number(box.value.replaceAll(",", "").trim() || NaN);
  const follow = () => {
    const number = typed();
    const isThere = number >= low && number <= high;
    if (number !== range.valueAsNumber) range.value = isThere ? number : (low + high) / 2;
    const words = isThere ? `${plainNumber(number)} ${asked.unit}`.trim() : "nothing chosen yet";
    range.setAttribute("aria-valuetext", words);
    range.classList.toggle("qi-unset", !isThere);
  };
  return { node: make("div", { class: "qi-slider" }, label, range, ends), follow };
}

// ---- a verdict on a chart, and where a special cause shows

function verdictControl(asked, describedBy) {
  const choice = radioControl({ question: asked.question, options: asked.verdicts }, describedBy);
  const where = selectRow("where", asked.where, asked.places);
  const isSpecial = () => choice.read() === asked.special;
  const isOpen = () => isSpecial() && where.select.value === "";
  const changed = () => {
    if (isSpecial()) choice.node.append(where.node);
    else where.node.remove();
  };
  return {
    node: choice.node,
    read: () => {
      if (choice.read() === null || isOpen()) return null;
      const verdict = `verdict=${choice.read()}`;
      return isSpecial() ? [verdict, `where=${where.select.value}`] : [verdict];
    },
    write: (value) => {
      const chosen = Object.fromEntries((value ?? []).map((pair) => pair.split("=")));
      choice.write(chosen.verdict ?? null);
      where.select.value = chosen.where ?? "";
      changed();
    },
    missing: () => {
      if (!isOpen()) return choice.missing();
      where.mark(message("note", "Choose one.", ""));
      return "Say where it shows, too.";
    },
    field: () => (isOpen() ? where.select : choice.field()),
    changed,
    judge: () => {},
  };
}

const CONTROLS = {
  radio: radioControl,
  number: numberControl,
  text: textControl,
  selects: selectsControl,
  checks: checksControl,
  order: orderControl,
  typed: typedControl,
  verdict: verdictControl,
};
