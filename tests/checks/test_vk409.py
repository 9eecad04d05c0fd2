"""Telling a text's language from its small words."""

from pathlib import Path

import pytest

import voicekit
from kit.projects import project

TEXTS = {
    "en-US": "Thank you for calling. Please stay on the line, and one of us will be with you soon.",
    "es-US": "Gracias por llamar. No cuelgue, por favor, y en un momento le atenderá una de las personas del equipo.",
    "fr-FR": "Merci de votre appel. Ne raccrochez pas, une personne de notre équipe va vous répondre dans un instant.",
    "de-DE": "Vielen Dank für Ihren Anruf. Bitte legen Sie nicht auf, wir sind gleich mit einem von uns für Sie da.",
}


def found(root: Path, language: str, text: str) -> bool:
    """Whether the rule fires for a text in a profile of a language."""
    profile = f"provider: google\nlanguage: {language}\nvoice: {language}-Neural2-A\nencoding: MP3\n"
    files = {
        "profiles/en.yaml": profile,
        "prompts.yaml": f'prompts:\n  - {{id: a, ssml: "<speak>{text}</speak>"}}\n',
    }
    return any(finding.code == "VK409" for finding in voicekit.check(voicekit.load(project(root, files))))


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("spoken", TEXTS)
def test_a_text_is_known_by_its_small_words(tmp_path: Path, language: str, spoken: str) -> None:
    assert found(tmp_path, spoken, TEXTS[language]) is (language != spoken)


@pytest.mark.parametrize(
    ("spoken", "text"),
    [
        ("it-IT", TEXTS["en-US"]),  # nobody here reads Italian
        ("es-US", "Press one for the office."),  # five words
        ("es-US", "Hotel Mar y Sol, Plaza Real, Lima, Bogotá, Quito, Madrid"),
        ("es-US", f"<lang xml:lang='en-US'>{TEXTS['en-US']}</lang>"),
        ("es-US", f"{TEXTS['es-US']} <voice language='en'>{TEXTS['en-US']}</voice>"),
        ("es-US", "Oprima uno para The Best of the West y dos para los demás hoteles de la ciudad."),
    ],
)
def test_what_is_short_or_marked_or_mixed_is_left_alone(tmp_path: Path, spoken: str, text: str) -> None:
    assert not found(tmp_path, spoken, text)
