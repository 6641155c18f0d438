"""`python -m benchmarks.by_hand FOLDER`: makes FOLDER/lake from FOLDER/landing."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Not above: processes that read names import this file, too.
    from benchmarks.by_hand.script import main

    main(Path(sys.argv[1]))
