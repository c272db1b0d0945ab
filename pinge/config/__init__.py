"""Settings, read once from the environment by the `pinge` command and passed down."""

from __future__ import annotations

from pinge.config.limits import LIMITS as LIMITS
from pinge.config.reading import SHORTEST_KEY as SHORTEST_KEY
from pinge.config.reading import default_home as default_home
from pinge.config.reading import from_environment as from_environment
from pinge.config.settings import DESCRIBED as DESCRIBED
from pinge.config.settings import SETTINGS as SETTINGS
from pinge.config.settings import Network as Network
from pinge.config.settings import Settings as Settings
from pinge.config.settings import SettingsError as SettingsError
