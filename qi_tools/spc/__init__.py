"""Run charts, control charts and funnel plots: pure computing, for one measure or thousands.

A measure's points are laid end to end with those of all others (`qi_tools.phases`), a kind of chart
computes its lines (`kinds`, `limits`), rules say which points are signals (`rules`, `rule_sets`),
and both together are an `analysis`. `charts` shows one measure in numbers and words,
`many_measures` thousands as one table. Charts with a memory and funnel plots stand beside them;
`suggestions`, `rephasing`, `dependence` and `odds` advise.
"""
