"""The viewers' paths, under /viewers/."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from analytics.pages.viewers.people import delete_list_view, list_view, new_list_view, progress_view
from analytics.pages.viewers.views import viewer_view, viewers_view


class KeyConverter(StringConverter):
    """A viewer's key: whatever a page calls its viewers, slashes and line ends included."""

    regex = r"[\s\S]+"


register_converter(KeyConverter, "viewer")
urlpatterns = [
    path("", viewers_view, name="viewers"),
    path("progress/", progress_view, name="progress"),
    path("lists/new", new_list_view, name="new_list"),
    path("lists/<str:public_id>/", list_view, name="list"),
    path("lists/<str:public_id>/delete", delete_list_view, name="delete_list"),
    # Last: a key may look like anything.
    path("<viewer:key>/", viewer_view, name="viewer"),
]
