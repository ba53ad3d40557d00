"""Reports, the mails about them, and the schedules that order them."""

from exports.models.reports import About, Breakdown, Delivery, Format, Report, Selection, Status, report_storage
from exports.models.schedules import Frequency, Recipient, Schedule

__all__ = [
    "About",
    "Breakdown",
    "Delivery",
    "Format",
    "Frequency",
    "Recipient",
    "Report",
    "Schedule",
    "Selection",
    "Status",
    "report_storage",
]
