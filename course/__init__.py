"""The course: what is taught, to whom, and the pages that serve it."""

import sys

# jsonschema, which nbformat and Jupyter load, would build a grammar for web addresses in every
# script as soon as it finds this package: more than a second of every start. It does without, and
# nothing here checks such addresses.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
