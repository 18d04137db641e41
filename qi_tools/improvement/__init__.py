"""An improvement project in one file: from the first aim to keeping the gain and spreading it.

A `Project` holds what an improver writes down: aim, charter, drivers, causes, process, people,
measures, tests, and how it will last. Each thing stands in a module of its own, with the diagram
that shows it. `qi_tools.improvement.project_file` reads and writes the file, and
`qi_tools.draw` draws the diagrams.
"""
