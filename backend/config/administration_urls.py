"""URLs of the administration; importing this module imports all of its pages."""

from django.contrib import admin
from django.urls import path

from apps.users.admin_confirmation import confirm_password
from apps.users.admin_password import change_own_password

admin.autodiscover()

urlpatterns = [
    # Must come before the administration's own URL, which checks the current password without a limit.
    path("password_change/", admin.site.admin_view(change_own_password, cacheable=True), name="password_change"),
    path("confirm/", admin.site.admin_view(confirm_password), name="confirm"),
    # No form uses the search behind form fields, which would show titles of conversations without a password.
    *(url for url in admin.site.get_urls() if getattr(url, "name", "") != "autocomplete"),
]
