"""The addresses of the administration; to import this module is to import all of its pages."""

from django.contrib import admin

admin.autodiscover()

urlpatterns = admin.site.get_urls()
