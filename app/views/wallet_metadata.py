"""What wallets ask first: who issues, what and where (OpenID4VCI 1.0, section 12; RFC 8414; SD-JWT VC, sections 4 and 5)."""

from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app.views.verifier import PUBLIC
from certificates.carriers.sd_jwt import TYPE, TYPE_PATH

CONFIGURATION: Final = "examination"
"""The one kind of certificate that there is to be had."""

NAMES: Final = {
    "en": ("Examination certificate", "Name", "Score", "Exam", "Number"),
    "ru": ("Сертификат об экзамене", "Имя", "Баллы", "Экзамен", "Номер"),
    "kk": ("Емтихан сертификаты", "Аты-жөні", "Ұпай", "Емтихан", "Нөмірі"),
}
"""For the wallet's own pages, in each language: the certificate, and what stands in it."""

_PATHS: Final = (["name"], ["score"], ["achievement", "name"], ["id"])


async def show_issuer(request: Request) -> Response:
    """`/.well-known/openid-credential-issuer`."""
    settings = request.state.settings
    url = settings.public_url
    configuration: dict[str, Any] = {
        "format": TYPE,
        "vct": url + TYPE_PATH,
        "cryptographic_binding_methods_supported": ["jwk"],
        "credential_signing_alg_values_supported": ["ES256"],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        "credential_metadata": {
            "display": [{"name": names[0], "locale": locale} for locale, names in NAMES.items()],
            "claims": [{"path": path, "display": _labels(place)} for place, path in enumerate(_PATHS, 1)],
        },
    }
    return _told(
        {
            "credential_issuer": url,
            "credential_endpoint": f"{url}/wallet/credential",
            "deferred_credential_endpoint": f"{url}/wallet/deferred-credential",
            "nonce_endpoint": f"{url}/wallet/nonce",
            "display": [{"name": settings.centre_name}],
            "credential_configurations_supported": {CONFIGURATION: configuration},
        }
    )


async def show_authorization_server(request: Request) -> Response:
    """`/.well-known/oauth-authorization-server`: the centre is its own, and knows one way to a token."""
    url = request.state.settings.public_url
    return _told(
        {
            "issuer": url,
            "token_endpoint": f"{url}/wallet/token",
            "response_types_supported": [],
            "grant_types_supported": ["urn:ietf:params:oauth:grant-type:pre-authorized_code"],
            "token_endpoint_auth_methods_supported": ["none"],
            "pre-authorized_grant_anonymous_access_supported": True,
        }
    )


async def show_jwt_issuer(request: Request) -> Response:
    """`/.well-known/jwt-vc-issuer`: where the keys are."""
    url = request.state.settings.public_url
    return _told({"issuer": url, "jwks_uri": f"{url}/.well-known/jwks.json"})


async def show_type(request: Request) -> Response:
    """What a certificate of this type says, for wallets that draw it themselves."""
    url = request.state.settings.public_url
    return _told(
        {
            "vct": url + TYPE_PATH,
            "name": NAMES["en"][0],
            "display": [{"locale": locale, "name": names[0]} for locale, names in NAMES.items()],
            "claims": [
                {"path": path, "sd": "always" if place <= 2 else "never", "display": _type_labels(place)}
                for place, path in enumerate(_PATHS, 1)
            ],
        }
    )


def published(data: bytes, media_type: str) -> Response:
    """Answer with something public, which others may keep for a while."""
    return Response(data, media_type=media_type, headers=PUBLIC)


def _labels(place: int) -> list[dict[str, str]]:
    return [{"name": names[place], "locale": locale} for locale, names in NAMES.items()]


def _type_labels(place: int) -> list[dict[str, str]]:
    return [{"label": names[place], "locale": locale} for locale, names in NAMES.items()]


def _told(facts: dict[str, Any]) -> Response:
    return published(msgspec.json.encode(facts), "application/json")
