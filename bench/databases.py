"""Addresses of databases that the benchmarks make for themselves."""

import psycopg


def database(base: str, name: str) -> str:
    """The address of another database of the same PostgreSQL."""
    parts = psycopg.conninfo.conninfo_to_dict(base)
    options = "&".join(f"{key}={value}" for key, value in parts.items() if key != "dbname")
    return f"postgresql:///{name}?{options}"
