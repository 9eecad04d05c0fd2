"""What Polly says when it says no: the sentences, and the type that goes with each. Imports _requests and providers.

Types, statuses and most sentences: botocore's service model 1.44.5 (P). Those of validation, of SSML, of length and of credentials: as users
quote them (S); that the last are 403: AWS's page of common errors (P).
"""

from collections.abc import Iterable, Mapping
from typing import Final

from voicekit.providers import Authentication, Denial, NotFound, Refusal
from voicekit.providers._requests import REMEDY, Body

INVALID_SSML: Final = "Invalid SSML request"
TOO_LONG: Final = "Maximum text length has been exceeded"
SAMPLE_RATE: Final = "The specified sample rate is not valid."
LANGUAGE: Final = "The language specified is not currently supported by Amazon Polly in this capacity."
NO_MARKS: Final = "Speech marks are not supported for the OutputFormat selected. Speech marks are only available for content in json format."
NO_LEXICON: Final = "Amazon Polly can't find the specified lexicon."
BUSY: Final = "Rate exceeded"
SERIALIZATION: Final = "The request's body is no JSON object."

THROTTLED: Final = "ThrottlingException"  # botocore retries it with status 400 (P)
KIND: Final = "x-amzn-ErrorType"  # the header that says the type
AUTHENTICATION: Final = Authentication(
    "sigv4",
    service="polly",
    missing=Denial(403, "Missing Authentication Token"),
    wrong=Denial(403, "The security token included in the request is invalid."),
)
_KINDS: Final[Mapping[str, str]] = {
    INVALID_SSML: "InvalidSsmlException",
    TOO_LONG: "TextLengthExceededException",
    SAMPLE_RATE: "InvalidSampleRateException",
    LANGUAGE: "LanguageNotSupportedException",
    NO_MARKS: "MarksNotSupportedForFormatException",
    NO_LEXICON: "LexiconNotFoundException",
    SERIALIZATION: "SerializationException",
    BUSY: THROTTLED,
    AUTHENTICATION.missing.message: "MissingAuthenticationTokenException",
}
_BY_STATUS: Final = {
    401: "MissingAuthenticationTokenException",
    403: "UnrecognizedClientException",
    404: "UnknownOperationException",
    429: THROTTLED,
    503: "ServiceUnavailableException",
}


def kind(status: int, message: str) -> str:
    """Return the type of an error."""
    unknown = "ServiceFailureException" if status >= 500 else "ValidationException"
    return _KINDS.get(message) or _BY_STATUS.get(status, unknown)


def refuse(message: str) -> Refusal:
    """Return the refusal that is told in this sentence."""
    return Refusal.of(message, remedy=REMEDY)


def not_found(message: str) -> NotFound:
    """Return the refusal of something that is not there."""
    return NotFound.of(message, remedy=REMEDY)


def words(fault: str, field: str, told: str) -> str:
    """Write what is wrong with a field as AWS's validation does."""
    del told
    constraint = {
        "missing": "Value null at '{}' failed to satisfy constraint: Member must not be null",
        "string_too_short": "Value '' at '{}' failed to satisfy constraint: Member must have length greater than or equal to 1",
    }.get(fault, "Value at '{}' is not a string")
    return f"1 validation error detected: {constraint.format(_member(field))}"


def one_of(body: Body, field: str, known: Iterable[str], default: str | None = None) -> str:
    """Return one of the words of an enumeration; `default` where the field is missing, which is refused without one."""
    found = body.optional_text(field)
    if found is None:
        if default is None:
            raise body.wrong("missing", field, "")
        return default
    known = tuple(known)
    if found not in known:
        choices = ", ".join(known)
        raise refuse(
            f"1 validation error detected: Value '{found[:80]}' at '{_member(field)}' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{choices}]"
        )
    return found


def _member(field: str) -> str:
    return field[:1].lower() + field[1:]
