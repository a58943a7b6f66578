"""The child that reads a pickled DataFrame: a gzipped pickle on standard input, Parquet on standard output.

A pickle names the things that it is made with and has them called. This one is given only what a DataFrame of plain
values needs, by its exact name, so that nothing else can be called. Runs by itself, with limits, and imports nothing
of ours.
"""

import gzip
import pickle
import resource
import sys
from typing import Any

MEMORY_BYTES = 4 * 1024**3
WRITTEN_BYTES = 8 * 1024**3

_BUILTINS = {"slice", "int", "float", "bool", "str", "bytes", "complex"}
_PANDAS = {
    "DataFrame", "Series", "Index", "RangeIndex", "MultiIndex", "DatetimeIndex", "CategoricalIndex", "Categorical",
    "CategoricalDtype", "DatetimeTZDtype", "StringDtype", "BooleanDtype", "NA", "NaT", "Timestamp",
    *(f"{sign}Int{size}Dtype" for sign in ("", "U") for size in (8, 16, 32, 64)), "Float32Dtype", "Float64Dtype",
}  # fmt: skip
_ARRAYS = {
    "ArrowStringArray", "StringArray", "DatetimeArray", "IntegerArray", "FloatingArray", "BooleanArray",
    "NumpyExtensionArray",
}  # fmt: skip
ALLOWED: dict[str, set[str]] = {
    "builtins": _BUILTINS,
    "copyreg": {"_reconstructor"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "numpy": {"dtype", "ndarray", "datetime64", "int64", "float64", "bool_"},
    "numpy.core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy.core.numeric": {"_frombuffer"},
    "numpy._core.numeric": {"_frombuffer"},
    "pandas": _PANDAS,
    "pandas.arrays": _ARRAYS,
    "pandas._libs.arrays": {"__pyx_unpickle_NDArrayBacked"},
    "pandas._libs.internals": {"_unpickle_block"},
    "pandas._libs.missing": {"NA", "_get_na"},
    "pandas._libs.tslibs.nattype": {"_nat_unpickle"},
    "pandas._libs.tslibs.timestamps": {"_unpickle_timestamp", "Timestamp"},
    "pandas.core.arrays.boolean": {"BooleanArray", "BooleanDtype"},
    "pandas.core.arrays.categorical": {"Categorical"},
    "pandas.core.arrays.datetimes": {"DatetimeArray"},
    "pandas.core.arrays.floating": {"FloatingArray", "Float32Dtype", "Float64Dtype"},
    "pandas.core.arrays.integer": {"IntegerArray", *(name for name in _PANDAS if "Int" in name)},
    "pandas.core.arrays.string_": {"StringArray", "StringDtype"},
    "pandas.core.arrays.string_arrow": {"ArrowStringArray"},
    "pandas.core.dtypes.dtypes": {"CategoricalDtype", "DatetimeTZDtype"},
    "pandas.core.frame": {"DataFrame"},
    "pandas.core.indexes.base": {"Index", "_new_Index"},
    "pandas.core.indexes.datetimes": {"DatetimeIndex", "_new_DatetimeIndex"},
    "pandas.core.indexes.range": {"RangeIndex"},
    "pandas.core.internals.managers": {"BlockManager"},
    "pyarrow.lib": {"_restore_array", "py_buffer", "type_for_alias", "chunked_array", "ChunkedArray"},
}
"""By module, what a pickle may name."""


class Refused(Exception):
    """Why the input is not taken."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name not in ALLOWED.get(module, ()):
            raise Refused(f"The file names {module}.{name}, which no DataFrame of plain values needs.")
        return super().find_class(module, name)


def read(source: Any) -> Any:
    """The DataFrame in a gzipped pickle. Raises `Refused`."""
    import pandas

    try:
        with gzip.open(source) as pickled:
            frame = _Unpickler(pickled).load()
    except Refused:
        raise
    except Exception as problem:  # noqa: BLE001 - a pickle can raise anything
        raise Refused(f"The file is no pickled DataFrame: {type(problem).__name__}.") from None
    if type(frame) is not pandas.DataFrame:
        raise Refused("The file holds something other than a DataFrame.")
    return frame


def as_table(frame: Any) -> Any:
    """The frame's columns, without its index, as an Arrow table of plain types. Raises `Refused`."""
    import pyarrow

    names = [str(name) for name in frame.columns]
    if not names:
        raise Refused("The DataFrame has no columns.")
    if len({name.casefold() for name in names}) < len(names):
        raise Refused("Two columns of the DataFrame have the same name.")
    arrays = [_array(frame.iloc[:, position]) for position in range(len(names))]
    table = pyarrow.Table.from_arrays(arrays, names=names)
    table.validate(full=True)
    return table


def _array(series: Any) -> Any:
    import pyarrow

    try:
        array = pyarrow.Array.from_pandas(series)
    except (pyarrow.ArrowException, TypeError, ValueError, OverflowError):
        return _texts(series)
    kind = pyarrow.types
    if kind.is_dictionary(array.type):
        array = array.dictionary_decode()
    if isinstance(array, pyarrow.ChunkedArray):
        array = array.combine_chunks()
    if kind.is_timestamp(array.type):
        return array.cast(pyarrow.timestamp("us", array.type.tz), safe=False).cast(pyarrow.timestamp("us"))
    if kind.is_decimal(array.type) or kind.is_uint64(array.type) or kind.is_floating(array.type):
        return array.cast(pyarrow.float64())
    if kind.is_null(array.type) or kind.is_large_string(array.type):
        return array.cast(pyarrow.string())
    is_plain = kind.is_integer(array.type) or kind.is_boolean(array.type) or kind.is_string(array.type)
    return array if is_plain or kind.is_date(array.type) else _texts(series)


def _texts(series: Any) -> Any:
    """Values of several types as text."""
    import pandas
    import pyarrow

    values = series.tolist()
    return pyarrow.array(
        [None if pandas.api.types.is_scalar(v) and pandas.isna(v) else str(v) for v in values], "string"
    )


def main() -> None:
    """Read, convert, write."""
    deadline = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (deadline, deadline))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    import pyarrow.parquet

    try:
        pyarrow.parquet.write_table(as_table(read(sys.stdin.buffer)), sys.stdout.buffer)
    except Refused as refused:
        sys.exit(f"refused: {refused}")
    except MemoryError:
        sys.exit("refused: The DataFrame is too large.")


if __name__ == "__main__":
    main()
