"""The look of the site, as far as it can be computed: colours that can be read, icons that are there."""

import re
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings

CSS = settings.BASE_DIR / "static" / "css"
SPRITE = settings.BASE_DIR / "static" / "img" / "icons.svg"
ICON = re.compile(r"""{%\s*icon\s+["']([\w-]+)["']\s*%}""")

# What is read on what: WCAG 2.2 §1.4.3 asks for 4.5 to 1.
TEXTS = [
    *product(("ink", "muted", "link", "link-hover", "signal"), ("paper", "surface")),
    *product(("ink", "muted", "link"), ("chosen",)),
    *product(("notice-ink", "problem-ink"), ("paper", "surface")),
    ("ink", "mark"),
    ("on-accent", "accent"),
    ("on-accent", "link-hover"),
    ("notice-ink", "notice"),
    ("problem-ink", "problem"),
    ("on-band", "band"),
    ("on-band-muted", "band"),
]
# The edges of what is pressed or filled in, and the ring of the focus: §1.4.11 asks for 3 to 1.
EDGES = [
    *product(("line-strong", "focus", "accent"), ("paper", "surface")),
    ("notice-line", "notice"),
    ("problem-line", "problem"),
]


def colours_of(css, scheme):
    """Give {name: colour} of a stylesheet's first `:root`, with the dark one's upon it for "dark"."""
    roots = [re.search(r":root {(.*?)}", css, re.DOTALL)[1]]
    if scheme == "dark":
        dark = r"@media \(prefers-color-scheme: dark\) {\s*:root {(.*?)}"
        roots.append(re.search(dark, css, re.DOTALL)[1])
    return {
        name: colour for root in roots for name, colour in re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", root)
    }


def numbers_of(colour):
    """Give red, green and blue, from 0 to 255, of `#fff` or `#ffffff`."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    return tuple(int(digits[place : place + 2], 16) for place in (0, 2, 4))


def luminance(colour):
    """Give the relative luminance (WCAG 2.2, glossary)."""
    parts = [number / 255 for number in numbers_of(colour)]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_the_guidelines_do():
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXTS, 4.5), (EDGES, 3)], ids=["texts", "edges"])
def test_what_is_read_stands_out_from_what_it_is_on(scheme, pairs, least):
    colours = colours_of((CSS / "citynet.css").read_text(), scheme)
    faint = {
        f"{front} on {back}": round(contrast(colours[front], colours[back]), 2)
        for front, back in pairs
        if contrast(colours[front], colours[back]) < least
    }
    assert faint == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_as_numbers_are_those_colours(scheme):
    css = (CSS / "citynet.css").read_text()
    triples = re.findall(r"--([\w-]+)-rgb: (\d+), (\d+), (\d+);", css)
    names = {name for name, *_ in triples}
    assert names == {"ink", "paper", "link", "link-hover"}
    half = len(triples) // 2
    part = triples[:half] if scheme == "light" else triples[half:]
    colours = colours_of(css, scheme)
    assert {name: tuple(map(int, numbers)) for name, *numbers in part} == {
        name: numbers_of(colours[name]) for name in names
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_error_pages_have_the_colours_of_the_site(scheme):
    site = colours_of((CSS / "citynet.css").read_text(), scheme)
    errors = colours_of((CSS / "error.css").read_text(), scheme)
    assert len(errors) == 11
    assert errors == {name: site[name] for name in errors}


def test_every_icon_that_a_template_draws_is_in_the_sprite():
    symbols = {symbol.get("id") for symbol in ElementTree.parse(SPRITE).getroot()}
    templates = [*(settings.BASE_DIR / "templates").rglob("*.html")]
    drawn = {name for path in templates for name in ICON.findall(Path(path).read_text())}
    assert {"search", "menu", "close"} <= drawn
    assert drawn - symbols == set()
    kinds = {"network", "city", "group", "project", "practice", "document", "person", "event"}
    assert kinds <= symbols


@pytest.mark.parametrize("name", ["citynet.css", "error.css", "lists.css"])
def test_every_variable_that_a_stylesheet_uses_is_set(name):
    css = (CSS / name).read_text()
    known = set(re.findall(r"(--[\w-]+):", css + (CSS / "citynet.css").read_text()))
    assert set(re.findall(r"var\((--[\w-]+)\)", css)) - known == set()


# Display preferences: what display.css makes of the colours of citynet.css.

RULE = re.compile(r"((?:\[data-[^{}]*))\{([^{}]*)\}")
PART = re.compile(r'\[data-(\w+)="(\w+)"\]')
COMMA = re.compile(r",(?![^(]*\))")  # between selectors, not between those that one of them leaves out
UNLESS_CHOSEN = (":not([data-background])", ":not([data-background], [data-background] *)")
BACKGROUNDS = ("", "light", "dark", "cream", "white", "black")
CHOSEN_TEXTS = [*TEXTS, ("link", "mark"), ("link-hover", "mark")]
BARS = [(f"time-{kind}", "paper") for kind in ("membership", "role", "project", "event")]


def rules_for(css, scheme, **chosen):
    """Give what the rules of display.css for a choice declare, the weaker ones first."""
    found = []
    for rule in RULE.finditer(css):
        before = css[: rule.start()]
        is_for_dark = before.rfind("prefers-color-scheme: dark") > before.rfind("\n}\n")
        if "prefers-contrast" in before.rpartition("@media")[2] or (is_for_dark and scheme != "dark"):
            continue
        for selector in COMMA.split(rule[1]):
            parts = PART.findall(selector)
            rest = PART.sub("", selector).strip()
            fits = all(chosen.get(name) == value for name, value in parts)
            if fits and (not rest or (rest in UNLESS_CHOSEN and not chosen.get("background"))):
                found.append((len(parts) + bool(rest), rule[2]))
    return [body for _weight, body in sorted(found, key=lambda pair: pair[0])]


def chosen_colours(scheme, background, contrast):
    css = (CSS / "display.css").read_text()
    colours = {}
    for name in ("compare.css", "timeline.css", "citynet.css"):
        colours |= colours_of((CSS / name).read_text(), scheme)
    for body in rules_for(css, scheme, background=background, contrast=contrast):
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", body))
    return colours


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_display_preference_can_be_read(scheme):
    faint = {}
    for background, contrast in product(BACKGROUNDS, ("", "strong")):
        colours = chosen_colours(scheme, background, contrast)
        for pairs, least in ((CHOSEN_TEXTS, 4.5), (EDGES, 3), (BARS, 3)):
            for front, back in pairs:
                if (found := contrast_of(colours, front, back)) < least:
                    faint[background, contrast, front, back] = round(found, 2)
    assert faint == {}


def contrast_of(colours, front, back):
    return contrast(colours[front], colours[back])


def test_stronger_text_is_stronger_and_high_contrast_is_high():
    for scheme, background in product(("light", "dark"), BACKGROUNDS):
        plain, strong = (chosen_colours(scheme, background, contrast) for contrast in ("", "strong"))
        for name in ("ink", "muted", "link", "on-band-muted"):
            back = "band" if "band" in name else "paper"
            assert contrast_of(strong, name, back) >= contrast_of(plain, name, back)
        assert contrast_of(strong, "muted", "paper") >= 12
        if background in ("white", "black"):
            assert min(contrast_of(plain, name, "paper") for name in ("ink", "muted", "link")) >= 10


def test_chosen_light_and_dark_are_those_of_the_site_and_of_frames():
    css, frames = (CSS / "display.css").read_text(), (CSS / "embed-display.css").read_text()
    for scheme, other in (("light", "dark"), ("dark", "light")):
        assert chosen_colours(other, scheme, "") == chosen_colours(scheme, "", "")
    for background in BACKGROUNDS[1:]:
        colours = chosen_colours("light", background, "")
        body = re.search(rf'\[data-background="{background}"\] \.citynet-embed {{(.*?)}}', frames, re.DOTALL)[
            1
        ]
        found = dict(re.findall(r"--citynet-([\w-]+): (#[0-9a-f]{3,6});", body))
        assert set(found) == {"ink", "muted", "paper", "line", "accent", "notice", "notice-ink"}
        assert found == {name: colours[{"accent": "link"}.get(name, name)] for name in found}
    for body in (match[2] for match in RULE.finditer(css)):
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", body))
        for name, *numbers in re.findall(r"--([\w-]+)-rgb: (\d+), (\d+), (\d+);", body):
            assert (name, tuple(map(int, numbers))) == (name, numbers_of(colours[name]))
