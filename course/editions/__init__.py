"""The lessons on paper and as plain pages, made from the same notebooks.

`told` says what each part of a lesson holds, `running` runs a notebook to hear it, `wording` writes
it as plain HTML, and `pages` makes whole pages of it. `cards` makes what needs no notebook to run:
a lesson's summary and a dose's handout. `shelf` keeps what was made, for the pages of the course.
"""
