"""A lesson small enough to read whole, which keeps the grammar; a test changes one thing in it."""

import copy
import dataclasses
import json

from course.glossary import Glossary, Term
from course.grammar import check_notebook
from course.syllabus import Module, Objective, load_syllabus

GLOSSARY = Glossary((Term("Run chart", "dots"), Term("System", "parts")))
MODULE = Module(
    id="A9",
    dose="all_staff",
    title="Waiting less",
    summary="",
    minutes=10,
    built=True,
    optional=False,
    notebook="1_all_staff/a9_waiting_less.ipynb",
    objectives=(
        Objective("17", 1, 6, "Say what a wait is.", ()),
        Objective("18", 1, 4, "Say who waits.", ()),
    ),
    topics=("17", "18"),
)
SYLLABUS = dataclasses.replace(load_syllabus(), modules=(MODULE,))

PREDICT = """def shown(guess):
    return stepper("Waits", [Frame("<p>8</p>", "Eight minutes")])


predict("a9-guess", "What next?", {"up": "Up", "down": "Down"}, then=shown)"""
CARD = """WAYS = {"a": "One", "b": "Two"}
choice("a9-card", "Which?", WAYS, right="a", feedback={"a": "Yes", "b": "No"})"""
CHECK = """choice(
    "a9-check",
    "Which?",
    {"a": "One", "b": "Two"},
    right="a",
    feedback={"a": "Yes", "b": "No"},
)"""


def text(id, source, *tags):
    return {"cell_type": "markdown", "id": id, "metadata": {"tags": [*tags]}, "source": source}


def code(id, source, *tags):
    return {
        "cell_type": "code",
        "id": id,
        "metadata": {"tags": [*tags, "hide-input"], "jupyter": {"source_hidden": True}},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


LEARN = """# Waiting less

## What you will learn

About **10 minutes**. At the end you can:

- Say what a wait is. (6 minutes)
- Say who waits. (4 minutes)"""

GOOD = {
    "cells": [
        text("title", LEARN),
        text("why", "## Why this matters where you work\n\nA [system](#word-system).", "why"),
        text("waits", "## Waits\n\nOne day. See [key points](#key-points)."),
        code("guess", PREDICT, "predict", "activity"),
        text("means", "It means that we wait.\n\n### More\n\nA lot.", "explain"),
        code("card", CARD, "check"),
        text("check", "## Check yourself\n\nGo on.", "check"),
        code("check-1", CHECK, "check"),
        text("monday", "## One thing to do on Monday\n\nLook.", "monday"),
        code("monday-1", 'written("a9-monday", "What?")', "monday"),
        text("points", "## Key points\n\n- Wait less.", "key-points"),
        text("words", "## Words to know", "words"),
        code("words-1", 'words("System")', "words"),
        text("facilitator", "## For facilitators\n\nRead it aloud.", "facilitator"),
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def faults_of(modules, notebook, path="1_all_staff/a9_waiting_less.ipynb", syllabus=SYLLABUS):
    """Save a notebook in a folder of modules, and return its faults as lines."""
    file = modules / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(notebook), encoding="utf-8")
    return [str(fault) for fault in check_notebook(file, syllabus, GLOSSARY, modules)]


def changed(id, /, **changes):
    """Return the good lesson with one cell changed."""
    notebook = copy.deepcopy(GOOD)
    next(cell for cell in notebook["cells"] if cell["id"] == id).update(changes)
    return notebook


def edited(id, old, new):
    """Return the good lesson with a few words of one cell changed."""
    source = next(cell["source"] for cell in GOOD["cells"] if cell["id"] == id)
    assert old in source
    return changed(id, source=source.replace(old, new))


def without(*ids):
    notebook = copy.deepcopy(GOOD)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in ids]
    return notebook


def plus(*cells, at=3):
    notebook = copy.deepcopy(GOOD)
    notebook["cells"][at:at] = cells
    return notebook


def moved(id, to):
    notebook = without(id)
    cell = next(cell for cell in GOOD["cells"] if cell["id"] == id)
    notebook["cells"].insert(to, copy.deepcopy(cell))
    return notebook
