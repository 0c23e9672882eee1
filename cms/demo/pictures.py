"""Drawn portraits for the demo: a few shapes in a few colours, no photo of anybody."""

from __future__ import annotations

from io import BytesIO

from django.core.files.images import ImageFile
from PIL import Image, ImageDraw

SIZE = 480
TWICE = 2  # drawn larger and scaled down, so that edges are smooth


def draw_portrait(name: str, colours: tuple[str, str, str, str], *, long_hair: bool) -> ImageFile:
    """A head and shoulders as a PNG file. The same arguments always draw the same picture."""
    background, clothes, skin, hair = colours
    picture = Image.new("RGB", (SIZE * TWICE, SIZE * TWICE), background)
    shapes = ImageDraw.Draw(picture)

    def ellipse(left: int, top: int, right: int, bottom: int, colour: str) -> None:
        shapes.ellipse([side * TWICE for side in (left, top, right, bottom)], fill=colour)

    if long_hair:
        ellipse(120, 70, 360, 390, hair)
    ellipse(70, 340, 410, 640, clothes)
    shapes.rounded_rectangle([side * TWICE for side in (200, 270, 280, 380)], radius=40 * TWICE, fill=skin)
    ellipse(150, 95, 330, 320, skin)
    shapes.pieslice([side * TWICE for side in (138, 70, 342, 290)], 180, 360, fill=hair)
    for left in (192, 268):
        ellipse(left, 195, left + 20, 215, "#2b2320")
    shapes.arc([side * TWICE for side in (200, 210, 280, 270)], 30, 150, fill="#7a3b33", width=6 * TWICE)
    data = BytesIO()
    picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(data, "PNG")
    data.seek(0)
    return ImageFile(data, name=f"{name}.png")
