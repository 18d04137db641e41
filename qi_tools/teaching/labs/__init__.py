"""The experiments as pages show them: one module each, with a `Lab` by the name of ``LAB``.

A lab joins a simulation of `qi_tools.experiments` to a form, to pictures and to words. It computes
nothing that belongs to the simulation and draws nothing itself.
"""
