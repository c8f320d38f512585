"""A small picture, drawn here, so that the demo carries no file."""

import io

from PIL import Image, ImageDraw


def postcard() -> bytes:
    """A harbour at dawn, more or less, as PNG."""
    image = Image.new("RGB", (960, 540))
    draw = ImageDraw.Draw(image)
    for y in range(540):
        share = y / 540
        draw.line([(0, y), (960, y)], fill=(int(250 - 150 * share), int(190 - 90 * share), int(150 + 40 * share)))
    draw.ellipse([420, 200, 540, 320], fill=(255, 225, 160))
    draw.rectangle([0, 330, 960, 540], fill=(44, 82, 110))
    for x in range(40, 960, 150):
        draw.polygon([(x, 400), (x + 90, 400), (x + 70, 430), (x + 20, 430)], fill=(30, 40, 60))
        draw.line([(x + 45, 400), (x + 45, 330)], fill=(30, 40, 60), width=4)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
