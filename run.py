"""Set up the QI dosing course and open it. Needs nothing but Python 3.11 or later.

    python run.py                 set up what is missing, then open the course
    python run.py test [--quick]  set up, then run every check (--quick: the fast ones)
    python run.py demo            set up, then show the whole path with a simulated cohort
    python run.py COMMAND ...     set up, then run any qi-course command (try: python run.py --help)

On Windows write `py run.py`. This file keeps to old syntax so that an old Python can still say
what is wrong.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = HERE / "requirements" / "lock.txt"
ENVIRONMENT = HERE / ".venv"
STAMP = ENVIRONMENT / "qi-course.stamp"
LOG = HERE / ".venv-install.log"
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)
ROOM_NEEDED = 1500 * 1024 * 1024  # the installed packages take about 900 MB, the downloads 250 MB


class SetupFailed(Exception):
    """Setting up can't go on; the message says why and what to do."""


def main(arguments):
    """Set up if needed, then hand over to what was asked for."""
    try:
        check_python()
        if not is_set_up():
            set_up()
    except SetupFailed as error:
        print("\n" + str(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "\nStopped. Run the same command again to go on where this left off.", file=sys.stderr
        )
        return 130
    return hand_over(command_for(arguments))


def command_for(arguments):
    """Return the command that the arguments ask for."""
    if not arguments:
        arguments = ["open"]
    if arguments[0] == "test":
        return [str(PYTHON), str(HERE / "tests" / "checks.py")] + arguments[1:]
    return [str(PYTHON), "-m", "course.cli"] + arguments


def hand_over(command):
    """Run a command inside the environment, in this process's place where that is possible."""
    environ = dict(os.environ, VIRTUAL_ENV=str(ENVIRONMENT))
    # nbgrader calls a bare `alembic`: without this its first gradebook has no version table.
    environ["PATH"] = str(SCRIPTS) + os.pathsep + environ.get("PATH", "")
    environ.pop("PYTHONHOME", None)
    if os.name == "nt":  # there, replacing the process would hand the prompt back too early
        return subprocess.call(command, env=environ)
    sys.stdout.flush()
    os.execve(command[0], command, environ)


# --------------------------------------------------------------------------- setting up


def check_python():
    """Refuse a Python that is too old, or too bare to make an environment."""
    if sys.version_info < OLDEST:
        raise SetupFailed(
            "The course needs Python 3.11 or later. This is Python {}.{} ({}).\n"
            "Install a newer one (Windows: the Microsoft Store or your IT desk; "
            "Debian and Ubuntu: sudo apt install python3), then run this again with it.".format(
                sys.version_info[0], sys.version_info[1], sys.executable
            )
        )


def fingerprint():
    """Return what the environment depends on: the lock, the project, this Python, this folder."""
    digest = hashlib.sha256()
    for path in (LOCK, HERE / "pyproject.toml"):
        digest.update(path.read_bytes())
    digest.update("{} {}".format(sys.version_info[:2], HERE).encode("utf-8"))
    return digest.hexdigest()


def is_set_up():
    """Tell whether the environment is there and matches the lock."""
    try:
        return STAMP.read_text(encoding="utf-8") == fingerprint() and PYTHON.exists()
    except OSError:
        return False


def set_up():
    """Make the environment, install the lock with its hashes, then the course itself."""
    print("Setting up the course. This happens once and takes one to five minutes.")
    check_room()
    forget_log()  # an earlier failure must not explain a new one
    if not usable_environment():
        make_environment()
    install(["--require-hashes", "-r", str(LOCK)], count=packages_in_lock())
    print("Installing the course ...", flush=True)
    install(["--no-deps", "--no-build-isolation", "-e", str(HERE)])
    STAMP.write_text(fingerprint(), encoding="utf-8")
    forget_log()
    print("Ready.\n")


def forget_log():
    """Remove the log of an earlier installation."""
    if LOG.exists():
        LOG.unlink()


def check_room():
    """Refuse to start where the packages would not fit."""
    free = shutil.disk_usage(str(HERE)).free
    if free < ROOM_NEEDED and not PYTHON.exists():
        raise SetupFailed(
            "The disk is too full: {:.1f} GB are free in {}, and setting up needs {:.1f} GB.\n"
            "Free some room or move this folder to another disk, then run this again.".format(
                free / 1e9, HERE, ROOM_NEEDED / 1e9
            )
        )


def usable_environment():
    """Tell whether an environment from an earlier, interrupted start can be built on."""
    if not PYTHON.exists():
        return False
    asked = "import sys, pip; print(*sys.version_info[:2])"
    answer = subprocess.run(
        [str(PYTHON), "-c", asked],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        universal_newlines=True,
    )
    return answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def make_environment():
    """Make a fresh environment in .venv."""
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        raise SetupFailed(
            "This Python can't make environments: its 'ensurepip' part is missing.\n"
            "Debian and Ubuntu: sudo apt install python3-venv    Then run this again."
        )
    print("Making the environment ...", flush=True)
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=os.name != "nt").create(
            str(ENVIRONMENT)
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupFailed(
            "The environment can't be made in {} ({}).\n"
            "Check that you may write in this folder and that the disk has room "
            "(Debian and Ubuntu may also need: sudo apt install python3-venv), "
            "then run this again.".format(ENVIRONMENT, error)
        )


def packages_in_lock():
    """Count the packages in the lock; some serve other systems, so this is an upper bound."""
    return sum("==" in line for line in LOCK.read_text(encoding="utf-8").splitlines())


def install(what, count=0):
    """Run pip, show progress, and turn its failures into plain words."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    # Not --quiet: the progress is counted from pip's lines.
    command += ["--no-input", "--progress-bar", "off"] + what
    seen = 0
    try:
        with LOG.open("a", encoding="utf-8") as log:
            with subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                cwd=str(HERE),
            ) as pip:
                for line in pip.stdout:
                    log.write(line)
                    if line.startswith("Collecting"):
                        seen += 1
                        show_progress(seen, count)
                    elif count and line.startswith("Installing collected"):
                        print("Installing them, a minute or so ...", flush=True)
            failed = pip.returncode
    except OSError as error:
        raise SetupFailed(explain(str(error)))
    if failed:
        raise SetupFailed(explain(LOG.read_text(encoding="utf-8", errors="replace")))


def show_progress(seen, count):
    """Say how far pip is: a line now and then, so that it reads well in a log too."""
    if count and (seen % 20 == 0 or seen == 1):
        print("Fetching {} of about {} packages ...".format(seen, count), flush=True)


FAILURES = (
    (
        ("No space left", "Errno 28", "not enough space"),
        "The disk is full. Free about 1.5 GB, then run this again: it goes on where it stopped.",
    ),
    (
        ("DO NOT MATCH THE HASHES", "HASHES ARE REQUIRED"),
        "A package didn't match its recorded fingerprint, so it was not installed. Your package\n"
        "mirror may hold a changed copy: show your IT desk the log, and don't work around this.",
    ),
    (
        (
            "Failed to establish a new connection",
            "Temporary failure in name resolution",
            "getaddrinfo failed",
            "NewConnectionError",
            "NameResolutionError",
            "ConnectTimeout",
            "ReadTimeout",
            "ProxyError",
            "SSLError",
            "Connection refused",
            "Max retries exceeded",
            "No matching distribution found",
            "Could not find a version",
        ),
        "The package index can't be reached, or doesn't have a package that is needed.\n"
        "Check your connection. In a trust, ask IT for the address of its package mirror and set\n"
        "it once in pip's configuration (pip config set global.index-url ADDRESS), then run this\n"
        "again.",
    ),
    (
        ("Permission denied", "Access is denied", "Errno 13"),
        "This folder can't be written to. Copy the course to a folder of your own, then run it\n"
        "there.",
    ),
)


def explain(output):
    """Return plain words for why pip failed, with the end of its log."""
    known = [words for signs, words in FAILURES if any(sign in output for sign in signs)]
    words = known[0] if known else "Setting up failed. The end of the log says why."
    tail = "\n".join("    " + line for line in output.strip().splitlines()[-4:])
    return "{}\n\nThe end of the log ({}):\n{}".format(words, LOG.name, tail)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
