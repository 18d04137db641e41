"""The benchmark's own pieces; the benchmark itself is run by hand."""

import ast
import re
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("resource", reason="the benchmark needs Linux or macOS")

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture(scope="module", autouse=True)
def importable():
    sys.path.insert(0, str(BENCHMARKS))
    yield
    sys.path.remove(str(BENCHMARKS))


def pinned():
    text = (BENCHMARKS / "requirements.txt").read_text(encoding="utf-8")
    peers, shared = text.split("\n\n")
    return [set(re.findall(r"^([\w-]+)==[\d.]+$", part, re.MULTILINE)) for part in (peers, shared)]


def test_every_peer_is_pinned_and_every_pin_is_compared():
    from peers import PEERS

    assert pinned()[0] == {peer.package for peer in PEERS}


def test_every_way_is_written():
    from peers import OURS, PEERS

    for peer in (OURS, *PEERS):
        # The peers aren't installed here, so their modules are read and not imported.
        path = BENCHMARKS / "peers" / f"{peer.module}.py"
        body = ast.parse(path.read_text(encoding="utf-8")).body
        written = {part.name for part in body if isinstance(part, ast.FunctionDef)}
        assert {way.function for way in peer.ways} == {n for n in written if n[0] != "_"}, path
        values = {part.targets[0].id: part.value for part in body if isinstance(part, ast.Assign)}
        assert len(ast.literal_eval(values["LINES"])) == 4, path


def test_every_module_is_compared():
    from peers import OURS, PEERS

    written = {path.stem for path in (BENCHMARKS / "peers").glob("*.py")}
    assert written == {
        *(peer.module for peer in (OURS, *PEERS)), "__init__", "kernel", "work"
    }  # fmt: skip


def test_the_smallest_difference_that_is_no_agreement():
    from many_measures import agreement, verdict

    ours = {"even": [7.0, 10.0, 13.0]}
    near, off = (
        agreement(ours, {"even": [7.0, 10.0, 13.002]}),
        agreement(ours, {"even": [7, 10, 14]}),
    )
    assert verdict(near["even"]) == "agree"
    assert verdict(off["even"]) == "off by 33.3%"


def test_the_two_measures_part_those_that_leave_large_moving_ranges_out():
    from peers.work import two_to_agree_on

    for name, values in two_to_agree_on().groupby("measure")["value"]:
        ranges = np.abs(np.diff(values))
        assert (ranges.max() > 3.267 * ranges.mean()) == (name == "jump")


def test_bare_numpy_finds_what_we_find():
    from peers.kernel import signals
    from peers.ours import anhoej_and_making_data_count
    from peers.work import simulated

    frame = simulated(500, 36)
    table = anhoej_and_making_data_count(frame)
    assert table["value"].tolist() == frame["value"].tolist()
    found = signals(frame["value"].to_numpy().reshape(500, 36))
    named = {name for texts in table["rules"].cat.categories for name in texts.split(", ")} - {""}
    assert {*named, "few crossings"} == set(found)
    for name, flags in found.items():
        column = "phase_rules" if name == "few crossings" else "rules"
        # Text for text, so that no name is taken for a part of another.
        ours = table[column].map(lambda texts, name=name: name in texts.split(", ")).to_numpy()
        theirs = np.repeat(flags, 36) if flags.ndim == 1 else flags.ravel()
        assert theirs.any(), name
        assert (ours == theirs).all(), name
