"""The server's settings: one struct, filled from command-line options and ROLLBOOK_* environment variables."""

from pathlib import Path
from typing import Literal

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be set. With nothing but ``data`` the record lives in that folder alone."""

    data: Path
    """The data folder: the database, files, mail and keys, where no URL says otherwise."""
    host: str = "127.0.0.1"
    """The address to listen on; 0.0.0.0 is every one."""
    port: int = 8000
    """The port to listen on; 0 takes a free one."""
    database: str | None = None
    """``sqlite:///PATH`` or ``postgresql://USER@HOST/NAME``; None is a SQLite file in the data folder."""
    files: str | None = None
    """A folder, or ``s3://BUCKET/PREFIX``; None is a folder in the data folder."""
    warehouse: str | None = None
    """``ducklake:postgresql://USER@HOST/NAME?data=FOLDER`` or ``…?data=s3://BUCKET/PREFIX`` for one that many servers
    share; None is a DuckDB file in the data folder."""
    mail: str | None = None
    """``smtp://USER:PASSWORD@HOST:587`` or ``smtps://…``; None writes mails to a folder in the data folder."""
    mail_from: str = "Rollbook <rollbook@localhost>"
    """Whom mails come from."""
    public_url: str | None = None
    """The address that people and machines reach the server at; None is http://HOST:PORT."""
    secret_key: str | None = None
    """32 bytes in hexadecimal that seal webhook secrets and sign forms; None keeps one in the data folder."""
    s3_endpoint: str | None = None
    """The address of the S3 that data sources are reloaded from, where it is not Amazon's."""
    scripts: Literal["confined", "unconfined", "off"] = "confined"
    """Whether scripts run: confined, or not at all where they cannot be; with all that the server may do; or not."""
    test_data: str | None = None
    """``opentera`` serves that API's reference data, which anyone may put back: for testing clients alone."""
    service_key: str | None = None
    """What services sign their tokens with; None makes one from the secret key."""
    allow_outbound: tuple[str, ...] = ()
    """Networks (CIDR) and host names inside one's own network that webhooks may call."""

    @property
    def database_url(self) -> str:
        """The record's store."""
        return self.database or f"sqlite:///{self.data / 'rollbook.db'}"

    @property
    def base_url(self) -> str:
        """The public address, without a slash at its end."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def private_folders(self) -> list[Path]:
        """The folders that hold the record and its files."""
        files = [Path(self.files)] if self.files is not None and "://" not in self.files else []
        return [self.data, *files]
