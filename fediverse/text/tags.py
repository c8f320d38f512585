"""Hashtags compare by their folded name: `#Été`, `#ÉTÉ` and `#été` are one."""

import unicodedata


def fold_tag(name: str) -> str:
    return unicodedata.normalize("NFKC", name.removeprefix("#")).casefold()
