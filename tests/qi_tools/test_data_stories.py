"""Whether each made-up set shows what the data dictionary says that it is here to show."""

import numpy as np
import pytest

from qi_tools import (
    Measure,
    control_chart,
    funnel,
    histogram,
    load_dataset,
    pareto,
    run_chart,
    scatter,
)
from qi_tools.experiments.agreements import agreement
from qi_tools.spc.dependence import autocorrelation, season


def frame_of(name):
    return load_dataset(f"{name}_simulated").frame


def p_chart(name, part, whole):
    """Chart the share of each day, week or month, added up over the rest."""
    frame = frame_of(name)
    date = frame.columns[0]
    frame = frame.groupby(date, as_index=False)[[part, whole]].sum()
    return control_chart(
        Measure.from_columns(
            frame[part], frame[date], denominators=frame[whole], name=part, unit="%"
        ),
        "p",
    )


def i_chart(values, dates=None):
    return control_chart(Measure.from_columns(values, dates, name="Measure"), "i")


def outside(chart):
    """Count the points outside the limits."""
    return int(np.count_nonzero((chart.values > chart.upper) | (chart.values < chart.lower)))


@pytest.mark.parametrize(
    ("name", "part", "whole", "points_before", "way"),
    [
        ("missed_appointments", "missed", "booked", 20, -1),
        ("discharge_before_noon", "through_lounge", "went_home", 16, 1),
        ("observations_on_time", "on_time", "due", 18, 1),
        ("payroll_errors", "with_error", "payslips", 16, -1),
        ("missed_doses", "missed", "due", 21, -1),
        ("project_measures", "late", "letters", 21, -1),
        ("project_measures", "with_checklist", "letters", 21, 1),
    ],
)
def test_these_changed_and_a_p_chart_says_so(name, part, whole, points_before, way):
    chart = p_chart(name, part, whole)
    assert chart.signals
    before, after = chart.values[:points_before], chart.values[points_before:]
    assert way * (after.mean() - before.mean()) > before.std()


def test_these_did_not_change():
    assert not p_chart("discharge_before_noon", "before_noon", "went_home").signals
    project = frame_of("project_measures")
    assert not i_chart(project["overtime_hours"], project["week"]).signals


def test_no_worker_makes_the_red_beads():
    beads = frame_of("red_beads")
    assert beads.shape == (24, 4)
    chart = control_chart(
        Measure.from_columns(beads["red_beads"], denominators=beads["beads"], name="Red"), "p"
    )
    assert not chart.signals
    assert beads.groupby("worker")["red_beads"].sum().nunique() > 3  # and yet there is a ranking


def test_of_the_board_s_measures_one_alone_changed_while_all_flip_colour():
    for measure, frame in frame_of("board_measures").groupby("measure"):
        off = frame["value"] - frame["target"]
        met = off <= 0 if frame["better"].iloc[0] == "lower" else off >= 0
        signals = i_chart(frame["value"], frame["month"]).signals
        if measure == "Complaints answered in time":
            assert signals
            assert not met[:12].any()
            assert met[12:].sum() > 6
        else:
            assert not signals, measure
            assert 5 <= met.sum() <= 19, measure


def test_sickness_has_a_winter_and_its_groups_differ():
    absence = frame_of("sickness_absence")
    months = absence.groupby("month", as_index=False)[["days_lost", "days_available"]].sum()
    share = months["days_lost"] / months["days_available"]
    by_month = season(Measure.from_columns(share, months["month"], name="Sickness"))
    assert by_month.found
    assert by_month.highest in {"December", "January", "February"}
    assert by_month.lowest in {"June", "July", "August"}
    groups = absence.groupby("staff_group")[["days_lost", "days_available"]].sum()
    shares = groups["days_lost"] / groups["days_available"]
    assert shares.max() > 2 * shares.min()


def test_the_lung_deaths_have_a_winter_that_a_plain_chart_takes_for_signals():
    deaths = load_dataset("uk_lung_deaths").frame
    measure = Measure.from_columns(deaths["deaths"], deaths["month"], name="Deaths")
    by_month = season(measure)
    assert by_month.found
    assert by_month.highest in {"January", "February"}
    assert outside(control_chart(measure, "i")) > 5


def test_answering_noise_doubles_the_variance():
    nights = frame_of("night_staffing")
    ratio = nights["gap_adjusted_booking"].var() / nights["gap_same_booking"].var()
    assert ratio == pytest.approx(2, abs=0.4)


@pytest.mark.parametrize(
    ("name", "vital"),
    [
        ("discharge_steps", ("medicines_minutes", "letter_minutes")),
        ("clinic_visits", ("wait_for_doctor", "wait_for_nurse", "with_doctor")),
    ],
)
def test_a_few_steps_take_most_of_the_time(name, vital):
    minutes = frame_of(name).iloc[:, 1:].sum()
    assert pareto(minutes.index, minutes).vital_few == vital


def test_a_visit_is_mostly_waiting():
    minutes = frame_of("clinic_visits").iloc[:, 1:].sum()
    waiting = minutes.filter(like="wait_for").sum() / minutes.sum()
    assert 0.75 < waiting < 0.85


def test_estates_jobs_have_few_trades_a_long_tail_and_no_change():
    jobs = frame_of("estates_jobs")
    assert pareto(jobs["trade"]).vital_few == ("Plumbing", "Lighting", "Doors and locks")
    assert histogram(jobs["days_to_done"]).shape == "long tail up"
    weeks = jobs.groupby(np.arange(len(jobs)) // 8)["days_to_done"].median()
    assert not run_chart(Measure.from_columns(weeks, name="Days")).signals


def test_doses_are_missed_twice_as_often_at_10_pm():
    rounds = frame_of("missed_doses").groupby("round")[["missed", "due"]].sum()
    shares = rounds["missed"] / rounds["due"]
    others = shares.drop("10 pm")
    assert shares["10 pm"] > 1.5 * others.max()


def test_a_sharp_definition_makes_two_nurses_agree():
    records = frame_of("ulcer_raters")
    vague = agreement(records["first_vague"], records["second_vague"])
    sharp = agreement(records["first_sharp"], records["second_sharp"])
    assert vague.kappa < 0.6 < 0.85 < sharp.kappa
    assert (records["first_vague"] == "ulcer").sum() > (records["second_vague"] == "ulcer").sum()


def test_two_coders_mix_up_time_and_staffing_alone():
    comments = frame_of("staff_comments")
    assert 0.6 < agreement(comments["first_coder"], comments["second_coder"]).kappa < 0.95
    apart = comments[comments["first_coder"] != comments["second_coder"]]
    close = apart[["first_coder", "second_coder"]].isin({"time", "staffing"}).all(axis=1)
    assert len(apart) > 4
    assert close.mean() > 0.75


def test_the_fridge_leans_on_the_hour_before():
    degrees = frame_of("fridge_temperature")["degrees"]
    measure = Measure.from_columns(degrees, name="Temperature")
    assert autocorrelation(measure).found == "positive"
    assert autocorrelation(measure).lag1 == pytest.approx(0.8, abs=0.1)
    assert outside(control_chart(measure, "i")) > 60


def test_hospitals_differ_by_more_than_chance():
    units = frame_of("readmissions")
    plain, spread = (
        funnel(
            units["hospital"],
            units["readmitted"],
            units["went_home"],
            data="proportions",
            overdispersion=overdispersion,
        )
        for overdispersion in ("none", "additive")
    )
    assert plain.dispersion.phi > 2
    assert plain.dispersion.p_value < 0.001
    alarms = [np.count_nonzero(np.abs(each.positions) > 1) for each in (plain, spread)]
    assert alarms[0] > 10
    assert alarms[1] <= 2


def test_there_is_room_on_average_and_the_list_grows():
    weeks = frame_of("referrals")
    assert weeks["slots"].mean() >= weeks["referrals"].mean()
    assert (weeks["slots"] > weeks["seen"]).sum() > 5  # slots that were lost
    assert weeks["waiting"].iloc[-1] > 20
    change = weeks["referrals"] - weeks["seen"]
    assert weeks["waiting"].tolist() == change.cumsum().tolist()


def test_what_one_change_at_a_time_shows_of_coins():
    rounds = frame_of("coin_spins").groupby("round")[["guess_seconds", "seconds"]].mean()
    assert rounds["seconds"][2] > 1.4 * rounds["seconds"][1]  # the surface
    assert rounds["seconds"][3] == pytest.approx(rounds["seconds"][2], rel=0.15)  # the flick
    assert (rounds["guess_seconds"] > rounds["seconds"]).sum() > 3


def test_the_heavy_coin_gains_more_on_the_tray():
    spins = frame_of("coin_factorial")
    assert spins.groupby(["coin", "surface", "technique"]).size().tolist() == [4] * 8
    logs = np.log(spins["seconds"])
    cells = logs.groupby([spins["coin"], spins["surface"]]).mean()
    gain = {coin: cells[coin, "tray"] - cells[coin, "cloth"] for coin in ("10p", "2p")}
    error = 2 * 0.15 / np.sqrt(8)  # of a difference of two such gains
    assert gain["2p"] - gain["10p"] > 2 * error
    ways = logs.groupby(spins["technique"]).mean()
    assert abs(ways["flick"] - ways["finger and thumb"]) < 2 * 0.15 * 2 / np.sqrt(32)


def test_sponsors_who_come_keep_hours_and_hours_make_tests():
    log = frame_of("project_log").groupby("project")[["sponsor_came", "hours_kept", "tests"]].sum()
    assert scatter(log["sponsor_came"], log["hours_kept"]).link == "up"
    assert scatter(log["hours_kept"], log["tests"]).link == "up"


def test_to_like_a_course_is_not_to_use_it():
    learners = frame_of("training_evaluation")
    assert (learners["liked"] >= 4).mean() > 0.85
    assert (learners["marks_after"] > learners["marks_before"]).mean() > 0.8
    active = learners[learners["active_after_6_months"] == 1]
    assert len(active) < len(learners) / 2
    assert active["time_kept"].mean() > 0.5
    assert scatter(learners["liked"], learners["active_after_6_months"]).link == "not told"


@pytest.mark.parametrize("count", [40, 100])
def test_a_portfolio_asks_for_more_than_there_is(count):
    projects = frame_of(f"projects_{count}")
    assert len(projects) == count
    assert projects["name"].is_unique
    assert set(projects["priority"]) == {"safety", "access", "experience", "staff", "resources"}
    assert set(projects["kind"]) == {"clinical", "non-clinical"}
    assert projects["stage"].isin({"chosen", "team and aim"}).mean() > 0.4
    assert (projects["stage"] == "kept up").mean() < 0.1
    assert scatter(projects["sponsor"], projects["expected_benefit"]).link == "not told"


def test_the_average_of_all_places_hides_how_a_new_way_spreads():
    counts = frame_of("spread_to_sites")
    counts["share"] = counts["new_way"] / counts["handovers"]
    shares = counts.pivot(index="month", columns="place", values="share")
    last = shares.iloc[-1]
    assert (last > 0.75).sum() == 5
    assert (shares.max() < 0.15).sum() == 2  # these have not begun
    assert last["Elm ward"] < 0.4 < 0.8 < shares["Elm ward"].max()  # and here it faded


def test_the_log_of_tests_has_its_faults_to_be_found():
    tests = frame_of("pdsa_log")
    assert tests["guess_minutes"].isna().sum() == 2
    assert tests["people"].is_monotonic_increasing
    assert tests["seen_minutes"].iloc[-3:].mean() < tests["seen_minutes"].iloc[:3].mean() - 8
    form, back = (
        tests.set_index("idea").loc[idea]
        for idea in (
            "One form for all",
            "Back to the short form",
        )
    )
    assert form["decision"] == "adopt"
    assert back["seen_minutes"] < form["seen_minutes"] - 2


def test_coaches_differ_in_how_they_ask():
    turns = frame_of("coaching_talks")
    kinds = (
        turns[turns["speaker"] == "coach"].groupby("talk")["kind"].agg(lambda kind: kind.mode()[0])
    )
    assert kinds.to_dict() == {"A": "open question", "B": "closed question", "C": "advice"}
    told = turns.assign(length=turns["words"].str.len())
    answers = told[told["speaker"] == "coachee"].groupby("talk")["length"].mean()
    assert answers["A"] > 2 * answers["C"]


def test_much_say_is_not_much_support():
    roles = frame_of("stakeholders")
    assert roles["role"].is_unique
    assert scatter(roles["say"], roles["support"]).link == "not told"


@pytest.mark.parametrize(
    ("name", "column", "kinds"),
    [
        ("improvement_stories", "kind", 5),
        ("improvement_stories", "side_of_quality", 6),
        ("walk_round", "tool", 7),
        ("interview_snippets", "theme", 5),
        ("staff_numbers", "dose", 6),
    ],
)
def test_every_kind_to_sort_by_is_there(name, column, kinds):
    assert frame_of(name)[column].nunique() == kinds


def test_waiting_and_not_knowing_come_up_most():
    themes = frame_of("interview_snippets")["theme"].value_counts()
    assert set(themes.index[:2]) == {"waiting", "not knowing"}
    assert themes.iloc[1] > themes.iloc[2]
