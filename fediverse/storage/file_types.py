"""What a file is, by its own first bytes and never by what somebody says of it: a picture, a recording, or a document that is only ever downloaded. Pure.

The name decides only where bytes cannot: which kind of office file a ZIP archive is, or what a text is about. What is in no table is refused: a program, say.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final, Literal

from fediverse.text.sanitise import clean_text

Family = Literal["picture", "recording", "document"]

MAX_NAME_CHARACTERS: Final = 150
UNPLAYABLE: Final = "application/octet-stream"
"""The type of a recording that browsers cannot play: it is downloaded."""

_ISO_PICTURES: Final = frozenset({b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc"})
_AVIF: Final = frozenset({b"avif", b"avis"})
_LONGEST_SNIFF: Final = 262
_TEXT_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class FileType:
    """*container* names the reader of a recording; a file of the type ends in one of *endings*, the first where none was given."""

    media_type: str
    family: Family
    endings: tuple[str, ...]
    container: str = ""


def _document(media_type: str, *endings: str) -> FileType:
    return FileType(media_type, "document", endings)


JPEG = FileType("image/jpeg", "picture", ("jpg", "jpeg"))
PNG = FileType("image/png", "picture", ("png",))
GIF = FileType("image/gif", "picture", ("gif",))
WEBP = FileType("image/webp", "picture", ("webp",))
AVIF = FileType("image/avif", "picture", ("avif",))
MP4 = FileType("video/mp4", "recording", ("mp4", "m4v"), "mp4")
QUICKTIME = FileType("video/quicktime", "recording", ("mov", "qt"), "mov")
M4A = FileType("audio/mp4", "recording", ("m4a",), "mp4")
WEBM = FileType("video/webm", "recording", ("webm", "weba"), "matroska")
OGG = FileType("audio/ogg", "recording", ("ogg", "oga", "opus", "ogv"), "ogg")
MP3 = FileType("audio/mpeg", "recording", ("mp3",), "mp3")
WAV = FileType("audio/wav", "recording", ("wav",), "wav")
FLAC = FileType("audio/flac", "recording", ("flac",), "flac")
AAC = FileType("audio/aac", "recording", ("aac",), "aac")
ZIP = _document("application/zip", "zip")
PLAIN = _document("text/plain", "txt", "text", "log", "ini", "conf", "toml", "yml", "yaml", "tex")
HEIC = _document("image/heic", "heic", "heif")

_IN_ZIP: Final = (
    _document("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    _document("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    _document("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    _document("application/vnd.openxmlformats-officedocument.wordprocessingml.template", "dotx"),
    _document("application/vnd.openxmlformats-officedocument.spreadsheetml.template", "xltx"),
    _document("application/vnd.openxmlformats-officedocument.presentationml.template", "potx"),
    _document("application/vnd.oasis.opendocument.text", "odt"),
    _document("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    _document("application/vnd.oasis.opendocument.presentation", "odp"),
    _document("application/vnd.oasis.opendocument.graphics", "odg"),
    _document("application/epub+zip", "epub"),
)
_IN_COMPOUND_FILES: Final = (
    _document("application/msword", "doc", "dot"),
    _document("application/vnd.ms-excel", "xls", "xlt"),
    _document("application/vnd.ms-powerpoint", "ppt", "pps"),
    _document("application/vnd.ms-outlook", "msg"),
    _document("application/vnd.visio", "vsd"),
)
_TEXTS: Final = (
    PLAIN,
    _document("text/markdown", "md", "markdown"),
    _document("text/csv", "csv"),
    _document("text/tab-separated-values", "tsv"),
    _document("text/calendar", "ics"),
    _document("text/vcard", "vcf"),
    _document("application/json", "json"),
    _document("application/xml", "xml"),
)
_BY_FIRST_BYTES: Final = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"OggS", OGG),
    (b"fLaC", FLAC),
    (b"ID3", MP3),
    (b"%PDF-", _document("application/pdf", "pdf")),
    (b"{\\rtf", _document("application/rtf", "rtf")),
    (b"7z\xbc\xaf\x27\x1c", _document("application/x-7z-compressed", "7z")),
    (b"\x1f\x8b", _document("application/gzip", "gz", "tgz")),
    (b"BZh", _document("application/x-bzip2", "bz2")),
    (b"\xfd7zXZ\x00", _document("application/x-xz", "xz")),
    (b"\x28\xb5\x2f\xfd", _document("application/zstd", "zst")),
    (b"II*\x00", _document("image/tiff", "tif", "tiff")),
    (b"MM\x00*", _document("image/tiff", "tif", "tiff")),
    (b"8BPS\x00\x01", _document("image/vnd.adobe.photoshop", "psd")),
)
_TAR: Final = _document("application/x-tar", "tar")
_MATROSKA: Final = _document("video/x-matroska", "mkv", "mka")
_AVI: Final = _document("video/x-msvideo", "avi")
_EVERY: Final = (
    *(
        JPEG,
        PNG,
        GIF,
        WEBP,
        AVIF,
        MP4,
        QUICKTIME,
        M4A,
        WEBM,
        OGG,
        MP3,
        WAV,
        FLAC,
        AAC,
        ZIP,
        HEIC,
        _TAR,
        _MATROSKA,
        _AVI,
    ),
    *_IN_ZIP,
    *_IN_COMPOUND_FILES,
    *_TEXTS,
    *(kind for _start, kind in _BY_FIRST_BYTES),
)
_BY_TYPE: Final[Mapping[str, FileType]] = MappingProxyType({kind.media_type: kind for kind in _EVERY})
_TEXT_ENDINGS: Final = frozenset(ending for kind in _TEXTS for ending in kind.endings)
_BINARY_ENDINGS: Final = frozenset(ending for kind in _EVERY if kind not in _TEXTS for ending in kind.endings)

_OTHER_NAMES: Final = ("video/ogg", "audio/webm", "audio/x-m4a", "audio/m4a", "audio/mp3", "audio/x-wav", "audio/wave", "audio/vnd.wave")  # fmt: skip


def supported_types(*, recordings: bool) -> list[str]:
    """What may be uploaded, as clients ask for it: *recordings*, if they are taken, with the other names that browsers and phones give to the same files."""
    names = [kind.media_type for kind in _EVERY if recordings or kind.family != "recording"]
    return list(dict.fromkeys([*names, *(_OTHER_NAMES if recordings else ())]))


def recognised(data: bytes, file_name: str = "") -> FileType | None:
    """What *data* is; None for what is not taken: nothing at all, a program, a text that calls itself a picture."""
    ending = _ending(file_name)
    binary = _binary(data, ending)
    if binary is not None:
        return binary
    if not data or ending in _BINARY_ENDINGS or not _is_text(data, ending):
        return None
    return _of_ending(_TEXTS, ending) or PLAIN


def is_shown(media_type: str) -> bool:
    """Whether browsers show or play the type; what they do not is a file to download."""
    family = media_type.partition("/")[0]
    kind = _BY_TYPE.get(media_type)
    return family in {"image", "video", "audio"} and (kind is None or kind.family != "document")


def container_of(media_type: str) -> str:
    """The reader of a recording of this type; empty for anything else."""
    kind = _BY_TYPE.get(media_type)
    return kind.container if kind is not None else ""


def download_name(file_name: str, media_type: str) -> str:
    """A name under which *file_name* may be saved: no path, no tricks with the reading direction, and an ending that says what it is."""
    name = clean_text(PurePosixPath(file_name.replace("\\", "/")).name, MAX_NAME_CHARACTERS).strip(". ") or "file"
    kind = _BY_TYPE.get(media_type)
    if kind is None or _ending(name) in kind.endings:
        return name
    return f"{name}.{kind.endings[0]}"


def _binary(data: bytes, ending: str) -> FileType | None:
    head = data[:_LONGEST_SNIFF]
    simple = next((kind for start, kind in _BY_FIRST_BYTES if head.startswith(start)), None)
    return simple or _of_container(head) or _of_archive(head, ending) or _of_frame(head)


def _of_container(head: bytes) -> FileType | None:
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if head[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": _AVI}.get(head[8:12])
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head[:64] else _MATROSKA
    return None


def _of_archive(head: bytes, ending: str) -> FileType | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_ending(_IN_ZIP, ending) or ZIP
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _of_ending(_IN_COMPOUND_FILES, ending)
    return _TAR if head[257:262] == b"ustar" else None


def _of_brand(brand: bytes) -> FileType:
    if brand in _AVIF:
        return AVIF
    if brand in _ISO_PICTURES:
        return HEIC
    return {b"qt  ": QUICKTIME, b"M4A ": M4A, b"M4B ": M4A}.get(brand, MP4)


def _of_frame(head: bytes) -> FileType | None:
    """MPEG audio without a tag before it: a frame's first eleven bits are set, the next say which kind."""
    if len(head) < 4 or head[0] != 0xFF:
        return None
    if head[1] & 0xE6 == 0xE2:
        return MP3
    return AAC if head[1] & 0xF6 == 0xF0 else None


def _is_text(data: bytes, ending: str) -> bool:
    """UTF-8 without control characters; in an older encoding or UTF-16, as spreadsheets write it, where the name says that it is a text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ending in _TEXT_ENDINGS
    if _TEXT_CONTROLS.search(data) is not None:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return ending in _TEXT_ENDINGS
    return True


def _of_ending(kinds: tuple[FileType, ...], ending: str) -> FileType | None:
    return next((kind for kind in kinds if ending in kind.endings), None)


def _ending(file_name: str) -> str:
    return PurePosixPath(file_name.replace("\\", "/")).suffix.removeprefix(".").lower()
