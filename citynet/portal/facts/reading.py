"""The first pass: each file by itself, each cell by itself."""

import csv
import datetime
import io
import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from citynet.core.dates import PartialDate
from citynet.core.export import unguard
from citynet.core.fields import PartialDateField

MOST_PROBLEMS = 20


class FactsError(Exception):
    """The files were refused and nothing was loaded; the text names file, line, column and reason of each."""


class Problems(list):
    """What is wrong with the files, a sentence each."""

    def add(self, table, line, column, reason):
        place = f"{table.file}, line {line}" + (f", column {column}" if column else "")
        if (said := f"{place}: {reason}") not in self[-MOST_PROBLEMS:]:
            self.append(said)

    def add_error(self, table, line, error):
        """Add each message of a ValidationError, under the column that it belongs to where there is one."""
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, messages in by_field.items():
            for message in messages:
                self.add(table, line, name if name in table.columns else "", message)

    def stop_if_any(self):
        if self:
            more = len(self) - MOST_PROBLEMS
            lines = [*self[:MOST_PROBLEMS], *([f"… and {more} more."] if more > 0 else [])]
            raise FactsError("Nothing was loaded.\n" + "\n".join(lines))


@dataclass
class Row:
    """A row of a file, as far as it could be read."""

    line: int
    key: tuple = ()
    values: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)  # field: (file, key) or None
    many: dict = field(default_factory=dict)  # field: keys in the linked file
    record: models.Model | None = None


def read_file(table, path, problems):
    """Give the Rows of a file; what cannot be read is added to the problems."""
    data = path.read_bytes()
    # Bytes that are not UTF-8 become lone surrogates here, so that the cell that holds them can be named.
    text = data.decode("utf-8-sig", "surrogateescape")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header, rows, lines_by_key, seen, line = None, [], {}, {}, 1
    defaults = {name: _default_text(column) for name, column in table.columns.items()}
    try:
        while (cells := next(reader, None)) is not None:
            here, line = line, reader.line_num + 1
            if not cells:
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
                if not _check_header(table, here, header, problems):
                    return []
            elif len(cells) != len(header):
                problems.add(
                    table, here, "", f"{len(cells)} cells, but the header has {len(header)} columns."
                )
            elif row := _read_row(
                table, here, dict(zip(header, cells, strict=True)), defaults, seen, problems
            ):
                first = lines_by_key.setdefault(row.key, here)
                if first != here:
                    key = ", ".join(column.name for column in table.key_columns)
                    problems.add(table, here, "", f"the same {key} as in line {first}.")
                rows.append(row)
    except csv.Error as error:
        problems.add(table, line, "", f"this is not CSV: {error}.")
    if header is None:
        problems.add(table, 1, "", "the file is empty; its first line must name the columns.")
    return rows


def _check_header(table, line, header, problems):
    """Whether the columns are those of the table; if not, say what is wrong."""
    before = len(problems)
    for column in header:
        if reason := _unreadable(column):
            problems.add(table, line, "", f"in the names of the columns: {reason}")
            return False
        if not column:
            problems.add(table, line, "", "a column has no name.")
        elif column not in table.columns:
            names = ", ".join(table.columns)
            problems.add(table, line, column, f"there is no such column. The columns are {names}.")
    for column in dict.fromkeys(header):
        if column and header.count(column) > 1:
            problems.add(table, line, column, "this column is there twice.")
    for column in table.columns.values():
        if column.is_required and column.name not in header:
            problems.add(table, line, column.name, "this column is missing.")
    return len(problems) == before


def _unreadable(cell):
    """Say why a cell cannot be kept as text, or nothing."""
    if cell.isprintable():
        return ""
    if any("\ud800" <= letter <= "\udfff" for letter in cell):
        return "this is not UTF-8. Save the file as “CSV UTF-8”."
    for letter in cell:
        if letter < " " and letter not in "\t\n\r":
            return f"the character U+{ord(letter):04X} is not text. Delete it."
    return ""


def _read_row(table, line, cells, defaults, seen, problems):
    """Give the Row, or None when a cell is wrong. `seen` keeps what each text of a column was read as."""
    row, texts, before = Row(line), dict(defaults), len(problems)
    for name, cell in cells.items():
        column = table.columns[name]
        if (name, cell) not in seen:
            try:
                seen[name, cell] = _read_cell(column, cell)
            except ValidationError as error:
                seen[name, cell] = error
        value = seen[name, cell]
        if isinstance(value, ValidationError):
            problems.add_error(table, line, ValidationError({name: value.messages}))
        elif column.is_many:
            row.many[name] = value
        else:
            texts[name] = text_of(value)
            if column.linked:
                row.links[name] = (column.linked, (value,)) if value else None
            elif column.field:
                row.values[name] = value
    if len(problems) > before:
        return None
    for name, target, parts in table.links:
        if name in cells or name not in table.columns:
            key = tuple(texts[part] if part else "" for part in parts)
            row.links[name] = (target, key) if texts.get(name, key) else None
    row.key = table.key_of(texts[column.name] for column in table.key_columns)
    return row


def _read_cell(column, cell):
    """Give what a cell holds: a slug, a list of slugs, or a value of the field. Raises ValidationError.

    A text that an export of ours guarded against spreadsheets is read as it was.
    """
    if reason := _unreadable(cell):
        raise ValidationError(reason)
    text = unguard(cell.strip()).replace("\r\n", "\n")
    if not text and column.is_required:
        raise ValidationError("this must not be empty.")
    if column.is_many:
        slugs = [part.strip() for part in text.split(";") if part.strip()]
        if twice := [slug for slug in slugs if slugs.count(slug) > 1]:
            raise ValidationError(f"“{twice[0][:60]}” is there twice.")
        if not slugs and column.is_required:
            raise ValidationError("this must not be empty.")
        return slugs
    if column.linked or not column.field:
        return text
    if not text:
        return None if column.field.null else column.field.get_default()
    return _read_value(column.field, text)


def _read_value(model_field, text):
    """Give the value of a field that a text means. Raises ValidationError."""
    if isinstance(model_field, PartialDateField):
        try:
            return PartialDate.parse(text)
        except ValueError as error:
            raise ValidationError(str(error)) from None
    if isinstance(model_field, models.BooleanField):
        if text.lower() not in ("yes", "no"):
            raise ValidationError(f"“{text[:40]}” is neither yes nor no.")
        return text.lower() == "yes"
    if isinstance(model_field, models.IntegerField) and not re.fullmatch(r"-?[0-9]{1,19}", text):
        raise ValidationError(f"“{text[:40]}” is not a whole number, like 1200.")
    if isinstance(model_field, models.FloatField | models.DecimalField) and not re.fullmatch(
        r"-?[0-9]{1,19}(\.[0-9]{1,19})?", text
    ):
        raise ValidationError(f"“{text[:40]}” is not a number, like 44.49 or -0.12.")
    if isinstance(model_field, models.DateTimeField):
        try:
            moment = datetime.datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if not moment or not moment.tzinfo:
            raise ValidationError(f"“{text[:40]}” is not a moment like 2021-10-13T09:00+02:00.")
        return moment
    try:
        return model_field.clean(text, None)
    except ValidationError as error:
        if error.error_list[0].code != "invalid_choice":
            raise
        choices = [str(value) for value, _ in model_field.flatchoices if value]
        known = f" is not one of {', '.join(choices)}." if len(choices) <= 30 else " is not known."
        raise ValidationError(f"“{text[:40]}”{known}") from None


def text_of(value):
    """Give the one text of a value, by which keys are compared."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "" if value is None else str(value)


def _default_text(column):
    """The text of a column that the file leaves out."""
    return text_of(column.field.get_default()) if column.field and not column.linked else ""
