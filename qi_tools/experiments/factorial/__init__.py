"""Planned experiments: change several things together by a plan, and tell what each one did.

What it teaches, and whom. Coaches and experts, and any team with a change that has several parts:
changing one thing at a time is slow, and it never shows that two changes are more, or less, than
their parts (an interaction). In a two-level factorial design every factor has a low and a high
level and every run helps to measure every effect. A fraction of the runs measures more factors for
the same work; the price is that some effects can't be told from one another.

In the room. Choose two or three factors, such as coin, surface and way of spinning, and two levels
of each. Ask everyone to predict which effect is largest, and whether two of them work together.
Print the run sheet; spin in its order, no other; write down each time. Then look, in this order:
the responses in run order (was the process steady?), the cube (the mean at each corner), the dots
of the effects (which stand out from the rest?), the two lines of factors that work together. At
last try the best corner again: an experiment ends with a prediction that is tested.

From plan to pictures, each step a module: `designs` → `run_sheets` (in random order, then filled
in: the run-order plot) → `cubes`, `effects` and `interactions`. `coins` is a made-up world to try
it on; the run sheet of a real experiment is filled in with what was measured.

What is simplified: two levels a factor, as many runs at each corner, no blocks and no centre
points. Levels are words, and there is nothing halfway between a flick and both hands.

References
----------
Box GEP, Hunter JS, Hunter WG (2005). Statistics for experimenters, 2nd edition. Wiley.

Lenth RV (1989). Quick and easy analysis of unreplicated factorials. Technometrics 31(4): 469-473.

Moen RD, Nolan TW, Provost LP (2012). Quality improvement through planned experimentation, 3rd
edition. McGraw-Hill.
"""
