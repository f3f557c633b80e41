"""Whose request it is, as far as limits want to know: the address of who connected, or whom a trusted proxy names.

`application.py` takes the address of a visitor behind a proxy from `X-Forwarded-For`, and believes the proxies of
`SARAP_TRUSTED_PROXIES` alone. Everything that counts by address asks here.
"""

import ipaddress
from typing import Final

from starlette.requests import Request

IPV6_SITE_PREFIX: Final = 64
"""Bits. Who has one IPv6 address has the 2^64 of its network (RFC 4291, section 2.5.4; RFC 6177): they count as one."""


def client_address(request: Request) -> str:
    """The visitor's address, e.g. `203.0.113.9`; `-` where the server knows none."""
    return request.client.host if request.client else "-"


def site_of(address: str) -> str:
    """What is counted as one caller: an IPv4 address, the network of an IPv6 address, or any other text as it is."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, IPV6_SITE_PREFIX), strict=False))
