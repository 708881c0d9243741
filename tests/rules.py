"""What the model refuses: as it tells the editor, and as the database holds it on its own."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

ENDS_FIRST = "The end lies before the start. Correct one of the two dates."


def refusals(row):
    """Give what an editor is told of the row: field (or `__all__`) and messages, each once."""
    try:
        row.full_clean()
    except ValidationError as error:
        return {field: sorted(set(messages)) for field, messages in error.message_dict.items()}
    return {}


def refused_by_database(row):
    """Whether the database itself refuses the row, inserted without any check of the model's."""
    try:
        with transaction.atomic():
            type(row).objects.bulk_create([row])
    except IntegrityError:
        return True
    return False


def names(rows):
    return sorted(str(row) for row in rows)
