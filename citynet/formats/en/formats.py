"""How English dates are written here: 15 October 2015, September 2009."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j F Y, H:i"
YEAR_MONTH_FORMAT = "F Y"
FIRST_DAY_OF_WEEK = 1  # Monday (ISO 8601), as in Europe
MONTH_DAY_FORMAT = "j F"
TIME_FORMAT = "H:i"
