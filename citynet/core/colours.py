"""Colours that somebody chose, made so that they can be read (WCAG 2.2 §1.4.3)."""

import re

HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", re.ASCII)
LEAST_CONTRAST = 4.5
STEPS = 50  # from the colour itself to black or white


def digits_of(text):
    """Give `#abc` or `AABBCC` as six small digits. Raises ValueError for anything else."""
    found = HEX.fullmatch(text)
    if not found:
        raise ValueError(text)
    digits = found[1].lower()
    return digits if len(digits) == 6 else "".join(2 * digit for digit in digits)


def channels(digits):
    """Give red, green and blue, from 0 to 255."""
    return tuple(bytes.fromhex(digits))


def luminance(colour):
    """Give the relative luminance of red, green and blue (WCAG 2.2, glossary)."""
    parts = [number / 255 for number in colour]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    """Give the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(digits, ground):
    """Give the colour, as near to `digits` as text on `ground` (six digits both) can have: it is mixed with
    black on a light ground, with white on a dark one, until it can be read."""
    colour, ground = channels(digits), channels(ground)
    end = 0 if luminance(ground) > 0.18 else 255
    for step in range(STEPS + 1):
        mixed = tuple(round(part + (end - part) * step / STEPS) for part in colour)
        if contrast(mixed, ground) >= LEAST_CONTRAST:
            break
    return bytes(mixed).hex()
