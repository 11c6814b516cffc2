"""Photos and PDFs as phones, scanners and attackers make them."""

import io
import zipfile
import zlib
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image, ImageCms
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

MARKS = ("XIAOMI-MARK", "2026:11:01", "AUTHOR-MARK", "COMMENT-MARK")


def exif() -> Image.Exif:
    """What a phone writes: place, device, time, author."""
    told = Image.Exif()
    told[Base.Make], told[Base.Model] = "XIAOMI-MARK", "14 Pro"
    told[Base.DateTime], told[Base.Artist] = "2026:11:01 18:30:00", "AUTHOR-MARK"
    told[Base.Orientation] = 6
    told.get_ifd(IFD.GPSInfo).update(
        {GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (24.0, 53.0, 12.5),
         GPS.GPSLongitudeRef: "E", GPS.GPSLongitude: (118.0, 35.0, 1.25)}
    )  # fmt: skip
    return told


def photo(
    form: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **more: Any
) -> bytes:
    """A photo with everything in it that tells of its maker."""
    image = Image.new("RGB", size, (200, 40, 40))
    image.paste((20, 90, 200), (0, 0, size[0] // 2, size[1] // 2))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = io.BytesIO()
    if form == "JPEG":
        more["comment"] = b"COMMENT-MARK"
    if form == "PNG":
        more["pnginfo"] = PngInfo()
        more["pnginfo"].add_text("Comment", "COMMENT-MARK")
    if form == "HEIF":
        pillow_heif.register_heif_opener()
    image.convert(mode).save(out, form, exif=exif().tobytes(), icc_profile=profile, **more)
    return out.getvalue()


def pdf(photo_inside: bytes = b"", **info: str) -> bytes:
    """A PDF of one page, with a script, an attachment, names, and a photo as it was taken."""
    new = pikepdf.new()
    page = new.add_blank_page(page_size=(300, 300))
    new.docinfo["/Author"] = info.get("author", "AUTHOR-MARK")
    with new.open_metadata() as metadata:
        metadata["dc:creator"] = ["AUTHOR-MARK"]
    new.docinfo["/CreationDate"] = "D:20261101183000"
    new.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS="app.alert('SCRIPT-MARK')"
    )
    new.attachments["COMMENT-MARK.txt"] = b"COMMENT-MARK"
    page.obj.Annots = pikepdf.Array(
        [new.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text,
                                              Rect=[0, 0, 9, 9], T="AUTHOR-MARK"))]
    )  # fmt: skip
    if photo_inside:
        width, height = Image.open(io.BytesIO(photo_inside)).size
        stream = pikepdf.Stream(new, photo_inside)
        stream.update(
            {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": width,
             "/Height": height, "/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8,
             "/Filter": pikepdf.Name.DCTDecode}
        )  # fmt: skip
        page.obj.Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(I=new.make_indirect(stream))
        )
        page.obj.Contents = pikepdf.Stream(new, b"q 300 0 0 300 0 0 cm /I Do Q")
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


def pdf_bomb(*, twice: bool) -> bytes:
    """A page whose words unpack to a gigabyte, in one step or in two."""
    new = pikepdf.new()
    page = new.add_blank_page()
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1 << 10)) + packer.flush()
    filters = [pikepdf.Name.FlateDecode]
    if twice:
        packed, filters = zlib.compress(packed, 9), filters * 2
    stream = pikepdf.Stream(new, b"")
    stream.write(packed, filter=pikepdf.Array(filters) if twice else filters[0])
    page.obj.Contents = stream
    out = io.BytesIO()
    new.save(out, compress_streams=False)
    return out.getvalue()


def office_file() -> bytes:
    """What Word writes, as far as a reader of signatures cares."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()
