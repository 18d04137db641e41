"""What the tests beside peers share: the peers' outputs, which are not in the repository."""

import csv
import gzip
import json
import os
from functools import cache
from pathlib import Path

import pytest


@cache
def _read(path: Path):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)) if ".csv" in path.suffixes else json.load(file)


@pytest.fixture(scope="session")
def oracle():
    """Give a way to read one file of the oracle: ``oracle("golden/x.csv", "A with B")``.

    The environment variable QI_ORACLE_DIR says where the files are. Where it is unset the test is
    skipped and says what was not compared. Tables come as a list of rows, the rest as JSON.
    """

    def read(file: str, comparison: str):
        folder = os.environ.get("QI_ORACLE_DIR")
        if not folder:
            pytest.skip(f"QI_ORACLE_DIR is unset. NOT compared: {comparison}")
        return _read(Path(folder) / file)

    return read
