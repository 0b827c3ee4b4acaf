"""`manage.py reindex_search`: rebuild the search index from the stored titles and messages."""

from typing import Any, override

from django.core.management.base import BaseCommand

from apps.chat.search.index import rebuild_search_index


class Command(BaseCommand):
    """Safe on a running server; needed after a change of how text is cut into terms, or after a repair by hand."""

    help = "Rebuilds the search index from the stored titles and messages."

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        messages, titles = rebuild_search_index()
        self.stdout.write(f"Messages that can be found: {messages}; titles: {titles}")
