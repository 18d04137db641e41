// Draws a poll: a count and a bar for each option. It follows saving.js.

const MOST = 999;

function render({ model, el }) {
  const { question, options, button } = model.get("content");
  const tally = make("p", { class: "qi-said", "aria-live": "polite" });
  const rows = options.map(([name, text]) => optionRow(name, text, touched));
  const save = make("button", { type: "submit", class: "qi-button" }, button);
  const keeping = saving(model, {
    read: () => rows.map(({ name, input }) => `${name}=${raw(input)}`),
    missing: () => "",
    write: (value) => {
      const counts = Object.fromEntries((value ?? []).map((pair) => pair.split("=")));
      for (const { name, input } of rows) input.value = counts[name] ?? "0";
      draw();
    },
    judge: () => {},
    home: () => save,
  });
  const table = make("tbody");
  const summary = make("summary", {}, "The same as a table");
  keepKeys(summary);
  const heads = ["Answer", "Number", "Share"].map((head) => make("th", { scope: "col" }, head));
  const form = make(
    "form",
    {},
    make(
      "fieldset",
      {},
      make("legend", { class: "qi-asked" }, question),
      ...rows.map(({ node }) => node),
    ),
    tally,
    make("div", { class: "qi-actions" }, save),
  );
  form.noValidate = true; // our own words, in our own place
  el.classList.add("qi-part", "qi-poll");
  el.append(
    form,
    keeping.outcome,
    keeping.decision,
    make(
      "details",
      {},
      summary,
      make("table", {}, make("thead", {}, make("tr", {}, ...heads)), table),
    ),
  );

  function raw({ validity, value }) {
    return validity.badInput ? "not a number" : value || "0";
  }

  function touched(row) {
    draw(`${row.text}: ${row.input.value || 0}. `);
    keeping.changed();
  }

  function draw(news = "") {
    const counts = rows.map(({ input }) => Number(input.value) || 0);
    const total = counts.reduce((sum, count) => sum + count, 0);
    rows.forEach((row, at) => row.show(counts[at], total));
    tally.textContent = `${news}Total: ${total}.`;
    table.replaceChildren(
      ...rows.map(({ text }, at) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, text),
          make("td", {}, String(counts[at])),
          make("td", {}, share(counts[at], total)),
        ),
      ),
    );
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keeping.save();
  });
  keeping.paint();
  return keeping.stop;
}

function share(count, total) {
  return total ? `${Math.round((100 * count) / total)}%` : "–";
}

function optionRow(name, text, touched) {
  const id = unique("count");
  const input = make("input", {
    id,
    type: "number",
    min: "0",
    max: String(MOST),
    step: "1",
    inputmode: "numeric",
    autocomplete: "off",
  });
  const step = (words, by) => {
    const node = make("button", { type: "button", class: "qi-button qi-second" }, words);
    node.setAttribute("aria-label", `${words}: ${text}`);
    node.addEventListener("click", () => {
      input.value = Math.min(MOST, Math.max(0, (Number(input.value) || 0) + by));
      touched(row);
    });
    return node;
  };
  const fill = make("div");
  const words = make("span");
  const row = {
    name,
    text,
    input,
    node: make(
      "div",
      { class: "qi-poll-row" },
      make("label", { for: id }, text),
      make("div", { class: "qi-poll-count" }, step("One fewer", -1), input, step("One more", 1)),
      make("div", { class: "qi-poll-bar" }, make("div", { "aria-hidden": "true" }, fill), words),
    ),
    show: (count, total) => {
      fill.style.width = total ? `${(100 * count) / total}%` : "0";
      words.textContent = total ? `${count} of ${total} (${share(count, total)})` : "None yet";
    },
  };
  input.addEventListener("input", () => touched(row));
  return row;
}

export default { render };
