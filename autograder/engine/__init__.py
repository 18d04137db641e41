"""Marking nbgrader notebooks fast, and safe from what is in them.

Each step is a plain function over frozen values, and only the last one writes::

    read a submission ── prepare ──▶ Job ── a runner ──▶ JobResult ── score ──▶ record
    (files, no links)   (restored     (cells and files,   (outputs)     (marks)   (gradebook,
                         from one      to be run anywhere)                         autograded/)
                         snapshot)
"""
