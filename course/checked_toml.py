"""Read a TOML file and hold it against its schema, reporting every fault at once."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema

from course.errors import CourseError, Fault, FaultsFound

SCHEMAS = Path(__file__).parent / "schemas"


def read_checked(path: Path, schema: str) -> dict[str, Any]:
    """Return the content of a TOML file that fits its schema.

    Parameters
    ----------
    path : Path
        The TOML file.
    schema : str
        The name of a file in ``course/schemas``.

    Raises
    ------
    CourseError
        The file can't be read at all.
    FaultsFound
        The file is not TOML (with the line), or doesn't fit: every fault, each with its key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError(
            f"{path} is not there. Put the file back, or install the course again."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} can't be read ({error}). Save it again as UTF-8 text.") from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FaultsFound(path.name, [Fault("not TOML", str(error))]) from None
    rules = json.loads((SCHEMAS / schema).read_text(encoding="utf-8"))
    found = jsonschema.Draft202012Validator(rules).iter_errors(content)
    faults = [
        Fault(_key(content, list(error.absolute_path)), _words(error))
        for error in sorted(found, key=lambda e: [str(part) for part in e.absolute_path])
    ]
    if faults:
        raise FaultsFound(path.name, faults)
    return content


def _key(content: Any, parts: list[str | int]) -> str:
    """Name a place as its reader would: ``modules[A1].minutes``, not ``modules[0].minutes``."""
    key, value = "", content
    for part in parts:
        value = value[part]
        if isinstance(part, int):
            name = value.get("id", value.get("topic", part)) if isinstance(value, dict) else part
            key += f"[{name}]"
        else:
            key += f".{part}" if key else part
    return key or "the whole file"


def _words(error: jsonschema.ValidationError) -> str:
    given = "" if isinstance(error.instance, dict | list) else f"{error.instance!r} "
    match error.validator:
        case "type":
            return f"{given}should be a {_TYPES[error.validator_value]}"
        case "minimum" | "maximum":
            low, high = error.schema.get("minimum"), error.schema.get("maximum")
            return f"{given}should be a whole number from {low} to {high}"
        case "enum":
            return f"{given}should be one of: {', '.join(map(str, error.validator_value))}"
        case "pattern":
            return f"{given}should look like the pattern {error.validator_value}"
        case "minLength" | "minItems":
            return "is empty; it needs a value"
        case _ if error.validator is None:
            return (
                "doesn't belong here (a built module has a notebook and objectives; "
                "a coming one has 'covers')"
            )
        case _:
            return error.message


_TYPES = {
    "string": "text in quotes",
    "integer": "whole number",
    "boolean": "true or false, without quotes",
    "array": "list in [ ]",
    "object": "table of keys",
}
