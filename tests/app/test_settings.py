"""`app/settings.py`: what may be chosen, and how faults are told."""

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from app.settings import ELSEWHERE, Settings, SettingsError, physical_cores

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "settings.md"


def faults_of(**environment: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(environment)
    return refused.value.faults


def test_without_any_variable_it_is_a_demo_centre_on_this_machine() -> None:
    settings = Settings.from_environment({})
    assert (settings.database_url, settings.host, settings.port) == (None, "127.0.0.1", 8000)
    assert settings.public_url == "http://localhost:8000"
    assert settings.demo
    assert Settings.from_environment({"DATABASE_URL": "postgresql://db/sarap"}).demo
    assert settings.judging_slots == physical_cores() >= 1
    assert settings.keys_dir == settings.data_dir / "keys"


def test_all_faults_are_told_at_once_with_variable_value_and_rule() -> None:
    faults = faults_of(
        PORT="eighty",
        SARAP_PUBLIC_URL="exams.example.kz",
        SARAP_JUDGING_SLOTS="0",
        SARAP_LOG_FORMAT="xml",
        SARAP_SECURE_COOKIES="perhaps",
        SARAP_TIME_ZONE="Asia/Atlantis",
        SARAP_METRICS_TOKEN="short",
        SARAP_TRUSTED_PROXIES="10.0.0.1/8",
        SARAP_RUNNER="podman",
        SARAP_SANDBOX_RUNTIME="kata",
        SARAP_SANDBOX_ISOLATION="none",
        SARAP_JUDGE0_URL="judge0:2358",
        SARAP_JUDGE0_TOKEN="short",
        SARAP_JUDGE0_LANGUAGES="python3=71,python3=70",
        DATABASE_URL="mysql://root:secret@db/sarap",
        SARAP_DATADIR="/srv",
    )
    names = [fault.split(" ")[0].rstrip(":") for fault in faults]
    assert sorted(names) == sorted(
        [
            "DATABASE_URL",
            "PORT",
            "SARAP_PUBLIC_URL",
            "SARAP_TRUSTED_PROXIES",
            "SARAP_JUDGING_SLOTS",
            "SARAP_LOG_FORMAT",
            "SARAP_SECURE_COOKIES",
            "SARAP_TIME_ZONE",
            "SARAP_METRICS_TOKEN",
            "SARAP_RUNNER",
            "SARAP_SANDBOX_RUNTIME",
            "SARAP_SANDBOX_ISOLATION",
            "SARAP_JUDGE0_URL",
            "SARAP_JUDGE0_TOKEN",
            "SARAP_JUDGE0_LANGUAGES",
            "SARAP_DATADIR",
        ]
    )
    assert 'PORT is "eighty": must be a whole number from 1 to 65535' in faults


@pytest.mark.parametrize("name", ["DATABASE_URL", "SARAP_METRICS_TOKEN", "SARAP_WEB_PASSWORD", "SARAP_JUDGE0_TOKEN"])
def test_a_secret_is_never_repeated_in_a_fault_or_in_a_log(name: str) -> None:
    assert "s3cret" not in "".join(faults_of(**{name: "s3cret"}))
    settings = Settings.from_environment(
        {
            "DATABASE_URL": "postgresql://u:s3cret@db/sarap",
            "SARAP_METRICS_TOKEN": "s3cret-s3cret-s3cret",
            "SARAP_WEB_PASSWORD": "s3cret-s3cret-s3cret",
            "SARAP_JUDGE0_TOKEN": "s3cret-s3cret-s3cret",
        }
    )
    assert "s3cret" not in repr(settings)


def test_judge0_needs_an_address_and_may_have_languages_of_its_own() -> None:
    assert faults_of(SARAP_RUNNER="judge0") == ["SARAP_JUDGE0_URL is not set: SARAP_RUNNER=judge0 needs its address"]
    settings = Settings.from_environment(
        {"SARAP_RUNNER": "judge0", "SARAP_JUDGE0_URL": "http://judge0:2358/", "SARAP_JUDGE0_LANGUAGES": "python3=92, cpp=105"}
    )
    assert (settings.judge0_url, settings.judge0_languages) == ("http://judge0:2358", {"python3": 92, "cpp": 105})


def test_without_a_word_the_sandbox_is_docker_s_with_the_best_isolation_to_be_had() -> None:
    settings = Settings.from_environment({})
    assert (settings.runner, settings.sandbox_runtime, settings.sandbox_isolation) == ("docker", "", "auto")


def test_a_demo_centre_is_refused_where_others_can_reach_it() -> None:
    assert "loopback" in faults_of(SARAP_DEMO="1", SARAP_HOST="0.0.0.0")[0]
    assert "loopback" in faults_of(SARAP_DEMO="1", SARAP_PUBLIC_URL="https://exams.example.kz")[0]
    assert not Settings.from_environment({"SARAP_PUBLIC_URL": "https://exams.example.kz"}).demo
    assert not Settings.from_environment({"SARAP_HOST": "0.0.0.0"}).demo


def test_certificates_name_an_https_address_unless_the_centre_is_local() -> None:
    assert "https" in faults_of(SARAP_PUBLIC_URL="http://exams.example.kz")[0]
    for address in ("https://203.0.113.7", "https://[2001:db8::7]:8443"):
        assert "must have a name" in faults_of(SARAP_PUBLIC_URL=address)[0]
    settings = Settings.from_environment({"SARAP_PUBLIC_URL": "https://exams.example.kz/"})
    assert settings.public_url == "https://exams.example.kz"
    assert settings.secure_cookies


def test_a_secret_can_be_mounted_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://sarap_web:pw@db/sarap\n")
    assert Settings.from_environment({"DATABASE_URL_FILE": str(file)}).database_url == "postgresql://sarap_web:pw@db/sarap"
    assert "DATABASE_URL_FILE" in faults_of(DATABASE_URL_FILE=str(tmp_path / "absent"))[0]


def test_passwords_are_for_the_roles_of_the_database() -> None:
    settings = Settings.from_environment({"SARAP_WEB_PASSWORD": "w" * 16, "SARAP_REGISTRY_PASSWORD": "r" * 16})
    assert settings.role_passwords == {"sarap_web": "w" * 16, "sarap_registry": "r" * 16}


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    class Asked(dict[str, str]):
        def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
            names.add(key)
            return default

    names: set[str] = set()
    Settings.from_environment(Asked())
    documented = set(re.findall(r"^### `([A-Z0-9_]+)`", DOCUMENTATION.read_text("utf-8"), re.MULTILINE))
    assert documented == {name for name in names if not name.endswith("_FILE")}
    assert len(fields(Settings)) > 0


def test_no_file_names_a_variable_with_our_prefix_that_is_no_setting() -> None:
    """Every command of ours refuses to start where one is set: what tests alone read has another name."""
    root = DOCUMENTATION.parents[1]
    settings = set(re.findall(r"^### `(SARAP_[A-Z0-9_]+)`", DOCUMENTATION.read_text("utf-8"), re.MULTILINE)) | ELSEWHERE
    known = settings | {f"{name}_FILE" for name in settings}
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False).stdout.split("\0")
    named = {
        (name, variable)
        for name in listed
        if name and name.endswith((".py", ".md", ".sh", ".mjs", ".ts", ".yaml", "Makefile", "Dockerfile", ".ci/run"))
        for variable in re.findall(
            r"\bSARAP_[A-Z0-9]+(?:_[A-Z0-9]+)*\b(?!_)", (root / name).read_bytes().decode("ascii", "ignore")
        )
    }
    assert named or not listed[0], "this is a clone, and its files name some"
    here = str(Path(__file__).relative_to(root))
    roles = {"SARAP_WEB", "SARAP_JUDGING", "SARAP_REGISTRY"}  # compose.yaml makes the names of their passwords from these
    assert {(name, variable) for name, variable in named if variable not in known | roles and name != here} == set()


def test_trusted_proxies_are_addresses_and_networks_and_never_everybody() -> None:
    assert Settings.from_environment({}).trusted_proxies == ()
    named = Settings.from_environment({"SARAP_TRUSTED_PROXIES": "10.0.0.7, 192.168.4.0/24,fd00:4::/64"})
    assert named.trusted_proxies == ("10.0.0.7", "192.168.4.0/24", "fd00:4::/64")
    for wrong in ("*", "proxy.example.kz", "10.0.0.1/8", "10.0.0.7,,", "10.0.0.7 10.0.0.8"):
        assert "must look like 10.0.0.7" in faults_of(SARAP_TRUSTED_PROXIES=wrong)[0]
    for everybody in ("0.0.0.0/0", "10.0.0.7,::/0"):
        assert "must not name every address" in faults_of(SARAP_TRUSTED_PROXIES=everybody)[0]
