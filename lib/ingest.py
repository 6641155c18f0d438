"""Takes a person's files into the landing area and says of each what became of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lib.audio.intake import AudioIntake, is_audio
from lib.audio.names import is_manifest, manifest_rows
from lib.errors import InputError
from lib.inputs import InputFile, Unread
from lib.landing import copies, kind_folder, land, prepare, sha256_hex, user_folder, user_of
from lib.recognise import HEAD_BYTES, NotUnderstoodError, recognise
from lib.sources.recognised import Recognised
from lib.unzip import UNREADABLE, why_unreadable
from lib.walk import walk
from schemas.landing import AUDIO_FILES, KINDS, Landing

DEFAULT_USER = "me"
"""Whose a file is when neither the person nor the export says."""

UNDERSTOOD = f"Understood are: {'; '.join(kind.about for kind in (*KINDS, AUDIO_FILES))}"

Status = Literal["landed", "already", "ignored", "refused"]


@dataclass(frozen=True)
class FileReport:
    """What became of one file.

    Attributes:
        source: its path, or `zip!member`.
        kind: what it was recognised as: the `kind` of a `Landing`.
        status: `landed`; `already` there; `ignored`: whole, but of no use; `refused`: broken, or
            named by the person and not understood, so that what was asked for was not done.
        rows: records read.
        podcast_rows: how many of them are podcast episodes.
        user: whose it is, for kinds that belong to somebody.
        detail: what else there is to know, or why it was refused and what to do about it.
    """

    source: str
    kind: str | None
    status: Status
    rows: int = 0
    podcast_rows: int = 0
    user: str | None = None
    detail: str = ""

    def __str__(self) -> str:
        """One line that names the file."""
        return f"{self.source}: {self.detail or self.status}"


def ingest(
    paths: Sequence[Path],
    landing: Path,
    user: str | None = None,
    on_file: Callable[[FileReport], None] | None = None,
    default_user: str = DEFAULT_USER,
) -> list[FileReport]:
    """Lands every file of use under some paths, and reports on every file there.

    Args:
        paths: files, folders and zips; their order and repetition make no difference.
        landing: the landing folder; made where there is none.
        user: whose files these are; by default their export's user name.
        on_file: called with each report as it is made.
        default_user: whose they are where neither says.

    Returns:
        The reports, in the order in which the files were looked at. Everything asked for was done
        where none of them is `refused`.

    Raises:
        InputError: `user` cannot be a user's name.
        SettingsError: the landing folder cannot be written to.
    """
    if user is not None:
        user_folder(user)
    prepare(landing)
    reports = []
    intake = AudioIntake(landing)
    for path in sorted(set(paths)):
        for report in _reports(path, landing, intake, user, default_user):
            reports.append(report)
            if on_file:
                on_file(report)
    intake.land()
    return reports


def _reports(
    path: Path, landing: Path, intake: AudioIntake, user: str | None, default_user: str
) -> Iterator[FileReport]:
    useful = False
    for entry in walk(path, landing):
        report = _report(entry, landing, intake, user, default_user)
        # A named file that holds nothing is whole; a folder or zip without any use is a mistake.
        useful |= report.status != "ignored" or (isinstance(entry, InputFile) and entry.named)
        yield report
    if not useful:
        yield _refused(str(path), f"nothing of use in it. {UNDERSTOOD}")


def _report(
    entry: InputFile | Unread,
    landing: Path,
    intake: AudioIntake,
    user: str | None,
    default_user: str,
) -> FileReport:
    if isinstance(entry, Unread):
        tell = _refused if entry.broken else _ignored
        return tell(entry.source, entry.reason)
    try:
        if audio := _audio_report(entry, intake):
            return audio
        recognised = recognise(entry)
        if recognised.kind is None:
            return _ignored(entry.source, "; ".join(recognised.notes))
        whose = (user or recognised.user or entry.user or default_user).strip()
        return _take(entry, recognised, recognised.kind, landing, whose)
    except NotUnderstoodError as error:
        if entry.named:
            return _refused(entry.source, f"{error}. {UNDERSTOOD}")
        return _ignored(entry.source, str(error))
    except InputError as error:
        return _refused(entry.source, str(error))
    except UNREADABLE as error:
        return _refused(entry.source, why_unreadable(error))


def _audio_report(file: InputFile, intake: AudioIntake) -> FileReport | None:
    """The report on an audio file or a manifest of some, which it takes; None for another file."""
    with file.open() as stream:
        head = stream.read(HEAD_BYTES)
    manifest = file.suffix == ".csv" and is_manifest(head)
    if not manifest and not is_audio(head, file.suffix):
        return None
    if file.path is None:
        raise InputError(
            "sound inside a zip, and audio files are not copied but kept where they lie: "
            "unpack the zip to where they shall stay and ingest that folder"
        )
    path = Path(os.path.abspath(file.path))  # noqa: PTH100 resolve() would follow links
    status: Status
    if manifest:
        status, rows, detail = _take_listed(file, path.parent, intake)
    else:
        status, rows, detail = intake.take(path), 1, ""
    return FileReport(_printable(file.source), AUDIO_FILES.kind, status, rows, detail=detail)


def _take_listed(file: InputFile, folder: Path, intake: AudioIntake) -> tuple[Status, int, str]:
    """Takes the files that a manifest lists, with what it tells of them."""
    rows, landed, missing = 0, False, []
    with file.open() as stream:
        for path, told in manifest_rows(stream, folder):
            rows += 1
            if not path.is_file():
                missing.append(str(path))
                continue
            path = Path(os.path.abspath(path))  # noqa: PTH100 as for files themselves
            told_before = intake.take(path) == "already"
            landed |= intake.tell(path, "manifest", told) == "landed" or not told_before
    detail = "a manifest of audio files"
    if missing:
        detail += f"; {len(missing):,} of its rows name no file there, e.g. {missing[0]}"
    return ("landed" if landed else "already"), rows, _printable(detail)


def _take(
    file: InputFile, recognised: Recognised, kind: Landing, landing: Path, user: str
) -> FileReport:
    """Lands a recognised file unless its bytes are there, and reports on it."""
    with file.open() as stream:
        digest = sha256_hex(stream)
    folder = kind_folder(landing, kind, user)
    there = [copy.parent for copy in copies(landing, kind, digest)]
    if folder not in there:
        with file.open() as stream:
            land(stream, digest, folder, f"{file.place.stem}.{kind.format}", landing)
    elsewhere = sorted(user_of(other.name) for other in there if other != folder)
    notes = [f"also landed for user {other}: delete one if it is theirs" for other in elsewhere]
    return FileReport(
        source=_printable(file.source),
        kind=kind.kind,
        status="already" if folder in there else "landed",
        rows=recognised.rows,
        podcast_rows=recognised.podcast_rows,
        user=user if kind.personal else None,
        detail=_printable("; ".join([*recognised.notes, *notes])),
    )


def _refused(source: str, reason: str) -> FileReport:
    return FileReport(_printable(source), None, "refused", detail=_printable(reason))


def _ignored(source: str, reason: str) -> FileReport:
    return FileReport(_printable(source), None, "ignored", detail=_printable(reason))


def _printable(text: str) -> str:
    """Text on one line of any terminal: file names may hold line breaks and undecodable bytes."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
