"""Delta's jars: fetched once beside Spark's own, so that no later start needs the network."""

from __future__ import annotations

import hashlib
import os
import re
import ssl
import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bootstrap.command import SetupError, run, say
from bootstrap.environment import AGAIN

MACHINES_TRUST = "changeit"
"""The password that Java expects of a list of certificates; it keeps no secret."""


class Jar(NamedTuple):
    """One line of requirements/jars.txt."""

    group: str
    name: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        """Its name in Spark's jars folder."""
        return f"{self.name}-{self.version}.jar"


def read_lock(lock: Path) -> list[Jar]:
    """The jars of a file with lines `group:name:version --hash=sha256:…`."""
    line = re.compile(r"^([^#\s:]+):([^:]+):(\S+) --hash=sha256:([0-9a-f]{64})$", re.MULTILINE)
    return [Jar(*found) for found in line.findall(lock.read_text())]


def fetch(lock: Path, spark_jars: Path, java: Path) -> None:
    """Makes `spark_jars` hold exactly the Delta jars of the lock file.

    Raises:
        SetupError: They cannot be fetched, or what came is not what was locked.
    """
    wanted = read_lock(lock)
    for stale in set(spark_jars.glob("delta-*.jar")) - {spark_jars / jar.file for jar in wanted}:
        stale.unlink()
    missing = [jar for jar in wanted if _sha256(spark_jars / jar.file) != jar.sha256]
    if not missing:
        return
    say("fetching Delta's jars")
    with tempfile.TemporaryDirectory(dir=spark_jars, prefix="fetching-") as folder:
        _resolve(missing, Path(folder), spark_jars, java)
        for jar in missing:
            come = Path(folder, jar.file)
            if _sha256(come) != jar.sha256:
                raise SetupError(f"{jar.file} is not the file that {lock.name} locks: {AGAIN}")
            come.replace(spark_jars / jar.file)


def _resolve(jars: Sequence[Jar], folder: Path, spark_jars: Path, java: Path) -> None:
    """Has the Ivy that Spark ships bring the jars, from where Ivy or its settings look."""
    dependencies = "".join(
        # "master" is the jar alone: no sources, no documentation, no dependencies.
        f'<dependency org="{jar.group}" name="{jar.name}" rev="{jar.version}" '
        'conf="default->master"/>'
        for jar in jars
    )
    order = folder / "ivy.xml"
    order.write_text(
        '<ivy-module version="2.0"><info organisation="songlake" module="jars"/>'
        f"<dependencies>{dependencies}</dependencies></ivy-module>"
    )
    settings = os.environ.get("IVY_SETTINGS")
    ivy = [
        *("-jar", next(spark_jars.glob("ivy-*.jar")), "-warn", "-ivy", order),
        *(("-settings", settings) if settings else ()),
        *("-cache", folder / "cache", "-retrieve", folder / "[artifact]-[revision].[ext]"),
    ]
    failing = f"Delta's jars cannot be fetched: {AGAIN}"
    try:
        run([java, *ivy], failing)
    except SetupError as error:
        trust = folder / "trust.jks"
        if "certification path" not in str(error) or not write_trust(trust):
            raise
        # A Java with a list of its own does not know a company's certificates; the machine does.
        store = {"": trust, "Type": "JKS", "Password": MACHINES_TRUST}
        options = [f"-Djavax.net.ssl.trustStore{key}={value}" for key, value in store.items()]
        run([java, *options, *ivy], failing)


def write_trust(path: Path) -> int:
    """Writes the certificates that this machine trusts as a Java key store (JKS, version 2).

    Returns:
        How many there are.
    """
    trusted = ssl.create_default_context().get_ca_certs(binary_form=True)
    store = struct.pack(">III", 0xFEEDFEED, 2, len(trusted))
    for number, certificate in enumerate(trusted):
        store += struct.pack(">I", 2) + _utf(str(number)) + struct.pack(">Q", 0) + _utf("X.509")
        store += struct.pack(">I", len(certificate)) + certificate
    salted = MACHINES_TRUST.encode("utf-16-be") + b"Mighty Aphrodite" + store
    path.write_bytes(store + hashlib.sha1(salted).digest())  # the format's own check
    return len(trusted)


def _utf(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode()


def _sha256(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
