"""Makes `.venv` ready on a bare machine; for `./songlake`, with Python 3.9's library only."""
