"""Attacks on memory, disk and output."""

from __future__ import annotations

from tests.attacks.attack import code

ATTACKS = (
    code(
        "takes three gigabytes at once",
        "exhaust",
        "held = np.ones(3 * 2**27)\nprint(SIGNATURE)\ndel held",
    ),
    code(
        "takes three gigabytes in small pieces",
        "exhaust",
        "held = [bytearray(2**20) for _ in range(3 * 2**10)]\nprint(SIGNATURE)\ndel held",
    ),
    code(
        "takes memory in processes of its own",
        "exhaust",
        """
        import os

        def take():
            held = bytearray(2**30)
            held[::4096] = b"x" * len(held[::4096])
            return held

        for _ in range(3):
            if os.fork() == 0:
                take()
                os._exit(0)
        print(SIGNATURE, [os.wait()[1] for _ in range(3)].index(0))
        """,
    ),
    code(
        "takes memory that belongs to no process",
        "exhaust",
        """
        import mmap

        held = mmap.mmap(-1, 3 * 2**30)
        for place in range(0, len(held), 2**21):
            held[place] = 1
        print(SIGNATURE)
        held.close()
        """,
    ),
    code(
        "writes 300 megabytes to a file",
        "exhaust",
        """
        with open("large", "wb") as file:
            for _ in range(300):
                file.write(bytes(2**20))
        Path("large").unlink()
        print(SIGNATURE)
        """,
    ),
    code(
        "writes 300 megabytes to many files and to /tmp",
        "exhaust",
        """
        import shutil, tempfile

        for place in (".", tempfile.gettempdir()):
            for n in range(30):
                Path(place, f"many-{n}").write_bytes(bytes(10 * 2**20))
            for n in range(30):
                Path(place, f"many-{n}").unlink()
            print(SIGNATURE)
        """,
    ),
    code(
        "writes to a file that has no name any more",
        "exhaust",
        """
        import tempfile

        with tempfile.TemporaryFile() as file:
            for _ in range(300):
                file.write(bytes(2**20))
        print(SIGNATURE)
        """,
    ),
    code(
        "makes fifty thousand files",
        "exhaust",
        """
        import os

        os.mkdir("files")
        for n in range(50_000):
            os.close(os.open(f"files/{n}", os.O_CREAT | os.O_WRONLY))
        print(SIGNATURE)
        for n in range(50_000):
            os.unlink(f"files/{n}")
        """,
    ),
    code(
        "makes folders within folders without end",
        "stop",
        """
        import os

        for _ in range(3000):
            os.mkdir("in")
            os.chdir("in")
        """,
    ),
    code(
        "opens files until there are no more",
        "exhaust",
        "held = [open('/dev/null') for _ in range(800)]\nprint(SIGNATURE)\ndel held",
    ),
    code(
        "prints sixty megabytes on one line",
        "exhaust",
        "print('x' * 60_000_000)",
    ),
    code(
        "prints a million lines",
        "exhaust",
        "for n in range(1_000_000):\n    print('x' * 20)",
    ),
    code(
        "writes sixty megabytes past Python, to the file itself",
        "exhaust",
        """
        import os

        for _ in range(600):
            os.write(1, b"x" * 100_000)
        """,
    ),
    code(
        "ends with an error of sixty megabytes",
        "exhaust",
        "raise ValueError('x' * 60_000_000)",
    ),
    code(
        "raises an error with a chain of two thousand causes",
        "stop",
        """
        error = ValueError("x" * 1000)
        for _ in range(2000):
            try:
                raise ValueError("x" * 1000) from error
            except ValueError as caught:
                error = caught
        raise error
        """,
    ),
    code(
        "shows ten thousand things",
        "exhaust",
        "for n in range(10_000):\n    display({'text/plain': 'x' * 2_000}, raw=True)",
    ),
    code(
        "shows a picture of a hundred megapixels",
        "stop",
        "plt.figure(figsize=(100, 100), dpi=100)\nplt.imshow(np.random.rand(2000, 2000))\n"
        "plt.show()",
    ),
    code(
        "leaves three hundred pictures open",
        "stop",
        "plt.rcParams['figure.max_open_warning'] = 0\n"
        "for _ in range(300):\n    plt.figure(figsize=(4, 3))",
    ),
    code(
        "gives a result whose text is enormous",
        "exhaust",
        "class Large:\n    __repr__ = lambda self: 'x' * 60_000_000\n\n\nLarge()",
    ),
)
