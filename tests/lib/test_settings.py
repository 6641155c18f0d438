from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lib.errors import SettingsError
from lib.settings import PROJECT, Settings, load_settings


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / "env"


def test_later_sources_win_and_each_value_knows_its_own(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file.write_text("SONGLAKE_USER=dot\nSONGLAKE_TIMEZONE=Europe/Paris\n", encoding="utf-8")
    monkeypatch.setenv("SONGLAKE_TIMEZONE", "Europe/Rome")
    monkeypatch.setenv("SONGLAKE_PLAYS__MIN_MS", "2")
    settings, origin = load_settings({"plays.min_ms": 3, "moods.k": None}, env_file)
    assert (settings.user, settings.timezone, settings.plays.min_ms) == ("dot", "Europe/Rome", 3)
    names = ("moods.seed", "user", "timezone", "plays.min_ms", "lake_root", "moods.k")
    assert [origin[name] for name in names] == [
        "conf/local.yaml",
        ".env",
        "environment",
        "flag",
        "default",
        "conf/local.yaml",
    ]


def test_every_setting_can_be_asked_for_by_the_name_it_is_told_under(env_file: Path) -> None:
    env_file.write_text("SHELL=x\nUSER=y\nALLOW_SYNTHETIC=false\n", encoding="utf-8")
    settings, origin = load_settings({}, env_file)
    assert {name: settings.value(name) for name in origin}["plays.min_ms"] == 30_000
    assert settings.user == "me", "a variable that is not ours means nothing"


def test_the_committed_yaml_says_the_defaults() -> None:
    told = yaml.safe_load((PROJECT / "conf" / "local.yaml").read_text(encoding="utf-8"))
    defaults = Settings().model_dump(exclude={"data", "lake_root"})
    del told["data"]
    assert told == defaults


def test_a_place_differs_from_this_machine_only_where_its_file_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SONGLAKE_CONF", "cluster")
    settings, origin = load_settings()
    assert settings.spark.master is None
    assert origin["spark.master"] == "conf/cluster.yaml"
    assert origin["moods.k"] == "conf/local.yaml"


def test_a_file_of_ones_own_holds_settings_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("user: Ann\ndata: /srv/songs\n", encoding="utf-8")
    monkeypatch.setenv("SONGLAKE_CONF", str(own))
    settings, _ = load_settings()
    assert (settings.user, settings.data) == ("Ann", Path("/srv/songs"))


def test_what_is_kept_out_and_what_counts_by_source_may_be_written_in_yaml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "plays:\n  min_ms_of: {lastfm: 0}\n"
        "  exclude:\n    artists: [Raffi]\n    spans: [2024-12-24, 2024-12-26/2024-12-27]\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("SONGLAKE_CONF", str(own))
    settings, _ = load_settings({"plays.min_ms_of.spotify_basic": 1})
    assert settings.value("plays.min_ms_of") == {"lastfm": 0, "spotify_basic": 1}
    assert settings.value("plays.exclude") == {
        "artists": ["Raffi"], "songs": [], "genres": [],
        "spans": ["2024-12-24", "2024-12-26/2024-12-27"],
    }  # fmt: skip


@pytest.mark.parametrize("name", ["ALLOW_SYNTHETIC", "SONGLAKE_ALLOW_SYNTHETIC"])
def test_synthetic_features_are_switched_off_by_either_name(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "false")
    settings, origin = load_settings()
    assert not settings.allow_synthetic
    assert origin["allow_synthetic"] == "environment"


def test_an_empty_variable_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_settings()
    monkeypatch.setenv("SONGLAKE_DATA", "")
    monkeypatch.setenv("SONGLAKE_MOODS__K", "")
    assert load_settings() == before


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"SONGLAKE_NOPE": "1"}, "SONGLAKE_NOPE (from environment) is not a setting"),
        ({"SONGLAKE_PLAYS__NOPE": "1"}, "plays.nope = '1' (from environment)"),
        ({"SONGLAKE_PLAYS__MIN_MS": "-1"}, "plays.min_ms = '-1' (from environment)"),
        ({"SONGLAKE_PLAYS__MIN_MS": "long"}, "plays.min_ms = 'long' (from environment)"),
        ({"SONGLAKE_TIMEZONE": "Mars/Base"}, "write it like Europe/Berlin"),
        ({"SONGLAKE_FEATURES__PREFERENCE": '["deezer"]'}, "unknown ['deezer']; choose from"),
        ({"SONGLAKE_FEATURES__PREFERENCE": '["kaggle", "kaggle"]'}, "names a source twice"),
        (
            {"SONGLAKE_PLAYS__TELLERS": '["deezer", "lastfm"]'},
            "unknown ['deezer']; choose from ['spotify_extended', 'spotify_api', 'listenbrainz'",
        ),
        ({"SONGLAKE_PLAYS__TELLERS": '["lastfm", "lastfm"]'}, "names a source twice"),
        (
            {"SONGLAKE_PLAYS__MIN_MS_OF": '{"deezer": 0}'},
            "unknown ['deezer']; choose from ['spotify_extended'",
        ),
        ({"SONGLAKE_PLAYS__MIN_MS_OF__LASTFM": "-1"}, "plays.min_ms_of.lastfm = '-1' (from env"),
        (
            {"SONGLAKE_PLAYS__EXCLUDE__SPANS": '["Christmas"]'},
            "plays.exclude.spans = ['Christmas'] (from environment): 'Christmas' is no time span; "
            "write 2024-12-24, 2024-12-01/2024-12-26 or",
        ),
        ({"SONGLAKE_PLAYS__EXCLUDE__SPANS": '["2024-12-24/2024-12-01"]'}, "ends before it begins"),
        ({"SONGLAKE_PLAYS__EXCLUDE__MOODS": "[]"}, "plays.exclude.moods = "),
        ({"SONGLAKE_STATISTICS__COUNT_BY": "album"}, "statistics.count_by = 'album' (from env"),
        ({"SONGLAKE_SYNTHETIC__SCOPE": "some"}, "synthetic.scope = 'some' (from environment)"),
        ({"SONGLAKE_FEATURES__PREFERENCE": "kaggle,spotify"}, "Lists are written as JSON"),
        ({"SONGLAKE_MOODS__K_MIN": "9", "SONGLAKE_MOODS__K_MAX": "4"}, "k_min is above k_max"),
        ({"SONGLAKE_CONF": "nowhere"}, "There is no settings file"),
    ],
)
def test_a_bad_variable_is_one_line_that_names_it(
    variables: Mapping[str, str], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "flags", [{"nope": 1}, {"": 1}, {"plays": 3}, {"plays.nope": 1}, {"plays.min_ms.x": 1}]
)
def test_a_flag_that_is_no_setting_is_refused(flags: Mapping[str, Any]) -> None:
    [name] = flags
    with pytest.raises(SettingsError, match=name or "''"):
        load_settings(flags)


def test_a_misspelt_line_of_the_env_file_is_refused(env_file: Path) -> None:
    env_file.write_text("SONGLAKE_TIMEZON=Europe/Paris\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"SONGLAKE_TIMEZON \(from \.env\) is not a setting"):
        load_settings({}, env_file)


@pytest.mark.parametrize("text", ["- a\n- b\n", "user: [", "nope: 1\n", "just words\n"])
def test_a_settings_file_that_is_none_is_refused_by_name(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(text, encoding="utf-8")
    monkeypatch.setenv("SONGLAKE_CONF", str(own))
    with pytest.raises(SettingsError, match=r"own\.yaml"):
        load_settings()


def test_tables_lie_under_the_lake_wherever_that_is(tmp_path: Path) -> None:
    here, _ = load_settings({"data": tmp_path})
    there, _ = load_settings({"data": tmp_path, "lake_root": "s3a://songs/lake/"})
    assert here.table_path("silver.plays") == f"{tmp_path}/lake/silver/plays"
    assert there.table_path("silver.plays") == "s3a://songs/lake/silver/plays"
    assert there.landing == tmp_path / "landing"
