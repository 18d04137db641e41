"""Tools of quality improvement: measures, run charts and teaching parts."""
