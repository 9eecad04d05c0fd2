"""A small server of blobs on loopback: as much of Azure's and Google's wires as a shared store needs, which is put, get and list.

There is no server of theirs to be had as a package; what is here was read off what their clients send and take.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    blobs: dict[str, bytes]

    def do_PUT(self) -> None:
        self.blobs[self._path()] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(201, b"")

    def do_GET(self) -> None:
        if "prefix=" in self.path:
            self._answer(200, self._listing())
        elif self._path() in self.blobs:
            self._answer(200, self.blobs[self._path()])
        else:
            self._answer(404, b"<Error><Code>BlobNotFound</Code></Error>")

    def _listing(self) -> bytes:
        bucket, query = self._path(), parse_qs(urlsplit(self.path).query)
        begin = f"{bucket}/{query['prefix'][0]}"
        found = {
            path.removeprefix(f"{bucket}/"): len(data)
            for path, data in sorted(self.blobs.items())
            if path.startswith(begin)
        }
        if "list-type" in query:  # Google
            rows = (
                f"<Contents><Key>{name}</Key><LastModified>2024-01-01T00:00:00Z</LastModified>"
                f'<ETag>"0x1"</ETag><Size>{size}</Size></Contents>'
                for name, size in found.items()
            )
            return f"<ListBucketResult>{''.join(rows)}</ListBucketResult>".encode()
        rows = (
            f"<Blob><Name>{name}</Name><Properties><Last-Modified>Mon, 01 Jan 2024 00:00:00 GMT</Last-Modified>"
            f"<Etag>0x1</Etag><Content-Length>{size}</Content-Length><Content-Type>x/y</Content-Type></Properties></Blob>"
            for name, size in found.items()
        )
        return (
            f"<EnumerationResults><Blobs>{''.join(rows)}</Blobs><NextMarker/></EnumerationResults>".encode()
        )

    def _path(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"0x1"')
        self.send_header("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def blob_server() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Start one, and give its address and what it holds by path."""
    blobs: dict[str, bytes] = {}
    handler = type("Handler", (_Handler,), {"blobs": blobs})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", blobs
        finally:
            server.shutdown()
            thread.join()
