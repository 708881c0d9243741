"""The second pass: rows and what they link to, judged by the model and written in one transaction."""

from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from simple_history.utils import bulk_create_with_history

from citynet.core.models import Record, State
from citynet.core.search_index import gathered, refresh
from networks.models import BodyParent, Membership

from .reading import FactsError, Problems, read_file, text_of
from .tables import TABLES

REASON = "load_facts"
CHUNK = 500
MANY = 1000  # rows written that may change how tables are best read
# What these models check needs the rows beside each other: judged once they are inserted.
CHECKED_TOGETHER = (Membership, BodyParent)


@dataclass
class Report:
    """What a load did: numbers of files and of rows."""

    files: int = 0
    rows: int = 0
    added: int = 0
    changed: int = 0

    def __str__(self):
        files = f"{self.files:,} file" + "s" * (self.files != 1)
        rows = f"{self.rows:,} row" + "s" * (self.rows != 1)
        if not self.added and not self.changed:
            return f"Nothing changed: {rows} in {files} are as they were."
        same = self.rows - self.added - self.changed
        return f"Loaded {rows} from {files}: {self.added:,} added, {self.changed:,} changed, {same:,} as they were."


def load(folder, progress=lambda total, rows, doing: None):
    """Load the CSV files of a folder and give a Report; `progress(total, rows, doing)` hears of rows done.

    Raises FactsError when anything is wrong, and then nothing is loaded.
    """
    problems = Problems()
    folder = Path(folder)
    if not folder.is_dir():
        raise FactsError(f"{folder} is not a folder.")
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    for path in paths:
        if path.stem not in TABLES or path.suffix != ".csv":
            names = ", ".join(table.file for table in TABLES.values())
            problems.append(f"{path.name}: no such file is known. The names are {names}.")
    problems.stop_if_any()
    if not paths:
        raise FactsError(f"There is no CSV file in {folder}.")
    files, refused = {}, set()
    for name, table in TABLES.items():
        if (path := folder / table.file) in paths:
            before = len(problems)
            files[name] = read_file(table, path, problems)
            if len(problems) > before:
                refused.add(name)
    with transaction.atomic(), gathered():
        known = _find_records(files)
        for name, rows in files.items():
            _check_links(TABLES[name], rows, files, refused, known, problems)
        problems.stop_if_any()
        report = Report(files=len(files), rows=sum(map(len, files.values())))
        for name, rows in files.items():
            table = TABLES[name]
            progress(report.rows, 0, table.file)
            added, changed = _write(table, rows, known, problems)
            problems.stop_if_any()
            report.added += added
            report.changed += changed
            progress(report.rows, len(rows), table.file)
    if report.added + report.changed >= MANY:
        renew_statistics()
    return report


def renew_statistics():
    """Tell the planner of PostgreSQL what tables hold now.

    It would notice by itself, but a minute later, and until then run what a page asks of a full table in a
    way that suits an empty one, which takes seconds. SQLite plans without statistics.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _find_records(files):
    """Give, for each file, the records by key that its rows, or the links to it, may mean: two statements each."""
    firsts = {name: set() for name in TABLES}
    for name, rows in files.items():
        for row in rows:
            firsts[name].update(row.key if TABLES[name].is_pair else row.key[:1])
            for target, key in filter(None, row.links.values()):
                firsts[target].add(key[0])
            for column, slugs in row.many.items():
                firsts[TABLES[name].columns[column].linked].update(slugs)
    return {name: _records_by_key(TABLES[name], sorted(values)) for name, values in firsts.items()}


def _records_by_key(table, firsts):
    """Give the records of a table by key, those whose key begins with one of the texts; the oldest of equals."""
    found = {}
    everything = "" in firsts  # an empty link is not found by a lookup
    for start in range(0, 1 if everything else len(firsts), CHUNK):
        records = table.model._base_manager.order_by("-pk")
        if not everything:
            records = records.filter(**{f"{table.key_paths[0]}__in": firsts[start : start + CHUNK]})
        for record, texts in zip(records, records.values_list(*table.key_paths), strict=True):
            found[table.key_of(map(text_of, texts))] = record
    return found


def _check_links(table, rows, files, refused, known, problems):
    """Say which cells name something that is neither in the files nor on the site.

    Links to a refused file are not judged: its own mistakes are enough to read.
    """
    here = {name: {row.key for row in files.get(name, ())} for name in TABLES}
    for row in rows:
        links = [(name, *link) for name, link in row.links.items() if link]
        for name, slugs in row.many.items():
            links += [(name, table.columns[name].linked, (slug,)) for slug in slugs]
        for name, target, key in links:
            if target in refused or key in here[target] or key in known[target]:
                continue
            said = " ".join(part for part in key if part)
            problems.add(
                table,
                row.line,
                name if name in table.columns else "",
                f"“{said[:60]}” is neither in {TABLES[target].file} nor on the site.",
            )


def _write(table, rows, known, problems):
    """Write what is new or different in the rows of a file, and give the two numbers."""
    for row in rows:
        row.record = known[table.name].get(row.key)
    old = [row for row in rows if row.record]
    new = left = [row for row in rows if not row.record]
    while left:
        # A row may link to another row of its own file: that one is written first.
        ready = [row for row in left if _link(table, row, known)]
        left = [row for row in left if row.record is None]
        if not ready:
            for row in left:
                problems.add(table, row.line, "", "a circle: what this links to links back to it.")
            problems.stop_if_any()
        _create(table, ready, problems)
        problems.stop_if_any()
        known[table.name].update((row.key, row.record) for row in ready)
    _check_together(table, new, problems)
    several = _set_several(table, rows, known)
    changed = [row for row in old if _update(row, table, known) or row.record.pk in several]
    for row in changed:
        _save(table, row, problems)
    refresh(table.model, [row.record.pk for row in (*new, *changed)])
    return len(new), len(changed)


def _link(table, row, known):
    """Make the row's new record; not yet, and False, when it links to a row of its file that has none."""
    linked = {}
    for name, link in row.links.items():
        linked[name] = known[link[0]].get(link[1]) if link else None
        if link and linked[name] is None:
            return False
    state = {"state": State.PUBLISHED} if issubclass(table.model, Record) else {}
    row.record = table.model(**row.values, **linked, **state)
    return True


def _create(table, rows, problems):
    """Insert rows at once, with their history. When the database refuses, find out which, one by one."""
    for row in rows:
        try:
            if table.model in CHECKED_TOGETHER:
                super(table.model, row.record).clean()
            else:
                row.record.clean()
        except ValidationError as error:
            problems.add_error(table, row.line, error)
    problems.stop_if_any()
    records = [row.record for row in rows]
    try:
        with transaction.atomic():
            if issubclass(table.model, Record):
                bulk_create_with_history(records, table.model, CHUNK, default_change_reason=REASON)
            else:
                table.model._default_manager.bulk_create(records, CHUNK)  # which may have more to do
    except IntegrityError as error:
        _blame(table, rows, problems)
        if not problems:
            raise FactsError(f"Nothing was loaded. The database refuses {table.file}: {error}") from error


def _blame(table, rows, problems):
    """Save the rows one by one, as the admin would, to name those that break a constraint; the load ends."""
    for row in rows:
        row.record.pk = None
        row.record._state.adding = True
        try:
            with transaction.atomic():
                row.record.full_clean()
                row.record.save()
        except ValidationError as error:
            problems.add_error(table, row.line, error)
        except IntegrityError as error:
            problems.add(table, row.line, "", f"the database refuses it: {error}")


def _check_together(table, rows, problems):
    """Let the model judge new rows once more, now that it can see them beside each other."""
    if table.model is Membership and rows:
        party = ("network_id", "city_id", "organisation_id", "category")
        networks = {row.record.network_id for row in rows}
        counts = Membership.objects.filter(network__in=networks).order_by().values_list(*party)
        several = set(counts.annotate(rows=Count("pk")).filter(rows__gt=1).values_list(*party))
        rows = [row for row in rows if tuple(getattr(row.record, name) for name in party) in several]
    elif table.model is not BodyParent:
        return
    for row in rows:
        try:
            row.record.clean()
        except ValidationError as error:
            problems.add_error(table, row.line, error)


def _update(row, table, known):
    """Bring an existing record in step with its row, and say whether it differed."""
    record, differs = row.record, False
    for name in table.further:
        attribute = name
        if name in row.links:
            linked = known[row.links[name][0]][row.links[name][1]] if row.links[name] else None
            same = getattr(record, f"{name}_id") == (linked.pk if linked else None)
            value = linked
        elif name in row.values:
            prepare, value = table.columns[name].field.get_prep_value, row.values[name]
            attribute = table.columns[name].field.attname  # of a text, in the language that the column is in
            same = prepare(getattr(record, attribute)) == prepare(value)
        else:
            continue
        if not same:
            setattr(record, attribute, value)
            differs = True
    return differs


def _save(table, row, problems):
    """Save a changed record by the model's own rules, with its history."""
    try:
        row.record.full_clean()
    except ValidationError as error:
        problems.add_error(table, row.line, error)
        return
    row.record._change_reason = REASON
    row.record.save()


def _set_several(table, rows, known):
    """Write the links of columns that hold several, and give the ids of the records whose links differed."""
    differing = set()
    for column in table.columns.values():
        holders = {row.record.pk: row.many[column.name] for row in rows if column.name in row.many}
        if not holders:
            continue
        through = column.field.remote_field.through._base_manager
        own, other = f"{column.field.m2m_field_name()}_id", f"{column.field.m2m_reverse_field_name()}_id"
        wanted = {(pk, known[column.linked][(slug,)].pk) for pk, slugs in holders.items() for slug in slugs}
        pks, found = sorted(holders), {}
        for start in range(0, len(pks), CHUNK):
            links = through.filter(**{f"{own}__in": pks[start : start + CHUNK]})
            found.update({(pk, linked): link for link, pk, linked in links.values_list("pk", own, other)})
        surplus = sorted(found[pair] for pair in found.keys() - wanted)
        for start in range(0, len(surplus), CHUNK):
            through.filter(pk__in=surplus[start : start + CHUNK]).delete()
        missing = sorted(wanted - found.keys())
        through.bulk_create([through.model(**{own: pk, other: linked}) for pk, linked in missing], CHUNK)
        differing |= {pk for pk, _ in wanted ^ found.keys()}
    return differing
