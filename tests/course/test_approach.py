"""The organisation's approach: unset is said plainly, set is shown, markup is harmless."""

import pytest

from course.approach import load_approach
from course.errors import FaultsFound
from course.folders import COURSE
from qi_tools.spc.rule_sets import CHOICES

SET = """
agreed = true
organisation = "Example Trust"
name = "Better <b>Together</b>"
method = "We test small changes."
components = ["A coach for each team"]
priorities = []
contact = "Extension 1234"
where = "Intranet"
policy = ""
rule_set = "anhoej"
"""


def test_what_ships_is_unset_and_says_so():
    approach = load_approach()
    assert not approach.is_set
    assert "Your organisation's approach goes here" in approach.html()


def test_a_set_approach_is_shown_without_its_markup_running(tmp_path):
    path = tmp_path / "our_approach.toml"
    path.write_text(SET, encoding="utf-8")
    html = load_approach(path).html()
    assert "Better &lt;b&gt;Together&lt;/b&gt;" in html
    assert "Extension 1234" in html
    assert "What matters most" not in html, "an empty list has no heading"


def test_agreed_but_empty_reports_every_missing_value(tmp_path):
    path = tmp_path / "our_approach.toml"
    text = (COURSE / "our_approach.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("agreed = false", "agreed = true"), encoding="utf-8")
    with pytest.raises(FaultsFound) as found:
        load_approach(path)
    assert {fault.where for fault in found.value.faults} == {
        "organisation", "name", "method", "components", "contact", "where",
    }  # fmt: skip


@pytest.mark.parametrize("rule_set", CHOICES)
def test_charts_are_judged_by_the_rules_that_were_chosen(tmp_path, rule_set):
    path = tmp_path / "our_approach.toml"
    path.write_text(SET.replace("anhoej", rule_set), encoding="utf-8")
    assert load_approach(path).rules is CHOICES[rule_set]
