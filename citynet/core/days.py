"""The day that a page is asked about: `?on=1995-06-01`, or a month, a year or a decade."""

from django.utils import timezone

from .dates import PartialDate


class AskedDay:
    """What `?on=` asks for; `day` is None when it is absent or unreadable, then `error` says why.

    `for_query` is what `.on()` takes: the day that was asked about, or today.
    """

    def __init__(self, request):
        self.text = request.GET.get("on", "").strip()
        self.day, self.error = None, ""
        if self.text:
            try:
                self.day = PartialDate.parse(self.text)
            except ValueError as error:
                self.error = str(error)
            if self.day and self.day.precision == "by":
                self.day, self.error = None, PartialDate.refusal(self.text)

    def __bool__(self):
        return self.day is not None

    @property
    def for_query(self):
        return self.day or timezone.localdate()

    def words(self):
        """The asked day in words: `1 June 1995`."""
        return self.day.words() if self.day else ""

    def query(self):
        """The query string that carries the day on, `?on=1995-06-01`, or nothing."""
        return f"?on={self.day}" if self.day else ""

    def is_approximate(self, row):
        """Whether the row only may hold on the asked day, for lack of exact dates."""
        return bool(self) and not row.surely_holds_on(self.day)
