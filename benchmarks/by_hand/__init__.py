"""The tables of `songlake run` by a plain script: polars, deltalake, scikit-learn and faiss.

    ./songlake python -m benchmarks.by_hand FOLDER

reads FOLDER/landing, makes FOLDER/lake and prints, as JSON, the seconds of each step. It is what
`benchmarks/whole_run.py` holds Songlake against, and is written to be fast: one machine, everything
in memory, everything anew each time.

It makes the same rows from the same landed files, and takes Songlake's knowledge of music from
lib as any script would: what a name means, which names are one song, moods, forecasts, sentences,
song vectors, what tells why two songs are alike. It runs none of its Spark code and none of its
searches: similar songs are found by faiss's flat index, harmonic pairs by numpy.

Only what a catalogue and one extended export need is there. No play lacks a Spotify id, one source
tells of each, and there is no library: so names lead to no ids, nothing is reconciled, and nobody's
shows are told from artists. Default settings hold. There is no quarantine (rows that break a rule
are left out), no lineage, no skipping of what is up to date, and no rule is counted.
"""
