"""gold.harmonic_pairs against a plain numpy loop and against Spark's join, side by side.

The loop has all it needs in arrays: songs of each code sorted by tempo. For each song it searches
the window of tempos in every compatible code, in half and double time too, scores what it finds,
and keeps the best. The join is Spark's own: compatible codes and tempo windows as its condition,
the same score, and the best by a window function; it joins two samples of the songs with all of
them, and the line through their times tells that of all. Songlake's time is that of the whole job:
reading the tables, and every row handed back to Spark (not written).
"""

from __future__ import annotations

import statistics
import sys
from functools import partial

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession, Window, functions as F

from benchmarks.catalogue import arguments, make_all, seconds, tables
from jobs.gold.harmonic_pairs import JOB, catalogue, crate_of
from lib.camelot import CODES, RELATIONS
from lib.harmonic import MATCHES, Crate

MOST_OF_LOOP = 1.0
LEAST_OF_JOIN = 50.0
SAMPLE = 2_000
ROUNDS = 3
#: One song in so many is on the left side of Spark's join, in a smaller and a larger sample.
ONE_IN = (50, 10)


def main() -> int:
    given = arguments(__doc__).parse_args()
    with tables(given, JOB) as (spark, settings, frames):
        told = settings.harmonic
        crate = crate_of(catalogue(*frames[:2]), told.n, told.max_tempo_change)
        print(f"{len(crate.codes):,} songs with key and tempo", flush=True)
        ours, loops = [], []
        for _ in range(ROUNDS):
            ours.append(seconds(lambda: make_all(JOB, frames, settings)))
            loops.append(seconds(lambda: _loop(crate)))
            print(f"  songlake {ours[-1]:6.1f} s   loop {loops[-1]:6.1f} s", flush=True)
        join = _join_of_all(spark, crate)
    took = statistics.median(ours)
    to_loop = took / statistics.median(loops)
    print(f"ratio to the loop: {to_loop:.2f} (at most {MOST_OF_LOOP} is wanted)")
    print(f"times as fast as the join: {join / took:.0f} (at least {LEAST_OF_JOIN:.0f} is wanted)")
    wrong = _differences(crate)
    print(f"lists unlike a naive reference's, of {SAMPLE:,}: {wrong} (0 is wanted)")
    return 0 if to_loop <= MOST_OF_LOOP and join / took >= LEAST_OF_JOIN and not wrong else 1


def _loop(crate: Crate) -> None:
    """Sort once, then search song by song."""
    order = np.lexsort((crate.tempos, crate.codes))
    codes, tempos, energies = crate.codes[order], crate.tempos[order], crate.energies[order]
    starts = np.searchsorted(codes, np.arange(len(CODES) + 1))
    limit = crate.max_change / 100
    for song in range(len(codes)):
        places, scores = [], []
        for relation in RELATIONS:
            for target in relation.targets(int(codes[song])):
                first, last = starts[target], starts[target + 1]
                shelf = tempos[first:last]
                for _, times in MATCHES:
                    wanted = tempos[song] / times
                    low = np.searchsorted(shelf, wanted / (1 + limit))
                    high = np.searchsorted(shelf, wanted / (1 - limit), "right")
                    if low == high:
                        continue
                    change = np.abs(wanted / shelf[low:high] - 1) / limit
                    step = np.abs(energies[first + low : first + high] - energies[song])
                    places.append(np.arange(first + low, first + high))
                    scores.append(0.5 * relation.fit + 0.3 * (1 - change) + 0.2 * (1 - step))
        found, score = np.concatenate(places), np.concatenate(scores)
        score[found == song] = -1
        best = np.argpartition(-score, min(crate.n, len(score) - 1))[: crate.n]
        best[np.argsort(-score[best])]


def _join_of_all(spark: SparkSession, crate: Crate) -> float:
    """Seconds that Spark's join takes for all songs, by the line through those of two samples."""
    columns = {"code": crate.codes, "tempo": crate.tempos, "energy": crate.energies}
    songs = spark.createDataFrame(pd.DataFrame(columns).rename_axis("song").reset_index()).cache()
    _consume(songs)
    _join(songs, crate, ONE_IN[0])  # warms up
    took = [seconds(partial(_join, songs, crate, one_in)) for one_in in ONE_IN]
    shares = [1 / one_in for one_in in ONE_IN]
    slope = (took[1] - took[0]) / (shares[1] - shares[0])
    of_all = took[1] + slope * (1 - shares[1])
    for share, time in zip(shares, took, strict=True):
        print(f"Spark's join: {time:.1f} s for {share:.0%} of the songs")
    print(f"Spark's join: {of_all:.0f} s for all, by the line through both")
    return of_all


def _join(songs: DataFrame, crate: Crate, one_in: int) -> None:
    """The same by Spark alone, for some of the songs."""
    mixes = [
        (code, target, relation.fit)
        for code in range(len(CODES))
        for relation in RELATIONS
        for target in relation.targets(code)
    ]
    wheel = songs.sparkSession.createDataFrame(mixes, "code INT, next_code INT, fit DOUBLE")
    times = F.explode(F.array(*(F.lit(factor) for _, factor in MATCHES)))
    following = songs.select(
        F.col("song").alias("next_song"),
        F.col("code").alias("next_code"),
        F.col("energy").alias("next_energy"),
        F.col("tempo").alias("next_tempo"),
        times.alias("times"),
    ).withColumn("next_tempo", F.col("next_tempo") * F.col("times"))
    some = songs.filter(F.col("song") % one_in == 0)
    best = Window.partitionBy("song").orderBy(F.col("score").desc(), "next_song")
    _consume(
        some.join(F.broadcast(wheel), on="code", how="inner")
        .join(following, on="next_code", how="inner")
        .withColumn("change", F.abs(F.col("tempo") / F.col("next_tempo") - 1) * 100)
        .filter(F.col("change") <= crate.max_change)
        .filter("song <> next_song")
        .withColumn(
            "score",
            F.lit(0.5) * F.col("fit")
            + F.lit(0.3) * (1 - F.col("change") / crate.max_change)
            + F.lit(0.2) * (1 - F.abs(F.col("next_energy") - F.col("energy"))),
        )
        .withColumn("rank", F.row_number().over(best))
        .filter(F.col("rank") <= crate.n)
    )


def _consume(rows: DataFrame) -> None:
    rows.write.format("noop").mode("overwrite").save()


def _differences(crate: Crate) -> int:
    """Sampled songs whose mixes have other scores than those of comparing every song."""
    rng = np.random.default_rng(0)
    count = len(crate.codes)
    songs = np.sort(rng.choice(count, min(SAMPLE, count), replace=False))
    found = crate.mixes(songs)
    fits = np.zeros((len(CODES), len(CODES)))
    for code in range(len(CODES)):
        for relation in RELATIONS:
            fits[code, relation.targets(code)] = relation.fit
    wrong = 0
    for song in songs:
        changes = np.min(
            [
                np.abs(100 * (crate.tempos[song] / (crate.tempos * times) - 1))
                for _, times in MATCHES
            ],
            axis=0,
        )
        fit = fits[crate.codes[song], crate.codes]
        steps = np.nan_to_num(np.abs(crate.energies - crate.energies[song]), nan=0.5)
        scores = 0.5 * fit + 0.3 * (1 - changes / crate.max_change) + 0.2 * (1 - steps)
        mixes = (fit > 0) & (np.round(changes, 6) <= crate.max_change)
        mixes[song] = False
        expected = np.sort(scores[mixes])[::-1][: crate.n]
        told = found.scores[found.songs == song]
        wrong += len(told) != len(expected) or not np.allclose(told, expected, rtol=0, atol=2e-6)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
