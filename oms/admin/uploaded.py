"""What a page says of a file that somebody uploaded: how long it is kept, and when it goes."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oms.models import Job
from oms.services.uploads import goes_at, keep_days


def promise() -> str:
    """Return what is said before a file is uploaded."""
    text = _(
        "The file is kept sealed and deleted %(days)d days after its import has ended; the result "
        "stays."
    )
    return text % {"days": keep_days()}


def note_of(job: Job) -> str:
    """Return what is said beside a job; nothing while it works."""
    if job.finished_at is None:
        return ""
    at = goes_at(job)
    if at is None:
        text = _("The file was deleted: files are kept for %(days)d days. The result stays.")
        return text % {"days": keep_days()}
    day = date_format(timezone.localtime(at), "DATE_FORMAT")
    return _("The file is deleted on %(day)s; the result stays.") % {"day": day}
