"""A configuration: the settings of the Safe Exam Browser for one attempt, with a start address that works once.

The token of the start address is in this file and nowhere else: the database knows its hash. So one attempt's file and Config
Key are of no use for another. Of what the browser can forbid, only what an exam needs is forbidden. Never set: `allowWLAN`
(SafeExamBrowser/seb-mac#329: the Config Key differs), a user agent (anybody can send one), and a content filter
(`URLFilterEnableContentFilter` makes macOS and iOS use their old engine, which does not know the script interface).
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from exams.ids import SessionId
from exams.proctoring.seb.config_key import Value, config_key

FILES_PER_MINUTE: Final = 5
"""For one session. Each is a press of a button, and the file is good for `TOKEN_LIFETIME`."""

FILES_FREELY: Final = 30
"""Of one session, after which one is made in a minute: no room has so many broken computers, and a loop fills no disk."""

TOKEN_BYTES: Final = 32
"""256 random bits: nobody guesses a start address."""

TOKEN_LIFETIME: Final = timedelta(hours=2)
"""How long the file can be fetched and the start address be opened: time to install the browser first."""

SALT_BYTES: Final = 32
"""Of `examKeySalt`, as the browser's own configuration tool makes it."""

QUIT_PASSWORD_CHARS: Final = 8
QUIT_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look alike: a proctor reads it out, when somebody must leave before the end."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is kept of an issued configuration. `token` is known only to whoever issued it just now."""

    session_id: SessionId
    token_sha256: bytes
    config_key: str
    salt: bytes
    quit_password: str
    camera: bool
    issued_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    """when the start address was used, which is once"""
    token: str = field(default="", repr=False)


def issue(session_id: SessionId, public_url: str, *, camera: bool, now: datetime) -> Configuration:
    """A new configuration of a session, with a token of its own."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    salt = secrets.token_bytes(SALT_BYTES)
    quit_password = "".join(secrets.choice(QUIT_ALPHABET) for _ in range(QUIT_PASSWORD_CHARS))
    key = config_key(settings(public_url, token, salt, quit_password, camera=camera))
    return Configuration(session_id, digest(token), key, salt, quit_password, camera, now, now + TOKEN_LIFETIME, token=token)


def digest(token: str) -> bytes:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode()).digest()


def start_url(public_url: str, token: str) -> str:
    """Where the browser goes first. The token is in the query, which no log of ours writes down."""
    return f"{public_url}/seb?t={token}"


def quit_url(public_url: str) -> str:
    """The address at which the browser closes itself, without a password."""
    return f"{public_url}/seb/quit"


def file_url(public_url: str, token: str) -> str:
    """Where the browser itself fetches the file: `sebs://` stands for https and `seb://` for http."""
    scheme, _, rest = public_url.partition("://")
    return f"{'sebs' if scheme == 'https' else 'seb'}://{rest}/seb/exam.seb?t={token}"


def settings(public_url: str, token: str, salt: bytes, quit_password: str, *, camera: bool) -> dict[str, Value]:
    """The settings. The same arguments give the same Config Key."""
    host = urlsplit(public_url).netloc
    return {
        "originatorVersion": "Sarap",
        "sebConfigPurpose": 0,  # for an exam; it changes nothing of what the computer's owner has set
        "startURL": start_url(public_url, token),
        "quitURL": quit_url(public_url),
        "quitURLConfirm": False,
        "allowQuit": True,
        "hashedQuitPassword": hashlib.sha256(quit_password.encode()).hexdigest(),
        "sendBrowserExamKey": True,
        "examKeySalt": salt,
        "browserWindowWebView": 3,  # the present engine, with the script interface
        "browserWindowAllowReload": True,
        "browserMediaCaptureCamera": camera,
        "allowVideoCapture": camera,
        "allowAudioCapture": False,
        "examSessionClearCookiesOnStart": False,
        "examSessionClearCookiesOnEnd": True,
        "allowPreferencesWindow": False,
        "allowVirtualMachine": False,
        "allowScreenSharing": False,
        "allowSpellCheck": False,
        "allowDictionaryLookup": False,
        "allowedDisplaysMaxNumber": 1,
        "enablePrivateClipboard": True,
        "showTime": True,
        "showInputLanguage": True,
        "URLFilterEnable": True,
        "URLFilterEnableContentFilter": False,
        "URLFilterRules": [{"active": True, "regex": False, "expression": f"{host}/*", "action": 1}],
    }
