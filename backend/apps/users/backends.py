"""Authentication backend of the administration: checks passwords with the same lock-outs as the API."""

from typing import Any, override

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from apps.core.http.client_address import UNKNOWN_ADDRESS, client_address
from apps.users.errors import AccountLockedError, WrongCredentialsError
from apps.users.models import User
from apps.users.services.sign_in import check_credentials


class AccountBackend(ModelBackend):
    """Signs in by user name or email address."""

    @override
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or password is None:
            return None
        address = client_address(request.META) if request else UNKNOWN_ADDRESS
        try:
            return check_credentials(login=username, password=password, address=address)
        except (WrongCredentialsError, AccountLockedError) as error:
            # The form shows it as a wrong password: trying does not reveal a lock-out.
            raise PermissionDenied from error
