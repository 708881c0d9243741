"""The editor of rich text in the admin: its buttons and dialogs, in words that are translated.

The editing itself is django-prose-editor's bundle of Tiptap and ProseMirror. Its own widget announces it by an
import map, which is an inline script that our Content-Security-Policy blocks; so `static/js/rich-text-editor.js`
imports the bundle by its address. Without JavaScript it is a text area with the HTML.
"""

from django.contrib.admin.widgets import AdminTextareaWidget
from django.forms.widgets import Script
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

_chooser, _uploads = "", {}


def use_chooser(url_name, uploads=()):
    """Let editors choose images and files at this address of the admin, by its name.

    It answers `?q=…&kind=image|file` with JSON: `{"results": [{uid, title, url, alt, label, thumbnail}], "more": bool}`.
    `uploads` names, for each kind, the address where a new one is added.
    """
    global _chooser, _uploads
    _chooser, _uploads = url_name, dict(uploads)


def button(command, label, icon="", keys="", *, has_words=False):
    """Describe a button; `keys` is its shortcut as people write it, `Ctrl+B`."""
    aria_keys = keys.replace("Ctrl", "Control")  # WAI-ARIA 1.2, aria-keyshortcuts
    return {
        "command": command,
        "label": label,
        "icon": icon,
        "keys": keys,
        "aria_keys": aria_keys,
        "has_words": has_words or not icon,
    }


def toolbar(has_media):
    """List the groups of buttons; a group with `within` shows while the cursor is in such a thing."""
    media = [
        button("image", _("Image"), "image", has_words=True),
        button("file", _("File"), "attach_file", has_words=True),
    ]
    insert = [
        button("link", _("Link"), "link", "Ctrl+K", has_words=True),
        *(media if has_media else ()),
        button("table", _("Table"), "table_chart", has_words=True),
        button("section", _("Section to open"), "expand_circle_down", has_words=True),
    ]
    return [
        {
            "label": _("Headings"),
            "buttons": [
                button("heading-2", _("Heading"), "", "Ctrl+Alt+2"),
                button("heading-3", _("Subheading"), "", "Ctrl+Alt+3"),
                button("heading-4", _("Small heading"), "", "Ctrl+Alt+4"),
            ],
        },
        {
            "label": _("Words"),
            "buttons": [
                button("bold", _("Bold"), "format_bold", "Ctrl+B"),
                button("italic", _("Italic"), "format_italic", "Ctrl+I"),
                button("language", _("Language of these words"), "translate"),
            ],
        },
        {
            "label": _("Paragraphs"),
            "buttons": [
                button("bullets", _("List"), "format_list_bulleted", "Ctrl+Shift+8"),
                button("numbers", _("Numbered list"), "format_list_numbered", "Ctrl+Shift+7"),
                button("quote", _("Quotation"), "format_quote", "Ctrl+Shift+B"),
                button("line", _("Line across"), "horizontal_rule"),
            ],
        },
        {"label": _("Insert"), "buttons": insert},
        {
            "label": _("Changes"),
            "buttons": [
                button("undo", _("Undo"), "undo", "Ctrl+Z"),
                button("redo", _("Redo"), "redo", "Ctrl+Shift+Z"),
            ],
        },
        {
            "label": _("This table"),
            "within": "table",
            "buttons": [
                button("row-add", _("Add a row")),
                button("column-add", _("Add a column")),
                button("row-remove", _("Remove the row")),
                button("column-remove", _("Remove the column")),
                button("head-row", _("First row has headings")),
                button("head-column", _("First column has headings")),
                button("caption", _("Caption")),
                button("table-remove", _("Remove the table")),
            ],
        },
        {
            "label": _("This section"),
            "within": "section",
            "buttons": [button("section-remove", _("Take the section apart"))],
        },
        {
            "label": _("This image"),
            "within": "picture",
            "buttons": [button("caption", _("Caption")), button("picture-remove", _("Remove the image"))],
        },
    ]


def dialogs(has_media):
    """List the dialogs that ask for more, with their fields and all that they may say."""
    search = {"name": "q", "label": _("Search by title"), "type": "search"}
    found = {
        "none": _("Nothing is found. Is it in the media library yet?"),
        "more": _("There are more. Search for the one you mean."),
        "failed": _("The media library does not answer. Try again."),
    }
    uploads = {kind: reverse(name) for kind, name in _uploads.items()} if has_media else {}
    media = [
        {
            "name": "image",
            "title": _("Choose an image"),
            "fields": [search, {"name": "caption", "label": _("Caption, if it needs one")}],
            "chooses": True,
            "upload": uploads.get("image"),
            "says": found,
        },
        {
            "name": "file",
            "title": _("Choose a file"),
            "fields": [search],
            "chooses": True,
            "upload": uploads.get("file"),
            "says": found,
        },
    ]
    return [
        {
            "name": "link",
            "title": _("Link"),
            "done": _("Link"),
            "fields": [
                {
                    "name": "words",
                    "label": _("Words of the link"),
                    "required": True,
                    "help": _("They say where it leads, also to who hears them alone."),
                },
                {
                    "name": "href",
                    "label": _("Address"),
                    "required": True,
                    "help": _("A website, an e-mail address, or a page of this site, such as /cities/."),
                },
            ],
            "says": {
                "wrong": _("This is no address. Write one such as https://example.org/ or /cities/."),
                "missing": _("There is no page at this address yet."),
                "vague": _("“Here” or “more” says little about where the link leads. Name it, if you can."),
            },
        },
        {
            "name": "table",
            "title": _("Table"),
            "done": _("Insert the table"),
            "fields": [
                {
                    "name": "caption",
                    "label": _("Caption"),
                    "required": True,
                    "help": _("What the table shows, in a few words."),
                },
                {"name": "columns", "label": _("Columns"), "type": "number", "required": True},
                {
                    "name": "rows",
                    "label": _("Rows, with the headings"),
                    "type": "number",
                    "required": True,
                },
            ],
        },
        {
            "name": "caption",
            "title": _("Caption"),
            "done": _("Keep the caption"),
            "fields": [{"name": "caption", "label": _("Caption")}],
        },
        {
            "name": "language",
            "title": _("Language of these words"),
            "done": _("Mark the words"),
            "fields": [
                {
                    "name": "lang",
                    "label": _("Code of the language"),
                    "help": _("Such as it, de or sr-Latn; empty for the language of the page."),
                    "pattern": "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*",
                }
            ],
        },
        *(media if has_media else []),
    ]


class RichTextWidget(AdminTextareaWidget):
    """The editor of the admin; without JavaScript, a text area with the HTML."""

    template_name = "core/rich_text_widget.html"

    class Media:
        css = {"all": ["django_prose_editor/material-icons.css", "css/rich-text-editor.css"]}
        js = [Script("js/rich-text-editor.js", type="module")]

    def use_required_attribute(self, initial):
        """Leave it to the server: browsers do not send a form for a required field that they cannot show."""
        return False

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        try:
            address = reverse(_chooser) if _chooser else ""
        except NoReverseMatch:
            address = ""
        context["widget"] |= {
            "media_address": address,
            "toolbar": toolbar(bool(address)),
            "dialogs": dialogs(bool(address)),
        }
        return context
