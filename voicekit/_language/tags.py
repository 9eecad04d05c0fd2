"""BCP-47 language tags: validity, canonical case, fallback and matching. Imports nothing of ours; langcodes lives here."""

from collections.abc import Iterable
from functools import lru_cache


@lru_cache(maxsize=4096)
def canonical(tag: str) -> str:
    """Return `tag` in the case that RFC 5646 recommends, its subtags untouched (``cmn-cn`` becomes ``cmn-CN``).

    Raises:
        ValueError: Not a valid tag, or one with a script, extension or private subtag: the vendor page asks for
            language and region only ("this parameter should not include a script tag").
    """
    from langcodes import Language, tag_is_valid

    if not tag.isascii() or "_" in tag or not tag:
        raise ValueError("is not a BCP-47 tag; write it like en-US")
    try:
        subtags = Language.get(tag, normalize=False).to_dict()
    except ValueError:
        raise ValueError("is not a BCP-47 tag; write it like en-US") from None
    if "script" in subtags:
        bare = "-".join(str(subtags[kind]) for kind in ("language", "territory") if kind in subtags)
        raise ValueError(f"has a script subtag, which the vendor infers from the text; write {bare}")
    if not set(subtags) <= {"language", "territory"} or "-" in subtags["language"]:
        raise ValueError("has more than a language and a region; write it like en-US")
    if not tag_is_valid(tag):
        raise ValueError("names a language or region that is not registered")
    region = [subtags["territory"].upper()] if "territory" in subtags else []
    return "-".join([subtags["language"].lower(), *region])


def lookup(tags: Iterable[str], language: str) -> tuple[str, ...]:
    """Return those of the tags that are `language` or a prefix of it, nearest first, as RFC 4647 lookup tries them.

    A macrolanguage stands for its main member (``zh`` for ``cmn``, ``no`` for ``nb``), behind the tag itself.
    """

    def distance(tag: str) -> tuple[int, bool]:
        return -len(tag.split("-")), not f"{language}-".lower().startswith(f"{tag}-".lower())

    wanted = f"{common(language)}-".lower()
    return tuple(sorted((tag for tag in tags if wanted.startswith(f"{common(tag)}-".lower())), key=distance))


@lru_cache(maxsize=4096)
def common(tag: str) -> str:
    """Return the tag under its macrolanguage's code, as CLDR files it: ``cmn-CN`` is ``zh-CN``, ``nb`` is ``no``."""
    from langcodes import standardize_tag

    language, dash, region = str(standardize_tag(tag, macro=True)).partition("-")
    # Written Norwegian is Bokmål as a rule, and the vendor page names the two as one; CLDR has stopped saying so.
    return ("no" if language == "nb" else language) + dash + region


def with_region(tag: str) -> str:
    """Return a tag with its likeliest region where it has none: ``es`` becomes ``es-ES``."""
    from langcodes import Language

    return tag if "-" in tag else f"{tag}-{Language.get(tag).maximize().territory}"


def same_language(one: str, other: str) -> bool:
    """Whether two tags share their primary language; ``cmn`` is ``zh`` and ``nb`` is ``no``."""
    return common(one).split("-")[0] == common(other).split("-")[0]


def matches(one: str, other: str) -> bool:
    """Whether one of the tags is the other, or a prefix of it: ``en`` fits ``en-US``, ``en-GB`` does not."""
    first, second = common(one).lower().split("-"), common(other).lower().split("-")
    length = min(len(first), len(second))
    return first[:length] == second[:length]
