"""An account: a person at the front door, and the roles in which they come."""

from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request

from app.auth.errors import SignInRequired
from exams.ids import AccountId


class Role(StrEnum):
    """In which part a person comes. One person may have several; which of them may meet on one case is decided at the case."""

    CANDIDATE = "candidate"
    EXAMINER = "examiner"
    PROCTOR = "proctor"
    REGISTRAR = "registrar"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who is signed in. `locale` is `kk`, `ru` or `en`."""

    account_id: AccountId
    login: str
    display_name: str
    locale: str
    roles: frozenset[Role]


def account(request: Request) -> Account:
    """Return the account of this request. Raises `SignInRequired` if nobody is signed in."""
    found = request.state.account
    if not isinstance(found, Account):
        raise SignInRequired
    return found
