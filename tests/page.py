"""What a visitor reads on a page, without its markup."""

import json
import re
from html import unescape


def words(html):
    """Give the text of a piece of HTML, with single spaces."""
    html = re.sub(r"</?(a|abbr|b|strong)\b[^>]*>", "", html)  # these stand within a word's punctuation
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def section(response, name):
    """Give the HTML of the section whose heading has the id; empty if the page has none."""
    match = re.search(
        rf'<section aria-labelledby="{name}">(.*?)</section>', response.content.decode(), re.DOTALL
    )
    return match[1] if match else ""


def facts(response, name):
    """Give the facts that a section lists, each as its text."""
    return [words(fact) for fact in re.split(r'<li class="fact">', section(response, name))[1:]]


def glance(response):
    """Give {term: definition} of the answers and the facts column; several definitions are joined by " | "."""
    html = response.content.decode()
    lists = re.findall(r'<dl class="(?:answers|fact-list)">(.*?)</dl>', html, re.DOTALL)
    terms = (re.split(r"<dd[^>]*>", term) for each in lists for term in re.split(r"<dt[^>]*>", each)[1:])
    return {words(term): " | ".join(map(words, definitions)) for term, *definitions in terms}


def structured(response):
    """Give the things that a page says it is about (schema.org, JSON-LD)."""
    (text,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL
    )
    return json.loads(text)["@graph"]
