from __future__ import annotations

import pytest

from analytics.collect.pages import Page, page_of


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://example.com", "https://example.com"),
        ("https://example.com/a?x=1&y=%20#top", "https://example.com/a?x=1&y=%20"),
        ("https://example.com/a?utm_source=n&x=1&gclid=2&fbclid=3&msclkid=4", "https://example.com/a?x=1"),
        ("https://example.com/a?utm_whatever=n", "https://example.com/a"),
        ("https://example.com/a?UTM_source=n&gclid2=1", "https://example.com/a?UTM_source=n&gclid2=1"),
        ("https://example.com/a?utm%5Fsource=n&b", "https://example.com/a?b"),
        ("https://example.com/?", "https://example.com/"),
    ],
)
def test_a_page_loses_what_tracks_and_keeps_the_rest_letter_by_letter(url: str, page: str) -> None:
    assert page_of(url) == page_of(url) is not None
    assert getattr(page_of(url), "page", None) == page


def test_campaign_values_are_decoded_and_the_first_of_each_counts() -> None:
    url = "https://WWW.Example.com:8443/?utm_source=a%20b+c&utm_source=d&utm_medium=&utm_campaign=%C3%BC"
    assert page_of(url) == Page("https://WWW.Example.com:8443/", "www.example.com", "a b c", "", "ü")


@pytest.mark.parametrize(
    "url", ["", "example.com", "//example.com/", "file:///etc/passwd", "http://", "http://[x", "data:,"]
)
def test_what_is_no_web_address_is_none(url: str) -> None:
    assert page_of(url) is None
