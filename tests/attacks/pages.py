"""Attacks on whoever reads the marked work or the feedback in a browser."""

from __future__ import annotations

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from tests.attacks.attack import SIGNATURE, cell_called, code, folder, notebook

_SCRIPT = f"<script>{SIGNATURE}</script>"
_PICTURE = f'<img src=x onerror="{SIGNATURE}">'


def _says(text: str, notebook: NotebookNode) -> None:
    """Put a text into every place where a learner can write."""
    cell_called(notebook, "words").source = text
    notebook.cells.insert(1, new_markdown_cell(text))


def _raw(notebook: NotebookNode) -> None:
    cell = new_raw_cell(_SCRIPT)
    cell.metadata["raw_mimetype"] = cell.metadata["format"] = "text/html"
    notebook.cells.insert(1, cell)


def _attached(notebook: NotebookNode) -> None:
    cell = cell_called(notebook, "words")
    cell.source = '![x](attachment:x.svg" onerror="' + SIGNATURE + ")"
    cell["attachments"] = {"x.svg": {"image/svg+xml": f"<svg onload='{SIGNATURE}'/>"}}


def _metadata(notebook: NotebookNode) -> None:
    for name in ("title", "authors", "toc", "widgets", "celltoolbar"):
        notebook.metadata[name] = f"</title>{_SCRIPT}"
    notebook.metadata["kernelspec"]["display_name"] = f'"><script>{SIGNATURE}</script>'
    notebook.metadata["language_info"] = {
        "name": f'"><script>{SIGNATURE}</script>',
        "pygments_lexer": f"x{_SCRIPT}",
        "codemirror_mode": _PICTURE,
    }


def _cell_metadata(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell["id"] = f'"><script>{SIGNATURE}</script>'[:64]
        cell.metadata["tags"] = [f'"><script>{SIGNATURE}</script>']


def _stored_outputs(notebook: NotebookNode) -> None:
    """Outputs that are in the notebook already, also beside those of the marking."""
    shown = {"text/html": _SCRIPT, "image/svg+xml": f"<svg onload='{SIGNATURE}'/>"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("display_data", shown)]


def _heading_code(notebook: NotebookNode) -> None:
    notebook.cells.insert(1, new_code_cell(f"#{_SCRIPT}\n'''</pre>{_SCRIPT}'''"))


ATTACKS = (
    notebook("writes a script into text", "script", lambda nb: _says(_SCRIPT, nb)),
    notebook(
        "writes a picture that runs script into text", "script", lambda nb: _says(_PICTURE, nb)
    ),
    notebook(
        "writes markup in pieces that come together when one piece is removed",
        "script",
        lambda nb: _says(
            f"<scr<script>ipt>{SIGNATURE}</scr</script>ipt>\n\n<svg/onload='{SIGNATURE}'>", nb
        ),
    ),
    notebook(
        "writes links that run script",
        "script",
        lambda nb: _says(
            f"[a](javascript:{SIGNATURE})\n\n<a href='java\tscript:{SIGNATURE}'>b</a>\n\n"
            f'<a href="data:text/html,{SIGNATURE}">c</a>\n\n'
            f"<form action='javascript:{SIGNATURE}'><button>d</button></form>",
            nb,
        ),
    ),
    notebook(
        "writes a page within the page",
        "script",
        lambda nb: _says(
            f"<iframe srcdoc=\"{SIGNATURE}\"></iframe><object data='{SIGNATURE}'></object>"
            f"<base href='//{SIGNATURE}'><meta http-equiv=refresh content='0;url={SIGNATURE}'>",
            nb,
        ),
    ),
    notebook(
        "writes a picture that tells where it is read",
        "script",
        lambda nb: _says(f"![a](https://example.org/{SIGNATURE}.png)", nb),
    ),
    notebook(
        "writes a style that covers the page",
        "script",
        lambda nb: _says(
            f"<style>body:after{{content:'{SIGNATURE}'}}</style>"
            f"<p style='position:fixed;inset:0;background:url({SIGNATURE})'>x</p>",
            nb,
        ),
    ),
    notebook(
        "writes mathematics that runs script",
        "script",
        lambda nb: _says(
            rf"$\href{{javascript:{SIGNATURE}}}{{x}}$ "
            rf"$$\unicode{{<img src=x onerror={SIGNATURE}>}}$$",
            nb,
        ),
    ),
    notebook("writes a raw cell of HTML", "script", _raw),
    notebook("attaches a picture that runs script", "script", _attached),
    notebook("writes markup into the notebook's metadata", "script", _metadata),
    notebook("writes markup into cell ids and tags", "script", _cell_metadata),
    notebook("hands in outputs that run script", "script", _stored_outputs),
    notebook("writes markup into comments and code", "script", _heading_code),
    folder(
        "gives a file a name that is markup",
        "script",
        lambda folder, _: (folder / f"<img src=x onerror={SIGNATURE}>.txt").write_text(_SCRIPT),
    ),
    folder(
        "hands in a page of its own beside the notebook",
        "script",
        lambda folder, _: (folder / "waiting_times.html").write_text(_SCRIPT),
    ),
    code(
        "shows HTML that runs script",
        "script",
        """
        from IPython.display import HTML, SVG, Javascript, Markdown, display

        display(HTML(f"<script>{SIGNATURE}</script>"))
        display(SVG(data=f"<svg xmlns='http://www.w3.org/2000/svg' onload='{SIGNATURE}'/>"))
        display(Javascript(f"'{SIGNATURE}'"), Markdown(f"<img src=x onerror='{SIGNATURE}'>"))
        """,
    ),
    code(
        "shows markup as every kind of output that there is",
        "script",
        """
        text = f"<script>{SIGNATURE}</script><svg onload='{SIGNATURE}'/>"
        for kind in ("text/html", "text/markdown", "text/latex", "image/svg+xml", "application/pdf",
                     "application/javascript", "application/vnd.jupyter.widget-view+json",
                     "image/png", "image/jpeg", "text/plain", "text/vnd.mermaid"):
            display({kind: text}, metadata={kind: {"width": text, "alt": text}}, raw=True)
        """,
    ),
    code(
        "shows a picture whose data break out of the page",
        "script",
        """
        display({"image/png": f'"><script>{SIGNATURE}</script>'}, raw=True)
        display({"image/jpeg": f'" onerror="{SIGNATURE}'}, raw=True)
        """,
    ),
    code(
        "prints markup",
        "script",
        "print(f'</pre><script>{SIGNATURE}</script>')\n"
        "import sys\n\nprint(f'</pre><script>{SIGNATURE}</script>', file=sys.stderr)",
    ),
    code(
        "ends with an error whose name and message are markup",
        "script",
        "raise type(f'<script>{SIGNATURE}</script>', (Exception,), {})"
        "(f'</pre><script>{SIGNATURE}</script>')",
    ),
    code(
        "gives a function that fails in a check with markup for a message",
        "script",
        "",
        "",
        "def moving_ranges(values):\n    raise ValueError(f'</pre><script>{SIGNATURE}</script>')",
    ),
    code(
        "prints control characters that turn into links and markup",
        "script",
        r"""
        print(f"\x1b]8;;{SIGNATURE}\x07link\x1b]8;;\x07")
        print(f"\x1b[31m<script>{SIGNATURE}</script>\x1b[0m \x00 \x08\x08 \u202e \ufeff")
        """,
    ),
    code(
        "gives a chart whose texts are markup",
        "script",
        "fig, ax = plt.subplots()\nax.set_title(f'<script>{SIGNATURE}</script>')\n"
        "ax.set_xlabel(f'<img src=x onerror=\"{SIGNATURE}\">')\nax",
    ),
)
