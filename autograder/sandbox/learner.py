"""The process that runs a learner's cells: IPython, as a notebook has it, and nothing of ours.

Nothing in this module protects anything. The learner's code runs in the same process and can
change all of it. What keeps it in is around the process (`bubblewrap`), and what it says is
believed in nothing (`conductor`, `outputs`, `values`). What is careful here is so for the honest.
"""

from __future__ import annotations

import io
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder.sandbox.folder import lay_out
from autograder.sandbox.frames import LONGEST_MESSAGE, TOO_LARGE, Connection, Gone
from autograder.sandbox.pictures import draw_once
from autograder.sandbox.values import Handle, ValueRefused, decode, encode

_INLINE = "module://matplotlib_inline.backend_inline"
_shell: _Shell | None = None


_FIRST_TIMES = """
def first_times():
    import io
    import matplotlib.pyplot as plt
    import pandas as pd

    lines = "week,wait\\n2026-01-05,41\\n2026-01-12,38\\n2026-01-12,35"
    table = pd.read_csv(io.StringIO(lines), parse_dates=["week"])
    weeks = table.groupby("week")["wait"].agg(["count", "median"]).reset_index()
    figure, axes = plt.subplots()
    axes.plot(weeks["week"], weeks["median"], marker="o", label="Wait")
    axes.bar(weeks["week"], weeks["count"])
    axes.set(title="Waits", xlabel="Week", ylabel="Days")
    axes.legend()
    repr(weeks)

first_times()
"""


def warm_up() -> None:
    """Load what most notebooks import and make the shell, once, before any process is forked."""
    import asyncio  # noqa: F401 - for a cell with await; a loop would be shared with every fork

    import matplotlib

    matplotlib.use(_INLINE)
    import numpy  # noqa: F401
    import pandas  # noqa: F401

    # The first table, the first drawing (which finds the machine's fonts), the first error and the
    # first magic each load more, and take longer than all that most notebooks do.
    for source in (_FIRST_TIMES, "1/0", "%matplotlib inline"):
        _warm_shell().run_cell(source)  # type: ignore[no-untyped-call]
    del _warm_shell().user_ns["first_times"]


def serve(connection: Connection) -> None:
    """Answer the conductor's questions about one submission until it is gone.

    Parameters
    ----------
    connection : Connection
        Where questions come from. It is on none of the standard streams, which lead nowhere.
    """
    learner = _Learner(connection, _warm_shell())
    signal.signal(signal.SIGINT, learner.interrupted)
    if sys.platform == "win32":
        signal.signal(signal.SIGBREAK, learner.interrupted)
    try:
        while True:
            learner.answer(connection.receive())
    except Gone:
        return


# ------------------------------------------------------------ what a cell puts out


class _Outputs:
    """The outputs of the cell that runs, in their order."""

    def __init__(self) -> None:
        self.start(0)

    def start(self, limit: int) -> None:
        """Forget what there is, and take so many bytes of what comes."""
        self.outputs: list[dict[str, Any]] = []
        self.cut = False
        self._room = limit

    def add(self, output: dict[str, Any], size: int) -> None:
        """Take one output, if there is room for it."""
        if size > self._room:
            self.cut = True
        else:
            self._room -= size
            self.outputs.append(output)

    def write(self, name: str, text: str) -> None:
        """Take a piece of a stream."""
        piece = text[: self._room]
        self.cut = self.cut or len(piece) < len(text)
        if not piece:
            return
        self._room -= len(piece)
        last = self.outputs[-1] if self.outputs else {}
        if last.get("name") == name:
            # Joined at the end: a text that grows by each small piece would cost its square.
            last["text"].append(piece)
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": [piece]})

    def error(self, name: str, message: str, traceback: list[str]) -> None:
        """Take an error, which always finds room."""
        self.outputs.append(
            {
                "output_type": "error",
                "ename": name,
                "evalue": message,
                "traceback": traceback,
            }
        )


class _Stream(io.TextIOBase):
    """A standard stream of Python's whose text becomes an output."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: _Outputs) -> None:
        self._stream = name
        self._outputs = outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.write(self._stream, text)
        return len(text)


def _sized(data: Mapping[str, Any]) -> tuple[dict[str, str], int]:
    """Return the parts of a rich output that are kept at all, and their size."""
    kept = {}
    for kind in ("text/plain", "image/png"):
        value = data.get(kind)
        if isinstance(value, bytes):
            import base64

            value = base64.b64encode(value).decode("ascii")
        if isinstance(value, str):
            kept[kind] = value
    return kept, sum(map(len, kept.values()))


def _shown(part: Any) -> _Outputs:
    """Return the outputs of the shell that a part of IPython belongs to."""
    shown: _Outputs = part.shell.shown
    return shown


class _Publisher(DisplayPublisher):
    """Takes what `display` shows."""

    def publish(self, data: Any, metadata: Any = None, *args: Any, **kwargs: Any) -> None:
        kept, size = _sized(data)
        if kept:
            output = {"output_type": "display_data", "data": kept, "metadata": {}}
            _shown(self).add(output, size)

    def clear_output(self, wait: bool = False) -> None:
        _shown(self).outputs.clear()


class _Hook(DisplayHook):
    """Takes the value of a cell's last line."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        kept, size = _sized(format_dict)
        output = {"output_type": "execute_result", "data": kept, "metadata": {}}
        _shown(self).add({**output, "execution_count": None}, size)

    def finish_displayhook(self) -> None:
        self._is_active = False


# ------------------------------------------------------------ the shell


class _Shell(InteractiveShell):
    """IPython without a terminal, a history or anything of the user's own set-up."""

    def __init__(self, **options: Any) -> None:
        self.shown = _Outputs()
        super().__init__(**options)  # type: ignore[no-untyped-call]

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: there is no screen. ``%matplotlib inline`` asks for this."""

    def ask_exit(self) -> None:
        """Do nothing: ``quit()`` does not end the process, as the next cells are to run too."""

    def init_virtualenv(self) -> None:
        """Do nothing: the environment is the one we run in."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        name = getattr(etype, "__name__", str(etype))
        self.shown.error(name, _message(evalue), stb)


def _warm_shell() -> _Shell:
    """Return the one shell of this process."""
    global _shell  # noqa: PLW0603 - made before a process is forked, used after
    if _shell is None:
        settings = Config()
        settings.HistoryManager.enabled = False
        settings.InteractiveShell.colors = "nocolor"
        settings.InteractiveShell.enable_tip = False
        _shell = _Shell.instance(
            config=settings,
            ipython_dir=tempfile.mkdtemp(prefix="ipython_"),
            display_pub_class=_Publisher,
            displayhook_class=_Hook,
        )
        assert _shell.display_formatter is not None
        _shell.display_formatter.active_types = ["text/plain", "image/png"]
        # Figures become outputs of the cell that makes them, as in a notebook. Loading the backend
        # settles how they are drawn.
        draw_once()
        from matplotlib_inline import backend_inline

        backend_inline.configure_inline_support(_shell, _INLINE)  # type: ignore[no-untyped-call]
    return _shell


def _message(error: object) -> str:
    try:
        # A KeyError's own text is the quoted key, and would be quoted again at the other end.
        return str(error.args[0] if type(error) is KeyError and error.args else error)
    except Exception:  # the learner wrote the class
        return ""


# ------------------------------------------------------------ answers


class _Learner:
    """Answers what the conductor asks."""

    def __init__(self, connection: Connection, shell: _Shell) -> None:
        self._connection = connection
        self._shell = shell
        self._running = False
        self._kept: list[object] = []
        self._numbers: dict[int, int] = {}

    def interrupted(self, *_: object) -> None:
        """Stop what runs; what is already done is not disturbed."""
        if self._running:
            self._running = False
            raise KeyboardInterrupt

    def answer(self, question: Mapping[str, Any]) -> None:
        """Answer one question."""
        answers: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "files": self._files,
            "run": self._run,
            "names": self._names,
            "call": self._call,
            "get": self._get,
        }
        number = {"n": question["n"]}
        try:
            self._connection.send({**number, **answers[question["do"]](question)})
        except Gone:  # too long to be said at all; this fits whatever was asked
            refused = dict.fromkeys(question.get("names", ()), TOO_LARGE)
            nothing = {"outputs": [], "cut": True, "values": {}, "refused": refused}
            self._connection.send({**number, **nothing, "raised": [[], TOO_LARGE]})

    def _files(self, question: Mapping[str, Any]) -> dict[str, Any]:
        lay_out(Path.cwd(), question["files"])
        # As in a notebook, a module beside it can be imported.
        sys.path.insert(0, "")
        return {}

    def _run(self, question: Mapping[str, Any]) -> dict[str, Any]:
        shown = self._shell.shown
        shown.start(question["limit"])
        try:
            with self._stoppable():
                self._shell.run_cell(  # type: ignore[no-untyped-call]
                    question["source"], store_history=True
                )
        except KeyboardInterrupt:  # IPython has its own way with it while the cell itself runs
            shown.error("KeyboardInterrupt", "", [])
        outputs = shown.outputs
        for output in outputs:
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
        return {"outputs": outputs, "cut": shown.cut}

    def _names(self, question: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        refused: dict[str, str] = {}
        room = question["limit"]
        for name in question["names"]:
            if name not in self._shell.user_ns:
                continue
            try:
                with self._stoppable():
                    value = self._encoded(self._shell.user_ns[name])
            except ValueRefused as why:
                refused[name] = str(why)
                continue
            except BaseException as error:  # of the learner's own class, or an interrupt
                refused[name] = f"reading it ended with {type(error).__name__}"
                continue
            size = len(json.dumps(value))
            if size > room:
                refused[name] = TOO_LARGE
            else:
                room -= size
                values[name] = value
        return {"values": values, "refused": refused}

    def _call(self, question: Mapping[str, Any]) -> dict[str, Any]:
        def called() -> object:
            function: Any = self._kept[question["handle"]]
            args, kwargs = (decode(question[part], self._reach) for part in ("args", "kwargs"))
            return function(*args, **kwargs)

        return self._value(called)

    def _get(self, question: Mapping[str, Any]) -> dict[str, Any]:
        return self._value(lambda: getattr(self._kept[question["handle"]], question["name"]))

    def _value(self, made: Callable[[], object]) -> dict[str, Any]:
        """Return a value that the learner's code makes, or the error that it ends with."""
        self._shell.shown.start(0)  # what is printed meanwhile is no output of any cell
        try:
            with self._stoppable():
                return {"value": self._encoded(made())}
        except ValueRefused as why:
            return {"raised": [[], f"what it gives can't be checked: {why}"]}
        except BaseException as error:  # whatever it is, the check has to hear of it
            classes = [
                each.__name__ for each in type(error).__mro__ if each.__module__ == "builtins"
            ]
            return {"raised": [classes, _message(error)[:LONGEST_MESSAGE]]}

    @contextmanager
    def _stoppable(self) -> Iterator[None]:
        """Run the learner's code: its streams are outputs, and it can be interrupted."""
        streams = sys.stdout, sys.stderr
        shown = self._shell.shown
        sys.stdout, sys.stderr = _Stream("stdout", shown), _Stream("stderr", shown)
        self._running = True
        try:
            yield
        finally:
            self._running = False
            sys.stdout, sys.stderr = streams

    def _encoded(self, value: object) -> Any:
        return encode(value, self._keep)

    def _keep(self, value: object) -> int:
        """Keep an object that can't cross, and return its handle: the same one each time."""
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._kept)
            self._kept.append(value)
        return self._numbers[id(value)]

    def _reach(self, handle: Handle) -> object:
        return self._kept[handle.number]
