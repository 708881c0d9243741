"""How Spanish dates and numbers are written here: 15 de octubre de 2015, junio de 1995, 390 625,5."""

DATE_FORMAT = r"j \d\e F \d\e Y"
SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = r"j \d\e F \d\e Y, H:i"
YEAR_MONTH_FORMAT = r"F \d\e Y"
FIRST_DAY_OF_WEEK = 1  # Monday
MONTH_DAY_FORMAT = r"j \d\e F"
TIME_FORMAT = "H:i"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u00a0"  # a space that does not break, as the Spanish academies and ISO 80000-1 ask
NUMBER_GROUPING = 3
