// What a form with many controls is made of: the controls, what there is to say about each, a place
// for a figure, and saving a file. Python keeps what was chosen. It follows blocks.js.

const KEPT_FOR_MS = 60_000; // how long a browser may take to begin saving a file
const NO_ANSWER =
  "The course is not replying. What you chose is still on this page. Wait a moment, then try " +
  "again. If that does not help, load the page again.";

// ---- small pieces ----------------------------------------------------------------------------

// A message's lines as Python wrote them: those set in are a list.
function paragraphs(lines) {
  const nodes = [];
  for (const line of lines) {
    if (!line.startsWith("  ")) {
      nodes.push(make("p", {}, line));
      continue;
    }
    if (nodes.at(-1)?.tagName !== "UL") nodes.push(make("ul"));
    nodes.at(-1).append(make("li", {}, line.trim()));
  }
  return nodes;
}

// Room for what there is to say about one thing. It is read out when it is filled.
function remarkPlace() {
  const node = make("div", { id: unique("remark"), class: "qi-remark", role: "alert" });
  return {
    node,
    clear: () => node.replaceChildren(),
    say: (lines) => {
      const words = make("div", {}, ...paragraphs(lines));
      node.replaceChildren(make("div", { class: "qi-message qi-bad" }, icon("bad"), words));
    },
  };
}

function button(words, press, look = "qi-second") {
  const node = make("button", { type: "button", class: `qi-button ${look}` }, words);
  node.addEventListener("click", press);
  return node;
}

function group(title, ...children) {
  return make("fieldset", { class: "qi-group" }, make("legend", {}, title), ...children);
}

function folded(title, ...children) {
  const summary = make("summary", {}, title);
  keepKeys(summary);
  return make("details", { class: "qi-fold" }, summary, ...children);
}

function setHidden(node, isHidden) {
  if (node.hidden !== isHidden) node.hidden = isHidden;
}

// Gives a list its options, unless it has them already: then it stays as it is, open or not.
function setOptions(select, groups) {
  const wanted = JSON.stringify(groups);
  if (select.dataset.options === wanted) return;
  select.dataset.options = wanted;
  const value = select.value;
  const option = ([id, text]) => make("option", { value: id }, text);
  select.replaceChildren(
    ...groups.flatMap(([label, options]) =>
      label ? [make("optgroup", { label }, ...options.map(option))] : options.map(option),
    ),
  );
  select.value = value;
}

// ---- one control -----------------------------------------------------------------------------
// Each gives: id; node; read() -> what Python gets; write(held) -> shows what Python holds;
// clear(), for the next thing to add; remark, for what is wrong with it.

const BOXES = {
  number: ["input", { type: "number", step: "any" }],
  date: ["input", { type: "date" }],
  long: ["textarea", { rows: "2" }],
  lines: ["textarea", { rows: "4" }],
  text: ["input", { type: "text" }],
};

function textual(spec, changed) {
  const isNumber = spec.kind === "number";
  const [tag, attributes] = BOXES[spec.kind] ?? BOXES.text;
  const input = make(tag, { ...attributes, id: unique(spec.id), autocomplete: "off" });
  let typed = false; // whether it holds something that Python has not had yet
  input.addEventListener("input", () => (typed = true));
  input.addEventListener("change", () => {
    typed = false;
    changed();
  });
  input.addEventListener("blur", () => (typed = false)); // typed and taken back is no change
  return {
    input,
    read: () => (isNumber ? (input.value === "" ? null : input.valueAsNumber) : input.value),
    write: ({ value }) => {
      if (!typed && input.value !== String(value)) input.value = value;
    },
    clear: () => (input.value = ""),
  };
}

function listed(spec, changed) {
  const input = make("select", { id: unique(spec.id) });
  input.addEventListener("change", changed);
  return {
    input,
    read: () => input.value,
    write: ({ value, options }) => {
      if (options) setOptions(input, options);
      if (value !== undefined && input.value !== value) input.value = value;
    },
    clear: () => (input.selectedIndex = 0),
  };
}

function labelled(spec, changed) {
  const made = (spec.kind === "select" ? listed : textual)(spec, changed);
  const remark = remarkPlace();
  const hintId = unique("hint");
  const nodes = [make("label", { for: made.input.id }, spec.label)];
  if (spec.hint) nodes.push(make("p", { class: "qi-hint", id: hintId }, spec.hint));
  const described = spec.hint ? `${hintId} ${remark.node.id}` : remark.node.id;
  made.input.setAttribute("aria-describedby", described);
  const node = make("div", { class: "qi-control" }, ...nodes, made.input, remark.node);
  return { ...made, id: spec.id, node, remark: refusing(made.input, remark) };
}

// What is refused says so to a screen reader too.
function refusing(input, remark) {
  return {
    clear: () => {
      input.removeAttribute("aria-invalid");
      remark.clear();
    },
    say: (lines) => {
      input.setAttribute("aria-invalid", "true");
      remark.say(lines);
    },
  };
}

function ticked(spec, changed) {
  const remark = remarkPlace();
  const hintId = unique("hint");
  const input = make("input", { type: "checkbox", "aria-describedby": hintId });
  input.addEventListener("change", changed);
  const words = make("span", {}, spec.label);
  const node = make(
    "div",
    { class: "qi-control" },
    make("label", { class: "qi-option" }, input, words),
    make("p", { class: "qi-hint", id: hintId }, spec.hint),
    remark.node,
  );
  return {
    id: spec.id,
    node,
    remark,
    read: () => input.checked,
    write: ({ value }) => (input.checked = value),
  };
}

function radios(spec, changed) {
  const remark = remarkPlace();
  const name = unique(spec.id);
  const place = make("div");
  const node = make("fieldset", { class: "qi-control qi-wide" }, make("legend", {}, spec.label));
  node.append(place, remark.node);
  node.addEventListener("change", changed);
  const inputs = () => [...place.querySelectorAll("input")];
  return {
    id: spec.id,
    node,
    remark,
    read: () => inputs().find((input) => input.checked)?.value ?? "",
    write: ({ value, options }) => {
      const wanted = JSON.stringify(options);
      if (place.dataset.options !== wanted) {
        place.dataset.options = wanted;
        place.replaceChildren(
          ...options.map(([id, text]) => {
            const input = make("input", { type: "radio", name, value: id });
            return make("label", { class: "qi-option" }, input, make("span", {}, text));
          }),
        );
      }
      for (const input of inputs()) input.checked = input.value === value;
    },
  };
}

function several(spec, changed) {
  const remark = remarkPlace();
  const place = make("div");
  const node = make("fieldset", { class: "qi-control qi-wide" }, make("legend", {}, spec.label));
  if (spec.hint) node.append(make("p", { class: "qi-hint" }, spec.hint));
  node.append(place, remark.node);
  node.addEventListener("change", changed);
  const inputs = () => [...place.querySelectorAll("input")];
  return {
    id: spec.id,
    node,
    remark,
    read: () => inputs().filter((input) => input.checked).map((input) => input.value),
    write: ({ value, options }) => {
      const wanted = JSON.stringify(options);
      if (place.dataset.options !== wanted) {
        place.dataset.options = wanted;
        place.replaceChildren(
          ...options.map(([id, text]) => {
            const input = make("input", { type: "checkbox", value: id });
            return make("label", { class: "qi-option" }, input, make("span", {}, text));
          }),
        );
      }
      for (const input of inputs()) input.checked = value.includes(input.value);
    },
  };
}

function control(spec, changed) {
  const kinds = { checkbox: ticked, radios, several };
  return (kinds[spec.kind] ?? labelled)(spec, changed);
}

// ---- the figure ------------------------------------------------------------------------------

function figurePlace() {
  const node = make("div", { class: "qi-html qi-chart" });
  const stops = () => [...node.querySelectorAll("summary, [tabindex]")];
  let shown = "";
  return {
    node,
    paint(html) {
      if (html === shown) return;
      shown = html;
      const isOpen = node.querySelector("details")?.open ?? false;
      const focused = stops().indexOf(document.activeElement);
      showHtml(node, html);
      const details = node.querySelector("details");
      if (details) details.open = isOpen;
      stops().forEach(keepKeys);
      if (focused >= 0) stops()[focused]?.focus();
    },
  };
}

// ---- a file to take away ----------------------------------------------------------------------

function save(name, type, bytes) {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_FOR_MS);
}

// Keeps a file that Python sends, if it was asked for here and not in another view.
function fileKeeper(model) {
  const told = make("p", { class: "qi-now", role: "status" });
  let wanted = false;
  const keep = (message, [bytes]) => {
    if (message.do !== "keep" || !wanted) return;
    wanted = false;
    save(message.name, message.type, bytes);
    told.textContent = `Your file is called ${message.name}. Look in your folder of downloads.`;
  };
  model.on("msg:custom", keep);
  return { told, want: () => (wanted = true), stop: () => model.off("msg:custom", keep) };
}
