"""Where files lie: beside each other in a checkout; where the platform wants them for whoever installed a package."""

import os
from pathlib import Path

HOME = "ROLEWIRE_HOME"  # one folder for all of it, whatever the platform says
NAME = "rolewire"


def is_checkout() -> bool:
    """Whether this is run from the repository, where everything lies in the folder that one is in."""
    return (Path(__file__).parent / "pyproject.toml").exists()


def config_folder() -> Path | None:
    """Where config.toml lies if it is not in the folder that one is in; None for a checkout."""
    return _folder("user_config_path")


def default_config() -> Path:
    """Where a configuration is written: in the folder that one is in; for an installed package, the platform's."""
    folder = config_folder() or Path()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / "config.toml"


def data_folder() -> Path | None:
    """Where the database lies if the configuration does not say; None for a checkout: where one is."""
    return _folder("user_data_path")


def _folder(kind: str) -> Path | None:
    if home := os.environ.get(HOME, ""):
        return Path(home).expanduser()
    if is_checkout():
        return None
    import platformdirs  # only here: a checkout does without

    found: Path = getattr(platformdirs, kind)(NAME, appauthor=False)
    return found
