"""A checkpoint of Spleeter's graph with made-up weights; the released ones are large."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lib.audio.separation import spleeter


def write_checkpoint(models: Path, stem_count: int, seed: int = 1) -> Path:
    """Writes `<models>/<n>stems` and returns it.

    Every net begins with the same weights, which would make all stems the same: each kernel and
    bias is disturbed. As published ones, it holds a step, which Spleeter's own class asks for.
    """
    tf = spleeter.tensorflow()
    folder = models / f"{stem_count}stems"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    with spleeter.graph(stem_count)[0].as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.train.create_global_step()
        variables = tf.compat.v1.global_variables()
        session.run([variable.initializer for variable in variables])
        disturbed = {}
        for variable, value in zip(variables, session.run(variables), strict=True):
            if "kernel" in variable.name or "bias" in variable.name:
                noise = rng.normal(0, 0.1 * (value.std() or 0.1), value.shape)
                disturbed[variable.initializer.inputs[1]] = value + noise
        session.run([variable.initializer for variable in variables], disturbed)
        tf.compat.v1.train.Saver().save(session, str(folder / "model"))
    (folder / ".probe").write_text("OK")
    return folder
