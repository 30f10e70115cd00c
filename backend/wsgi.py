"""What gunicorn serves: `gunicorn backend.wsgi:app`. The database must have been migrated before."""

from __future__ import annotations

import os

from backend.app import create_app
from backend.infra.config import Settings
from backend.infra.house import open_house
from backend.infra.logs import set_up_logs

set_up_logs()
app = create_app(open_house(Settings.from_environment(os.environ)))
