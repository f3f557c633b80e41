"""Settings: read once from the environment, checked as a whole, then frozen.

All faults are reported at once. Each variable may instead be read from a file, for secrets that are mounted:
`DATABASE_URL_FILE` names a file whose content is the value of `DATABASE_URL`.
`docs/settings.md` lists every variable; a test compares the two.
"""

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, reset_tzpath

from exams.booking.zones import pinned
from exams.errors import InvalidInput

# Every clock of this process by the rules that come with Sarap: a machine's own may be years old.
reset_tzpath(())

T = TypeVar("T")

LOG_FORMATS: Final = ("console", "json")
RUNNERS: Final = ("docker", "judge0")
RUNTIMES: Final = ("runc", "runsc")
ISOLATIONS: Final = ("auto", "namespaces", "users")

JUDGE0_LANGUAGES: Final = {"python3": 71, "javascript": 63, "cpp": 54}
"""Judge0 1.13.1: Python 3.8.1, Node.js 12.14.0, GCC 9.2.0. A site with its own images gives its own ids."""

SECRET_MIN_LENGTH: Final = 16
"""Characters of a password or token that a machine chose: 64 bits even in hexadecimal."""

ELSEWHERE: Final = frozenset({"SARAP_TRUST"})
"""Variables with our prefix that are read by others: `certificates/__main__.py` must run without this file."""


class SettingsError(Exception):
    """Some variables are wrong. `faults` has a line for each: `PORT is "eighty": must be a whole number from 1 to 65535`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """What an administrator may choose. See `docs/settings.md` for each variable's meaning and default."""

    database_url: str | None = field(repr=False)
    """`DATABASE_URL`; None: the embedded server in `data_dir`."""
    host: str
    port: int
    public_url: str
    """The address that people and certificates use, without a slash at its end."""
    data_dir: Path
    keys_dir: Path
    witnesses_file: Path | None
    """Who cosigns the log's checkpoints; None: nobody is asked."""
    witness_quorum: int
    """How many of them must have, before a certificate is signed."""
    receipt_keys_dir: Path
    """Of the web process alone: keys that sign receipts and nothing else."""
    pkcs11_module: Path | None
    """The library of the device that holds the keys; None: they are files in `keys_dir`."""
    pkcs11_token: str
    """Which token of it."""
    pkcs11_pin: str | None = field(repr=False)
    """Of the registry alone."""
    judging_slots: int
    runner: str
    """`docker` or `judge0`"""
    sandbox_runtime: str
    """Under the containers; empty: the engine's default."""
    sandbox_isolation: str
    judge0_url: str | None
    judge0_token: str | None = field(repr=False)
    judge0_languages: dict[str, int]
    """Which of Judge0's languages ours are, by our code."""
    log_format: str
    secure_cookies: bool
    trusted_proxies: tuple[str, ...]
    """Addresses and networks of proxies that are believed about whom they speak for; empty: nobody is."""
    centre_name: str
    time_zone: ZoneInfo
    demo: bool
    metrics_token: str | None = field(repr=False)
    role_passwords: dict[str, str] = field(repr=False)
    """What `sarap migrate` sets: database role to password."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the process's environment, or the one given. Raises `SettingsError` with every fault."""
        read = _Reader(os.environ if environment is None else environment)
        database_url = read("DATABASE_URL", None, _database_url)
        host = read("SARAP_HOST", "127.0.0.1", _text)
        port = read("PORT", 8000, _port)
        here = is_loopback(host) or host in {"0.0.0.0", "::"}  # noqa: S104 - a comparison
        own_address = f"http://{'localhost' if here else host}:{port}"
        public_url = read("SARAP_PUBLIC_URL", own_address, _public_url)
        data_dir = read("SARAP_DATA_DIR", Path("var").resolve(), _folder)
        loopback = is_loopback(host) and is_loopback(urlsplit(public_url).hostname or "")
        settings = cls(
            database_url=database_url,
            host=host,
            port=port,
            public_url=public_url,
            data_dir=data_dir,
            keys_dir=read("SARAP_KEYS_DIR", data_dir / "keys", _folder),
            witnesses_file=read("SARAP_WITNESSES", None, _file),
            witness_quorum=read("SARAP_WITNESS_QUORUM", 0, _quorum),
            receipt_keys_dir=read("SARAP_RECEIPT_KEYS_DIR", data_dir / "receipt-keys", _folder),
            pkcs11_module=read("SARAP_PKCS11_MODULE", None, _file),
            pkcs11_token=read("SARAP_PKCS11_TOKEN", "sarap", _text),
            pkcs11_pin=read("SARAP_PKCS11_PIN", None, _pin),
            judging_slots=read("SARAP_JUDGING_SLOTS", physical_cores(), _slots),
            runner=read("SARAP_RUNNER", "docker", _one_of(RUNNERS)),
            sandbox_runtime=read("SARAP_SANDBOX_RUNTIME", "", _one_of(RUNTIMES)),
            sandbox_isolation=read("SARAP_SANDBOX_ISOLATION", "auto", _one_of(ISOLATIONS)),
            judge0_url=read("SARAP_JUDGE0_URL", None, _service_url),
            judge0_token=read("SARAP_JUDGE0_TOKEN", None, _secret),
            judge0_languages=read("SARAP_JUDGE0_LANGUAGES", JUDGE0_LANGUAGES, _language_ids),
            log_format=read("SARAP_LOG_FORMAT", "console", _one_of(LOG_FORMATS)),
            secure_cookies=read("SARAP_SECURE_COOKIES", public_url.startswith("https:"), _yes_or_no),
            trusted_proxies=read("SARAP_TRUSTED_PROXIES", (), _proxies),
            centre_name=read("SARAP_CENTRE_NAME", "Sarap demo centre", _text),
            time_zone=read("SARAP_TIME_ZONE", _time_zone("Asia/Almaty"), _time_zone),
            demo=read("SARAP_DEMO", loopback, _yes_or_no),
            metrics_token=read("SARAP_METRICS_TOKEN", None, _secret),
            role_passwords={
                role: password
                for role in ("sarap_web", "sarap_judging", "sarap_registry")
                if (password := read(f"{role.upper()}_PASSWORD", None, _secret)) is not None
            },
        )
        if settings.demo and not loopback:
            read.faults.append(
                f"SARAP_DEMO is on while Sarap is reachable at {host} as {public_url}: "
                "demo accounts decide on real certificates, so a demo centre listens on loopback only"
            )
        if settings.runner == "judge0" and settings.judge0_url is None and "SARAP_JUDGE0_URL" not in read.faulty:
            read.faults.append("SARAP_JUDGE0_URL is not set: SARAP_RUNNER=judge0 needs its address")
        if settings.witness_quorum and settings.witnesses_file is None and "SARAP_WITNESSES" not in read.faulty:
            read.faults.append("SARAP_WITNESSES is not set: SARAP_WITNESS_QUORUM needs witnesses")
        read.refuse_unknown()
        if read.faults:
            raise SettingsError(read.faults)
        return settings


class _Reader:
    """Reads variables one by one and gathers what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.known: set[str] = set(ELSEWHERE)
        self.faults: list[str] = []
        self.faulty: set[str] = set()

    def __call__(self, name: str, default: T, parse: "Callable[[str], T]") -> T:
        """The variable's value, or the default where it is unset, empty or wrong."""
        self.known |= {name, f"{name}_FILE"}
        value = self.environment.get(name, "")
        if path := self.environment.get(f"{name}_FILE"):
            try:
                value = Path(path).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                self.faults.append(f"{name}_FILE: {error}")
                return default
        if not value:
            return default
        try:
            return parse(value)
        except ValueError as error:
            shown = "" if parse in (_secret, _database_url, _pin) else f' is "{value}"'
            self.faults.append(f"{name}{shown}: {error}")
            self.faulty.add(name)
            return default

    def refuse_unknown(self) -> None:
        """A misspelt variable would be ignored in silence."""
        self.faults += [
            f"{name} is not a setting of Sarap: see docs/settings.md"
            for name in sorted(self.environment)
            if name.startswith("SARAP_") and name not in self.known
        ]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    return ipaddress.ip_address(host).is_loopback if _is_address(host) else host == "localhost"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def physical_cores() -> int:
    """Cores that this process may use; hyper-threads of one core count once, because they slow each other's timings."""
    cores: set[str] = set()
    for cpu in os.sched_getaffinity(0):
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        cores.add(siblings.read_text() if siblings.exists() else str(cpu))
    return max(1, len(cores))


def _text(value: str) -> str:
    return value.strip()


def _port(value: str) -> int:
    return _whole_number(value, 1, 65535)


def _slots(value: str) -> int:
    return _whole_number(value, 1, 256)


def _whole_number(value: str, least: int, most: int) -> int:
    if not (value.isascii() and value.isdecimal() and least <= int(value) <= most):
        raise ValueError(f"must be a whole number from {least} to {most}")
    return int(value)


def _yes_or_no(value: str) -> bool:
    match value.lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
        case _:
            raise ValueError("must be 1 or 0")


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return parse


def _language_ids(value: str) -> dict[str, int]:
    pairs = [re.fullmatch(r"([a-z][a-z0-9]*)=([0-9]{1,6})", word.strip()) for word in value.split(",")]
    found = {pair[1]: int(pair[2]) for pair in pairs if pair is not None}
    if len(found) != len(pairs):
        raise ValueError("must look like python3=71,cpp=54, with each language once")
    return found


def _proxies(value: str) -> tuple[str, ...]:
    try:
        words = [word.strip() for word in value.split(",")]
        networks = [ipaddress.ip_network(word) for word in words]
    except ValueError:
        raise ValueError("must look like 10.0.0.7,192.168.4.0/24,fd00:4::/64") from None
    if any(network.prefixlen == 0 for network in networks):
        raise ValueError("must not name every address: anybody could then say who they are")
    return tuple(words)


def _service_url(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment or url.username:
        raise ValueError("must look like https://judge0.example.kz")
    return value.rstrip("/")


def _file(value: str) -> Path:
    path = Path(value).expanduser().resolve()
    if not path.is_file():
        raise ValueError("there is no such file")
    return path


def _pin(value: str) -> str:
    return value


def _folder(value: str) -> Path:
    path = Path(value).expanduser().resolve()
    if path.exists() and not path.is_dir():
        raise ValueError("must be a folder")
    return path


def _quorum(value: str) -> int:
    return _whole_number(value, 0, 16)


def _database_url(value: str) -> str:
    if urlsplit(value).scheme not in {"postgresql", "postgres"}:
        raise ValueError("must look like postgresql://user:password@host:5432/sarap")
    return value


def _public_url(value: str) -> str:
    url = urlsplit(value)
    if (
        url.scheme not in {"http", "https"}
        or not url.hostname
        or url.query
        or url.fragment
        or url.path.strip("/")
        or url.username
    ):
        raise ValueError("must look like https://exams.example.kz, without a path")
    if _is_address(url.hostname) and not is_loopback(url.hostname):
        raise ValueError("must have a name: the keys of a centre are found by it, never by a number (did:web)")
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise ValueError("must begin with https:// unless it is this machine's own address")
    return value.rstrip("/")


def _time_zone(value: str) -> ZoneInfo:
    try:
        return pinned().zone(value)  # never by the machine's own table, which may be years old
    except InvalidInput:
        raise ValueError("must be a time zone such as Asia/Almaty") from None


def _secret(value: str) -> str:
    if len(value) < SECRET_MIN_LENGTH:
        raise ValueError(f"must have at least {SECRET_MIN_LENGTH} characters")
    return value
