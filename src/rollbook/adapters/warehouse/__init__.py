"""The warehouse: DuckDB on one file that this process owns."""

from rollbook.adapters.warehouse.duck import DuckWarehouse

__all__ = ["DuckWarehouse"]
