"""Where a shared warehouse is: one URL for its catalog and its files.

``ducklake:postgresql://USER:PASSWORD@HOST/NAME?data=FOLDER`` or ``…?data=s3://BUCKET/PREFIX``; what else is in the
query is libpq's.
"""

import re
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import ProgrammingError

SCHEME = "ducklake:"
_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]+(/[^?#\s]*)?")


class LakeAddress(msgspec.Struct, frozen=True):
    """``catalog`` is a connection string of libpq's; ``data`` a folder or ``s3://`` prefix that ends in a slash."""

    catalog: str
    data: str

    @property
    def is_on_s3(self) -> bool:
        """Whether the files are objects in a bucket."""
        return self.data.startswith("s3://")


def read_address(url: str) -> LakeAddress:
    """Read a warehouse's URL. Raises `ValueError` saying what is wrong with it, without its password."""
    form = "ducklake:postgresql://USER@HOST/NAME?data=FOLDER or …?data=s3://BUCKET/PREFIX"
    head, _, query = url.removeprefix(SCHEME).partition("?")
    if not url.startswith(SCHEME) or not head.startswith(("postgresql://", "postgres://")):
        raise ValueError(f"a warehouse is a file in the data folder, or shared at {form}")
    parameters = parse_qsl(query, keep_blank_values=True)
    data = next((value for name, value in parameters if name == "data"), "")
    others = urlencode([(name, value) for name, value in parameters if name != "data"], quote_via=quote)
    try:
        catalog = make_conninfo("", **{k: str(v) for k, v in conninfo_to_dict(f"{head}?{others}".rstrip("?")).items()})
    except ProgrammingError:
        raise ValueError(f"the warehouse's address cannot be read; it is like {form}") from None
    if not data.startswith("s3://"):
        if not Path(data).is_absolute():
            raise ValueError(f"the warehouse's address needs a folder, by its whole path, or a bucket: {form}")
        return LakeAddress(catalog, f"{data.rstrip('/')}/")
    if not _BUCKET.fullmatch(data):
        raise ValueError(f"the warehouse's files are kept in a folder or at s3://BUCKET/PREFIX, not at {data!r}")
    return LakeAddress(catalog, f"{data.rstrip('/')}/")
