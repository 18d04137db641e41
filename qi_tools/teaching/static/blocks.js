// What the scripts of all parts are made of: Python puts it before each of them.
//
// Text from questions, answers and files only ever becomes text nodes. The one place for HTML is
// showHtml, which gets it from the lesson's author or from a result of qi_tools.

const REPLY_WITHIN_MS = 10_000;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (["button", "input", "select", "textarea"].includes(tag)) keepKeys(node);
  node.append(...children);
  return node;
}

// In JupyterLab arrows and single letters are commands on cells; here they choose and press. The
// mark has to be on the very element that has the focus.
function keepKeys(node) {
  node.setAttribute("data-lm-suppress-shortcuts", "true");
}

// Labels and descriptions refer to elements by id, and one page holds many parts.
function unique(word) {
  return `qi-${word}-${Math.random().toString(36).slice(2)}`;
}

// Each meaning has its own outline, so that it never rests on colour alone.
const ICONS = {
  good: ["M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Z", "M4.6 8.3l2.3 2.3 4.5-4.9"],
  bad: ["M2 2h12v12H2Z", "M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"],
  found: ["M2.6 8.6l3.6 3.7L13.4 4.4"],
  note: ["M8 1.6 15 14.2H1Z", "M8 6.2v3.6M8 11.7v.6"],
};

function icon(tone) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  for (const line of ICONS[tone]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}

function message(tone, strong, text) {
  const words = make("span");
  if (strong) words.append(make("strong", {}, strong), " ");
  words.append(text);
  return make("p", { class: `qi-message qi-${tone}` }, icon(tone), words);
}

function verdict({ right, verdict, text }) {
  return message(right ? "good" : "bad", verdict, text);
}

function quiet(text) {
  return make("p", { class: "qi-quiet" }, text);
}

// What there is to say of a question's state. `savedWords(saved)` tells that the answer is kept.
function outcomeOf({ saved, problem, feedback, note }, savedWords) {
  const nodes = note ? [message("note", "", note)] : [];
  if (problem?.kind === "conflict") {
    const theirs = problem.theirs ? `“${problem.theirs}”` : "nothing (it was removed)";
    const text =
      `At ${clock(problem.at)} the answer saved there was: ${theirs}. ` +
      `Here it is: “${problem.mine || "nothing"}”. Which one do you want to keep?`;
    nodes.push(message("note", "You answered this in another tab too.", text));
  } else if (problem?.kind === "failed") {
    nodes.push(message("bad", "Not saved.", problem.text));
  } else if (problem) {
    nodes.push(message("note", "", problem.text));
  } else if (feedback) {
    nodes.push(verdict(feedback));
    if (!feedback.right) nodes.push(quiet("You can change your answer and check again."));
  } else if (saved) {
    nodes.push(savedWords(saved));
  }
  return nodes;
}

// "14:03", or "14:03 on 22 November" if that was not today.
function clock(at) {
  const then = new Date(at);
  const time = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === new Date().toDateString()) return time;
  return `${time} on ${then.toLocaleDateString("en-GB", { day: "numeric", month: "long" })}`;
}

function showHtml(node, html) {
  node.innerHTML = html;
}

// What is wider than the screen can be scrolled by keyboard too.
function letScroll(node) {
  keepKeys(node);
  const watcher = new ResizeObserver(() => {
    if (node.scrollWidth > node.clientWidth) {
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "group"); // not a landmark: a page may have many
      node.setAttribute("aria-label", "Wider than the screen: scroll sideways");
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) node.removeAttribute(name);
    }
  });
  watcher.observe(node);
  return () => watcher.disconnect();
}

// Sends what the learner did. `lost` is called if nothing comes back in time.
function post(model, lost) {
  let timer = null;
  const arrived = () => clearTimeout(timer);
  return {
    send(message, buffers = []) {
      arrived();
      timer = setTimeout(lost, REPLY_WITHIN_MS);
      try {
        model.send(message, undefined, buffers);
      } catch {
        arrived();
        lost();
      }
    },
    arrived,
  };
}

