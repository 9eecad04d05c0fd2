"""A shared store that is a bucket: S3, Google Cloud Storage or Azure, through obstore, which finds its credentials itself.

obstore's own messages quote requests, answers and sometimes keys, so that none of them is ever passed on. Imports errors;
obstore is imported when a bucket is opened, and comes with the extra `remote`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from voicekit import _limits as limits
from voicekit.errors import ConfigError, Place, Refused, SendError, Unreachable, WrongAnswer

_T = TypeVar("_T")

# Where each vendor's client looks for credentials.
CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
}
_RIGHTS = {
    "s3": "s3:GetObject, s3:PutObject and s3:ListBucket",
    "gs": "storage.objects.get, create, delete and list",
    "az": "to read, write and list blobs",
}
_STATUS = re.compile(r"status(?: code)?: (\d{3})")
_NO_BUCKET = re.compile(r"NoSuchBucket|ContainerNotFound|bucket does not exist")
# The addresses and words of the services that hand out credentials inside a cloud.
_NO_CREDENTIALS = re.compile(r"performing \w+ http://169\.254\.|performing token request|computeMetadata")
_REACH = "check the network, and `url` and `options` of the store"


class Bucket:
    """The objects below a prefix of a bucket."""

    def __init__(
        self, url: str, options: Mapping[str, str], *, seconds: float, place: Place | None = None
    ) -> None:
        """Open a bucket; nothing is asked of it yet.

        Args:
            url: Such as ``s3://bucket/prefix``.
            options: Settings by the names that obstore has for them, none of them secret.
            seconds: For one request and those that repeat it.
            place: Where the project names it.

        Raises:
            ConfigError: obstore is not installed, or takes no such address or options.
        """
        self._scheme = url.partition(":")[0]
        try:
            from obstore.store import from_url
        except ModuleNotFoundError:
            message = f"a store at {self._scheme}:// needs the package obstore, which is not installed"
            remedy = "install voicekit[remote], or share a folder instead"
            raise ConfigError.of(message, place=place, where="store.url", remedy=remedy) from None
        config: dict[str, Any] = dict(options)
        endpoint = options.get("endpoint") or options.get("base_url") or ""
        client: dict[str, Any] = {"timeout": timedelta(seconds=seconds)}
        if endpoint.startswith("http://"):
            client["allow_http"] = True
        # No attempt starts after half of the time, and the deadline around it all stays with `remote`.
        retries: dict[str, Any] = {
            "max_retries": limits.ATTEMPTS - 1,
            "retry_timeout": timedelta(seconds=seconds / 2),
        }
        opening: Any = from_url  # its overloads want one literal of options for each vendor
        try:
            self._bucket = opening(url, config=config, client_options=client, retry_config=retries)
        except Exception:
            message = "cannot be opened with these options and the credentials in the environment"
            remedy = f"check `url` and `options`, and {CREDENTIALS[self._scheme]} in the environment"
            raise ConfigError.of(message, place=place, where="store", remedy=remedy) from None

    def get(self, path: str, limit: int) -> bytes:
        """Return an object of at most `limit` bytes."""

        def read() -> bytes | None:
            answer = self._bucket.get(path)
            return bytes(answer.bytes()) if answer.meta["size"] <= limit else None

        data = self._explained(read)
        if data is None:
            raise WrongAnswer.of(f"it is larger than {limit:,} bytes", remedy="remove it")
        return data

    def put(self, path: str, data: bytes) -> bool:
        """Write an object, which others see whole or not at all."""
        try:
            self._explained(lambda: self._bucket.put(path, data, use_multipart=False))
        except FileNotFoundError:
            raise self._no_bucket() from None
        return True

    def names(self, folder: str) -> Iterable[str]:
        """List the names below a prefix."""

        def listed() -> list[str]:
            pages = self._bucket.list(folder, chunk_size=1_000)
            return [entry["path"].rpartition("/")[2] for page in pages for entry in page]

        return self._explained(listed)

    def _explained(self, do: Callable[[], _T]) -> _T:
        """Turn whatever obstore raises into ours; its panics are not even `Exception`s."""
        try:
            return do()
        except BaseException as error:
            gone = isinstance(error, FileNotFoundError) and not _NO_BUCKET.search(str(error))
            failure: Exception = FileNotFoundError() if gone else self._meaning(str(error))
        # Raised outside of any handler: obstore's own words, which quote the server's and so perhaps a key, stay behind.
        raise failure

    def _meaning(self, text: str) -> SendError:
        """Tell in our own words what went wrong; of obstore's words only the status is repeated."""
        found = _STATUS.search(text)
        status = found[1] if found else ""
        if _NO_BUCKET.search(text):
            return self._no_bucket()
        if _NO_CREDENTIALS.search(text):
            remedy = f"set {CREDENTIALS[self._scheme]} in the environment"
            return Refused.of("no credentials for it were found", remedy=remedy)
        if status in {"401", "403"}:
            remedy = f"give the credentials in the environment the right to {_RIGHTS[self._scheme]}"
            return Refused.of(f"it refuses access ({status})", remedy=remedy)
        if status.startswith("4") and status != "429":
            return Refused.of(f"it refuses the request ({status})", remedy=_REACH)
        if status:
            return Unreachable.of(f"it answers with status {status}", remedy=_REACH)
        if "Timeout" in text:
            return Unreachable.of("it did not answer in time", remedy=_REACH)
        return Unreachable.of("it gave no whole answer", remedy=_REACH)

    def _no_bucket(self) -> Refused:
        return Refused.of(
            "there is no such bucket or container", remedy="create it, or correct `url` of the store"
        )
