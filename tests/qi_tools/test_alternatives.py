from hypothesis import given
from hypothesis import strategies as st

from qi_tools.alternatives import shortened


@given(st.text(), st.integers(1, 50))
def test_a_text_is_cut_only_where_it_is_too_long(text, most):
    short = shortened(text, most)
    assert len(short) <= most
    if len(text) <= most:
        assert short == text
    else:
        assert short.endswith("…")
        assert text.startswith(short[:-1])
