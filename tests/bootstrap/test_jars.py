from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from bootstrap import jars
from bootstrap.command import SetupError
from bootstrap.environment import REQUIREMENTS


@pytest.fixture
def spark_jars(tmp_path: Path) -> Path:
    folder = tmp_path / "jars"
    folder.mkdir()
    (folder / "ivy-2.jar").touch()
    return folder


def lock(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "jars.txt"
    digest = hashlib.sha256(content).hexdigest()
    path.write_text(f"# why\nio.delta:delta-storage:4.4.0 --hash=sha256:{digest}\n")
    return path


def java_that_brings(tmp_path: Path, content: str) -> Path:
    """A stand-in for Java with Ivy: leaves a jar where the last argument says."""
    java = tmp_path / "java"
    java.write_text(
        "#!/bin/sh\nfor pattern do :; done\n"
        f"printf '{content}' >\"${{pattern%/*}}/delta-storage-4.4.0.jar\"\n"
    )
    java.chmod(0o755)
    return java


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_lock_names_delta_for_the_spark_that_is_locked() -> None:
    locked = {jar.name: jar for jar in jars.read_lock(REQUIREMENTS / "jars.txt")}
    core = (REQUIREMENTS / "core.txt").read_text()
    assert f"delta-spark=={locked['delta-spark_4.2_2.13'].version} " in core
    assert "pyspark==4.2." in core
    assert {jar.version for jar in locked.values()} == {"4.4.0"}


def test_missing_jars_are_fetched_and_jars_of_another_version_go(
    tmp_path: Path, spark_jars: Path
) -> None:
    (spark_jars / "delta-storage-4.3.0.jar").touch()
    jars.fetch(lock(tmp_path, b"good"), spark_jars, java_that_brings(tmp_path, "good"))
    assert names(spark_jars) == {"ivy-2.jar", "delta-storage-4.4.0.jar"}


def test_jars_that_are_there_need_no_java(tmp_path: Path, spark_jars: Path) -> None:
    (spark_jars / "delta-storage-4.4.0.jar").write_bytes(b"good")
    jars.fetch(lock(tmp_path, b"good"), spark_jars, Path("/absent/java"))


def test_a_jar_that_is_not_the_locked_one_is_not_kept(tmp_path: Path, spark_jars: Path) -> None:
    with pytest.raises(SetupError, match=r"delta-storage-4\.4\.0\.jar is not the file"):
        jars.fetch(lock(tmp_path, b"good"), spark_jars, java_that_brings(tmp_path, "evil"))
    assert names(spark_jars) == {"ivy-2.jar"}


def test_java_reads_the_certificates_written_for_it(tmp_path: Path) -> None:
    keytool = shutil.which("keytool")
    if not keytool:
        pytest.skip("no keytool on this machine")
    store = tmp_path / "trust.jks"
    count = jars.write_trust(store)
    words = ["-list", "-keystore", store, "-storetype", "JKS", "-storepass", jars.MACHINES_TRUST]
    told = subprocess.run([keytool, *words], capture_output=True, text=True, check=True).stdout
    assert told.count("trustedCertEntry") == count
