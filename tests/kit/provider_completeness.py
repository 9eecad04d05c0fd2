"""What a provider says of itself: complete, of known grades, and nothing that it cannot carry."""

import re

from voicekit import _limits as limits
from voicekit._sound.encodings import ENCODINGS, problem_with
from voicekit.model import Capabilities, Family, Option
from voicekit.providers import Provider


def is_complete(provider: Provider) -> None:
    capabilities = provider.capabilities
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", provider.name), (
        "a name is small letters and digits, joined by dashes"
    )
    assert re.fullmatch(r"https://[a-z0-9.-]+", capabilities.url), (
        "the vendor's own address is https, without a path"
    )
    assert all(re.fullmatch(r"[a-z0-9.-]+", host) for host in capabilities.file_hosts), (
        "a file host is a host's name alone"
    )
    assert capabilities.limit > 0, "no limit"
    assert capabilities.encodings <= set(ENCODINGS), "an encoding that nobody can read or write"
    assert capabilities.encodings, "no encoding"
    assert capabilities.families, "no family"
    families = capabilities.families.values()
    assert all(one.price > 0 or one.priced.support == "unknown" for one in families), (
        "a family without a price"
    )
    if any(family.price for family in families):
        assert re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", capabilities.priced), "prices need their date"
    bounds = {"pitch": limits.PITCH, "rate": limits.RATE, "gain": limits.GAIN}
    for setting, (low, high) in capabilities.ranges.items():
        assert bounds[setting][0] <= low < high <= bounds[setting][1], (
            f"{setting}: bounds that a profile cannot state"
        )
    for name, option in capabilities.options.items():
        _is_complete_option(name, option)
    settings = {*bounds, "sample_rate", "marks", "ssml", "markup", "pronunciations", "effects"}
    assert capabilities.undocumented <= settings, "what is undocumented is no setting"
    assert not (capabilities.undocumented & set(bounds)) - set(capabilities.ranges), (
        "a setting that is undocumented and not sent"
    )
    assert capabilities.effects <= set(limits.EFFECTS), "an effect that no profile can state"
    assert capabilities.inputs <= {"text", "ssml", "markup"}, "an input that is none"
    assert capabilities.inputs, "no input"
    assert set(capabilities.sample_rates or ()) <= capabilities.encodings, (
        "rates of an encoding that is not made"
    )
    assert set(capabilities.bit_rates) <= capabilities.encodings, "bit rates of an encoding that is not made"
    for encoding, rates in (capabilities.sample_rates or {}).items():
        assert rates == tuple(sorted(set(rates))), f"{encoding}: rates that are not in order"
        assert not [rate for rate in rates if problem_with(encoding, rate)], f"{encoding} has no such rate"
    assert capabilities.examples, "no voice to try it with"
    for voice, language in capabilities.examples.items():
        assert provider.family(voice) is not None, f"{voice} fits no family"
        assert re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", language), "no language"
    for family in families:
        _is_complete_family(family, capabilities)
    listed = [provider.voices_route] if provider.voices_route else []
    for method, path in (provider.route, *provider.poll_routes, *listed):
        assert (method, path[:1]) in {("POST", "/"), ("GET", "/")}, (
            f"{method} {path}: neither GET nor POST, or no path"
        )
    assert provider.authentication.kind in {"bearer", "header", "sigv4"}, (
        "a way to bring a key that nobody knows"
    )


def _is_complete_option(name: str, option: Option) -> None:
    low, high = option.bounds
    numeric = option.kind in {"number", "integer"}
    assert (option.kind == "word") == bool(option.words), name
    assert numeric or option.bounds == (None, None), name
    assert low is None or high is None or low < high, name
    if option.kind == "word":
        assert option.default in {None, *option.words}, f"{name} is by default what it cannot be"
    if numeric and isinstance(option.default, int | float):
        assert low is None or low <= option.default, name
        assert high is None or option.default <= high, name


def _is_complete_family(family: Family, capabilities: Capabilities) -> None:
    """Fail where something of a family is said without its grade, or says what its provider cannot carry."""
    facts = [
        family.ssml,
        family.pitch,
        family.rate,
        family.unlisted,
        family.marks,
        family.markup,
        family.pronunciations,
    ]
    facts += [one.fact for one in family.elements.values()]
    assert all(fact.grade in {"P", "M", "S", "U"} for fact in facts), (
        f"{family.name}: a fact without its grade"
    )
    assert not (family.price and family.priced.support != "yes"), f"{family.name}: a price that is not known"
    assert not family.price or re.fullmatch(
        r"\d{4}-\d{2}(-\d{2})?", family.priced.date or capabilities.priced
    )
    if family.encodings is not None:
        assert family.encodings[0] & capabilities.encodings, (
            f"{family.name} returns nothing that can be asked for"
        )
    if family.limit is not None:
        assert family.limit.number > 0, f"{family.name}: no limit"
        assert family.limit.fact.support == "yes", f"{family.name}: a limit that is not known"
    if "ssml" in capabilities.inputs and family.ssml.support == "yes":
        assert family.elements, f"{family.name} takes SSML, and no element of it is known"
