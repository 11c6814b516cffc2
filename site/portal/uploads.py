"""What is sent stays in memory: nobody's upload ever lies on our disk, not even for a moment."""

from io import BytesIO
from typing import IO, Any

from flask import Request

MOST_READ = 256 * 1024 * 1024  # bytes of a request that are read, and beyond its bound not kept


class Forgotten(BytesIO):
    """A file that was not kept: it is read past, so that the words beside it are not lost."""

    def write(self, data: Any, /) -> int:
        """Forget it; returns its length in bytes."""
        return len(data)


class InMemoryRequest(Request):
    """A request whose files are never spooled; MAX_CONTENT_LENGTH bounds what that can take."""

    _keeps_files = True

    def allow_files(self, most: int) -> None:
        """Take files up to so many bytes with their form; where they are more, only the words."""
        self._keeps_files = (self.content_length or 0) <= most
        self.max_content_length = most if self._keeps_files else MOST_READ

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO() if self._keeps_files else Forgotten()
