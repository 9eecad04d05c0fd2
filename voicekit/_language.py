"""BCP-47 language tags: validity, canonical case, fallback and matching. Imports nothing of ours; langcodes lives here."""

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


def fallbacks(tag: str) -> tuple[str, ...]:
    """Return the tag and its prefixes, longest first, as RFC 4647 lookup tries them."""
    parts = tag.split("-")
    return tuple("-".join(parts[:count]) for count in range(len(parts), 0, -1))


@lru_cache(maxsize=4096)
def _macro(tag: str) -> str:
    from langcodes import standardize_tag

    return str(standardize_tag(tag, macro=True))


def same_language(one: str, other: str) -> bool:
    """Whether two tags share their primary language; ``cmn`` is ``zh`` and ``nb`` is ``no``."""
    return _macro(one).split("-")[0] == _macro(other).split("-")[0]


def matches(one: str, other: str) -> bool:
    """Whether one of the tags is the other, or a prefix of it: ``en`` fits ``en-US``, ``en-GB`` does not."""
    first, second = _macro(one).lower().split("-"), _macro(other).lower().split("-")
    length = min(len(first), len(second))
    return first[:length] == second[:length]
