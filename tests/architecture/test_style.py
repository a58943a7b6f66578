"""The house style, where a machine can hold it: docstrings, sizes, vendors' words, SQL in its place."""

import ast
import re

from tests.architecture import sources

FILE_LINES = 400
FUNCTION_LINES = 50
LONGER_FILES = {
    "adapters/outbound.py": "one guard against inside addresses, read best from top to bottom",
    "migrations/versions/0001_first_schema.py": "every table at once; written once and never edited",
    "migrations/versions/0010_sessions.py": "every table of a domain at once",
}
LONGER_FUNCTIONS = {
    "migrations/versions/0001_first_schema.py": "a migration is one list of statements",
    "migrations/versions/0010_sessions.py": "a migration is one list of statements",
}

VENDOR_WORDS = re.compile(
    r"mapping_code|synch_protected|delete_mode|register_mail|usercourse|coursemapping"
    r"|hookUrl|webhook_register|emailAddress|accountName|costCenter|traineeId|scenarioId|totalPoints|creationDate"
    r"|lessonVersion|user_uuid|id_user"
)
SQL_TEXT = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH RECURSIVE)\s", re.IGNORECASE)


def definitions(body: list[ast.stmt], owner: str = "") -> list[tuple[str, sources.Function | ast.ClassDef]]:
    """The public functions, classes and methods of a module, but none within a function."""
    found: list[tuple[str, sources.Function | ast.ClassDef]] = []
    for node in body:
        if isinstance(node, ast.If | ast.Try):
            found += definitions(node.body, owner)
        if not isinstance(node, sources.Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        found.append((f"{owner}{node.name}", node))
        if isinstance(node, ast.ClassDef):
            found += definitions(node.body, f"{node.name}.")
    return found


def test_everything_public_has_a_docstring() -> None:
    bare = [
        f"{path}: {name}"
        for path, module in sources.modules().items()
        for name, node in definitions(module.body)
        if ast.get_docstring(node) is None
    ]
    assert bare == []


def test_every_module_says_what_lives_in_it() -> None:
    bare = [
        path for path, module in sources.modules().items() if ast.get_docstring(module) is None and module.body != []
    ]
    assert bare == []


def test_files_are_short() -> None:
    lengths = {path: len(sources.text(path).splitlines()) for path in sources.modules()}
    assert {p: n for p, n in lengths.items() if n > FILE_LINES and p not in LONGER_FILES} == {}


def test_functions_are_short() -> None:
    long = {
        f"{path}: {node.name}": length
        for path, module in sources.modules().items()
        if path not in LONGER_FUNCTIONS
        for node in sources.functions(module)
        for length in [(node.end_lineno or 0) - node.lineno + 1]
        if length > FUNCTION_LINES
    }
    assert long == {}


def test_no_exception_to_a_size_outlives_its_reason() -> None:
    assert [path for path in LONGER_FILES if len(sources.text(path).splitlines()) <= FILE_LINES] == []


def test_a_vendors_words_stay_in_its_door() -> None:
    found = {
        f"{path}:{number}: {line.strip()}"
        for path in sources.modules()
        if not path.startswith("doors/")
        for number, line in enumerate(sources.text(path).splitlines(), 1)
        if VENDOR_WORDS.search(line)
    }
    assert found == set()


def test_no_sql_is_written_as_text_outside_the_stores() -> None:
    places = ("adapters/sql/", "adapters/warehouse/", "migrations/", "cli/")
    found = {
        f"{path}:{node.lineno}"
        for path, module in sources.modules().items()
        if not path.startswith(places)
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL_TEXT.match(node.value)
    }
    assert found == set()


def test_doors_and_pages_build_no_statements() -> None:
    """Statements are built in the core: whoever decodes and encodes calls a service or a query."""
    found = {
        f"{path}:{node.lineno}"
        for path, module in sources.modules().items()
        if path.startswith(("doors/", "console/", "web/", "workers", "app.py"))
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in [*(alias.name for alias in node.names), getattr(node, "module", "") or ""]
        if name.partition(".")[0] == "sqlalchemy" or name == "rollbook.core.kernel.statements"
    }
    assert found == set()
