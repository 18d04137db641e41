"""Experiments to learn from: each a small made-up world, with chance in it.

An experiment only computes. It takes its settings as frozen values and its chance as a
`random.Random`, so the same seed gives the same results on every machine.
"""
