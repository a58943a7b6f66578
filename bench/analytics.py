"""What analysts do, against bare DuckDB doing the same in turns: questions, loads, upserts and exports."""

import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
from sqlglot import exp

from bench import dashboard
from bench.analytics_data import MANY, MILLION, SALES, TABLE, Analyst, analysing, bare, write_sales
from rollbook.adapters.warehouse.duck import DuckWarehouse
from rollbook.core.analytics.jobs import Batched, batched, to_operations
from rollbook.core.kernel.warehouse import DataFile

ROUNDS = 7
READERS = 8
READ_FOR_S = 12.0
SLOWEST_DASHBOARD_MS = 1000


@dataclass(frozen=True)
class Figure:
    """What was measured, beside what it is held to; ``most`` may come from the floor."""

    case: str
    ours: float
    floor: float
    most: float
    unit: str = "ms"

    @property
    def ok(self) -> bool:
        """Whether it is within the target."""
        return self.ours <= self.most


def _ms(job: Callable[[], Any]) -> float:
    began = time.perf_counter()
    job()
    return (time.perf_counter() - began) * 1000


def _in_turns(ours: Callable[[int], Any], floor: Callable[[int], Any], rounds: int = ROUNDS) -> tuple[float, float]:
    """The medians of both, in milliseconds, after a round to warm up."""
    costs = [(_ms(partial(ours, n)), _ms(partial(floor, n))) for n in range(rounds + 1)][1:]
    return statistics.median(c[0] for c in costs), statistics.median(c[1] for c in costs)


# --- Questions: each round another one, so that no answer is one that was kept

QUESTIONS: dict[str, tuple[Callable[[int], dict[str, Any]], Callable[[int], str]]] = {
    "totals by country": (
        lambda n: {
            "group_by": ["country"],
            "select": ["country", {"name": "sold", "agg_function": "sum"}],
            "where": [{"name": "sold", "op": ">=", "value": n}],
        },
        lambda n: f"SELECT country, sum(sold) FROM {TABLE} WHERE sold >= {n} GROUP BY 1",
    ),
    "totals by month": (
        lambda n: {
            "group_by": [{"name": "at", "date_group": "month"}],
            "select": [{"name": "at", "date_group": "month"}, {"name": "price", "agg_function": "avg"}],
            "where": [{"name": "sold", "op": ">=", "value": n}],
        },
        lambda n: f"SELECT date_trunc('month', \"at\"), avg(price) FROM {TABLE} WHERE sold >= {n} GROUP BY 1",
    ),
    "the 20,000 best": (
        lambda n: {
            "select": ["id", "country", "product", "sold", "price"],
            "where": [{"name": "sold", "op": ">=", "value": n}],
            "order_by": [{"name": "price", "order": "desc"}],
            "limit": 20_000,
        },
        lambda n: (
            f"SELECT id, country, product, sold, price FROM {TABLE} WHERE sold >= {n} ORDER BY price DESC LIMIT 20000"
        ),
    ),
}


def _asked(analyst: Analyst, uuid: str, step: Callable[[int], dict[str, Any]], number: int) -> Any:
    return analyst.ask(uuid, step(number))


def _run(connection: duckdb.DuckDBPyConnection, sql: Callable[[int], str], number: int) -> Any:
    return connection.execute(sql(number)).fetchall()


def questions(analyst: Analyst, uuid: str, connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """The whole request against the same SQL; and one whose answer was kept."""
    figures = []
    for name, (step, sql) in QUESTIONS.items():
        ours, floor = _in_turns(partial(_asked, analyst, uuid, step), partial(_run, connection, sql))
        figures.append(Figure(f"10 M rows: {name}", ours, floor, 1.15 * floor + 3))
    kept = QUESTIONS["totals by country"][0](0)
    analyst.ask(uuid, kept)
    before = analyst.target.cpu_us()
    for _ in range(200):
        analyst.ask(uuid, kept)
    return [*figures, Figure("an answer that was kept, CPU", (analyst.target.cpu_us() - before) / 200_000, 0, 3)]


# --- Loads and exports, in this process


def warehouse_cases(folder: Path) -> list[Figure]:
    """Loading, upserting and exporting, against the bare statements on a file of the same kind."""
    warehouse, connection = DuckWarehouse(folder / "ours"), bare(folder / "bare.duckdb")
    csv = write_sales(warehouse.staging / "sales.csv", MILLION, "HEADER, FORMAT csv")
    file = DataFile(path=csv, format="csv")
    made = f"CREATE OR REPLACE TABLE {TABLE} AS SELECT * FROM read_csv('{csv}')"
    ours, floor = _in_turns(lambda _: warehouse.load(TABLE, file), lambda _: connection.execute(made))
    figures = [Figure("load 1 M rows of CSV", ours, floor, 1.3 * floor)]
    figures += _upserts(warehouse, connection)
    whole, copy = exp.select("*").from_(TABLE), f"COPY {TABLE} TO '{folder}/bare.parquet' (FORMAT parquet"
    path = warehouse.staging / "out.parquet"
    for codec in (", COMPRESSION zstd", ""):
        ours, floor = _in_turns(
            lambda _: warehouse.export(whole, path, "parquet", quotes=False),
            partial(_run, connection, f"{copy}{codec})".format),
        )
        named = "as small" if codec else "with Snappy"
        figures.append(Figure(f"export 1 M rows to Parquet; bare {named}", ours, floor, 1.3 * floor))
    connection.close()
    warehouse.close()
    return figures


def _upserts(warehouse: DuckWarehouse, connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """100,000 rows, half of them new, from a file and as a batch."""
    half = 50_000
    merge = f"MERGE INTO {TABLE} USING {{}} AS came ON {TABLE}.id = came.id WHEN MATCHED THEN UPDATE BY NAME "
    merge += "WHEN NOT MATCHED THEN INSERT BY NAME"
    files, batches = [], []
    for number in range(ROUNDS + 1):
        with duckdb.connect() as made:
            new = MILLION + number * half
            some = f"id < {half} OR id >= {new} AND id < {new + half}"
            changed = f"SELECT * FROM ({SALES.format(rows=2 * MILLION)}) WHERE {some}"
            table = made.execute(changed).to_arrow_table()
            path = warehouse.staging / f"changed-{number}.csv"
            made.execute(f"COPY ({changed}) TO '{path}' (HEADER, FORMAT csv)")
        files.append(path)
        batches.append(table)
    ours, floor = _in_turns(
        lambda n: warehouse.merge(TABLE, DataFile(path=files[n], format="csv"), "id"),
        lambda n: connection.execute(merge.format(f"read_csv('{files[n]}')")),
    )
    figures = [Figure("upsert 100,000 rows of CSV", ours, floor, 1.5 * floor)]
    # What a batch is kept as until its turn comes: the rows' JSON.
    texts = [msgspec.json.encode(batched("upsert", _as_json(table), "id")) for table in batches]
    for number, text in enumerate(texts):
        (warehouse.staging / f"batch-{number}.json").write_bytes(
            msgspec.json.decode(text, type=dict[str, msgspec.Raw])["rows"]
        )
    ours, floor = _in_turns(
        lambda n: warehouse.apply(TABLE, to_operations([msgspec.json.decode(texts[n], type=Batched)])),
        lambda n: connection.execute(merge.format(f"read_json('{warehouse.staging}/batch-{n}.json')")),
    )
    return [*figures, Figure("upsert 100,000 rows of JSON as a batch", ours, floor, 1.5 * floor)]


def _as_json(table: pa.Table) -> list[dict[str, Any]]:
    return [row | {"at": row["at"].isoformat()} for row in table.to_pylist()]


# --- Beside one another


def memory(analyst: Analyst, large: str, small: str) -> Figure:
    """What an export of ten million rows takes at its peak above that of two and a half; the tables are in memory."""
    peaks = {}
    for uuid in (small, large, small, large):
        peaks[uuid] = _peak_mb(analyst, partial(_export, analyst, uuid))
    name = "peak memory of an export, 10 M rows against 2.5 M"
    return Figure(name, peaks[large], peaks[small], 1.25 * peaks[small], "MB")


def _export(analyst: Analyst, uuid: str) -> None:
    analyst.send("POST", f"/api/data_source/{uuid}/export_source_data", {"export_format": "parquet"})


def _peak_mb(analyst: Analyst, job: Callable[[], None]) -> float:
    seen, is_over = [0], threading.Event()

    def look() -> None:
        while not is_over.wait(0.02):
            seen.append(analyst.target.process.memory_info().rss)

    looking = threading.Thread(target=look)
    looking.start()
    job()
    is_over.set()
    looking.join()
    return max(seen) / 1e6


def readers(analyst: Analyst, folder: Path) -> Figure:
    """The 99th percentile of eight readers' questions of a million rows, while another table is loaded and loaded."""
    csv = write_sales(folder / "beside.csv", MILLION, "HEADER, FORMAT csv")
    read, loaded = analyst.source("read"), analyst.source("loaded")
    analyst.load(read, csv)
    idle = _p99(analyst, read, 0)
    is_over = threading.Event()

    def load() -> None:
        by = analyst.another()
        while not is_over.is_set():
            by.load(loaded, csv)

    loading = threading.Thread(target=load)
    loading.start()
    busy = _p99(analyst, read, 1_000_000)
    is_over.set()
    loading.join()
    return Figure("eight readers beside a loader, p99", busy, idle, 3 * idle)


def _p99(analyst: Analyst, uuid: str, start: int) -> float:
    step = QUESTIONS["totals by country"][0]
    costs: list[float] = []

    def read(number: int) -> None:
        by, until, turn = analyst.another(), time.monotonic() + READ_FOR_S, 0
        while time.monotonic() < until:
            turn += 1
            asked = step(0) | {"where": [{"name": "id", "op": ">=", "value": -(start + turn * READERS + number)}]}
            costs.append(_ms(partial(by.ask, uuid, asked)))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statistics.quantiles(costs, n=100)[-1]


def dashboards(analyst: Analyst, folder: Path) -> list[Figure]:
    """A dashboard until its last chart is drawn; nothing where there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("analytics: no Chromium, so that no dashboard is opened", file=sys.stderr, flush=True)
        return []
    print("analytics: a dashboard of ten widgets …", file=sys.stderr, flush=True)
    opened = dashboard.opened_ms(analyst, folder, chromium)
    return [Figure(f"a dashboard of 1 M rows, {how}", ms, 0, SLOWEST_DASHBOARD_MS) for how, ms in opened.items()]


def run() -> list[Figure]:
    """Every case."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("analytics: loads and exports …", file=sys.stderr, flush=True)
        figures = warehouse_cases(folder)
        (folder / "served").mkdir()
        with analysing(folder / "served") as analyst, bare(folder / "floor.duckdb") as connection:
            print("analytics: ten million rows …", file=sys.stderr, flush=True)
            file = write_sales(folder / "sales.parquet", MANY, "FORMAT parquet")
            connection.execute(f"CREATE TABLE {TABLE} AS FROM '{file}'")
            uuid, small = analyst.source("sales"), analyst.source("fewer sales")
            analyst.load(uuid, file)
            figures += questions(analyst, uuid, connection)
            analyst.load(small, write_sales(folder / "fewer.parquet", MANY // 4, "FORMAT parquet"))
            figures.append(memory(analyst, uuid, small))
            print("analytics: readers beside a loader …", file=sys.stderr, flush=True)
            figures.append(readers(analyst, folder))
            figures += dashboards(analyst, folder)
    return figures
