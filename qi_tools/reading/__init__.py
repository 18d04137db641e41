"""Data as people have it: files and pasted tables, read as a `Table` and made a measure.

A reader gives rows of cells (`csv_files`, `workbooks`, `pasted`); `layouts` finds titles, headings
and rows among them; `guard` refuses data on single people; a `Table` names its columns, and reads
`numbers` and `qi_tools.dates` when a measure is made. Every row is read, blank or reported.
"""

from qi_tools.reading.files import read_file
from qi_tools.reading.pasted import read_pasted
from qi_tools.reading.tables import Table

__all__ = ["Table", "read_file", "read_pasted"]
