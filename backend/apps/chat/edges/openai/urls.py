"""URLs of the endpoints for programs, below /v1/."""

from django.urls import path, re_path

from apps.chat.edges.openai.views import answer_unknown_path, create_completion, list_models, show_model

urlpatterns = [
    # Some programs add a slash to every path.
    re_path(r"^models/?$", list_models),
    path("models/<path:model_id>", show_model),
    re_path(r"^chat/completions/?$", create_completion),
    re_path("", answer_unknown_path),
]
