"""One good call of each part that a lesson may ask with, as an author writes it."""

SEVERAL = (
    'several("a9-several", "Which?", {"x": "One", "y": "Two"}, right={"x"}, '
    'feedback={"x": "Yes", "y": "No"})'
)
ORDER = (
    'order("a9-order", "Order?", {"x": "One", "y": "Two", "z": "Three"}, right=["x", "y", "z"], '
    'feedback={"x": "No", "y": "No", "z": "No", "right": "Yes"})'
)
NUMBER = (
    'number("a9-number", "How many?", right=4, tolerance=0, unit="days", low=0, high=9, step=1, '
    'feedback={"right": "Yes", "low": "More", "high": "Less"})'
)
TREE = (
    'measure_tree("a9-tree", "Where?", {"x": "Waits", "y": "Calls"}, aims={"aim": "Wait less"}, '
    'right={"x": Place("outcome", "aim"), "y": Place("process", feeds="x")}, '
    'feedback={"x": "No", "y": "No", "right": "Yes"})'
)
CHART = 'read_chart("a9-chart", run_chart(waits()))'
CHECKS = [SEVERAL, ORDER, NUMBER, TREE, CHART]
CHECKLIST = 'checklist("a9-list", "Write.", {"x": "One", "y": "Two"}, model="We wait less.")'
POLL = 'poll("a9-poll", "Who?", {"x": "We", "y": "They"})'
STORY = (
    'branching("a9-story", "A review", "now", {"now": Moment("What do you say?", {'
    '"ask": Choice("Ask", "end", "They tell."), "push": Choice("Push", "end", "They nod.")}), '
    '"end": Moment("That was it.", lesson="Ask.")})'
)
EXPERIMENT = 'experiment("sweets", "a9-jar", luck=3)'
