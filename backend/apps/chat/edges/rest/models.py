"""REST endpoints under `/api/models`: translation only."""

from http import HTTPStatus
from typing import Annotated

from ninja import Path, Router, Status
from pydantic import Field

from apps.chat.conversations.model_choice import choose_default_model
from apps.chat.conversations.models_in_use import find_retiring_models
from apps.chat.conversations.preferences import find_preferences
from apps.chat.edges.rest.model_schemas import ModelServiceOut, ModelServicesOut, ModelsOut, RetiringModelsOut, TrialOut
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.chat.stored_services import services as stored_services
from apps.chat.stored_services.request import ModelServiceIn
from apps.chat.stored_services.selectors import ServicesView, ServiceView, view_model_service, view_model_services
from apps.users.auth import AdministratorAuth, BearerAuth, SignedInRequest

models_router = Router(tags=["models"], auth=BearerAuth())

type ServiceId = Path[Annotated[int, Field(ge=1, le=32_767)]]


@models_router.get("", response=ModelsOut)
def list_models(request: SignedInRequest) -> dict[str, object]:
    """List the models that a user can choose, and the default of new conversations."""
    default = choose_default_model(find_preferences(request.auth.user_id))
    return {"models": get_catalogue().list_models(), "default": default}


@models_router.get("/ending", auth=AdministratorAuth(), response=RetiringModelsOut)
def list_retiring_models(request: SignedInRequest) -> dict[str, object]:
    """List the models in use that their services retire within 30 days, to administrators only."""
    return {"models": find_retiring_models()}


@models_router.get("/service", auth=AdministratorAuth(), response=ModelServiceOut)
def show_model_service(request: SignedInRequest) -> ServiceView:
    """Show the model service in use, to administrators only."""
    return view_model_service()


@models_router.put("/service", auth=AdministratorAuth(), response=ModelServiceOut)
def set_model_service(request: SignedInRequest, payload: ModelServiceIn) -> ServiceView:
    """Set the first model service; it is stored only if a test call succeeds."""
    stored_services.set_model_service(payload)
    return view_model_service()


@models_router.delete("/service", auth=AdministratorAuth(), response=ModelServiceOut)
def remove_model_service(request: SignedInRequest) -> ServiceView:
    """Remove the first model service and its key."""
    stored_services.remove_model_service()
    return view_model_service()


@models_router.get("/services", auth=AdministratorAuth(), response=ModelServicesOut)
def list_model_services(request: SignedInRequest) -> ServicesView:
    """List the model services in use, to administrators only."""
    return view_model_services()


@models_router.post("/services", auth=AdministratorAuth(), response={HTTPStatus.CREATED: ModelServicesOut})
def add_model_service(request: SignedInRequest, payload: ModelServiceIn) -> Status[ServicesView]:
    """Add another model service; it is stored only if a test call succeeds."""
    stored_services.add_model_service(payload)
    return Status(HTTPStatus.CREATED, view_model_services())


@models_router.put("/services/{service_id}", auth=AdministratorAuth(), response=ModelServicesOut)
def change_model_service(request: SignedInRequest, service_id: ServiceId, payload: ModelServiceIn) -> ServicesView:
    """Set one of the model services; it is stored only if a test call succeeds."""
    stored_services.set_model_service(payload, service_id)
    return view_model_services()


@models_router.delete("/services/{service_id}", auth=AdministratorAuth(), response=ModelServicesOut)
def remove_one_model_service(request: SignedInRequest, service_id: ServiceId) -> ServicesView:
    """Remove one of the model services and its key."""
    stored_services.remove_model_service(service_id)
    return view_model_services()


@models_router.post("/services/{service_id}/test", auth=AdministratorAuth(), response=TrialOut)
def test_model_service(request: SignedInRequest, service_id: ServiceId) -> dict[str, int]:
    """Test one of the model services with one call."""
    return {"models": stored_services.test_model_service(service_id)}
