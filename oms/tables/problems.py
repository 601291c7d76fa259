"""Why a file as a whole cannot be used. Nothing of it was."""

from django.utils.translation import gettext_lazy as _

from oms.refusals import Refusal


class UnusableTable(Refusal):
    """The file as a whole cannot be read; the facts hold a column's name at most, never a cell."""


class EmptyFile(UnusableTable):
    message = _("The file is empty.")


class FileTooLarge(UnusableTable):
    message = _("The file is larger than %(megabytes)d MB. Split it.")


class UnpacksTooLarge(UnusableTable):
    message = _("The workbook unpacks to far more than it should. Save it anew, or as CSV.")


class OldExcel(UnusableTable):
    message = _("This is an Excel 97 file (.xls). Save it as .xlsx and upload that.")


class NotATable(UnusableTable):
    message = _("The file is damaged, or neither CSV nor XLSX nor Parquet.")


class UnknownEncoding(UnusableTable):
    message = _("The text's encoding is unknown. Save it as “CSV UTF-8” or as .xlsx.")


class TooManyRows(UnusableTable):
    message = _("The file has more than %(rows)s rows. Split it.")


class MissingColumn(UnusableTable):
    message = _("The file has no column named %(where)s.")
