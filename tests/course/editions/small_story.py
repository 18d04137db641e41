"""A lesson with one of everything that an edition has to put on paper."""

from __future__ import annotations

from pathlib import Path

from tests.course_server import write_notebook

PARTS = """from qi_tools.teaching import (
    Frame, Spot, build, checklist, choice, experiment, match, predict, predict_number, read_chart,
    reveal, scene, show_html, stepper, written
)
from qi_tools import Measure, run_chart
from course.glossary import words
DRAWING = '<svg role="img" aria-label="Two bars." viewBox="0 0 20 10"><path d="M0 9H9"/></svg>'
def frames(count):
    return [Frame(f"<p>Frame {n}</p>", f"Caption {n}") for n in range(1, count + 1)]
"""
NESTED = """predict("a1-guess", "What comes?", {"more": "More", "less": "Less"}, then=lambda _: [
    stepper("The weeks", frames(3)),
    predict_number("a1-how", "How long?", low=0, high=60, unit="minutes",
                   then=lambda number: f"It took {number:g} minutes."),
])"""
CHECKED = """choice("a1-check", "Which is a <system>?", {"a": "A spoon", "b": "A ward"}, right="b",
       feedback={"a": "A spoon is one thing.", "b": "Yes: many parts."})"""
MATCH = """match("a1-match", "Put in order.", {"try": "We tried", "plan": "We planned"},
      {"1": "First", "2": "Second"}, right={"try": "2", "plan": "1"},
      feedback={"try": "What comes before?", "plan": "What comes after?", "right": "In order!"})"""
BUILD = """build("a1-aim", "Build an aim.",
      {"what": ("What?", {"better": "do better", "halve": "halve the wait"}),
       "when": ("By when?", {"soon": "soon", "june": "by June", "never": "one day"})},
      right={"what": "halve", "when": {"june"}},
      feedback={"what": {"better": "How much?", "halve": "Clear."},
                "when": {"soon": "When is that?", "june": "A day.", "never": "No."}},
      done="A strong aim.", sentence="We will {what} {when}.")"""
SCENE = """scene("a1-scene", "What can you find?", '<svg viewBox="0 0 400 300"></svg>',
      {"door": Spot(20, 20, "The door", "It slams."), "bin": Spot(70, 60, "The bin", "Far.")})"""
CHECKLIST = """checklist("a1-own", "Write an aim.", {"much": "How much", "when": "By when"},
      model="Halve the wait by June.")"""
CHART = """read_chart("a1-chart", run_chart(Measure.from_columns(
      [9, 8, 9, 8, 9, 8, 7, 3, 2, 4, 3, 2, 4, 3], name="Wait")))"""
CELLS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("markdown", "# A small story\n\n## What you will learn\n\nMuch. [More](../../x.ipynb).", ()),
    ("code", PARTS, ()),
    ("code", "show_html(DRAWING + '<details><summary>Numbers</summary><p>8</p></details>')", ()),
    ("code", NESTED, ("predict",)),
    ("code", CHECKED, ("check",)),
    ("code", MATCH, ()),
    ("code", BUILD, ()),
    ("code", SCENE, ()),
    ("code", 'stepper("It grows", frames(9))', ()),
    ("code", 'print("1 < 2")', ()),
    ("code", CHECKLIST, ()),
    ("code", CHART, ()),
    ("code", 'experiment("red_beads", "a1-beads")', ("predict",)),
    ("code", 'reveal("A hint", "Count the dots.")', ()),
    ("markdown", "## One thing to do on Monday\n\nLook.", ("monday",)),
    ("code", 'written("a1-monday", "What will you do?", rows=3)', ("monday",)),
    ("markdown", "## Key points\n\n- Look *first*.\n- Then ask.", ("key-points",)),
    ("markdown", "## Words to know", ("words",)),
    ("code", 'words("system", "run chart")', ("words",)),
    ("markdown", "## For facilitators\n\nAsk first.", ("facilitator",)),
)


def write_story(path: Path, *, broken: bool = False) -> Path:
    """Write the lesson; a broken one stops half-way."""
    return write_notebook(path, (*CELLS, ("code", "1 / 0", ())) if broken else CELLS)
