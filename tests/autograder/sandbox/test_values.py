import enum
import json
import subprocess
import sys
import tracemalloc
from collections import Counter, OrderedDict, UserDict, defaultdict
from decimal import Decimal
from pathlib import Path, PurePath

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st
from hypothesis.extra import pandas as pd_st

import qi_tools
from autograder.sandbox import records
from autograder.sandbox import wire as wire_module
from autograder.sandbox.builtin_values import Record
from autograder.sandbox.values import Handle, ValueRefused, decode, encode
from autograder.sandbox.wire import DEEPEST
from tests.crossing import (
    Kept,
    Limits,
    a_frame,
    a_measure,
    crossed,
    refuse,
    results,
    same,
    sent,
    some_of_each,
    strangers,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
)
keys = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=()))
    | st.binary()
    | st.dates()
    | st.fractions()
    | st.timedeltas(),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)
builtin_values = st.recursive(
    keys
    | st.floats()
    | st.complex_numbers()
    | st.decimals().filter(lambda number: not number.is_snan())
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.times()
    | st.builds(range, st.integers(), st.integers(), st.integers(1, 9))
    | st.slices(9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(keys, max_size=4)
    ),
    max_leaves=12,
)


def refused(plain: object) -> str:
    with pytest.raises(ValueRefused) as refusal:
        decode(plain, reach=lambda handle: handle)
    return str(refusal.value)


@given(builtin_values)
def test_values_of_pythons_own_kinds_come_back_as_they_were(value):
    assert same(value, crossed(value))


@given(
    np_st.arrays(
        st.sampled_from(["?", "i1", ">u4", "f2", "f8", "c16", "U3", "S2", "M8[D]", "m8[ns]"]),
        np_st.array_shapes(min_dims=0, min_side=0),
    )
)
def test_arrays_come_back_as_they_were(array):
    back = crossed(array)
    assert same(array, back)
    assert back.flags.writeable


@settings(max_examples=25)  # pandas' own making of them is slow
@given(
    pd_st.data_frames(
        [
            pd_st.column("whole", dtype=int),
            pd_st.column("number", dtype=float),
            pd_st.column("flag", dtype=bool),
            pd_st.column("words", elements=st.text(max_size=3), dtype=object),
            pd_st.column("day", elements=st.datetimes(), dtype=object),
        ],
        index=pd_st.range_indexes() | pd_st.indexes(dtype=int),
    )
)
def test_tables_come_back_as_they_were(frame):
    pd.testing.assert_frame_equal(frame, crossed(frame))
    pd.testing.assert_series_equal(frame["words"], crossed(frame["words"]))


@pytest.mark.parametrize("value", some_of_each(), ids=lambda value: type(value).__name__)
def test_each_kind_comes_back_as_it_was(value):
    back = crossed(value)
    assert same(value, back)
    assert not list(strangers(back))


@pytest.mark.parametrize("name", results())
def test_results_of_the_course_tools_work_once_they_have_crossed(name):
    result = results()[name]
    back = crossed(result)
    assert repr(back) == repr(result)
    if hasattr(result, "describe"):
        assert back.describe() == result.describe()


def test_a_kind_of_chart_crosses_as_one_of_the_known_few():
    chart = qi_tools.control_chart(a_measure(), "p")
    assert crossed(chart).kind is chart.kind
    assert refused(["kind", "my own"])


def test_the_names_of_the_records_are_unique_and_none_holds_a_function():
    names = [name for module in records.RECORDS.values() for name in module]
    assert len(names) == len(set(names))
    for name in names:
        hints = records._hints_of(records._class_called(name))
        assert "Callable" not in str(hints)
        # Raises where a kind of field is not foreseen.
        assert not any(records._fits(Kept(), hint) for hint in hints.values() if hint is not object)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 5),
        ("values", [1.0]),
        ("values", np.array(["a"])),
        ("simulated", 1),
        ("better", "best"),
        ("warnings", ["a"]),
        ("per", "1"),
        ("subgroups", a_measure()),
        ("phases", (a_measure(),)),
        ("per", True),
    ],
)
def test_a_record_with_a_wrong_field_is_refused(field, value):
    wire = sent(a_measure())
    wire[2][list(records._hints_of(qi_tools.Measure)).index(field)] = sent(value)
    assert refused(wire)


def test_no_other_class_can_be_asked_for():
    for name in ("AnswerFile", "ProjectFile", "Kind", "Popen", "os.system", "", 5, ["Measure"]):
        assert refused(["fields", name, []])


class LyingFloat(float):
    def __float__(self):
        return 100.0

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class LyingInt(int):
    def __int__(self):
        return 100

    __index__ = __int__


class LyingText(str):
    __slots__ = ()

    def __str__(self):
        return "100"


class LyingList(list):
    def __iter__(self):
        return iter([100])

    def __len__(self):
        return 100


class LyingDict(dict):
    def items(self):
        return [(1, 100)]

    def __iter__(self):
        return iter([100])


class LyingTuple(tuple):
    __slots__ = ()

    def __iter__(self):
        return iter([100])


class LyingArray(np.ndarray):
    def tobytes(self, order="C"):
        return b"\xff" * 24

    def __eq__(self, other):
        return True

    __hash__ = None


class LyingSeries(pd.Series):
    def __eq__(self, other):
        return True

    __hash__ = None

    def to_numpy(self, *args, **kwargs):
        return np.array([100])


class LyingFrame(pd.DataFrame):
    def items(self):
        return iter([("a", pd.Series([100, 100]))])


class Level(enum.IntEnum):
    LOW = 1


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (LyingFloat(1.5), 1.5),
        (LyingInt(7), 7),
        (LyingText("a"), "a"),
        (LyingList([1, 2]), [1, 2]),
        (LyingDict({"a": 1}), {"a": 1}),
        (LyingTuple((1, 2)), (1, 2)),
        (np.arange(3).view(LyingArray), np.arange(3)),
        (LyingSeries([1, 2]), pd.Series([1, 2])),
        (LyingFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 2]})),
        (Level.LOW, 1),
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (defaultdict(int, a=1), {"a": 1}),
        (Path("ward.csv"), PurePath("ward.csv")),
    ],
)
def test_a_subclass_crosses_as_what_it_holds(value, held):
    assert same(crossed(value), held)


def test_a_named_tuple_keeps_its_names():
    limits = crossed(Limits(1, [2], 3))
    assert isinstance(limits, Record)
    assert limits == (1, [2], 3)
    assert (limits.lower, limits.upper, limits.count, limits[1]) == (1, [2], 3, [2])
    assert limits._asdict() == {"lower": 1, "upper": [2], "count": 3}
    assert repr(limits) == "Record(lower=1, upper=[2], count=3)"
    assert same(crossed(limits), limits)
    with pytest.raises(AttributeError):
        limits.lower = 5


def test_rows_of_a_table_keep_their_names():
    row = next(a_frame()[["whole", "words"]].itertuples())
    assert crossed(row).words == "x"


@pytest.mark.parametrize("name", ["__class__", "__eq__", "a b", "class", "", "a" * 101, 5])
def test_a_record_takes_no_names_that_python_itself_asks_for(name):
    assert refused(["record", [name], [1]])


def mean(numbers):
    """Give the middle."""


class Ward:
    """A ward."""

    def patients(self):
        return 5


@pytest.mark.parametrize(
    ("value", "kind", "name"),
    [
        (mean, "function", "mean"),
        (len, "function", "len"),
        (Ward, "function", "Ward"),
        (Ward().patients, "function", "patients"),
        (lambda: 1, "function", "<lambda>"),
        (Ward(), "object", "Ward"),
        (iter([1]), "object", "list_iterator"),
        (UserDict(), "object", "UserDict"),
        (a_frame().groupby("words"), "object", "DataFrameGroupBy"),
    ],
)
def test_what_cannot_cross_stays_and_gets_a_handle(value, kind, name):
    kept = Kept()
    wire = sent({"it": [value]}, kept)
    (handle,) = decode(wire, lambda handle: handle)["it"]
    assert (handle.kind, handle.name) == (kind, name)
    assert kept.objects[handle.number - 1] is value


def test_a_handle_brings_the_documentation_in_bounds():
    handle = crossed(mean)
    assert handle.doc == "Give the middle."
    mean.__doc__, mean.__name__ = "a" * 9999, "b" * 9999
    assert (len(crossed(mean).doc), len(crossed(mean).name)) == (2000, 200)


@pytest.mark.parametrize(
    "value",
    [
        {mean: 1},
        {(1, mean): 1},
        {Ward()},
        np.array([mean], dtype=object),
        pd.Series([mean]),
        pd.Series([1], name=mean),
        slice(mean),
    ],
)
def test_no_handle_stands_where_values_are_compared_or_computed(value):
    with pytest.raises(ValueRefused, match="can't be checked"):
        sent(value, Kept())
    handle = ["handle", 1, "object", "Ward", ""]
    for wire in (
        ["dict", [handle], [1]],
        ["set", [handle]],
        ["objects", [1], [handle]],
        ["fields", "Note", [1, handle]],
        ["dict", [["tuple", [handle]]], [1]],
    ):
        assert "can't be checked" in refused(wire)


@pytest.mark.parametrize(
    "handle",
    [
        ["handle"],
        ["handle", -1, "object", "", ""],
        ["handle", True, "object", "", ""],
        ["handle", 2**60, "object", "", ""],
        ["handle", 1, "module", "", ""],
        ["handle", 1, "object", 5, ""],
        ["handle", 1, "object", "a" * 201, ""],
        ["handle", 1, "object", "", "a" * 2001],
        ["handle", 1, "object", "", "", ""],
    ],
)
def test_a_wrong_handle_is_refused(handle):
    assert refused(handle)


def test_what_reaching_for_a_handle_raises_is_a_refusal():
    def reach(handle: Handle) -> object:
        raise KeyError(handle.number)

    with pytest.raises(ValueRefused):
        decode(["handle", 1, "object", "", ""], reach)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (np, "`numpy` is a module: the check must import it itself"),
        (np.ma.masked_array([1], [True]), "masked"),
        (np.array([(1,)], dtype=[("a", int)]), "can't be checked"),
        (pd.Series(pd.arrays.SparseArray([1])), "Sparse"),
        (10**4000, "4,000 digits"),
        ([1, 10**4000], "4,000 digits"),
        (Decimal("1E+9999999"), "too large"),
        (pd.DataFrame(np.zeros((1, 10_001))), "columns"),
    ],
    ids=lambda value: None if isinstance(value, str) else type(value).__name__,
)
def test_what_can_neither_cross_nor_be_asked_is_refused_in_plain_words(value, why):
    with pytest.raises(ValueRefused, match=why):
        encode(value, Kept())


def test_values_that_hold_themselves_or_grow_without_end_are_refused():
    loop = []
    loop.append(loop)
    deep = []
    for _ in range(DEEPEST):
        deep = [deep]
    for value in (loop, deep):
        with pytest.raises(ValueRefused):
            encode(value, refuse)
    assert crossed(deep[0]) == deep[0]


def test_values_of_too_many_parts_are_refused_on_both_sides(monkeypatch):
    wide = [0] * 10
    for _ in range(3):
        wide = [wide] * 10
    plain, wire = [0] * 1001, sent(wide)
    monkeypatch.setattr(wire_module, "MOST_PARTS", 1000)
    for value in (wide, plain):
        with pytest.raises(ValueRefused, match="more than 1,000 parts"):
            encode(value, refuse)
    assert "parts" in refused(["list", plain])
    assert "parts" in refused(wire)


def test_a_class_that_fails_when_looked_at_is_refused():
    class Sulking:
        @property
        def __doc__(self):
            raise RuntimeError("no")

    with pytest.raises(ValueRefused, match="could not be read"):
        encode(Sulking(), Kept())


def deep_wire(depth):
    wire = 1
    for _ in range(depth):
        wire = ["list", [wire]]
    return wire


BOMBS = {
    "deep": deep_wire(DEEPEST + 1),
    "shape": ["array", "<f8", [10**9], ""],
    "shape that overflows": ["array", "<f8", [2**33, 2**31], ""],
    "shape beside a zero": ["array", "<f8", [0, 10**9], ""],
    "negative shape": ["array", "<f8", [-1, -1], "AAAAAAAAAAA="],
    "too many axes": ["array", "|i1", [1] * 33, "AA=="],
    "wide text": ["array", "<U1000000", [1], ""],
    "wide text of no items": ["array", "<U999999999", [0], ""],
    "no width": ["array", "<U0", [10**9], ""],
    "void": ["array", "|V8", [1], "AAAAAAAAAAA="],
    "addresses": ["array", "|O", [1], "AAAAAAAAAAA="],
    "fields": ["array", "i4,i4", [1], "AAAAAAAAAAA="],
    "letters that are none": ["array", "<U1", [1], "////fw=="],
    "a truth of two": ["array", "|b1", [1], "Ag=="],
    "scalar": ["scalar", "<f8", ""],
    "objects": ["objects", [10**9], []],
    "rows": ["range_index", 0, 10**12, 1, None],
    "no step": ["range_index", 0, 10, 0, None],
    "codes": ["categories", sent(np.array([5])), sent(pd.Index(["a"])), False],
    "codes of levels": [
        "multi_index",
        [sent(pd.Index(["a"]))],
        [sent(np.array([7]))],
        [None],
    ],
    "columns": ["frame", sent(pd.Index(["a"])), sent(pd.RangeIndex(3)), []],
    "rows that differ": [
        "frame",
        sent(pd.Index(["a"])),
        sent(pd.RangeIndex(3)),
        [sent(np.array([1]))],
    ],
    "a number of many digits": 10**4000,
    "a decimal that is a bomb": ["decimal", "1E+999999999"],
    "a year": ["datetime", 10000, 1, 1, 0, 0, 0, 0, 0, None],
    "a zone outside": ["datetime", 2026, 1, 1, 0, 0, 0, 0, 0, ["zone", "../../../etc/passwd"]],
    "a zone of no name": ["datetime", 2026, 1, 1, 0, 0, 0, 0, 0, ["zone", "Europe"]],
    "steps": ["index", sent(np.array(["2026-01-01"], "M8[s]")), None, "D" * 30],
    "a key that can't be one": ["dict", [["list", []]], [1]],
    "a key twice": ["dict", ["a", "a"], [1, 2]],
    "a key too many": ["dict", ["a", "b"], [1]],
    "a part twice": ["set", [1, 1]],
    "an unknown kind": ["eval", "1"],
    "a kind that is no text": [["list"], []],
    "nothing": [],
    "a dictionary": {"a": 1},
    "nul in bytes": ["bytes", "é"],
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_no_honest_value_gives_is_refused_and_reserves_no_memory(name):
    tracemalloc.start()
    try:
        assert refused(BOMBS[name])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2_000_000 + 16 * len(json.dumps(BOMBS[name]))


@given(json_values)
def test_any_json_is_a_value_or_refused(plain):
    try:
        value = decode(plain, reach=lambda handle: handle)
    except ValueRefused:
        return
    assert not list(strangers(value))


def test_no_file_is_looked_for_under_the_name_of_a_zone_that_is_none(monkeypatch):
    looked = []
    monkeypatch.setattr("zoneinfo.ZoneInfo", looked.append)
    for name in ("../../etc/passwd", "/etc/passwd", "Europe/../x", "", "a" * 99, "a\n"):
        assert refused(["time", 1, 2, 3, 4, 0, ["zone", name]])
    assert not looked


def test_a_list_that_holds_nothing_but_itself_is_only_ever_a_tag():
    assert refused([[]])
    assert refused(["list"])
    assert refused(["list", "abc"])
    assert refused(["list", [], []])


def test_pandas_and_matplotlib_are_not_loaded_for_plain_values():
    code = (
        "import sys; from autograder.sandbox.values import decode, encode; "
        "decode(encode([1, 'a', {2}, print], lambda value: 1), lambda handle: handle); "
        "sys.exit(any(name in sys.modules for name in ('pandas', 'matplotlib', 'qi_tools')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
