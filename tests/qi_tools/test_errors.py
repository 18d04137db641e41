import inspect

import pytest
from IPython.core.interactiveshell import InteractiveShell

from qi_tools import errors
from qi_tools.errors import FileNotUnderstood, MeasureInvalid, QIToolsError, RowFault


def test_every_error_has_one_root():
    classes = [
        value
        for name in errors.__all__
        if inspect.isclass(value := getattr(errors, name)) and issubclass(value, Exception)
    ]
    assert len(classes) == 10
    assert all(issubclass(each, QIToolsError) for each in classes)


def test_file_error_carries_every_fault_and_shows_many_by_number():
    faults = [RowFault(row, "wait", "?", "is not a number") for row in range(2, 27)]
    error = FileNotUnderstood("waits.csv has 25 rows to mend.", faults)
    assert error.faults == tuple(faults)
    lines = str(error).split("\n")
    assert lines[0] == "waits.csv has 25 rows to mend."
    assert lines[1] == '  row 2, wait: "?" is not a number'
    assert lines[-1] == "  and rows 22, 23, 24, 25, 26"
    assert len(lines) == 22


@pytest.mark.parametrize("error", [MeasureInvalid("No name. Add one."), QIToolsError("Sorry.")])
def test_a_notebook_shows_the_message_alone(error, capsys):
    shell = InteractiveShell.instance()
    try:
        shell.user_ns["error"] = error
        result = shell.run_cell("raise error")
    finally:
        InteractiveShell.clear_instance()
    shown = capsys.readouterr()
    assert result.error_in_exec is error
    assert str(error) in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err
