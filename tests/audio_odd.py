"""Audio files as nobody should send them, and as they are sent all the same."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.audio_songs import Plan, Sound, sing, write


def write_mp4(path: Path, sound: Sound, rate: int, streams: int = 1) -> Path:
    """AAC in MP4, as m4a files are and, with several streams, stem.mp4 files (the first: the mix).

    Args:
        path: the file.
        sound: samples, [2, samples]; stream k holds them divided by k + 1.
        rate: their sample rate.
        streams: how many.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format="mp4") as out:
        tracks = [out.add_stream("aac", rate=rate, layout="stereo") for _ in range(streams)]
        for number, track in enumerate(tracks):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(sound / (number + 1), np.float32), "fltp", "stereo"
            )
            frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
            out.mux(track.encode(frame))
            out.mux(track.encode(None))
    return path


def odd_files(folder: Path) -> dict[str, Path]:
    """Files by what is odd about them; those whose name begins with `broken` hold no sound."""
    song = sing(Plan(seconds=4.0))
    t = np.arange(88_200) / 22_050
    six = np.stack([0.1 * np.sin(2 * np.pi * 110 * (k + 1) * t) for k in range(6)])
    files = {
        "truncated mp3": write(folder / "truncated.mp3", song),
        "96 kHz 24 bit": write(folder / "fine.flac", _at_96k(), 96_000, subtype="PCM_24"),
        "mono": write(folder / "mono.wav", song.mix[:1]),
        "six channels": write(folder / "six.wav", six),
        "silence": write(folder / "silence.wav", np.zeros((2, 88_200))),
        "constant": write(folder / "constant.wav", np.full((1, 88_200), 0.5)),
        "clipping": write(folder / "clipping.wav", np.clip(song.mix * 40, -1, 1)),
        "0.2 s": write(folder / "short.wav", song.mix[:, :4_410]),
        "not numbers": write(folder / "nan.wav", _with_nan(song.mix), subtype="FLOAT"),
        "tone": write(folder / "tone.wav", 0.3 * np.sin(2 * np.pi * 440 * t)[None]),
        "noise": write(folder / "noise.wav", np.random.default_rng(3).normal(0, 0.1, (1, 88_200))),
        "8 kHz": write(folder / "telephone.wav", song.mix[:1, ::3], 7_350),
        "mp4": write_mp4(folder / "song.m4a", song.mix, 22_050),
        "broken, empty": folder / "empty.mp3",
        "broken, no samples": write(folder / "header.wav", np.zeros((1, 0))),
        "broken, text": folder / "text.mp3",
        "broken, cut mp4": folder / "cut.m4a",
        "broken, header only": folder / "cut.flac",
    }
    data = files["truncated mp3"].read_bytes()
    files["truncated mp3"].write_bytes(data[: len(data) * 2 // 3])
    (folder / "empty.mp3").write_bytes(b"")
    (folder / "text.mp3").write_text("This is no sound.\n" * 99)
    whole = files["mp4"].read_bytes()
    (folder / "cut.m4a").write_bytes(whole[: len(whole) // 2])  # the index stands at the end
    (folder / "cut.flac").write_bytes(files["96 kHz 24 bit"].read_bytes()[:60])
    return files


def _at_96k() -> Sound:
    t = np.arange(4 * 96_000) / 96_000
    beat = np.exp(-(t % 0.5) / 0.05)
    return np.stack([0.5 * beat * np.sin(2 * np.pi * 220 * t)] * 2)


def _with_nan(sound: Sound) -> Sound:
    sound = sound.copy()
    sound[:, 1000:1010] = np.nan
    sound[:, 2000] = np.inf
    return sound
