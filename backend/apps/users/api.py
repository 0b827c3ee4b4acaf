"""`/api/auth`: accounts, tokens, sessions."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router, Status

from apps.core.errors import AuthenticationError, NotFoundError
from apps.core.http.client_address import client_address, direct_peer
from apps.users import selectors
from apps.users.auth import (
    REFRESH,
    REGISTER,
    RESET_PASSWORD,
    SIGN_IN,
    BearerAuth,
    Principal,
    PublicAccess,
    SignedInRequest,
)
from apps.users.cookies import clear_refresh_cookie, kept_refresh_token, read_refresh_cookie, set_refresh_cookie
from apps.users.models import EndReason, Session, User
from apps.users.schemas import (
    AccountOut,
    DeletionIn,
    DoneOut,
    LogoutIn,
    MeOut,
    PasswordChangeIn,
    PasswordResetIn,
    RefreshIn,
    RegisterIn,
    RegistrationOut,
    SessionOut,
    SessionsOut,
    SignInIn,
    TokensOut,
)
from apps.users.services import accounts, sessions, sign_in
from apps.users.services.setup_code import is_setup_code_required
from apps.users.tokens import TokenKind, TokenPair, read_token

router = Router(tags=["auth"], auth=BearerAuth())


@router.post("/register", auth=REGISTER, response={201: AccountOut})
def register(request: HttpRequest, payload: RegisterIn) -> Status[User]:
    """Create an account, as the server's `REGISTRATION` allows."""
    return Status(201, accounts.register_account(**payload.model_dump(), peer=direct_peer(request.META)))


@router.get("/registration", auth=PublicAccess("registration", "THROTTLE_ANONYMOUS"), response=RegistrationOut)
def show_registration(request: HttpRequest) -> RegistrationOut:
    """Return whether this client's account would become the administrator account, and need the set-up code."""
    peer = direct_peer(request.META)
    return RegistrationOut(
        creates_administrator=accounts.is_administrator_awaited(peer=peer),
        setup_code_required=is_setup_code_required(peer=peer),
    )


@router.post("/token/pair", auth=SIGN_IN, response=TokensOut, exclude_none=True)
def create_tokens(request: HttpRequest, response: HttpResponse, payload: SignInIn) -> TokensOut:
    """Sign in. The refresh token comes as a cookie and, without the header `X-Client: web`, in the body too."""
    tokens = sign_in.sign_in(
        login=payload.login,
        password=payload.password,
        address=client_address(request.META),
        user_agent=request.headers.get("User-Agent", ""),
    )
    set_refresh_cookie(request, response, tokens)
    return TokensOut(access=tokens.access) if _is_web(request) else _show_tokens(tokens)


@router.post("/token/refresh", auth=REFRESH, response={200: TokensOut, 204: None}, exclude_none=True)
def refresh_tokens(
    request: HttpRequest, response: HttpResponse, payload: Annotated[RefreshIn | None, Body()] = None
) -> TokensOut | Status[None]:
    """Exchange a refresh token for new tokens; the new one goes where the old one came from, the body or the cookie.

    Without a token, a request with the header `X-Client: web` is answered 204: the browser has no session.
    """
    address = client_address(request.META)
    if payload is not None and payload.refresh:
        return _show_tokens(sessions.refresh_session(payload.refresh, address=address))
    token = read_refresh_cookie(request)
    # Not 401, which browsers log as an error of the page.
    if not token and _is_web(request):
        return Status(204, None)
    # A refused cookie is not cleared: another tab may have signed in again and replaced it.
    tokens = sessions.refresh_session(token, address=address)
    set_refresh_cookie(request, response, tokens)
    return TokensOut(access=tokens.access)


@router.get("/me", response=MeOut)
def show_me(request: SignedInRequest) -> MeOut:
    """Return the signed-in account."""
    user = _require_user(request)
    return MeOut(id=user.id, email=user.email, username=user.username, is_admin=user.is_staff)


@router.delete("/me", response={204: None})
def delete_me(request: SignedInRequest, response: HttpResponse, payload: DeletionIn) -> Status[None]:
    """Delete the account with everything that belongs to it; answers stop, sockets close."""
    address = client_address(request.META)
    accounts.delete_own_account(_require_user(request), password=payload.password, address=address)
    _forget_cookie({request.auth.session_id}, request, response)
    return Status(204, None)


@router.post("/logout", response=DoneOut)
def log_out(
    request: SignedInRequest, response: HttpResponse, payload: Annotated[LogoutIn | None, Body()] = None
) -> DoneOut:
    """End this session, also in the administration: its tokens are refused from now on, its sockets close."""
    ended = {request.auth.session_id}
    if payload is not None and payload.refresh_token:
        ended |= _find_session_ids(payload.refresh_token)
    sessions.end_with_admin_sessions(request.auth.user_id, ended, EndReason.LOGOUT)
    _forget_cookie(ended, request, response)
    return DoneOut(message="You are signed out.")


@router.get("/sessions/", response=SessionsOut)
def list_sessions(request: SignedInRequest) -> SessionsOut:
    """List the signed-in devices."""
    found = selectors.list_live_sessions(request.auth.user_id)
    return SessionsOut(sessions=[_describe(session, request.auth) for session in found])


@router.delete("/sessions/", response={204: None})
def end_other_sessions(request: SignedInRequest) -> Status[None]:
    """Sign out all other devices."""
    others = Session.objects.filter(user=request.auth.user_id).exclude(id=request.auth.session_id)
    sessions.end_sessions(others, EndReason.REVOKED)
    return Status(204, None)


@router.delete("/sessions/{session_id}", response={204: None})
def end_session(request: SignedInRequest, response: HttpResponse, session_id: UUID) -> Status[None]:
    """Sign out one device, which may be this one."""
    session = selectors.list_live_sessions(request.auth.user_id).filter(id=session_id)
    if not sessions.end_sessions(session, EndReason.REVOKED):
        raise NotFoundError
    _forget_cookie({session_id}, request, response)
    return Status(204, None)


@router.post("/password", response=DoneOut)
def change_password(request: SignedInRequest, payload: PasswordChangeIn) -> DoneOut:
    """Set a new password; all other devices are signed out."""
    accounts.change_password(
        _require_user(request),
        current=payload.current,
        new=payload.new,
        session_id=request.auth.session_id,
        address=client_address(request.META),
    )
    return DoneOut(message="The password is changed.")


@router.post("/password-reset", auth=RESET_PASSWORD, response=DoneOut)
def reset_password(request: HttpRequest, payload: PasswordResetIn) -> DoneOut:
    """Set a new password by a one-time link; all devices are signed out."""
    accounts.reset_password(token=payload.token, password=payload.password)
    return DoneOut(message="The password is changed: sign in with it.")


def _is_web(request: HttpRequest) -> bool:
    return request.headers.get("X-Client", "").lower() == "web"


def _show_tokens(tokens: TokenPair) -> TokensOut:
    return TokensOut(access=tokens.access, refresh=tokens.refresh)


def _require_user(request: SignedInRequest) -> User:
    user = selectors.find_user(request.auth.user_id)
    if user is None:  # deleted after the token was checked
        raise AuthenticationError
    return user


def _describe(session: Session, principal: Principal) -> SessionOut:
    return SessionOut(
        id=session.id,
        current=session.id == principal.session_id,
        administration=session.is_of_administration,
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
        expires_at=session.expires_at,
        user_agent=session.user_agent,
        address=session.address,
    )


def _find_session_ids(refresh_token: str) -> set[UUID]:
    try:
        return {read_token(TokenKind.REFRESH, refresh_token).session_id}
    except AuthenticationError:
        return set()


def _forget_cookie(ended: set[UUID], request: HttpRequest, response: HttpResponse) -> None:
    """Clear the browser's cookie, unless another tab has signed in again: then it belongs to that session."""
    if _find_session_ids(kept_refresh_token(request)) <= ended:
        clear_refresh_cookie(request, response)
