// The records of a project on its form: each field, a record as a card, and a list of cards. It follows
// blocks.js and form.js, and project.js puts it on the page. What is called `form` is made there: it
// gives layout, project() and state(), send(message) -> its number, and heard() -> the number of the
// latest message that Python answered.

const PAUSE_MS = 800; // after the last key, before what was typed is saved
const NEARLY_FULL = 0.8;
const SHORT = 40; // more characters than these want the whole width
const TYPED = ["text", "long", "lines", "number", "date"];
const UNFINISHED = {
  date: "The date is not finished. Give the day, the month and the year.",
  number: "That is no number. Write a number without its unit, such as 12.",
};

// ---- words about records -----------------------------------------------------------------------

function cut(text, most) {
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}

function dayInWords(iso) {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return new Date(`${iso}T00:00:00Z`).toLocaleDateString("en-GB", options);
}

// The project as the form has it: its records, what they are called, what hangs on what.
function projectOf(layout, held) {
  const records = (section) => held[section] ?? [];
  const one = (section) => layout.sections[section].one;

  function said(spec, value) {
    if (value === undefined || value === "") return "";
    if (spec.to) {
      const record = records(spec.to).find(({ id }) => id === value);
      return record ? nameOf(spec.to, record) : "";
    }
    if (spec.options) return (Object.fromEntries(spec.options)[value] ?? "").split(":")[0];
    return spec.kind === "date" ? dayInWords(value) : String(value);
  }

  // What a record is called, and what else is said of it on its card.
  function words(section, record) {
    const { said: names, fields } = layout.sections[section];
    const texts = names.map((name) => said(fields.find(({ id }) => id === name), record[name]));
    const [first, second, ...rest] = texts;
    if (names[1] && fields[0].to) {
      const isBlank = !first && !second;
      return { name: isBlank ? "" : `${first || "?"} → ${second || "?"}`, more: rest.join("") };
    }
    return { name: first, more: second ?? "" };
  }

  function nameOf(section, record) {
    return words(section, record).name || `${one(section)} without words`;
  }

  // Records set in below those that they name in a field, each with its depth from 0.
  function tree(section, above) {
    const all = records(section);
    if (!above) return all.map((record) => ({ record, depth: 0 }));
    const below = new Map();
    for (const record of all) {
      const key = record[above] ?? "";
      below.set(key, [...(below.get(key) ?? []), record]);
    }
    const walked = (key, depth) =>
      (below.get(key) ?? []).flatMap((record) => [{ record, depth }, ...walked(record.id, depth + 1)]);
    return walked("", 0);
  }

  // The options of a field that names others: never the record itself, those below it, or those
  // below which it would stand too deep.
  function options({ to, id: field, levels }, section, ownId) {
    const isOwn = to === section && levels !== undefined;
    const all = tree(to, layout.sections[to].tree);
    let allowed = all;
    if (isOwn) {
      const deep = tree(section, field);
      const at = deep.findIndex(({ record }) => record.id === ownId);
      const own = deep[at]?.depth ?? 0;
      const end = deep.findIndex(({ depth }, place) => place > at && depth <= own);
      const below = deep.slice(at, end < 0 ? undefined : end);
      const height = Math.max(...below.map(({ depth }) => depth - own)) + 1;
      const out = new Set(below.map(({ record }) => record.id));
      const depths = new Map(deep.map(({ record, depth }) => [record.id, depth + 1]));
      allowed = all.filter(
        ({ record }) => !out.has(record.id) && depths.get(record.id) + height <= levels,
      );
    }
    return allowed.map(({ record, depth }) => [
      record.id,
      `${levels ? "\u2003".repeat(depth) : ""}${cut(nameOf(to, record), 70)}`,
    ]);
  }

  // Who names a record: those of its own list that hang on it, and others.
  function naming(section, id) {
    const found = { below: [], elsewhere: [] };
    for (const [name, { one, fields }] of Object.entries(layout.sections)) {
      for (const spec of one ? fields.filter(({ to }) => to === section) : []) {
        const isBelow = name === section && spec.levels !== undefined;
        for (const record of records(name)) {
          if (![record[spec.id] ?? []].flat().includes(id)) continue;
          found[isBelow ? "below" : "elsewhere"].push(nameOf(name, record));
        }
      }
    }
    return found;
  }

  return { held, records, words, nameOf, tree, options, naming };
}

// ---- one field -----------------------------------------------------------------------------------

// Says what was written, once it is: nothing of it is written over until Python has had it.
function projectField(form, spec, where) {
  const place = { ...where, field: spec.id };
  const isTyped = TYPED.includes(spec.kind);
  const blank = spec.kind === "several" ? [] : "";
  let was = blank; // what the field showed before it was changed
  let isChanged = false; // whether it holds something that was not sent yet
  let inFlight = 0; // the number of the message that Python has not answered yet
  let isFresh = true;
  let told = "";
  let timer = null;

  const made = control(spec, () => {
    if (!isTyped) isChanged = true;
    if (spec.kind !== "date") flush(); // a year is a date four times while it is typed
  });
  const box = made.node.querySelector("input, textarea, select");
  const left = make("p", { class: "qi-hint qi-left", id: unique("left") });
  const clash = make("div", { class: "qi-clash" });
  if (isTyped) {
    box.addEventListener("blur", flush);
    box.addEventListener("input", () => {
      isChanged = true;
      clearTimeout(timer);
      timer = setTimeout(flush, PAUSE_MS);
      countLeft();
    });
  }
  if (spec.most) {
    box.after(left);
    box.setAttribute("aria-describedby", `${box.getAttribute("aria-describedby")} ${left.id}`);
  }
  made.node.append(clash);
  if (["several", "long", "lines"].includes(spec.kind) || spec.most > SHORT) made.node.classList.add("qi-wide");

  function countLeft() {
    const rest = spec.most - box.value.length;
    const count = Math.abs(rest).toLocaleString("en-GB");
    const words = `${count} ${count === "1" ? "character" : "characters"} ${rest < 0 ? "too many" : "left"}`;
    left.textContent = box.value.length > spec.most * NEARLY_FULL ? words : "";
  }

  function tell(text) {
    if (text === told) return; // read out only when it is news
    told = text;
    if (text) made.remark.say([text]);
    else made.remark.clear();
  }

  function flush() {
    clearTimeout(timer);
    if (!isChanged || inFlight) return; // what is typed meanwhile goes after the answer
    if (box?.validity?.badInput) {
      tell(UNFINISHED[spec.kind]);
      return;
    }
    isChanged = false;
    inFlight = form.send({ do: "set", ...place, raw: made.read(), was });
  }

  function again() {
    if (!inFlight) return;
    inFlight = 0;
    isChanged = true;
    flush();
  }

  function write(value) {
    const project = form.project();
    if (!spec.to && !spec.options) return made.write({ value });
    const options = spec.to ? project.options(spec, where.section, where.id) : spec.options;
    if (spec.kind === "several") {
      setHidden(made.node, !options.length); // nothing to tick yet
      return made.write({ value, options });
    }
    return made.write({ value, options: [["", [["", "– blank –"], ...options]]] });
  }

  function paintClash(found) {
    const hadFocus = clash.contains(document.activeElement);
    clash.replaceChildren(...(found ? clashNodes(form, found, place) : []));
    if (hadFocus) (clash.querySelector("button") ?? box).focus();
  }

  let shownClash = "";
  function paint(record) {
    const value = record[spec.id] ?? blank;
    const isAnswered = inFlight > 0 && form.heard() >= inFlight;
    if (isAnswered) inFlight = 0;
    if (inFlight) return; // what is shown is newer than this
    const { clashes, refused } = form.state();
    const isHere = (each) =>
      each.section === place.section && each.id === place.id && each.field === place.field;
    const clashing = clashes.find(isHere);
    const refusal = refused.find(isHere);
    const isOpen = clashing || refusal;
    if (isFresh || (isAnswered && !isOpen)) was = value;
    if (JSON.stringify(clashing) !== shownClash) paintClash(clashing);
    shownClash = JSON.stringify(clashing);
    if (isChanged) {
      if (isAnswered) flush();
      return;
    }
    if (!isOpen) was = value;
    const raw = (clashing ?? refusal)?.raw ?? null;
    if (!isOpen || raw !== null) write(isOpen ? raw : value);
    else if (isFresh) write(value);
    isFresh = false;
    if (spec.most) countLeft();
    tell(clashing ? "Someone else changed this too. Both are kept until you decide." : refusal?.why ?? "");
  }

  return {
    id: spec.id,
    node: made.node,
    focus: () => box?.focus(),
    isSettled: () => !isChanged && !inFlight,
    flush,
    again,
    paint,
  };
}

function clashNodes(form, found, place) {
  const settle = (keep) => form.send({ do: "settle", ...place, keep });
  const version = (whose, text) =>
    make("p", {}, make("strong", {}, whose), " ", text ? `“${cut(text, 1000)}”` : "nothing: it was taken out");
  const lines = {
    field: [version("Yours:", found.mine), version("Theirs:", found.theirs)],
    gone: [
      make("p", {}, `Someone else removed the ${found.one} “${found.theirs}” while you wrote in it.`),
      version("Yours:", found.mine),
    ],
    changed: [
      make("p", {}, `Someone else changed this ${found.one} while you removed it. It is still there.`),
    ],
  };
  const buttons = {
    field: [["Keep mine", "mine"], ["Keep theirs", "theirs"]],
    gone: [["Keep mine: put it back", "mine"], ["Keep theirs: leave it out", "theirs"]],
    changed: [["Keep mine: remove it", "mine"], ["Keep theirs: leave it in", "theirs"]],
  };
  return [
    ...lines[found.what],
    make(
      "div",
      { class: "qi-actions" },
      ...buttons[found.what].map(([words, keep]) => button(words, () => settle(keep))),
    ),
  ];
}

// ---- a record, and a list of them ------------------------------------------------------------------

function fieldsPlace(form, section, id) {
  const where = { section, id };
  const fields = form.layout.sections[section].fields.map((spec) => projectField(form, spec, where));
  form.fields.add(fields);
  return {
    fields,
    node: make("div", { class: "qi-controls" }, ...fields.map(({ node }) => node)),
    paint: (record) => fields.forEach((field) => field.paint(record)),
    isSettled: () => fields.every((field) => field.isSettled()),
    flush: () => fields.forEach((field) => field.flush()),
    stop: () => form.fields.delete(fields),
  };
}

// A record as a card that opens; what is in it is drawn when it is first opened.
function recordCard(form, section, id, list) {
  const { one, tree, levels, fields: specs } = form.layout.sections[section];
  const name = make("span", { class: "qi-name" });
  const more = make("span", { class: "qi-more-words" });
  const summary = make("summary", {}, name, more);
  keepKeys(summary);
  const details = make("details", { class: "qi-fold qi-record" }, summary);
  const node = make("li", {}, details);
  const up = button("Move up", () => move(-1));
  const down = button("Move down", () => move(1));
  const remove = button("Remove", ask);
  const below = tree ? [button("Add one below", () => list.add(id))] : [];
  const asked = make("div", { class: "qi-asks", role: "group" });
  const buttons = [up, down, ...below, remove];
  let body = null;
  let latest = null;

  function open() {
    details.open = true;
    draw();
  }

  function draw() {
    if (body) return;
    body = fieldsPlace(form, section, id);
    details.append(body.node, make("div", { class: "qi-actions" }, ...buttons), asked);
    if (latest) body.paint(latest.record);
  }

  function move(by) {
    const pressed = by < 0 ? up : down;
    if (pressed.getAttribute("aria-disabled") === "true") return;
    form.send({ do: "move", section, id, other: latest.peers[latest.at + by] });
    list.moved = { pressed, id, by };
  }

  function ask() {
    const { below, elsewhere } = form.project().naming(section, id);
    const quoted = (names) =>
      names.slice(0, 3).map((each) => `“${cut(each, 60)}”`).join(", ") + (names.length > 3 ? " …" : "");
    const close = (words) => button(words, () => (asked.replaceChildren(), remove.focus()));
    const isOne = below.length === 1;
    const nodes = [];
    if (below.length) {
      const hang = tree ? (isOne ? "stands below it" : "stand below it") : isOne ? "builds on it" : "build on it";
      nodes.push(
        make("p", {}, `${below.length} ${isOne ? "other" : "others"} ${hang}: ${quoted(below)}. Move or remove ${isOne ? "it" : "them"} first.`),
        make("div", { class: "qi-actions" }, close("I see")),
      );
    } else {
      if (elsewhere.length) {
        nodes.push(make("p", {}, `It is named by ${quoted(elsewhere)}. They will not name it any more.`));
      }
      const sure = button("Yes, remove it", () => list.remove(id));
      nodes.unshift(make("p", {}, `Remove “${cut(latest.name, 80)}”?`));
      nodes.push(make("div", { class: "qi-actions" }, close("No, keep it"), sure));
    }
    asked.setAttribute("aria-label", `Remove ${latest.name}?`);
    asked.replaceChildren(...nodes);
    asked.querySelector("button").focus();
  }

  details.addEventListener("toggle", () => details.open && draw());

  return {
    node,
    summary,
    open,
    field: (wanted) => body?.fields.find(({ id }) => id === wanted),
    focusFirst: () => body.fields[0].focus(),
    isSettled: () => body === null || body.isSettled(),
    flush: () => body?.flush(),
    stop: () => body?.stop(),
    paint: (seen) => {
      latest = seen;
      const { record, depth, peers, at } = seen;
      const level = levels[Math.min(depth, levels.length - 1)] ?? "";
      const number = section === "steps" ? `${at + 1}. ` : ""; // the map calls them by it
      name.textContent = `${number}${seen.words || `(${one} without words)`}`;
      more.textContent = [level, seen.more].filter(Boolean).join(" · ");
      node.style.setProperty("--depth", Math.min(depth, 4));
      for (const [each, isEnd] of [[up, at === 0], [down, at === peers.length - 1]]) {
        each.setAttribute("aria-disabled", String(isEnd));
      }
      for (const each of buttons) each.setAttribute("aria-label", `${each.textContent}: ${seen.name}`);
      const most = specs.find(({ id }) => id === tree)?.levels;
      for (const each of below) setHidden(each, depth + 1 >= most);
      body?.paint(record);
    },
  };
}

function recordList(form, section) {
  const { one, tree } = form.layout.sections[section];
  const article = /^[aeiou]/i.test(one) ? "an" : "a";
  const cards = new Map();
  const list = make("ol", { class: "qi-records" });
  const none = quiet("");
  const clash = make("div", { class: "qi-clash", role: "alert" });
  const adding = button(`Add ${article} ${one}`, () => own.add(""));
  let removed = null; // the place of what was removed here, for the focus
  let awaited = 0; // the number of the message that adds one
  let shownClashes = "";

  const own = {
    moved: null,
    add: (under) => (awaited = form.send({ do: "add", section, under })),
    remove: (id) => {
      removed = [...cards.keys()].indexOf(id);
      form.send({ do: "remove", section, id });
    },
  };

  function paintClashes() {
    const isHere = (each) => each.section === section && each.field === "";
    const found = form.state().clashes.filter(isHere);
    if (JSON.stringify(found) === shownClashes) return;
    shownClashes = JSON.stringify(found);
    clash.replaceChildren(
      ...found.flatMap((each) => {
        const { section, id, field } = each;
        return clashNodes(form, each, { section, id, field });
      }),
    );
  }

  function paint() {
    const project = form.project();
    const shown = project.tree(section, tree);
    const ids = new Set(shown.map(({ record }) => record.id));
    for (const [id, card] of cards) {
      if (ids.has(id)) continue;
      card.flush(); // someone else removed it: what is typed here must not be lost
      if (!card.isSettled()) continue;
      card.stop();
      card.node.remove();
      cards.delete(id);
    }
    const at = new Map();
    const peers = new Map();
    for (const { record } of shown) {
      const key = tree ? (record[tree] ?? "") : "";
      peers.set(key, [...(peers.get(key) ?? []), record.id]);
      at.set(record.id, peers.get(key).length - 1);
    }
    const focused = document.activeElement;
    const nodes = shown.map(({ record, depth }) => {
      if (!cards.has(record.id)) cards.set(record.id, recordCard(form, section, record.id, own));
      const card = cards.get(record.id);
      const key = tree ? (record[tree] ?? "") : "";
      const { name: words, more } = project.words(section, record);
      const name = project.nameOf(section, record);
      card.paint({ record, depth, words, more, name, peers: peers.get(key), at: at.get(record.id) });
      return card.node;
    });
    const leaving = [...list.children].filter((node) => !nodes.includes(node));
    const wanted = [...nodes, ...leaving];
    if (wanted.some((node, place) => list.children[place] !== node)) {
      list.replaceChildren(...wanted);
      if (focused && list.contains(focused)) focused.focus();
    }
    setHidden(list, !wanted.length);
    none.textContent = wanted.length ? "" : "Nothing here yet.";
    paintClashes();
    settleFocus(project);
  }

  // The button just pressed is gone or elsewhere; never leave a keyboard user nowhere.
  function settleFocus(project) {
    const { added, problem } = form.state();
    if (awaited && form.heard() >= awaited) {
      awaited = 0;
      const card = cards.get(added);
      if (card && !problem) {
        card.open();
        card.focusFirst();
      }
    }
    if (removed !== null && !list.contains(document.activeElement)) {
      const left = [...cards.values()];
      if (document.activeElement === document.body || !document.activeElement) {
        (left[Math.min(removed, left.length - 1)]?.summary ?? adding).focus();
      }
      removed = null;
    }
    if (own.moved) {
      const { pressed, by } = own.moved;
      own.moved = null;
      if (document.activeElement !== pressed && !pressed.closest("[hidden]")) pressed.focus();
      form.say(by < 0 ? "Moved up." : "Moved down.");
    }
  }

  return {
    node: make("div", {}, none, list, clash, make("div", { class: "qi-actions" }, adding)),
    paint,
    goTo: ({ id, field }) => {
      const card = cards.get(id);
      if (!card) return adding.focus();
      card.open();
      const target = field ? card.field(field) : null;
      return target ? target.focus() : card.summary.focus();
    },
  };
}

function oneRecord(form, section) {
  const place = fieldsPlace(form, section, "");
  return {
    node: place.node,
    paint: () => place.paint(form.project().held[section] ?? {}),
    goTo: ({ field }) => (place.fields.find(({ id }) => id === field) ?? place.fields[0]).focus(),
  };
}
