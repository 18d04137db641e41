from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.reads import reads


@pytest.mark.parametrize(
    ("source", "now"),
    [
        ("assert waits == 3", {"waits"}),
        ("expected = 3\nassert waits == expected", {"waits", "expected"}),
        ("[x for x in waits if x > least]", {"waits", "least"}),
        ("(lambda x: x + more)(1)", {"more"}),
        ("def f(x):\n    y = x\n    return y + z", {"z"}),
        ("def f():\n    global z\n    z += 1\n    return z", {"z"}),
        ("class A:\n    x = x\n    def m(self):\n        return deep", {"x", "deep"}),
        ("total += 1", {"total"}),
        ("del total", {"total"}),
        ("frame['a'].b[c]()", {"frame", "c"}),
        ("f'{value:>{width}}'", {"value", "width"}),
        ("match point:\n    case Point(x=0): pass", {"point", "Point"}),
        ("try:\n    f()\nexcept Odd as error:\n    error", {"f", "Odd", "error"}),
        ("x: Kind = 1", {"Kind"}),
        ("assert 'median_wait' in globals()", {"median_wait"}),
        ("assert {'b': 'median_wait'}['b']", set()),
        ("print(len([1]), __name__)", set()),
        ("", set()),
    ],
)
def test_what_code_reads_of_the_names_around_it(source: str, now: set[str]) -> None:
    assert reads(source).now == now


def test_what_functions_read_is_read_by_whoever_calls_them_later() -> None:
    found = reads("start = begin\ndef f():\n    return [deep for _ in range(3)]\n")
    assert found.later == {"deep"}
    assert found.now >= {"begin", "deep"}


_NAMES = st.sampled_from(["a", "b", "c"])
_CODE = st.recursive(
    st.one_of(
        st.builds("{} = {}".format, _NAMES, _NAMES),
        st.builds("{} += {}".format, _NAMES, _NAMES),
        st.builds("del {}".format, _NAMES),
        st.builds("[{0} for {1} in [{2}]]".format, _NAMES, _NAMES, _NAMES),
        st.builds("(lambda {0}: {1})({2})".format, _NAMES, _NAMES, _NAMES),
    ),
    lambda inner: st.one_of(
        st.builds("{}\n{}".format, inner, inner),
        st.builds(
            lambda name, body: (
                f"def {name}():\n    " + body.replace("\n", "\n    ") + f"\n{name}()"
            ),
            _NAMES,
            inner,
        ),
        st.builds(
            lambda name, body: f"class {name}:\n    " + body.replace("\n", "\n    "), _NAMES, inner
        ),
    ),
    max_leaves=6,
)


@given(_CODE)
def test_no_name_that_running_the_code_misses_is_missing_from_what_it_reads(source: str) -> None:
    names: dict[str, object] = {}
    missed = set()
    try:
        exec(source, names)
    except NameError as error:
        if not isinstance(error, UnboundLocalError) and "free variable" not in str(error):
            missed = {error.name}
    except Exception:
        pass  # all that matters is which names it could not find
    assert missed <= reads(source).now
