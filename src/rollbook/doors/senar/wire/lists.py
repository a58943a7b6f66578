"""What both lists may be asked with. None of it is in the vendor's document."""

import msgspec


class ListQuery(msgspec.Struct):
    """``updated_since``: an ISO 8601 time; ``limit``: at most so many; ``cursor``: the X-Next-Cursor of an answer."""

    updated_since: str | None = None
    limit: int | None = None
    cursor: str | None = None
