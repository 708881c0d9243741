"""What a browser would post from a page's form, unchanged."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.fields = form_id, False, {}
        self.select = self.textarea = None

    def add(self, name, value):
        self.fields.setdefault(name, []).append(value)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = attrs.get("id") == self.form_id
        if not self.inside:
            return
        if tag == "select":
            self.select = attrs["name"]
        elif tag == "option" and self.select and "selected" in attrs:
            self.add(self.select, attrs.get("value", ""))
        elif tag == "textarea":
            self.textarea = attrs["name"]
            self.add(self.textarea, "")
        elif tag == "input" and attrs.get("name") and attrs.get("type") not in ("submit", "file"):
            if attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs:
                self.add(attrs["name"], attrs.get("value", ""))

    def handle_data(self, data):
        if self.textarea:
            self.fields[self.textarea][-1] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.textarea:
            # HTML drops the line end that follows the opening tag; Django writes one.
            self.fields[self.textarea][-1] = self.fields[self.textarea][-1].removeprefix("\n").lstrip("\r\n")
            self.textarea = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False


def fields_of(response, form_id, **changes):
    """Give the fields of a form, by name, with some of them changed (None: left out)."""
    parser = _Fields(form_id)
    parser.feed(response.content.decode())
    assert parser.fields, f"There is no form {form_id} on the page."
    fields = {**parser.fields, **changes}
    return {name: value for name, value in fields.items() if value is not None}
