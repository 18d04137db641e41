"""Attacks by values: what a check reads lies about itself, has no end, or is too large."""

from __future__ import annotations

from tests.attacks.attack import code

_ANYTHING = """
class Anything:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __lt__ = __gt__ = __le__ = __ge__ = __eq__

    def __hash__(self):
        return 0

    def __bool__(self):
        return True

    def __len__(self):
        return 24

    def __float__(self):
        return 1.0

    def __getattr__(self, name):
        if name.startswith("__array"):
            raise AttributeError(name)
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __getitem__(self, place):
        if isinstance(place, int) and place > 2:
            raise IndexError
        return self


"""

_CLOSE_ARRAY = """
class Close(np.ndarray):
    def __array_function__(self, function, types, args, kwargs):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return self

    def __eq__(self, other):
        return True


close = np.zeros(3).view(Close)

"""

ATTACKS = (
    code(
        "gives an object that equals everything",
        "score",
        f"{_ANYTHING}median_wait = weekly = moving_ranges = limits = baseline = Anything()\n"
        "signals = summary = ax = Anything()",
    ),
    code(
        "gives an object that equals everything and says it is a number",
        "score",
        f"{_ANYTHING}class Number(Anything):\n    __class__ = float\n\n\nmedian_wait = Number()",
    ),
    code(
        "gives an array that numpy takes for close to anything",
        "score",
        f"{_CLOSE_ARRAY}baseline = close\nsummary = dict.fromkeys(('before', 'after'), close)\n"
        "limits = moving_ranges = lambda values: close",
    ),
    code(
        "gives a table that says it has 24 rows",
        "score",
        """
        class Table(pd.DataFrame):
            def __len__(self):
                return 24

        weekly = Table({"week": [], "seen": [], "median_wait": []})
        """,
    ),
    code(
        "gives a table whose parts equal everything",
        "score",
        f"""{_ANYTHING}
class Table(pd.DataFrame):
    columns = property(lambda self: ["week", "seen", "median_wait"])

    def __len__(self):
        return 24

    def __getitem__(self, name):
        return Anything()

    def equals(self, other):
        return True

    __eq__ = equals


weekly = Table()
""",
    ),
    code(
        "gives a number that equals every number",
        "score",
        "class Number(float):\n    __eq__ = lambda self, other: True\n\n\nmedian_wait = Number(0)",
    ),
    code(
        "gives texts that equal every text",
        "score",
        "class Text(str):\n"
        "    __eq__ = lambda self, other: True\n"
        "    __hash__ = str.__hash__\n\n\n"
        "signals = [Text(n) for n in range(8)]",
    ),
    code(
        "gives a list that equals every list and sorts itself",
        "score",
        "class List(list):\n"
        "    __eq__ = lambda self, other: True\n"
        "    __iter__ = lambda self: iter([])\n\n\n"
        "signals = List(['no'])\n"
        "moving_ranges = lambda values: signals",
    ),
    code(
        "gives a dictionary that has everything",
        "score",
        f"""{_CLOSE_ARRAY}
class Dictionary(dict):
    def get(self, name, default=None):
        return close

    __getitem__ = __missing__ = get


summary = Dictionary()
""",
    ),
    code(
        "gives a chart whose lines are whatever the check wants",
        "score",
        f"""{_CLOSE_ARRAY}
from matplotlib.axes import Axes


class Lying(Axes):
    def get_title(self, *args):
        return "x"

    def get_xlabel(self):
        return "Week"

    def get_ylabel(self):
        return "Median wait (days)"

    def get_lines(self):
        return [self]

    def get_ydata(self, *args):
        return np.zeros(24)


np.asarray = lambda *args, **kwargs: np.zeros(24).view(Close)
ax = Lying(plt.figure(), (0, 0, 1, 1))
""",
    ),
    code(
        "gives a function that looks where it is called from, another thing each time",
        "score",
        f"""{_ANYTHING}
given = iter(range(10**6))


def moving_ranges(values):
    return Anything() if next(given) else [3, 4]


limits = moving_ranges
""",
    ),
    code(
        "gives a class in place of a function",
        "score",
        f"{_ANYTHING}class moving_ranges(Anything):\n"
        "    def __init__(self, values):\n        pass\n\n\nlimits = moving_ranges",
    ),
    code(
        "gives an enormous table",
        "stop",
        "weekly = pd.DataFrame(np.zeros((3_000_000, 3)), columns=['week', 'seen', 'median_wait'])",
    ),
    code(
        "gives values that hold themselves",
        "stop",
        "signals = []\nsignals.append(signals)\nsummary = {}\nsummary['before'] = summary\n"
        "median_wait = weekly = baseline = signals",
    ),
    code(
        "gives a value nested a hundred thousand deep",
        "stop",
        "median_wait = []\nfor _ in range(100_000):\n    median_wait = [median_wait]\n"
        "summary = baseline = signals = median_wait",
    ),
    code(
        "gives generators without an end",
        "stop",
        "import itertools\n\nsignals = itertools.count()\n"
        "moving_ranges = lambda values: itertools.count()\n"
        "baseline = weekly = median_wait = signals",
    ),
    code(
        "gives a text of 200 million letters and a number of a million digits",
        "stop",
        "signals = ['x' * 200_000_000]\nmedian_wait = 1 << 4_000_000",
    ),
    code(
        "gives a million small values",
        "stop",
        "signals = [[str(n)] for n in range(1_000_000)]",
    ),
    code(
        "gives an object that runs code when it is copied, shown or compared",
        "damage",
        """
        import os

        def act(*args):
            Path(HOME, SIGNATURE).write_text("x")
            return 1

        class Acting:
            __reduce__ = lambda self: (os.system, (f"touch {HOME}/{SIGNATURE}",))
            __reduce_ex__ = lambda self, protocol: self.__reduce__()
            __repr__ = __str__ = __eq__ = __hash__ = __len__ = __iter__ = __del__ = act
            __getattr__ = act

        median_wait = weekly = baseline = signals = summary = ax = Acting()
        median_wait
        """,
    ),
    code(
        "gives a chart with a million points",
        "stop",
        "fig, ax = plt.subplots()\nax.plot(np.random.rand(1_000_000))\nax.set_title('x')",
    ),
    code(
        "gives a chart with ten thousand lines and a title of a million letters",
        "stop",
        "fig, ax = plt.subplots()\nax.plot(np.zeros((2, 10_000)))\nax.set_title('x' * 1_000_000)\n"
        "plt.close()",
    ),
    code(
        "gives a function that returns something enormous",
        "stop",
        "moving_ranges = limits = lambda values: np.zeros(20_000_000)",
    ),
    code(
        "gives a function that never returns",
        "stop",
        "def moving_ranges(values):\n    while True:\n        pass\n\n\nlimits = moving_ranges",
    ),
    code(
        "gives a function that calls itself for ever",
        "stop",
        "import sys\n\nsys.setrecursionlimit(10**9)\n\n\n"
        "def moving_ranges(values):\n    return moving_ranges(values)",
    ),
    code(
        "gives a function that ends the process",
        "unmarked",
        "import os\n\nmoving_ranges = limits = lambda values: os._exit(0)",
    ),
    code(
        "gives a function that raises what ends programs",
        "unmarked",
        "def moving_ranges(values):\n    raise SystemExit(0)\n\n\n"
        "def limits(values):\n    raise KeyboardInterrupt",
    ),
    code(
        "gives a function that says its own failure was a pass",
        "score",
        "class AssertionError(Exception):\n    __bool__ = lambda self: False\n\n\n"
        "def moving_ranges(values):\n    raise AssertionError(f'passed {SIGNATURE}' * 10**6)\n\n\n"
        "def limits(values):\n    raise GeneratorExit",
    ),
)
