# ruff: noqa: E501  # user agents are as long as they are
from __future__ import annotations

import time

import pytest

from analytics.collect.devices import UNKNOWN, device_of

KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KHTML} Chrome/129.0.0.0 Safari/537.36 Edg/129.0", ("desktop", "Windows", "10", "Edge", "129.0")),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {KHTML} Chrome/124.0.0.0 Safari/537.36", ("desktop", "Chrome OS", "14541.0", "Chrome", "124.0")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", ("desktop", "macOS", "10.15", "Safari", "17.4")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0", ("desktop", "Linux", "", "Firefox", "126.0")),
        (f"Mozilla/5.0 (X11; Linux x86_64) {KHTML} HeadlessChrome/129.0.0.0 Safari/537.36", ("desktop", "Linux", "", "HeadlessChrome", "129.0")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", ("smartphone", "iOS", "17.5", "Safari", "17.5")),
        ("Mozilla/5.0 (iPad; CPU OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Mobile/15E148 Safari/604.1", ("tablet", "iOS", "16.5", "Safari", "16.5")),
        (f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {KHTML} Chrome/124.0.0.0 Mobile Safari/537.36", ("smartphone", "Android", "14", "Chrome", "124.0")),
        (f"Mozilla/5.0 (Linux; Android 10; K) {KHTML} Chrome/124.0.0.0 Safari/537.36", ("tablet", "Android", "10", "Chrome", "124.0")),
        (f"Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) {KHTML} 76.0.3809.146/6.0 TV Safari/537.36", ("tv", "Tizen", "6.0", "Safari", "")),
        (f"Mozilla/5.0 (Web0S; Linux/SmartTV) {KHTML} Chrome/87.0.4280.88 Safari/537.36", ("tv", "webOS", "", "Chrome", "87.0")),
        (f"Mozilla/5.0 (Linux; Android 9; AFTKA) {KHTML} Silk/112.3 like Chrome/112.0 Safari/537.36", ("tv", "Android", "9", "Amazon Silk", "112.3")),
        ("Mozilla/5.0 (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.4 Safari/605.1.15", ("other", "", "", "Safari", "16.4")),
    ],
)  # fmt: skip
def test_what_common_user_agents_say(agent: str, expected: tuple[str, ...]) -> None:
    found = device_of(agent)
    assert found[:5] == expected
    assert found.bot is False


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        f"Mozilla/5.0 {KHTML}; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.0.0 Safari/537.36",
        "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    ],
)
def test_bots_that_say_so_are_recognised(agent: str) -> None:
    assert device_of(agent).bot


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "curl/8.4.0",
        "python-requests/2.32",
        "Python-urllib/3.11",
        "Java/17.0.1",
        f"Mozilla/5.0 (Linux; Android 8.1.0; CUBOT X18) {KHTML} Mobile",
    ],
)
def test_phones_and_programs_are_no_bots(agent: str) -> None:
    assert not device_of(agent).bot


def test_an_empty_user_agent_says_nothing() -> None:
    assert device_of("") == UNKNOWN


@pytest.mark.parametrize("agent", ["A; b/1 " * 5000, "(" * 30_000, "tv " * 9000, "Mozilla/5.0 (" + "x;" * 20_000])
def test_no_user_agent_is_slow_to_read(agent: str) -> None:
    began = time.process_time()
    device_of(agent)
    assert time.process_time() - began < 0.1
