"""What building and mailing have in common: which faults pass, and how exactly clocks agree."""

from __future__ import annotations

from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError
from django.db import InterfaceError, OperationalError

# Storage, mail server, database or engine are away for a while: trying again may help.
TRANSIENT = (OSError, OperationalError, InterfaceError, BotoCoreError, ClientError)
# A queue's clock and this one may disagree by a little.
TOLERANCE = timedelta(seconds=1)
