// Draws lists for each measure and the tree that they make. It follows saving.js.

// Each kind has its own outline, and its name beside it.
Object.assign(ICONS, {
  aim: ["M3 15V1h10l-3 4 3 4H3"],
  outcome: ["M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z"],
  process: ["M2 2h12v12H2Z"],
  balancing: ["M8 1l7 7-7 7-7-7Z"],
  unknown: ["M2 8h2.5M6.8 8h2.5M11.5 8H14"],
});

function node(kind, text, words, ...below) {
  const said = make("span", {}, make("strong", {}, text), make("span", { class: "qi-kind" }, words));
  const line = make("div", { class: "qi-node" }, icon(kind || "unknown"), said);
  return make("li", {}, line, ...(below.length ? [make("ul", {}, ...below)] : []));
}

function listFor(label, options, describedBy) {
  const id = unique("select");
  const select = make("select", { id, "aria-describedby": describedBy });
  select.append(make("option", { value: "" }, "Choose…"));
  for (const [option, text] of options) select.append(make("option", { value: option }, text));
  const row = make("div", { class: "qi-row" }, make("label", { for: id }, label), select);
  return { select, row };
}

function measureRow(name, text, fields) {
  const place = make("div", { id: unique("mark"), class: "qi-mark" });
  const kind = listFor("Kind of measure", fields[`${name}-kind`], place.id);
  const feeds = listFor("What it feeds", fields[name], place.id);
  const legend = make("legend", {}, text);
  return {
    name,
    text,
    kind: kind.select,
    feeds: feeds.select,
    mark: (what) => place.replaceChildren(...(what ? [what] : [])),
    node: make("fieldset", { class: "qi-measure" }, legend, kind.row, feeds.row, place),
  };
}

function judged(kind, feeds) {
  if (kind.right && feeds.right) return verdict(kind);
  const half = kind.right
    ? "Its kind is right; what it feeds is not. "
    : feeds.right
      ? "What it feeds is right; its kind is not. "
      : "";
  return message("bad", "Not quite.", half + (kind.text || feeds.text));
}

function render({ model, el }) {
  const { question, aims, measures, fields, missing, button } = model.get("content");
  const options = Object.fromEntries(fields.map(([name, , given]) => [name, given]));
  const rows = measures.map(([name, text]) => measureRow(name, text, options));
  const texts = Object.fromEntries([...aims, ...measures]);
  const tree = make("div");
  const count = make("p", { class: "qi-said", "aria-live": "polite" });
  const save = make("button", { type: "submit", class: "qi-button" }, button);
  const selects = () => rows.flatMap(({ kind, feeds }) => [kind, feeds]);
  const keeping = saving(model, {
    read: () =>
      selects().some(({ value }) => value === "")
        ? null
        : rows.flatMap(({ name, kind, feeds }) => [
            `${name}-kind=${kind.value}`,
            `${name}=${feeds.value}`,
          ]),
    missing: () => {
      for (const { kind, feeds, mark } of rows) {
        if (!kind.value || !feeds.value) mark(message("note", "Choose both.", ""));
      }
      selects()
        .find(({ value }) => value === "")
        .focus();
      return missing;
    },
    write: (value) => {
      const chosen = Object.fromEntries((value ?? []).map((pair) => pair.split("=")));
      for (const { name, kind, feeds } of rows) {
        kind.value = chosen[`${name}-kind`] ?? "";
        feeds.value = chosen[name] ?? "";
      }
      draw();
    },
    judge: (feedback) => {
      for (const { name, mark } of rows) {
        const given = feedback?.fields;
        mark(given ? judged(given[`${name}-kind`], given[name]) : null);
      }
    },
    home: () => save,
  });
  const form = make(
    "form",
    {},
    make(
      "fieldset",
      {},
      make("legend", { class: "qi-asked" }, question),
      ...rows.map((row) => row.node),
    ),
    make("div", { class: "qi-tree" }, make("p", { class: "qi-label" }, "Your tree"), tree, count),
    make("div", { class: "qi-actions" }, save),
  );
  form.noValidate = true; // our own words, in our own place
  el.classList.add("qi-part", "qi-measure-tree");
  el.append(form, keeping.outcome, keeping.decision);

  function draw() {
    const drawn = new Set();
    const said = ({ kind }) => (kind.value ? kind.selectedOptions[0].text : "Kind not chosen");
    // From the aims down: what goes round in a circle is never come to.
    const below = (parent) =>
      rows
        .filter(({ feeds }) => feeds.value === parent)
        .map((row) => {
          drawn.add(row.name);
          return node(row.kind.value, row.text, said(row), ...below(row.name));
        });
    const top = aims.map(([aim, text]) => node("aim", text, "Aim", ...below(aim)));
    const rest = rows.filter(({ name }) => !drawn.has(name));
    tree.replaceChildren(make("ul", {}, ...top));
    if (rest.length) {
      const why = ({ feeds }) =>
        feeds.value ? `feeds “${texts[feeds.value]}”, which does not lead to an aim` : "feeds nothing yet";
      tree.append(
        make("p", {}, "Not in the tree yet:"),
        make("ul", {}, ...rest.map((row) => node(row.kind.value, row.text, `${said(row)}; ${why(row)}`))),
      );
    }
    const words = `${drawn.size} of ${rows.length} measures are in the tree.`;
    if (count.textContent !== words) count.textContent = words; // said only when it is news
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keeping.save();
  });
  form.addEventListener("input", () => {
    draw();
    keeping.changed();
  });
  keeping.paint();
  return keeping.stop;
}

export default { render };
