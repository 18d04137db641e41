// Has what a learner gives kept: sends it to Python, says what came of it, and lets the learner
// decide where another tab was quicker. It follows blocks.js.

const NO_REPLY =
  "The course is not replying. Your answer is still on this page. Wait a moment, then try again. " +
  "If that does not help, reload the page.";

// `page` is the part's own: read() -> what Python gets, null while something is missing; missing()
// -> what to say then; write(value), null for nothing saved; judge(feedback), null for nothing to
// say; home() -> what to focus when a button that had the focus is gone.
function saving(model, page) {
  const outcome = make("div", { class: "qi-outcome", role: "status" });
  const decision = make("div", { class: "qi-actions" });
  const letters = post(model, lost);
  let sent; // what was last sent to be kept
  let isChanged = false; // whether the page was changed since it was last written or sent

  function say(...nodes) {
    outcome.replaceChildren(...nodes);
  }

  function offer(...choices) {
    const hadFocus = decision.contains(document.activeElement);
    decision.replaceChildren(
      ...choices.map(([words, press]) => {
        const button = make("button", { type: "button", class: "qi-button qi-second" }, words);
        button.addEventListener("click", press);
        return button;
      }),
    );
    // The button just pressed is gone; never leave a keyboard user nowhere.
    if (hadFocus) (decision.querySelector("button") ?? page.home()).focus();
  }

  function send(letter) {
    isChanged = false;
    say(quiet("Saving…"));
    letters.send(letter);
  }

  function save() {
    const value = page.read();
    if (value === null) {
      say(message("note", "", page.missing()));
      return;
    }
    sent = value;
    send({ do: "save", value });
  }

  function lost() {
    say(message("note", "Not saved yet.", NO_REPLY));
    offer(["Try again", save]);
  }

  function changed() {
    page.judge(null); // it was about something else
    if (isChanged) return;
    isChanged = true;
    offer();
    say(quiet(`Not saved yet. When you are ready, press “${page.home().textContent}”.`));
  }

  function decide(problem) {
    if (problem?.kind === "failed") {
      offer(["Try again", save]);
    } else if (problem?.kind === "conflict") {
      offer(
        ["Keep my answer", () => send({ do: "keep mine", value: sent, over: problem.revision })],
        ["Keep the other answer", () => send({ do: "keep the other" })],
      );
    } else {
      offer();
    }
  }

  function savedWords({ at }) {
    return message("good", "", `Saved at ${clock(at)}.`);
  }

  function paint() {
    const state = model.get("state");
    const { saved, problem, feedback } = state;
    letters.arrived();
    // What was done while the answer was on its way is the learner's: leave it as it is.
    if (isChanged && !problem) return;
    if (!problem) page.write(saved ? saved.value : null);
    page.judge(problem ? null : feedback);
    say(...outcomeOf(state, savedWords));
    decide(problem);
  }

  model.on("change:state", paint);
  return {
    outcome,
    decision,
    save,
    changed,
    paint,
    stop: () => {
      letters.arrived();
      model.off("change:state", paint);
    },
  };
}
