"""`songlake evaluate`: how well recommenders find what was kept from them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from apps.show import console, grid
from lib.errors import InputError, SettingsError
from lib.evaluation.inputs import from_file, from_plays
from lib.evaluation.protocol import Figures, evaluate
from lib.evaluation.splits import Split, by_time, leave_one_out
from lib.places import Places
from lib.recommend.interactions import Interactions
from lib.recommend.item_knn import ItemKnn
from lib.recommend.model import Model
from lib.recommend.popularity import Popularity
from lib.recommend.songlake import Search, Songlake, TunedEase, search

#: Each made for one split; those that choose λ of EASE share the search for it.
MODELS: dict[str, Callable[[Search | None], Model]] = {
    "popularity": lambda _: Popularity(),
    "item-knn": lambda _: ItemKnn(),
    "ease": TunedEase,
    "songlake": Songlake,
}
_SEARCHING = {"ease", "songlake"}
SPLITS = ("leave-one-out", "temporal")
#: The last part of pairs, by when they were first heard, that a temporal split holds out.
_LAST_SHARE = 0.2
#: Fewer users asked give figures that another seed would change much.
_FEW = 100


def seeds_of(text: str) -> list[int]:
    """`0-4`, or numbers parted by commas.

    Raises:
        SettingsError: it is neither.
    """
    first, is_range, last = text.partition("-")
    try:
        seeds = range(int(first), int(last) + 1) if is_range else map(int, text.split(","))
        found = sorted(set(seeds))
    except ValueError:
        found = []
    if not found or found[0] < 0:
        raise SettingsError(f"--seeds {text}: write 0-4, or 0,1,2")
    return found


def models_of(text: str) -> list[str]:
    """`all`, or names parted by commas.

    Raises:
        SettingsError: one of them is no model.
    """
    names = list(MODELS) if text == "all" else [name.strip() for name in text.split(",")]
    if unknown := [name for name in names if name not in MODELS]:
        raise SettingsError(f"--models {', '.join(unknown)}: choose all, or of {', '.join(MODELS)}")
    return names


def run_evaluation(
    places: Places, file: Path | None, split: str, seeds: Sequence[int], models: Sequence[str]
) -> dict[str, Any]:
    """Every model on every split, all on the same ones.

    Args:
        places: where the plays are, unless there is a file.
        file: users and items, see `lib.evaluation.inputs.from_file`.
        split: of SPLITS; a temporal one is the same for every seed, and made once.
        seeds: of leave-one-out.
        models: names of MODELS.

    Returns:
        `models`: of each its mean figures; `data`: what they were measured on.

    Raises:
        SonglakeError: there is nothing to measure on.
    """
    if split not in SPLITS:
        raise SettingsError(f"--split {split}: choose {' or '.join(SPLITS)}")
    told = from_file(file) if file else from_plays(places)
    if split == "temporal":
        made = [by_time(told, _LAST_SHARE)]
    else:
        made = [leave_one_out(told.weights, seed) for seed in seeds]
    _refuse_too_few(told, made[0], split, str(file) if file else "this lake")
    # With several threads sums differ between machines, and on a busy one they wait for each other.
    with threadpool_limits(1):
        figures = _measure(made, models)
    items_of = np.diff(told.weights.indptr)
    return {
        "models": {name: _means(of) for name, of in figures.items()},
        "data": {
            "users": len(told.users),
            "items": len(told.items),
            "pairs": told.weights.nnz,
            "users_with_one_item": int((items_of == 1).sum()),
            "users_asked": len(made[0].asked),
            "split": split,
            "seeds": list(seeds) if split == "leave-one-out" else [],
        },
    }


def _measure(made: Sequence[Split], models: Sequence[str]) -> dict[str, list[Figures]]:
    """Figures of each model, one a split; a search that models share counts for each of them."""
    figures: dict[str, list[Figures]] = {name: [] for name in models}
    for one in made:
        began = time.perf_counter()
        found = search(one.train) if _SEARCHING & set(models) else None
        searching = time.perf_counter() - began
        for name in models:
            seen = evaluate(MODELS[name](found), one)
            extra = searching if name in _SEARCHING else 0.0
            figures[name].append(replace(seen, seconds=seen.seconds + extra))
    return figures


def _refuse_too_few(told: Interactions, split: Split, which: str, where: str) -> None:
    if len(told.users) < 2:
        raise InputError(
            f"{where} tells of {len(told.users)} user{'' if len(told.users) == 1 else 's'}: models "
            "that learn from other people need two at least, and some hundred to be worth it. "
            "Give a file with more: --file plays.csv (user_id, item_id, weight)."
        )
    if not len(split.asked):
        missing = (
            "no user has two different items: one to learn from and one to be found"
            if which == "leave-one-out"
            else "no user heard something before and something new after one moment"
        )
        raise InputError(f"{where}: {missing}. Give a file with more: --file plays.csv.")


def _means(found: Sequence[Figures]) -> dict[str, float]:
    told = {
        "ndcg@10": [one.ndcg for one in found],
        "recall@10": [one.recall for one in found],
        "coverage": [one.coverage for one in found],
        "novelty": [one.novelty for one in found],
    }
    return {
        **{name: fmean(values) for name, values in told.items()},
        "ndcg@10_std": stdev(told["ndcg@10"]) if len(found) > 1 else 0.0,
        "recall@10_std": stdev(told["recall@10"]) if len(found) > 1 else 0.0,
        "seconds": sum(one.seconds for one in found),
    }


def show_evaluation(found: Mapping[str, Any]) -> None:
    """A row a model, and what the figures are about."""
    data = found["data"]
    rows = [
        {
            "model": name,
            "NDCG@10": f"{of['ndcg@10']:.4f} ± {of['ndcg@10_std']:.4f}",
            "recall@10": f"{of['recall@10']:.4f} ± {of['recall@10_std']:.4f}",
            "coverage": f"{100 * of['coverage']:.1f} %",
            "novelty, bits": f"{of['novelty']:.2f}",
            "seconds": f"{of['seconds']:.1f}",
        }
        for name, of in found["models"].items()
    ]
    console.print(grid("", rows))
    console.print(
        f"{data['users']:,} users, {data['items']:,} items, {data['pairs']:,} pairs; "
        f"{data['users_asked']:,} users asked, all items that they had not are ranked."
    )
    if data["split"] == "temporal":
        console.print("Held out: what was first heard in the last fifth of all pairs, by time.")
    else:
        seeds = ", ".join(map(str, data["seeds"]))
        console.print(
            f"Held out: one random item of each user; means and deviations, seeds {seeds}."
        )
    if data["users_with_one_item"]:
        console.print(f"{data['users_with_one_item']:,} users have only one item: never asked for.")
    if data["users_asked"] < _FEW:
        console.print(f"Fewer than {_FEW} users: another seed may well turn the order round.")
