"""BlurHash: a picture as a few dozen characters, shown while the real one loads (https://blurha.sh, algorithm description)."""

import math
from collections.abc import Sequence

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
Colour = tuple[float, float, float]


def blurhash(pixels: Sequence[tuple[int, int, int]], width: int, height: int, columns: int = 4, rows: int = 3) -> str:
    """The hash of *pixels* (sRGB, row by row). Give a small picture, 32 pixels wide or so: time grows with its size."""
    linear = [(_to_linear(red), _to_linear(green), _to_linear(blue)) for red, green, blue in pixels]
    factors = [_factor(linear, width, height, x, y) for y in range(rows) for x in range(columns)]
    mean, details = factors[0], factors[1:]
    peak = max((abs(value) for colour in details for value in colour), default=0.0)
    scale = max(0, min(82, int(peak * 166 - 0.5)))
    text = _encode((columns - 1) + (rows - 1) * 9, 1) + _encode(scale, 1)
    text += _encode((_to_srgb(mean[0]) << 16) + (_to_srgb(mean[1]) << 8) + _to_srgb(mean[2]), 4)
    return text + "".join(_encode(_detail(colour, (scale + 1) / 166), 2) for colour in details)


def _factor(linear: Sequence[Colour], width: int, height: int, x: int, y: int) -> Colour:
    across = [math.cos(math.pi * x * column / width) for column in range(width)]
    down = [math.cos(math.pi * y * row / height) for row in range(height)]
    red = green = blue = 0.0
    for row in range(height):
        for column in range(width):
            weight = across[column] * down[row]
            pixel = linear[row * width + column]
            red += weight * pixel[0]
            green += weight * pixel[1]
            blue += weight * pixel[2]
    norm = (1 if x == 0 and y == 0 else 2) / (width * height)
    return red * norm, green * norm, blue * norm


def _detail(colour: Colour, peak: float) -> int:
    levels = [max(0, min(18, int(math.copysign(math.sqrt(abs(value / peak)), value) * 9 + 9.5))) for value in colour]
    return levels[0] * 361 + levels[1] * 19 + levels[2]


def _to_linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _to_srgb(value: float) -> int:
    share = max(0.0, min(1.0, value))
    return int((share * 12.92 if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055) * 255 + 0.5)


def _encode(value: int, length: int) -> str:
    return "".join(_DIGITS[value // 83 ** (length - place) % 83] for place in range(1, length + 1))
