"""One model on one split, in figures."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from lib.evaluation.metrics import coverage, ndcg, novelty, recall, target_ranks
from lib.evaluation.splits import Split
from lib.recommend.model import Model
from lib.recommend.ranking import best, blocks, hide_seen

#: How long the lists are that figures are about.
K = 10


@dataclass(frozen=True)
class Figures:
    """What one model did on one split.

    Attributes:
        ndcg: NDCG@10, mean over users asked.
        recall: recall@10, mean over users asked.
        coverage: share of all items in anyone's first ten.
        novelty: mean self-information of what is in them, bits.
        seconds: to fit, to choose what it chooses, and to rank.
    """

    ndcg: float
    recall: float
    coverage: float
    novelty: float
    seconds: float


def evaluate(model: Model, split: Split) -> Figures:
    """Fits a model on what it may see, and ranks for each user asked all that they have not.

    Args:
        model: unfitted.
        split: with at least one user asked.
    """
    began = time.perf_counter()
    scorer = model.fit(split.train)
    histories, targets = split.train[split.asked], split.held[split.asked]
    gains, shares, lists = [], [], []
    for rows in blocks(histories):
        scores = hide_seen(scorer.scores(histories[rows]), histories[rows])
        ranks = target_ranks(scores, targets[rows])
        gains.append(ndcg(ranks, targets[rows], K))
        shares.append(recall(ranks, targets[rows], K))
        lists += best(scores, K)
    seconds = time.perf_counter() - began
    users, items = split.train.shape
    heard_by = np.bincount(split.train.indices, minlength=items)
    return Figures(
        ndcg=float(np.concatenate(gains).mean()),
        recall=float(np.concatenate(shares).mean()),
        coverage=coverage(lists, items),
        novelty=novelty(lists, heard_by, users),
        seconds=seconds,
    )
