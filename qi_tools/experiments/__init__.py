"""Experiments to learn from: each a small made-up world, with chance in it.

An experiment only computes. It takes its settings as frozen values and its chance as a
`random.Random`, so the same seed gives the same results on every machine. Its result tells the
story of the run, and gives measures for the charts and a table to save.

Spinning coins (`coin_spin`), figures built against the clock (`figure_building`), a ball passed in
a circle (`tennis_ball`), red beads (`red_beads`), a funnel and marbles (`marble_funnel`), samples
of sweets (`sweets`), a board's report in colours or dots (`rag_or_dots`), changes planted in noise
(`chart_lab`), two raters with one definition (`two_raters`) and how far they agree (`agreements`),
a paper-plane factory (`paper_planes`), a clinic and its queue (`clinic_queue`), a waiting list
(`waiting_list`), a portfolio of projects (`portfolio`), a change on its way through many sites
(`adoption`), a ward that tests ideas (`ward_ramp`) and planned experiments (`factorial`). Pages
show them by the labs of `qi_tools.teaching.labs`.
"""
