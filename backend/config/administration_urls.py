"""URLs of the admin; importing this module imports all of its pages."""

from django.contrib import admin

admin.autodiscover()

urlpatterns = admin.site.get_urls()
