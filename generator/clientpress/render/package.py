"""Plan to files: the entry of the render stage."""

from __future__ import annotations

from clientpress.plan.features import FEATURES
from clientpress.plan.types import Plan
from clientpress.render.client_views import (
    STATUS_ERRORS,
    client_module,
    errors_module,
    package_module,
)
from clientpress.render.decoder_views import batch_files_module, tables_module
from clientpress.render.environment import render, verify
from clientpress.render.group_views import circles, group_module
from clientpress.render.hook_views import hooks_module
from clientpress.render.model_views import models_module, models_package
from clientpress.render.readme_view import readme
from clientpress.render.runtime_copy import ALWAYS, runtime_files, runtime_modules
from clientpress.render.server_views import servers_module


def render_package(plan: Plan, header: str) -> dict[str, str]:
    """Every file of the package except the manifest: path, with `/`, below the package's folder →
    text.

    Args:
        header: The first line of each file, without the `#`.
    """
    files = _models(plan, header)
    in_circle = circles(plan.groups)
    by_module = {group.module: group for group in plan.groups}
    for group in plan.groups:
        inside = [by_module[module] for module in group.inside]
        module_view = group_module(group, header, inside, in_circle[group.module])
        _add(
            files,
            f"groups/{group.module}.py",
            "groups/module.py.jinja",
            module_view,
            module_view.names,
        )
    if plan.groups:
        files["groups/__init__.py"] = (
            f'# {header}\n"""The operations, by group; each module loads on first use."""\n'
        )
    if plan.tables:
        tables = tables_module(plan, header)
        _add(files, "tables.py", "tables.py.jinja", tables, tables.names)
    if plan.batch_files.writers or plan.batch_files.readers:
        lines = batch_files_module(plan.batch_files, header)
        _add(files, "batch_files.py", "batch_files.py.jinja", lines, lines.names)
    if plan.hooks:
        hooks = hooks_module(plan.hooks, header)
        _add(files, "webhooks.py", "webhooks.py.jinja", hooks, hooks.names)
    if plan.servers:
        servers = servers_module(plan, header)
        _add(files, "servers.py", "servers.py.jinja", servers, servers.names)
    client = client_module(plan, header)
    _add(
        files, "client.py", "client.py.jinja", client, ("API", "Client", "AsyncClient")
    )
    _add(
        files,
        "__init__.py",
        "init.py.jinja",
        package_module(plan, header),
        ("__all__", "__version__"),
    )
    files["py.typed"] = ""
    files["README.md"] = readme(plan)
    observers = {FEATURES[word].observer for word in plan.features} - {""}
    asked = {FEATURES[word].module.replace(".", "/") for word in plan.features}
    watching = {f"calls/{name}" for name in observers}
    needed = runtime_modules(files, {*ALWAYS, *asked, *watching, *plan.parts})
    errors = errors_module(plan, header, needed)
    announced = ("StatusError", *STATUS_ERRORS) if errors.errors else ()
    _add(files, "errors.py", "errors.py.jinja", errors, ("__all__", *announced))
    files |= runtime_files(needed)
    return dict(sorted(files.items()))


def render_models(plan: Plan, header: str) -> dict[str, str]:
    """The models alone, as a package that can be imported."""
    files = {**_models(plan, header), "__init__.py": f"# {header}\n", "py.typed": ""}
    needed = runtime_modules(files, {"values/decoding", "values/encoding", *plan.parts})
    return {**files, **runtime_files(needed)}


def _models(plan: Plan, header: str) -> dict[str, str]:
    files = dict[str, str]()
    modules = plan.models.modules
    homes = {definition.name: m.name for m in modules for definition in m.definitions}
    for module in modules:
        view = models_module(module, homes, header)
        path = f"models/{module.name}.py" if module.name else "models.py"
        _add(files, path, "models/module.py.jinja", view, view.names)
    if modules[0].name:
        package = models_package(modules, header)
        _add(files, "models/__init__.py", "models/init.py.jinja", package, ())
    return files


def _add(
    files: dict[str, str],
    path: str,
    template: str,
    view: object,
    announced: tuple[str, ...],
) -> None:
    text = render(template, view)
    verify(text, path, announced)
    files[path] = text
