from __future__ import annotations

import base64
import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from autograder.sandbox.outputs import CUT, MOST_LINES, plain_text, safe_outputs

LIMIT = 10_000
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()


def stream(text: object, name: str = "stdout") -> dict[str, object]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data: object) -> dict[str, object]:
    data = {name.replace("__", "/"): value for name, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": {"x": 1}}


def failed(message: str = "", name: str = "ValueError") -> dict[str, object]:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": ["a", "b"]}


def test_text_and_pictures_are_kept() -> None:
    result = {**shown(text__plain="3"), "output_type": "execute_result", "execution_count": 7}
    outputs = safe_outputs([stream("hi\n"), shown(image__png=PNG), result, failed("no")], LIMIT)
    assert outputs == (
        stream("hi\n"),
        {"output_type": "display_data", "data": {"image/png": PNG}, "metadata": {}},
        {
            "output_type": "execute_result",
            "data": {"text/plain": "3"},
            "metadata": {},
            "execution_count": None,
        },
        {
            "output_type": "error",
            "ename": "ValueError",
            "evalue": "no",
            "traceback": ["a\nb"],
        },
    )


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/javascript", "text/markdown", "text/latex"]
)
def test_nothing_that_a_browser_would_run_is_kept(kind: str) -> None:
    assert safe_outputs([shown(**{kind: "<script>"})], LIMIT) == ()
    (kept,) = safe_outputs([shown(**{kind: "<script>", "text/plain": "x"})], LIMIT)
    assert kept["data"] == {"text/plain": "x"}


@pytest.mark.parametrize(
    "picture",
    [
        base64.b64encode(b"<svg onload='x()'>").decode(),
        base64.b64encode(b"GIF89a").decode(),
        "no Base64 <script>",
        ["<script>"],
        7,
        "",
    ],
)
def test_what_is_no_png_is_no_picture(picture: object) -> None:
    assert safe_outputs([shown(image__png=picture)], LIMIT) == ()


def test_escape_sequences_and_characters_that_mislead_are_left_out() -> None:
    assert plain_text(
        "\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x00\x9b\u202e\ud800\r5\t6"
    ) == ("red link\n5\t6")


def test_an_error_is_kept_behind_a_flood() -> None:
    outputs = safe_outputs([stream("x" * 99), stream("y"), failed("no")], 50)
    assert outputs[0]["text"] == "x" * 50 + f"\n{CUT}"
    assert outputs[1]["ename"] == "ValueError"
    assert len(outputs) == 2


def test_a_flood_of_outputs_is_cut_to_some_and_one_error() -> None:
    outputs = safe_outputs([*[stream("x")] * 5000, *[failed()] * 5000], 10**6)
    assert len(outputs) == MOST_LINES + 1
    assert outputs[-1]["ename"] == "ValueError"


def test_lines_are_counted_over_all_outputs() -> None:
    outputs = safe_outputs([stream("\n" * 600), stream("a\n" * 600)], LIMIT)
    assert sum(output["text"].count("\n") for output in outputs) == MOST_LINES
    assert outputs[-1]["text"].endswith(CUT)


def test_a_picture_that_is_too_large_leaves_a_note() -> None:
    (output,) = safe_outputs([shown(image__png=PNG)], 5)
    assert output["data"] == {"text/plain": CUT}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(PNG),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
_OUTPUT = st.fixed_dictionaries(
    {"output_type": st.sampled_from(["stream", "display_data", "execute_result", "error"]) | _JSON},
    optional={
        "name": st.sampled_from(["stdout", "stderr"]) | _JSON,
        "text": _JSON | st.text(st.sampled_from("a\n\x1b[m\r"), max_size=300),
        "data": st.dictionaries(
            st.sampled_from(["text/plain", "image/png", "text/html"]), _JSON, max_size=3
        )
        | _JSON,
        "metadata": _JSON,
        "ename": _JSON,
        "evalue": _JSON,
        "traceback": _JSON,
    },
)


@given(_JSON | st.lists(_OUTPUT | _JSON), st.integers(0, 400))
def test_whatever_comes_in_what_comes_out_is_small_valid_and_plain(
    plain: object, limit: int
) -> None:
    outputs = safe_outputs(plain, limit)
    notebook = new_notebook(cells=[new_code_cell(outputs=[dict(each) for each in outputs])])
    nbformat.validate(notebook)
    texts = json.dumps(outputs, ensure_ascii=False)
    texts.encode("utf-8")
    assert "\x1b" not in texts
    errors = sum(each["output_type"] == "error" for each in outputs)
    overhead = 2 + 200 * len(outputs) + 500 * errors + len(CUT) * len(outputs)
    assert len(texts) <= 2 * limit + overhead
    assert {kind for each in outputs for kind in each.get("data", ())} <= {
        "text/plain",
        "image/png",
    }


@given(st.text())
def test_plain_text_stays_as_it_is_the_second_time(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)
