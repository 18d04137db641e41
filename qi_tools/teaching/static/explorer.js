// Draws the chart explorer's form and figure. Python (qi_tools/teaching/explorer.py) keeps what was
// chosen and makes the chart; this script shows its state and says what was done. It follows
// blocks.js and form.js.

const LARGEST_FILE = 8_000_000; // what gets through to Python in one message, with room to spare
const WAYS = [
  ["start", "Numbers that come with this page"],
  ["file", "A file of mine: Excel or CSV"],
  ["paste", "I'll paste them from a spreadsheet"],
];

// ---- getting numbers in ----------------------------------------------------------------------

function numbersGroup(starts, dates, send) {
  const remarks = { start: remarkPlace(), file: remarkPlace(), paste: remarkPlace() };
  const now = make("p", { class: "qi-now" });
  const name = unique("way");
  const blocks = {
    start: startBlock(starts, send, remarks.start),
    file: fileBlock(send, remarks.file),
    paste: pasteBlock(send, remarks.paste),
  };
  const choose = make("fieldset", { class: "qi-ways" }, make("legend", {}, "Where are they?"));
  const show = (way) => {
    for (const [each, block] of Object.entries(blocks)) setHidden(block.node, each !== way);
  };
  for (const [way, words] of WAYS) {
    const input = make("input", { type: "radio", name, value: way });
    input.addEventListener("change", () => show(way));
    choose.append(make("label", { class: "qi-option" }, input, make("span", {}, words)));
  }
  return {
    node: group(
      "1. Your numbers",
      choose,
      ...Object.values(blocks).map(({ node }) => node),
      ...dates,
      now,
    ),
    remarks: { ...remarks, sheet: remarks.file },
    begin: ({ start }) => {
      const way = start ? "start" : "file";
      choose.querySelector(`[value=${way}]`).checked = true;
      show(way);
    },
    paint: (state) => {
      now.textContent = `On the chart now: ${state.source}`;
      if (state.start) blocks.start.show(state.start);
      blocks.file.paint(state);
      if (state.problem?.kind === "PersonalData") {
        blocks.file.empty();
        blocks.paste.empty();
      }
    },
  };
}

function startBlock(starts, send, remark) {
  const select = make("select", { id: unique("start") });
  setOptions(select, [["", starts]]);
  const press = () => send({ do: "start", name: select.value });
  return {
    node: make(
      "div",
      { class: "qi-control qi-wide" },
      make("label", { for: select.id }, "Which?"),
      make("div", { class: "qi-beside" }, select, button("Chart these", press)),
      remark.node,
    ),
    show: (name) => (select.value = name),
  };
}

function fileBlock(send, remark) {
  const hintId = unique("hint");
  const input = make("input", {
    id: unique("file"),
    type: "file",
    accept: ".csv,.txt,.tsv,.xlsx,.xlsm",
    "aria-describedby": hintId,
  });
  const sheet = make("select", { id: unique("sheet") });
  const sheets = make("div", {}, make("label", { for: sheet.id }, "Which sheet?"), sheet);
  sheet.addEventListener("change", () => {
    if (sheet.value) send({ do: "sheet", name: sheet.value });
  });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    remark.clear();
    if (file.size > LARGEST_FILE) {
      remark.say([
        `${file.name} is larger than 8 MB. Keep only the columns to chart, save it under another ` +
          "name and choose that.",
      ]);
      return;
    }
    try {
      send({ do: "file", name: file.name }, [await file.arrayBuffer()]);
    } catch {
      remark.say([`${file.name} could not be opened. Close it elsewhere, and choose it again.`]);
    }
    // So that the same file, mended, can be chosen again.
    input.value = "";
  });
  return {
    node: make(
      "div",
      { class: "qi-control qi-wide" },
      make("label", { for: input.id }, "Choose the file"),
      make(
        "p",
        { class: "qi-hint", id: hintId },
        "One row for each day, week or month. Totals only: no names, and nothing about one " +
          "person. The file goes to the course on your computer or your trust's own server, and " +
          "is not kept.",
      ),
      input,
      sheets,
      remark.node,
    ),
    empty: () => (input.value = ""),
    paint: ({ sheets: names }) => {
      setHidden(sheets, !names.length);
      setOptions(sheet, [["", [["", "Choose…"], ...names.map((name) => [name, name])]]]);
    },
  };
}

function pasteBlock(send, remark) {
  const hintId = unique("hint");
  const area = make("textarea", { id: unique("paste"), rows: "6", spellcheck: "false" });
  area.setAttribute("aria-describedby", hintId);
  const press = () => {
    remark.clear();
    if (area.value.length > LARGEST_FILE / 4) {
      remark.say(["That is too much to paste. Keep a row for each point, or choose the file."]);
    } else {
      send({ do: "paste", text: area.value });
    }
  };
  return {
    node: make(
      "div",
      { class: "qi-control qi-wide" },
      make("label", { for: area.id }, "Your numbers, with their headings"),
      make(
        "p",
        { class: "qi-hint", id: hintId },
        "Mark the columns in your spreadsheet, copy them, and paste them here. Totals only: no " +
          "names, and nothing about one person.",
      ),
      area,
      make("div", { class: "qi-actions" }, button("Chart what I pasted", press, "")),
      remark.node,
    ),
    empty: () => (area.value = ""),
  };
}

// ---- what happened ---------------------------------------------------------------------------

function asksGroup(asks, send) {
  const shift = make("div", { class: "qi-shift" });
  const list = make("ul", { class: "qi-steps", "aria-label": "What you have added" });
  const forms = asks.map((ask) => askForm(ask, send, ask.does === "rephase" ? [shift] : []));
  const removed = remarkPlace();
  const node = group("4. What happened", ...forms.map(({ node }) => node), list, removed.node);

  function paintSteps(steps) {
    const had = [...list.querySelectorAll("button")].indexOf(document.activeElement);
    list.replaceChildren(
      ...steps.map(([, words], step) => {
        const remove = button("Remove", () => send({ do: "remove", step }));
        remove.setAttribute("aria-label", `Remove: ${words}`);
        return make("li", {}, make("span", {}, words), remove);
      }),
    );
    if (had < 0) return;
    // The button just pressed is gone; never leave a keyboard user nowhere.
    const buttons = [...list.querySelectorAll("button")];
    (buttons[Math.min(had, buttons.length - 1)] ?? forms[0].summary).focus();
  }

  let shown = "";
  return {
    node,
    remarks: {
      ...Object.fromEntries(forms.map((form) => [form.does, form.remark])),
      remove: removed,
    },
    paint: ({ points, steps, shift: lines, problem, heard }) => {
      for (const form of forms) form.paint(points, heard, problem);
      if (JSON.stringify(steps) !== shown) paintSteps(steps);
      shown = JSON.stringify(steps);
      const [first, ...questions] = lines;
      const items = questions.map((line) => make("li", {}, line));
      shift.replaceChildren(...(first ? [make("p", {}, first), make("ul", {}, ...items)] : []));
    },
  };
}

function askForm(ask, send, extra) {
  const remark = remarkPlace();
  const controls = ask.fields.map((spec) => labelled(spec, () => {}));
  const words = make("p", { class: "qi-hint" }, ask.why);
  const add = make("button", { type: "submit", class: "qi-button" }, ask.button);
  const form = make("form", {}, ...controls.map(({ node }) => node), remark.node, add);
  form.noValidate = true; // our own words, in our own place
  let sent = null;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = Object.fromEntries(controls.map(({ id, read }) => [id, read()]));
    sent = send({ do: "add", at: ask.does, given });
  });
  const node = folded(ask.title, words, ...extra, form);
  return {
    node,
    remark,
    does: ask.does,
    summary: node.querySelector("summary"),
    paint: (points, heard, problem) => {
      const first = ["", ask.blank || "Choose…"];
      for (const { input, write } of controls) {
        if (input.tagName === "SELECT") write({ options: [["", [first, ...points]]] });
      }
      if (sent !== null && heard === sent) {
        sent = null;
        if (!problem) for (const { clear } of controls) clear();
      }
    },
  };
}

// ---- taking it away --------------------------------------------------------------------------

// Where a page may not use the clipboard itself (an address without https), it copies as of old.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make("textarea", { class: "qi-unseen", "aria-hidden": "true", tabindex: "-1" });
    const before = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    before?.focus();
    return isCopied;
  }
}

function takeGroup(formats, model, send) {
  const remark = remarkPlace();
  const { told, want, stop } = fileKeeper(model);
  const buttons = formats.map(([ending, words]) =>
    button(words, () => {
      want();
      told.textContent = "Making your file…";
      send({ do: "take", ending });
    }),
  );
  const code = make("pre", { tabindex: "0", role: "region", "aria-label": "The code" });
  keepKeys(code);
  const copied = make("p", { class: "qi-now", role: "status" });
  const copying = button("Copy", async () => {
    const isCopied = await copy(code.textContent);
    copied.textContent = isCopied ? "Copied." : "Mark the code above and copy it with your keys.";
  });
  const words = make("div", { class: "qi-words" });
  const node = group(
    "5. Take it away",
    make("p", { class: "qi-hint" }, "Nothing is kept when you close this page."),
    make("div", { class: "qi-actions" }, ...buttons),
    told,
    remark.node,
    folded("All of it in words", words),
    folded(
      "The code that makes this chart",
      make("p", { class: "qi-hint" }, "For those who code: run it in a notebook of the course."),
      code,
      copying,
      copied,
    ),
  );
  return {
    node,
    remarks: { take: remark },
    stop,
    paint: (state) => {
      if (state.problem?.at === "take") told.textContent = "";
      if (code.textContent !== state.code) copied.textContent = "";
      code.textContent = state.code;
      words.replaceChildren(...state.words.map((line) => make("p", {}, line)));
    },
  };
}

// ---- all together ----------------------------------------------------------------------------

function explorer({ model, el }) {
  const layout = model.get("content");
  const letters = post(model, lost);
  // JupyterLab may show one explorer twice; each view knows the answers to its own messages.
  const view = unique("view");
  let sent = 0;
  let latest = "";

  function send(message, buffers) {
    sent += 1;
    latest = `${view} ${sent}`;
    letters.send({ ...message, n: latest }, buffers);
    return latest;
  }

  const isOutdated = (heard) => heard !== latest && String(heard).startsWith(view);

  function lost() {
    general.say([NO_ANSWER]);
  }

  const general = remarkPlace();
  const controls = [...layout.dates, ...layout.columns, ...layout.chart].map((spec) => {
    const made = control(spec, () => send({ do: "set", at: spec.id, value: made.read() }));
    return made;
  });
  const byId = Object.fromEntries(controls.map((each) => [each.id, each]));
  const nodes = (specs) => specs.map(({ id }) => byId[id].node);

  const numbers = numbersGroup(layout.starts, nodes(layout.dates), send);
  const why = make("div");
  const refused = make("ul");
  const unfit = make("div", {}, make("p", { class: "qi-label" }, "These do not fit:"), refused);
  const looksFor = make("p");
  const about = folded("Columns, name, unit and direction", make("div", { class: "qi-controls qi-even" }));
  about.lastChild.append(...nodes(layout.columns));
  const reasons = folded("Why this chart, and which others?", why, unfit);
  const rules = folded("What do these rules look for?", looksFor);

  const said = make("p", { class: "qi-said", role: "status", "aria-live": "polite" });
  const undo = button("Undo the last change", () => {
    if (undo.getAttribute("aria-disabled") !== "true") send({ do: "undo" });
  });
  const trouble = make("div");
  const figure = figurePlace();
  const asks = asksGroup(layout.asks, send);
  const take = takeGroup(layout.formats, model, send);
  const chart = make(
    "section",
    { class: "qi-result", "aria-label": "Your chart" },
    said,
    trouble,
    figure.node,
    general.node,
    make("div", { class: "qi-actions" }, undo),
  );
  // Where there is room the chart stands beside the form and stays in sight. It is read between
  // what it is made of and what can be added to it.
  el.append(
    make(
      "div",
      { class: "qi-sheet" },
      make(
        "div",
        { class: "qi-form" },
        numbers.node,
        group("2. What they show", about),
        group("3. The chart", make("div", { class: "qi-controls" }, ...nodes(layout.chart)), reasons, rules),
      ),
      chart,
      make("div", { class: "qi-more" }, asks.node, take.node),
    ),
  );
  const remarks = {
    ...Object.fromEntries(controls.map(({ id, remark }) => [id, remark])),
    ...numbers.remarks,
    ...asks.remarks,
    ...take.remarks,
  };

  function paintControls({ fields, problem, heard }) {
    for (const { id, node, write } of controls) {
      const held = fields[id];
      setHidden(node, held.hidden ?? false);
      // A later change is on its way: this answer says nothing of it.
      if (isOutdated(heard)) continue;
      // What was typed and refused stays, to be mended; a list shows what holds.
      const isTyped = node.querySelector("input[type=text], input[type=number]");
      if (!(problem?.at === id && isTyped)) write(held);
    }
    why.replaceChildren(...(fields.kind.notes ?? []).map((line) => make("p", {}, line)));
    looksFor.textContent = fields.rules.notes.join(" ");
    const unfitting = fields.kind.refused ?? [];
    setHidden(unfit, !unfitting.length);
    refused.replaceChildren(
      ...unfitting.map(([name, why]) => make("li", {}, make("strong", {}, name), why)),
    );
  }

  let source = ""; // whose numbers were shown last
  function paint() {
    const state = model.get("state");
    letters.arrived();
    // What comes with the page is described already; of others their owner must say what they are.
    if (source !== state.source) about.open = !state.start;
    if (state.figure === "" && !state.asks) about.open = true;
    source = state.source;
    general.clear();
    for (const remark of Object.values(remarks)) remark.clear();
    paintControls(state);
    numbers.paint(state);
    asks.paint(state);
    take.paint(state);
    const isShown = state.figure !== "";
    trouble.replaceChildren();
    if (!isShown) {
      const words = make("div", {}, ...paragraphs(state.trouble));
      trouble.append(make("div", { class: "qi-message qi-note" }, icon("note"), words));
    }
    figure.paint(state.figure);
    for (const node of [asks.node, take.node]) setHidden(node, !isShown);
    const next = state.asks ? " Say which comes first in your dates." : "";
    const line = isShown ? state.said : `There is no chart yet.${next}`;
    if (said.textContent !== line) said.textContent = line; // said only when it is news
    undo.setAttribute("aria-disabled", String(state.undo === 0));
    if (state.problem) (remarks[state.problem.at] ?? general).say(state.problem.lines);
  }

  numbers.begin(model.get("state"));
  model.on("change:state", paint);
  paint();
  return () => {
    letters.arrived();
    take.stop();
    model.off("change:state", paint);
  };
}

function render({ model, el }) {
  el.classList.add("qi-part", "qi-form-page", "qi-explorer");
  return explorer({ model, el });
}

export default { render };
