"""Settings: read once from the environment, checked as a whole, then frozen.

All faults are reported at once. Each variable may instead be read from a file, for secrets that are mounted:
`DATABASE_URL_FILE` names a file whose content is the value of `DATABASE_URL`.
`docs/settings.md` lists every variable; a test compares the two.
"""

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

T = TypeVar("T")

LOG_FORMATS: Final = ("console", "json")

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
    judging_slots: int
    log_format: str
    secure_cookies: bool
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
        own_address = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104 - a comparison
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
            judging_slots=read("SARAP_JUDGING_SLOTS", physical_cores(), _slots),
            log_format=read("SARAP_LOG_FORMAT", "console", _log_format),
            secure_cookies=read("SARAP_SECURE_COOKIES", public_url.startswith("https:"), _yes_or_no),
            centre_name=read("SARAP_CENTRE_NAME", "Sarap demo centre", _text),
            time_zone=read("SARAP_TIME_ZONE", ZoneInfo("Asia/Almaty"), _time_zone),
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
            shown = "" if parse in (_secret, _database_url) else f' is "{value}"'
            self.faults.append(f"{name}{shown}: {error}")
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
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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


def _log_format(value: str) -> str:
    if value not in LOG_FORMATS:
        raise ValueError(f"must be one of {', '.join(LOG_FORMATS)}")
    return value


def _folder(value: str) -> Path:
    path = Path(value).expanduser().resolve()
    if path.exists() and not path.is_dir():
        raise ValueError("must be a folder")
    return path


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
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise ValueError("must begin with https:// unless it is this machine's own address")
    return value.rstrip("/")


def _time_zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("must be a time zone such as Asia/Almaty") from None


def _secret(value: str) -> str:
    if len(value) < SECRET_MIN_LENGTH:
        raise ValueError(f"must have at least {SECRET_MIN_LENGTH} characters")
    return value
