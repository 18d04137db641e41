"""The course's front page: an extension of Jupyter Server."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "course.home"}]


def _link_jupyter_server_extension(server: Any) -> None:
    from course.home.app import link

    link(server)


def _load_jupyter_server_extension(server: Any) -> None:
    from course.home.app import load

    load(server)
