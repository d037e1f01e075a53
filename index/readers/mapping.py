"""Reads the `[map]` table of a `haberara.toml` beside the sources: which of their names mean which field.

    [map]
    title = "Manşet"
    body = "Haber metni"

The same file may hold settings, which `index.settings` reads, but only from the working directory.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from index.errors import SettingsError
from index.readers.options import ReadOptions
from index.settings import CONFIG_FILE, MAP_TABLE


def with_mapping_beside(folder: Path, options: ReadOptions) -> ReadOptions:
    """The options with the mapping of the folder's file added; a field that the user mapped by option keeps its name.

    Raises:
        SettingsError: the file can't be read, or its table is not one of fields and names.
    """
    path = folder / CONFIG_FILE
    try:
        table = tomllib.loads(path.read_text("utf-8")).get(MAP_TABLE, {})
    except FileNotFoundError:
        return options
    except OSError as error:
        raise SettingsError(str(path), "", f"can't be read ({error.strerror})", "Correct its permissions.") from error
    except ValueError as error:
        raise SettingsError(str(path), str(error), "can't be parsed", "Correct the file's syntax.") from error
    if not isinstance(table, dict) or not all(isinstance(name, str) and name for name in table.values()):
        raise SettingsError(str(path), table, "is not a table of names", 'Write it as: [map] title = "NAME"')
    # ReadOptions checks that the fields exist.
    return replace(options, mapping={**table, **options.mapping})
