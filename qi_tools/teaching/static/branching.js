// Draws a story that branches. Python (qi_tools/teaching/branching.py) holds the story and gives
// what was met so far and where it stands. It follows saving.js.

function render({ model, el }) {
  let wanted = null; // the path asked for from here, until it is shown
  const titleId = unique("story");
  const here = make("div", { class: "qi-moment", role: "group", tabindex: "-1" });
  keepKeys(here);
  const ways = make("div", { class: "qi-ways" });
  const back = make("button", { type: "button", class: "qi-button qi-second" }, "Go back one step");
  const again = make("button", { type: "button", class: "qi-button qi-second" }, "Start again");
  const pathTitle = make("p", { class: "qi-label" });
  const list = make("ol", { class: "qi-path" });
  const keeping = saving(model, {
    read: () => wanted ?? story().path,
    missing: () => "",
    write: () => {},
    judge: () => {},
    home: () => here,
  });
  el.classList.add("qi-part", "qi-branching");
  el.setAttribute("role", "group");
  el.setAttribute("aria-labelledby", titleId);
  el.append(
    make("p", { id: titleId, class: "qi-asked" }, model.get("content").question),
    here,
    ways,
    make("div", { class: "qi-actions" }, back, again),
    keeping.outcome,
    keeping.decision,
    pathTitle,
    list,
  );

  function story() {
    return model.get("story");
  }

  function ask(path) {
    wanted = path;
    keeping.save();
  }

  function paint() {
    const { path, met, at, text, choices, lesson } = story();
    const said = met.at(-1)?.[2];
    const textId = unique("moment");
    here.setAttribute("aria-labelledby", textId);
    here.replaceChildren(
      ...(said ? [make("p", { class: "qi-came" }, said)] : []),
      make("p", { id: textId }, text),
      ...(lesson ? [make("p", { class: "qi-lesson" }, make("strong", {}, "This path ends here. "), lesson)] : []),
    );
    ways.replaceChildren(
      ...choices.map(([option, words]) => {
        const button = make("button", { type: "button", class: "qi-button qi-second" }, words);
        button.addEventListener("click", () => ask([...path, `${at}=${option}`]));
        return button;
      }),
    );
    for (const button of [back, again]) button.setAttribute("aria-disabled", String(!path.length));
    pathTitle.textContent = path.length ? "Your path so far" : "";
    list.replaceChildren(
      ...met.map(([moment, chosen, came], step) =>
        make(
          "li",
          {},
          moment,
          make("p", {}, "You chose: ", make("strong", {}, chosen)),
          // What came of the last choice stands above.
          ...(step < met.length - 1 ? [make("p", {}, came)] : []),
        ),
      ),
    );
    // The button just pressed may be gone, and what is new has to be read.
    if (wanted !== null) here.focus();
    wanted = null;
  }

  back.addEventListener("click", () => story().path.length && ask(story().path.slice(0, -1)));
  again.addEventListener("click", () => story().path.length && ask([]));
  model.on("change:story", paint);
  paint();
  keeping.paint();
  return () => {
    keeping.stop();
    model.off("change:story", paint);
  };
}

export default { render };
