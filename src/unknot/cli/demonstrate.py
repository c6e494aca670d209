"""``unknot demo``: a worked real case through the whole path, then the page."""

from __future__ import annotations

from importlib.resources import files

from rich.padding import Padding

from unknot.assess import assess
from unknot.atlas import load_atlas
from unknot.case import read_case
from unknot.cli import show
from unknot.cli.run import dated


def demo(*, serve_after: bool, port: int) -> None:
    """Run the worked case in the terminal, and then serve the same page in a browser."""
    out = show.console()
    out.print("\n[bold]unknot[/] from where it hurts, to what to press, how hard, for how long.")
    out.print(
        Padding(
            "[dim]One case through the whole path: what the client said and drew, is it safe, "
            "what best explains it, and a session that keeps every limit.[/]",
            (0, 0, 1, 0),
        )
    )
    text = files("unknot.cli").joinpath("demo_case.json").read_bytes()
    case = dated(read_case(text))
    atlas = load_atlas()
    show.assessment(case, assess(case, atlas, as_of=case.as_of), atlas)
    out.print('\n[dim]More cases: examples/README.md · try: unknot areas "back of the knee"[/]\n')
    if serve_after:
        from unknot.cli import server

        server.serve("127.0.0.1", port)
