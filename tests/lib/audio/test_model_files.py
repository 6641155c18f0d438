"""Models found or downloaded, from a real HTTP server on the loopback."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lib.audio.separation.model_files import model_folder
from lib.errors import SeparationError

Files = dict[str, bytes]


def archive(**files: str) -> bytes:
    """A tar.gz of files; `__` in a name stands for a slash, and LINK for a link to /etc/passwd."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name.replace("__", "/").replace("up", ".."))
            if text == "LINK":
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            member.size = 0 if text == "LINK" else len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


MODEL = {
    "checkpoint": 'model_checkpoint_path: "model"',
    "model.index": "index",
    "model.data-00000-of-00001": "weights",
}


def published(data: bytes) -> Files:
    index = {"2stems": hashlib.sha256(data).hexdigest()}
    return {"/real/2stems.tar.gz": data, "/real/checksum.json": json.dumps(index).encode()}


@pytest.fixture
def serve() -> Iterator[Callable[[Files], str]]:
    """Serves files under /real, to which /moved redirects; returns the URL of /moved."""
    servers = []

    def start(files: Files) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                data = files.get(self.path)
                moved = self.path.startswith("/moved/")
                self.send_response(302 if moved else 200 if data is not None else 404)
                if moved:
                    self.send_header("Location", self.path.replace("/moved/", "/real/"))
                self.send_header("Content-Length", str(len(data or b"")))
                self.end_headers()
                self.wfile.write((data or b"")[: 50 if "cut" in files else None])

            def log_message(self, *_: object) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/moved"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_model_is_downloaded_once_through_redirects(
    serve: Callable[[Files], str], tmp_path: Path
) -> None:
    files = published(archive(**MODEL))
    url = serve(files)
    folder = model_folder(tmp_path / "models", "2stems", url)
    assert {file.name for file in folder.iterdir()} == {*MODEL, ".probe"}
    files.clear()
    assert model_folder(tmp_path / "models", "2stems", url) == folder


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: files.update({"/real/2stems.tar.gz": b"else"}), "published checksum"),
        (lambda files: files.pop("/real/2stems.tar.gz"), "HTTP 404"),
        (lambda files: files.pop("/real/checksum.json"), "HTTP 404"),
        (lambda files: files.update({"/real/checksum.json": b"{}"}), "does not know 2stems"),
        (lambda files: files.update({"/real/checksum.json": b"<html>"}), "cannot be had"),
        (lambda files: files.update(cut=b"yes"), "cannot be had"),
        (lambda files: files.update(published(b"no archive")), "cannot be had"),
        (lambda files: files.update(published(archive(other="x"))), "holds no checkpoint"),
        (lambda files: files.update(published(archive(up__evil="x", **MODEL))), "outside"),
        (lambda files: files.update(published(archive(link="LINK", **MODEL))), "link"),
    ],
)
def test_what_is_not_as_published_leaves_nothing_behind(
    serve: Callable[[Files], str],
    tmp_path: Path,
    change: Callable[[Files], object],
    said: str,
) -> None:
    files = published(archive(**MODEL))
    change(files)
    with pytest.raises(SeparationError, match=said):
        model_folder(tmp_path / "models", "2stems", serve(files))
    assert list((tmp_path / "models").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["models"]


@pytest.mark.parametrize("lacks", MODEL)
def test_a_folder_without_a_whole_checkpoint_is_refused(tmp_path: Path, lacks: str) -> None:
    (tmp_path / "2stems").mkdir()
    for name in set(MODEL) - {lacks}:
        (tmp_path / "2stems" / name).touch()
    with pytest.raises(SeparationError, match=r"holds no checkpoint.*delete the folder"):
        model_folder(tmp_path, "2stems", "http://127.0.0.1:9/never-asked")


def test_no_network_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SeparationError, match=r"download 2stems\.tar\.gz yourself"):
        model_folder(tmp_path, "2stems", "http://127.0.0.1:9")
