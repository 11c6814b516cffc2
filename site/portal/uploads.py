"""What is sent stays in memory: nobody's upload ever lies on our disk, not even for a moment."""

from io import BytesIO
from typing import IO

from flask import Request


class InMemoryRequest(Request):
    """A request whose files are never spooled; MAX_CONTENT_LENGTH bounds what that can take."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()
