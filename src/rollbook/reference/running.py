"""Pages about running a server: its settings and its commands."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints

import click
import msgspec

from rollbook.reference.markdown import code, page, table
from rollbook.settings import Settings
from rollbook.web.docstrings import field_docs, markdown


def settings_page(root: click.Command) -> str:
    """Every setting, with its environment variable and its option."""
    hints = get_type_hints(Settings)
    options = _options_by_variable(root)
    meanings = field_docs(Settings)
    rows = [
        (
            code(_variable(field.name)),
            code(options.get(_variable(field.name))),
            _type_name(hints[field.name]),
            "required" if field.required else code(_default(field.default)),
            meanings.get(field.name, ""),
        )
        for field in msgspec.structs.fields(Settings)
    ]
    return page(
        "Settings",
        "A setting comes from the command line, else from the environment, else it has its default. "
        "One without an option is secret: a command line is there for every user of the machine to read.",
        table(("variable", "option", "type", "default", "meaning"), rows),
    )


def commands_page(root: click.Command) -> str:
    """Every command, its arguments and options."""
    parts = [_command_part(context) for context in _commands(click.Context(root, info_name="rollbook"))]
    return page("Commands", *parts)


def _variable(name: str) -> str:
    return f"ROLLBOOK_{name.upper()}"


def _options_by_variable(root: click.Command) -> dict[str, str]:
    contexts = _commands(click.Context(root, info_name="rollbook"))
    parameters = [parameter for context in contexts for parameter in context.command.params]
    return {parameter.envvar: parameter.opts[0] for parameter in parameters if isinstance(parameter.envvar, str)}


def _default(value: Any) -> Any:
    return None if value in (None, ()) else value


def _type_name(hint: Any) -> str:
    if hint is type(None):
        return "none"
    if hint == tuple[str, ...]:
        return "list"
    if get_origin(hint) is Literal:
        return ", ".join(get_args(hint))
    arms = [arm for arm in getattr(hint, "__args__", ()) if arm is not type(None)]
    return _type_name(arms[0]) if arms else {"str": "text", "int": "number", "Path": "folder"}[hint.__name__]


def _commands(context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(context.command, click.Group):
        for name in sorted(context.command.list_commands(context)):
            command = context.command.get_command(context, name)
            if command is not None and not command.hidden:
                yield from _commands(click.Context(command, info_name=name, parent=context))


def _command_part(context: click.Context) -> str:
    usage = " ".join([context.command_path, *context.command.collect_usage_pieces(context)])
    parameters = [parameter for parameter in context.command.params if not getattr(parameter, "hidden", False)]
    rows = [_parameter_row(context, parameter) for parameter in parameters]
    parts = (
        f"## {context.command_path}",
        _help(context.command),
        f"```\n{usage}\n```",
        table(("parameter", "variable", "default", "meaning"), rows),
    )
    return "\n\n".join(part for part in parts if part)


def _help(command: click.Command) -> str:
    """The help text; what click is told to leave as it is (after a ``\\b``) is shown as it is."""
    paragraphs = []
    for text in (command.help or "").strip().split("\n\n"):
        if text.startswith("\b\n"):
            paragraphs.append("```\n" + text.removeprefix("\b\n").rstrip() + "\n```")
        else:
            paragraphs.append(" ".join(markdown(text).split()))
    return "\n\n".join(paragraphs)


def _parameter_row(context: click.Context, parameter: click.Parameter) -> tuple[str, ...]:
    names = ", ".join(parameter.opts) if isinstance(parameter, click.Option) else parameter.human_readable_name
    takes_value = isinstance(parameter, click.Option) and not parameter.is_flag and not parameter.count
    metavar = f" {parameter.make_metavar(context)}" if takes_value else ""
    variable = parameter.envvar if isinstance(parameter.envvar, str) else ""
    return (
        code(names + metavar),
        code(variable),
        "required" if parameter.required else _shown_default(parameter),
        getattr(parameter, "help", None) or "",
    )


def _shown_default(parameter: click.Parameter) -> str:
    default = parameter.default
    is_said = isinstance(default, str | int | float) and not isinstance(default, bool)
    return code(default) if is_said else ""
