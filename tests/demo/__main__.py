"""`python -m tests.demo`: a tour of the four clients in the terminal.

They are generated into a temporary folder and used from there. Nothing outside of this machine is
asked, and nothing is left behind. The status is 0 when everything came as it should, 1 when
something did not, and 130 when the user stopped it.
"""

from __future__ import annotations

import sys

from .stopping import ignore_interrupts, stop_at_interrupts

INTERRUPTED = 130


def main() -> int:
    """Run the tour; the exit status."""
    try:
        stop_at_interrupts()
        # Everything that takes long to load is loaded where it is used: Ctrl-C is heard by then.
        from pathlib import Path
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="clientpress-demo-") as folder:
            try:
                from .tour import tour

                return 0 if tour(Path(folder)) else 1
            finally:
                ignore_interrupts()  # while the folder is removed
    except KeyboardInterrupt:
        # A progress bar hides the cursor, and may not have come to show it again.
        shown = "\x1b[?25h" if sys.stdout.isatty() else ""
        print(f"{shown}\nStopped.")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
