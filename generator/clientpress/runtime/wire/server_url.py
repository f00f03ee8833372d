"""URLs of servers with variables."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .errors import ConfigurationError
from .urls import parse_base_url

_PLAIN = re.compile(r"[A-Za-z0-9._~:\-]+")


def server_url(template: str, values: Mapping[str, str]) -> str:
    """The URL with the values of its variables.

    Raises:
        ConfigurationError: A value would lead to another host or path.
    """
    url = template
    for name, value in values.items():
        is_last = template.endswith("/{" + name + "}")
        if not _PLAIN.fullmatch(value) and (value or not is_last):
            raise ConfigurationError(
                f"{value!r} cannot be the value of {{{name}}} in {template}"
            )
        url = url.replace("{" + name + "}", value)
    return parse_base_url(url).url
