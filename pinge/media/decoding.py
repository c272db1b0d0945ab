"""Opening pictures that strangers sent: a program of its own, for one picture, then it is gone.

    python -m pinge.media.decoding square|fit SIZE... < picture > one line of JSON

It has nothing to steal and little to break: no environment, no file to write, a bounded memory and
time, the lowest priority. What it made is encoded anew from bare pixels, so that neither metadata
nor anything else that the picture carried along is left. Images (images.py) runs it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import warnings
from base64 import b64encode
from contextlib import suppress
from io import BytesIO

from PIL import (
    ExifTags,
    GifImagePlugin,  # noqa: F401 - each decoder now: later is no time to look for files
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MOST_PIXELS = 32_000_000
QUALITY = 80
PLACEHOLDER = 16  # pixels of its longer side; as WebP of that quality about 100 bytes
PLACEHOLDER_QUALITY = 20

MOST_MEMORY = 2**30  # bytes: 32 megapixels in colour and transparent are 128 MB, a few times over
MOST_CPU = 10  # seconds of work


def main() -> None:
    """Make the pictures and write them as JSON, or why not."""
    shape, *sizes = sys.argv[1:]
    _restrain()
    try:
        made = _made(sys.stdin.buffer.read(), shape, sorted(map(int, sizes), reverse=True))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        made = {"refused": "too_large"}
    except UnidentifiedImageError:
        made = {"refused": "unknown"}
    except Exception:  # whatever a broken picture makes a decoder raise
        made = {"refused": "broken"}
    print(json.dumps(made), flush=True)  # noqa: T201 - a program's output


def _restrain() -> None:
    os.nice(19)
    for limit, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    # Pillow refuses what has twice as many pixels, and only warns of what has more than that.
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def _made(content: bytes, shape: str, sizes: list[int]) -> dict[str, object]:
    image: Image.Image = Image.open(BytesIO(content), formats=FORMATS)
    width, height = _upright(image)
    _shrink_early(image, shape, 2 * sizes[0])
    image = _straightened(image)
    made = {}
    for size in sizes:
        image = _square(image, size) if shape == "square" else _fitting(image, size)
        image = _in_srgb(image)
        made[size] = _encoded(image, QUALITY)
    placeholder = _encoded(_fitting(image, PLACEHOLDER), PLACEHOLDER_QUALITY)
    return {"width": width, "height": height, "placeholder": placeholder, "pictures": made}


def _upright(image: Image.Image) -> tuple[int, int]:
    """Width and height as people see them, whichever way the camera was held."""
    with suppress(Exception):  # odd EXIF data make no picture a bad one
        if image.getexif().get(ExifTags.Base.Orientation) in (5, 6, 7, 8):
            return image.height, image.width
    return image.size


def _shrink_early(image: Image.Image, shape: str, size: int) -> None:
    """Have a large JPEG decoded at a fraction of its size, for a fraction of the work."""
    shorter, longer = sorted(image.size)
    least = size if shape == "square" else max(size * shorter // longer, 1)
    image.draft(None, (least, least))


def _straightened(image: Image.Image) -> Image.Image:
    """Decoded, upright, and in a mode whose pixels can be averaged."""
    image.load()
    with suppress(Exception):
        image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits of grey: converting would cut off all but the darkest
        return image.convert("I").point(lambda grey: grey / 256).convert("L")
    return image.convert(_colours(image)) if image.mode in ("1", "P", "PA") else image


def _square(image: Image.Image, size: int) -> Image.Image:
    """The middle of it."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    box = (left, top, left + side, top + side)
    return image.resize((size, size), Image.Resampling.LANCZOS, box, reducing_gap=2.0)


def _fitting(image: Image.Image, size: int) -> Image.Image:
    """All of it, with neither side longer than that; a small one stays as it is."""
    scale = min(size / max(image.size), 1)
    target = (max(round(image.width * scale), 1), max(round(image.height * scale), 1))
    return image.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _in_srgb(image: Image.Image) -> Image.Image:
    """In the colours that are meant, for whoever knows nothing of colour profiles."""
    profile, colours = image.info.pop("icc_profile", None), _colours(image)
    if profile is not None:
        with suppress(Exception):  # a broken profile is none
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, meant, srgb, outputMode=colours) or image
    return image.convert(colours)


def _colours(image: Image.Image) -> str:
    return "RGBA" if image.has_transparency_data else "RGB"


def _encoded(image: Image.Image, quality: int) -> str:
    written = BytesIO()
    image.save(written, "WEBP", quality=quality)
    return b64encode(written.getvalue()).decode()


if __name__ == "__main__":
    main()
