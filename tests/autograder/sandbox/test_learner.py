"""A real process for learner's code, asked directly; what it can do is undone by no one."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from autograder.sandbox.outputs import safe_outputs
from autograder.sandbox.practice import PipeEnd
from autograder.sandbox.values import Handle, decode, encode
from tests.autograder.sandbox.ends import error, text


class Asked:
    """A learner's process and the questions to it."""

    def __init__(self) -> None:
        self.end = PipeEnd("learner")
        self._n = 0
        self.ask(do="files", files=[["helpers.py", base64.b64encode(b"two = 2").decode()]])

    def say(self, **question: Any) -> None:
        self._n += 1
        self.end.send({"n": self._n, **question})

    def ask(self, **question: Any) -> dict[str, Any]:
        self.say(**question)
        answer = self.end.receive(60)
        assert answer.pop("n") == self._n
        return answer

    def run(self, source: str, limit: int = 100_000) -> Any:
        answer = self.ask(do="run", source=source, limit=limit)
        # Nothing of an honest cell is lost by making it safe.
        assert len(safe_outputs(answer["outputs"], limit)) == len(answer["outputs"])
        return tuple(answer["outputs"])

    def names(self, *names: str, limit: int = 100_000) -> dict[str, Any]:
        return self.ask(do="names", names=names, limit=limit)

    def handle(self, name: str) -> int:
        handles: list[Handle] = []
        decode(self.names(name)["values"][name], handles.append)
        return handles[0].number

    def call(self, name: str, *args: object) -> dict[str, Any]:
        sent = {"args": encode(args, keep=id), "kwargs": encode({}, keep=id)}
        return self.ask(do="call", handle=self.handle(name), **sent)


@pytest.fixture(scope="module")
def learner() -> Iterator[Asked]:
    asked = Asked()
    yield asked
    asked.end.kill()


def test_streams_results_and_errors_come_in_their_order(learner: Asked) -> None:
    source = (
        "import sys\nprint('a')\nprint('b', end='')\nprint('c', file=sys.stderr)\n"
        "display(1)\nprint('d')\n2"
    )
    outputs = learner.run(source)
    assert [(each["output_type"], text((each,))) for each in outputs] == [
        ("stream", "a\nb"),
        ("stream", "c\n"),
        ("display_data", "1"),
        ("stream", "d\n"),
        ("execute_result", "2"),
    ]
    assert [each.get("name") for each in outputs][:2] == ["stdout", "stderr"]


def test_an_error_has_a_traceback_without_colours(learner: Asked) -> None:
    (output,) = learner.run("1/0")
    assert error((output,)) == "ZeroDivisionError: division by zero"
    traceback = "\n".join(output["traceback"])
    assert "1/0" in traceback
    assert "\x1b" not in traceback


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("if", "SyntaxError"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("raise SystemExit", "SystemExit: "),
        ("raise KeyboardInterrupt", "KeyboardInterrupt: "),
        ("input()", "EOFError"),
        ("quit()", None),
        ("exit", None),
    ],
)
def test_a_cell_that_ends_early_leaves_the_next_running(
    learner: Asked, source: str, problem: str | None
) -> None:
    found = error(learner.run(source))
    assert (found is None) if problem is None else (found or "").startswith(problem)
    assert text(learner.run("print(6)")) == "6\n"


def test_names_stay_from_cell_to_cell_and_a_module_beside_is_found(learner: Asked) -> None:
    learner.run("from helpers import two\nimport asyncio\nawait asyncio.sleep(0)")
    assert text(learner.run("two")) == "2"


def test_figures_become_pictures_at_the_end_of_their_cell(learner: Asked) -> None:
    source = "%matplotlib inline\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nNone"
    (picture,) = learner.run(source)
    assert picture["output_type"] == "display_data"
    assert base64.b64decode(picture["data"]["image/png"]).startswith(b"\x89PNG")
    assert picture["data"]["text/plain"].startswith("<Figure size")
    assert text(learner.run("plt.get_fignums()")) == "[]"
    assert learner.run("fig.gca() is ax")[0]["data"] == {"text/plain": "True"}
    # A figure that is closed is not shown; one that is shown by its name is so once.
    assert learner.run("plt.plot([1])\nplt.close()") == ()


def test_a_table_is_text(learner: Asked) -> None:
    (output,) = learner.run("import pandas as pd\npd.DataFrame({'a': [1]})")
    assert output["data"] == {"text/plain": "   a\n0  1"}


def test_what_is_not_kept_of_a_display_is_not_even_made(learner: Asked) -> None:
    source = "class A:\n    def _repr_html_(self): print('made')\nA()"
    assert "made" not in text(learner.run(source))


def test_what_is_written_below_python_goes_nowhere(learner: Asked) -> None:
    source = "import os\nfor fd in (1, 2):\n    os.write(fd, b'x' * 100_000)\nos.read(0, 9)"
    assert text(learner.run(source)) == "b''"


def test_a_flood_is_cut(learner: Asked) -> None:
    source = "for _ in range(100):\n    print('x' * 1000)\n    display(1)\n1/0"
    answer = learner.ask(do="run", source=source, limit=5000)
    assert answer["cut"] is True
    assert sum(len(text((each,))) for each in answer["outputs"]) == 5000
    assert answer["outputs"][-1]["ename"] == "ZeroDivisionError"


def test_an_interrupt_between_cells_changes_nothing(learner: Asked) -> None:
    learner.end.interrupt()
    assert text(learner.run("print(6)")) == "6\n"


def test_values_cross_and_a_name_that_is_not_there_is_left_out(learner: Asked) -> None:
    learner.run("x = 3\nimport math\nbig = 'x' * 1000")
    told = learner.names("x", "nothing", "math", "big", limit=500)
    assert told["values"] == {"x": 3}
    assert set(told["refused"]) == {"math", "big"}


def test_a_value_that_can_hardly_be_looked_at_harms_no_other(learner: Asked) -> None:
    learner.run(
        "class Odd(list):\n"
        "    def __iter__(self): raise SystemExit\n"
        "    def __len__(self): raise KeyboardInterrupt\n"
        "    def __repr__(self): raise MemoryError\n"
        "    @property\n"
        "    def __class__(self): raise SystemExit\n"
        "odd, x = Odd([1]), 3"
    )
    assert learner.names("odd", "x")["values"]["x"] == 3


def test_calls_give_values_or_the_classes_of_an_error(learner: Asked) -> None:
    learner.run(
        "class TooMany(ValueError): pass\n"
        "def f(x):\n"
        "    print('dropped')\n"
        "    if x < 0: raise KeyError('ward')\n"
        "    if x > 9: raise TooMany('no')\n"
        "    if x == 9: raise SystemExit(1)\n"
        "    if x == 8: return iter\n"
        "    return x + 1\n"
    )
    assert learner.call("f", 1) == {"value": 2}
    for given, told in [
        (-1, [["KeyError", "LookupError"], "ward"]),
        (10, [["ValueError", "Exception"], "no"]),
        (9, [["SystemExit", "BaseException"], "1"]),
        ("x", [["TypeError", "Exception"], "'<' not supported"]),
    ]:
        classes, message = learner.call("f", given)["raised"]
        assert classes[:2] == told[0]
        assert message.startswith(told[1])
    assert learner.handle("f") == learner.handle("f")


def test_attributes_are_got(learner: Asked) -> None:
    learner.run("class Ward: beds = 3\nward = Ward()")
    handle = learner.handle("ward")
    assert learner.ask(do="get", handle=handle, name="beds") == {"value": 3}
    answer = learner.ask(do="get", handle=handle, name="doors")
    assert answer["raised"][0][0] == "AttributeError"


def test_an_answer_that_is_too_long_to_be_said_is_refused(learner: Asked) -> None:
    learner.run("import numpy as np\nhuge = np.zeros(9_000_000)\nf = lambda: huge")
    assert learner.names("huge", limit=10**9)["refused"] == {"huge": "it is too large"}
    assert learner.call("f")["raised"] == [[], "it is too large"]


def test_nothing_of_the_users_own_set_up_is_read(learner: Asked) -> None:
    assert text(learner.run("get_ipython().history_manager.enabled")) == "False"
    found = text(learner.run("get_ipython().profile_dir.location"))
    assert ".ipython" not in found
