"""Experiments to learn from: each a small made-up world, with chance in it.

An experiment only computes. It takes its settings as frozen values and its chance as a
`random.Random`, so the same seed gives the same results on every machine. Its result tells the
story of the run, and gives measures for the charts and a table to save.

Spinning coins (`coin_spin`), red beads (`red_beads`), a funnel and marbles (`marble_funnel`),
samples of sweets (`sweets`), a clinic and its queue (`clinic_queue`), a paper-plane factory
(`paper_planes`), planned experiments (`factorial_designs`) and two raters with one definition
(`two_raters`).
"""
