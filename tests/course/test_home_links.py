"""No name breaks out of an address."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from course.home.links import Links

LINKS = Links("/hub/user/sam/", "")


@given(st.text(min_size=1, max_size=20))
def test_no_name_can_break_out_of_an_address(name: str) -> None:
    try:
        address = LINKS.page(f"lessons/{name}.ipynb")
    except UnicodeEncodeError:
        return  # a lone surrogate is no name
    assert re.fullmatch(r"[A-Za-z0-9/%._~-]+", address)
