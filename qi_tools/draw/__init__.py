"""Pictures of results: the only place that loads matplotlib, and it does so late.

Three steps, each a frozen value:

1. ``picture.py``: what is shown, in the units of its own axes. Each kind of result has a module
   that makes it (``chart.py``, ``funnel.py``, ``pareto.py`` …); parts that several share are in
   ``points.py``, ``captions.py``, ``scales.py``, ``icons.py`` and ``memory_charts.py``.
2. ``layout.py``: every word and every axis in its place, none on another (``point_labels.py`` finds
   room for names beside points); ``letters.py`` knows how wide words are.
3. ``placed.py``: strokes, areas, marks and words in points. ``svg.py`` and ``png.py`` write them;
   ``axes.py`` draws on matplotlib's axes and makes PDF. ``output.py`` puts them where they are
   wanted.
"""
