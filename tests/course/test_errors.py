"""Errors are one message, and all faults of a file come together."""

from course.errors import Fault, FaultsFound


def test_all_faults_are_listed_under_one_heading():
    error = FaultsFound("2 notebooks", [Fault("a, cell 1", "is odd"), Fault("b", "is empty")])
    assert str(error) == "2 faults to mend in 2 notebooks:\n  a, cell 1: is odd\n  b: is empty"
    assert error.exit_code == 1
