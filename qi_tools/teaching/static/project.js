// Draws the form of an improvement project. Python (qi_tools/teaching/project_form.py) saves what is
// written and keeps the project; this script shows its pages and what there is to say, and sends what
// was written. It follows blocks.js, form.js and project_records.js.

const SLOW_MS = 1500; // after that, a reader is told that saving takes a moment
const DRAWN_WITHIN_MS = 60_000;
const NOT_SAVED = "Not saved yet. Why stands at the top of the form.";
const RULE = "Never write about single patients: roles, not names; totals only.";

// ---- pages ---------------------------------------------------------------------------------------

function formPage(form, { title: pageTitle, sections }) {
  const parts = sections.map((section) => {
    const { title, one } = form.layout.sections[section];
    const made = (one ? recordList : oneRecord)(form, section);
    const head = title === pageTitle ? [] : [make("h3", {}, title)];
    return { section, made, node: make("div", { class: "qi-section" }, ...head, made.node) };
  });
  return {
    node: make("div", {}, ...parts.map(({ node }) => node)),
    paint: () => parts.forEach(({ made }) => made.paint()),
    goTo: (place) => parts.find(({ section }) => section === place.section).made.goTo(place),
  };
}

function takeRows(form, wanted) {
  const rows = new Map();
  for (const [name, title, label] of wanted) {
    const press = button(label, () => form.take(name));
    press.setAttribute("aria-label", `${title}: ${label}`);
    rows.set(title, [...(rows.get(title) ?? []), press]);
  }
  return [...rows].map(([title, buttons]) =>
    make("div", { class: "qi-take" }, make("p", {}, title), make("div", { class: "qi-actions" }, ...buttons)),
  );
}

const isReport = ([name]) => /^(summary|full)-/.test(name);

function reportPage(form) {
  const look = (page) => () => form.look(page);
  return {
    node: make(
      "div",
      {},
      make("p", {}, "A report is made of what you have written. Look at it here, or take it away."),
      make(
        "div",
        { class: "qi-actions" },
        button("Look at the one-page summary", look("summary")),
        button("Look at the full report", look("full")),
      ),
      ...takeRows(form, form.layout.taken.filter(isReport)),
      form.told("report"),
    ),
    paint: () => {},
    goTo: () => {},
  };
}

function keepPage(form) {
  const { file, taken } = form.layout;
  return {
    node: make(
      "div",
      {},
      make("p", {}, "Each diagram as a file to print, on as many pages as its letters need."),
      ...takeRows(form, taken.filter((each) => !isReport(each))),
      make("p", {}, `All that you have written is in ${file}. Keep a copy, or give it to your team.`),
      ...takeRows(form, [["file", file, "The project's file"]]),
      form.told("diagrams"),
    ),
    paint: () => {},
    goTo: () => {},
  };
}

function checkPage() {
  const words = "The stages are those of this course, and so is the evidence that each of them needs.";
  return { node: make("div", {}, make("p", {}, words)), paint: () => {}, goTo: () => {} };
}

const OTHER_PAGES = { check: checkPage, report: reportPage, diagrams: keepPage };

// ---- what there is to look at ----------------------------------------------------------------------

function viewPlace(form) {
  const said = make("p", { class: "qi-said" });
  const pieces = make("div");
  const gaps = make("div", { class: "qi-gaps" });
  const places = [];
  let shownGaps = "";

  function paintGaps(groups) {
    if (JSON.stringify(groups) === shownGaps) return;
    shownGaps = JSON.stringify(groups);
    const listed = (found) => make("ol", {}, ...found.map(item));
    gaps.replaceChildren(
      // The next stage first; nobody begins with the last one.
      ...groups.map(({ title, gaps: found }, at) =>
        at === 0
          ? make("div", {}, make("h3", {}, title), listed(found))
          : folded(`${title} (${found.length})`, listed(found)),
      ),
    );
  }

  function item(gap) {
    const fill = button("Go there", () => form.goTo(gap));
    fill.setAttribute("aria-label", `Go there: ${gap.where}`);
    const words = make("p", {}, make("strong", {}, gap.where), " ", gap.what, " ", gap.why);
    return make("li", {}, words, ...(form.canGo(gap) ? [fill] : []));
  }

  return {
    node: make("div", {}, said, pieces, gaps),
    clear: () => {
      said.textContent = "";
      places.forEach((place) => place.paint(""));
      paintGaps([]);
    },
    paint: (view) => {
      said.textContent = view.said;
      while (places.length < view.pieces.length) {
        const place = figurePlace();
        places.push(place);
        pieces.append(place.node);
      }
      places.forEach((place, at) => place.paint(view.pieces[at] ?? ""));
      paintGaps(view.gaps);
    },
  };
}

// ---- all together ------------------------------------------------------------------------------------

function navigation(layout, show) {
  const select = make("select", { id: unique("part") });
  const groups = layout.groups.map(([title, names]) => [
    title,
    names.map((name) => [name, layout.pages[name].title]),
  ]);
  setOptions(select, groups);
  select.addEventListener("change", () => show(select.value));
  const first = make("div", { class: "qi-tabs" });
  const second = make("div", { class: "qi-tabs qi-parts" });
  const tabs = groups.map(([title, pages]) => {
    const tab = button(title, () => show(pages[0][0]));
    first.append(tab);
    return { tab, pages };
  });
  return {
    node: make(
      "nav",
      { class: "qi-nav", "aria-label": "Parts of the project" },
      make("div", { class: "qi-narrow" }, make("label", { for: select.id }, "Part of the project"), select),
      make("div", { class: "qi-wide-only" }, first, second),
    ),
    paint: (page) => {
      select.value = page;
      const group = tabs.find(({ pages }) => pages.some(([name]) => name === page));
      for (const { tab } of tabs) tab.setAttribute("aria-pressed", String(tab === group.tab));
      const focused = [...second.children].indexOf(document.activeElement);
      second.replaceChildren(
        ...group.pages.map(([name, title]) => {
          const part = button(title, () => show(name));
          if (name === page) part.setAttribute("aria-current", "page");
          return part;
        }),
      );
      if (focused >= 0) second.children[focused]?.focus();
      setHidden(second, group.pages.length < 2);
      setHidden(first, tabs.length < 2);
    },
  };
}

function projectForm({ model, el }) {
  const layout = model.get("content");
  const names = layout.groups.flatMap(([, pages]) => pages);
  const general = remarkPlace();
  const retry = make("div", { class: "qi-actions" });
  const letters = post(model, lost);
  const view = unique("view");
  const file = fileKeeper(model);
  const made = new Map();
  let sent = 0;
  let heard = 0;
  let page = names[0];
  let looked = ""; // what is to be seen beside the fields
  let slow = null;
  let redraw = null;
  let project = projectOf(layout, model.get("held"));

  const form = {
    layout,
    fields: new Set(),
    heard: () => heard,
    project: () => project,
    state: () => model.get("state"),
    send,
    say,
    look,
    take: (what) => {
      file.want();
      ask({ do: "take", what });
      say("Making the file…");
    },
    told: (name) => make("div", { "data-told": name }),
    canGo: ({ section }) => pageOf(section) !== undefined,
    goTo,
  };

  function say(text) {
    if (status.textContent !== text) status.textContent = foot.textContent = text;
  }

  function send(message) {
    sent += 1;
    letters.send({ ...message, n: `${view} ${sent}` });
    clearTimeout(slow);
    slow = setTimeout(() => say("Saving…"), SLOW_MS);
    return sent;
  }

  // What has to be drawn first takes longer than what is only saved.
  function ask(message) {
    sent += 1;
    clearTimeout(slow);
    slow = setTimeout(lost, DRAWN_WITHIN_MS);
    try {
      model.send({ ...message, n: `${view} ${sent}` }, undefined, []);
    } catch {
      lost();
    }
  }

  function lost() {
    clearTimeout(slow);
    say(NOT_SAVED);
    general.say([NO_ANSWER]);
    retry.replaceChildren(button("Try again", tryAgain));
  }

  function tryAgain() {
    general.clear();
    retry.replaceChildren();
    status.focus();
    const fields = [...form.fields].flat();
    fields.forEach((field) => field.again());
    send({ do: "look" });
  }

  function look(what) {
    looked = what;
    ask({ do: "show", page: what });
  }

  const pageOf = (section) => names.find((name) => layout.pages[name].sections.includes(section));

  function goTo(place) {
    show(pageOf(place.section));
    made.get(page).goTo(place);
  }

  function show(name) {
    page = name;
    if (!made.has(page)) {
      const draw = layout.pages[page].sections.length ? formPage : OTHER_PAGES[page];
      made.set(page, draw(form, layout.pages[page]));
      made.get(page).paint();
    }
    nav.paint(page);
    title.textContent = layout.pages[page].title;
    body.replaceChildren(made.get(page).node);
    body.querySelector("[data-told]")?.append(file.told);
    seen.clear();
    setHidden(result, !layout.pages[page].isDrawn);
    sheet.classList.toggle("qi-alone", !layout.pages[page].isDrawn || !layout.pages[page].sections.length);
    result.setAttribute("aria-label", `${layout.pages[page].title}: what you see of it`);
    looked = page === "report" ? "summary" : page;
    clearTimeout(redraw);
    if (layout.pages[page].isDrawn) look(looked);
    const following = names[names.indexOf(page) + 1];
    next.textContent = following ? `Next: ${layout.pages[following].title}` : "";
    setHidden(next, !following);
  }

  const name = make("p", { class: "qi-title" });
  const status = make("p", { class: "qi-status", role: "status", tabindex: "-1" });
  // The same in sight wherever someone writes; it is read out once.
  const foot = make("p", { class: "qi-foot", "aria-hidden": "true" });
  const where = make("p", { class: "qi-hint" }, `In ${layout.file}, in the folder of this page. Each change is saved as you make it.`);
  const trouble = make("div", { role: "alert" });
  const others = make("div", { role: "status" });
  const attention = make("div", { class: "qi-attention" });
  const nav = navigation(layout, show);
  const title = make("h2", {});
  const body = make("div");
  const next = button("", () => {
    show(names[names.indexOf(page) + 1]);
    title.focus();
  });
  title.setAttribute("tabindex", "-1");
  const seen = viewPlace(form);
  const result = make("section", { class: "qi-result" }, seen.node);
  const resized = new ResizeObserver(() => {
    // What scrolls by itself can be scrolled by keyboard too.
    if (result.scrollHeight > result.clientHeight + 1) result.setAttribute("tabindex", "0");
    else result.removeAttribute("tabindex");
  });
  for (const each of [result, seen.node]) resized.observe(each);
  const sheet = make(
    "div",
    { class: "qi-sheet" },
    make("div", { class: "qi-form" }, title, body),
    result,
    make("div", { class: "qi-more qi-actions" }, next),
  );
  const all = make("div", {}, ...(names.length > 1 ? [nav.node] : []), sheet);
  el.append(
    make("div", { class: "qi-head" }, name, where, make("p", { class: "qi-rule" }, RULE), status),
    general.node,
    retry,
    trouble,
    others,
    attention,
    all,
    foot,
  );

  function lines(node, nodes, key) {
    const wanted = JSON.stringify(key);
    if (node.dataset.shown === wanted) return; // read out only when it is news
    node.dataset.shown = wanted;
    const hadFocus = node.contains(document.activeElement);
    node.replaceChildren(...nodes());
    if (hadFocus) (node.querySelector("button") ?? status).focus();
  }

  function paintNews(state) {
    lines(
      trouble,
      () => {
        if (!state.trouble) return [];
        const isUnsaved = state.trouble.kind === "unsaved";
        const more = isUnsaved
          ? []
          : [make("p", {}, "Nothing is written to it until it is mended. What you write here waits.")];
        const words = make("div", {}, ...paragraphs(state.trouble.lines), ...more);
        return [
          make("div", { class: "qi-message qi-bad" }, icon("bad"), words),
          make("div", { class: "qi-actions" }, button(isUnsaved ? "Try again" : "Look again", () => send({ do: "look" }))),
        ];
      },
      state.trouble,
    );
    lines(
      others,
      () => {
        if (!state.others.length) return [];
        const items = state.others.map((line) => make("li", {}, line));
        if (state.more) items.push(make("li", {}, `and ${state.more} more`));
        const words = make("div", {}, make("p", {}, "Someone else changed:"), make("ul", {}, ...items));
        return [
          make("div", { class: "qi-message qi-note" }, icon("note"), words),
          make("div", { class: "qi-actions" }, button("I have seen it", () => send({ do: "seen" }))),
        ];
      },
      [state.others, state.more],
    );
    const open = [
      ...state.clashes.map((each) => [each, `Decide: ${each.where}`]),
      ...state.refused.map((each) => [each, `Not saved: ${each.where}`]),
    ].filter(([each]) => form.canGo(each));
    lines(
      attention,
      () => (open.length ? open.map(([each, words]) => button(words, () => goTo(each))) : []),
      open.map(([, words]) => words),
    );
  }

  function paint() {
    const state = model.get("state");
    const [whose, number] = String(state.heard).split(" ");
    const isOwn = whose === view;
    if (isOwn) heard = Math.max(heard, Number(number));
    if (heard >= sent) {
      letters.arrived();
      clearTimeout(slow);
      general.clear();
      retry.replaceChildren();
      const begun = state.isExample
        ? "An example. Your first change keeps a copy of it for you."
        : "Nothing changed yet.";
      const saved = state.saved ? `Saved ${clock(state.saved)}.` : begun;
      say(state.trouble || state.waits ? NOT_SAVED : saved);
    }
    const before = project.held;
    project = projectOf(layout, model.get("held"));
    name.textContent = state.name || "Your improvement project";
    setHidden(all, !state.isRead);
    paintNews(state);
    for (const each of made.values()) each.paint();
    if (isOwn && state.problem) general.say([state.problem]);
    paintView();
    if (before !== model.get("held") && layout.pages[page].isDrawn) {
      clearTimeout(redraw);
      redraw = setTimeout(() => look(looked), PAUSE_MS); // when nothing more was written meanwhile
    }
  }

  function paintView() {
    const shown = model.get("view");
    if (shown.page === looked) seen.paint(shown);
  }

  const flush = () => [...form.fields].flat().forEach((field) => field.flush());
  const turned = () => {
    if (document.visibilityState === "hidden") flush();
    else send({ do: "look" });
  };
  document.addEventListener("visibilitychange", turned);
  window.addEventListener("pagehide", flush);
  model.on("change:state", paint);
  model.on("change:view", paintView);
  show(page);
  paint();
  return () => {
    flush();
    letters.arrived();
    clearTimeout(slow);
    clearTimeout(redraw);
    file.stop();
    resized.disconnect();
    document.removeEventListener("visibilitychange", turned);
    window.removeEventListener("pagehide", flush);
    model.off("change:state", paint);
    model.off("change:view", paintView);
  };
}

function render({ model, el }) {
  el.classList.add("qi-part", "qi-form-page", "qi-project");
  return projectForm({ model, el });
}

export default { render };
