"""Workbooks are zip files: how large they unpack, and how far their sheets reach."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from peereval.data.limits import MOST_SHEET_CELLS, MOST_UNPACKED, check_shape, check_size
from peereval.data.sheet_extent import OpenDocumentExtent, SheetExtent
from peereval.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MEMBERS = 10_000
"""Files inside a workbook."""
MOST_RATIO = 250
"""How many times larger a file inside may be than its packed bytes; sheets reach 30."""

_PIECE = 1 << 20
_SMALL = 1 << 20
_LOCAL_HEADER = 30
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


def check_packed(content: bytes, name: str) -> None:
    """Refuse a workbook that would fill the memory, before it is opened.

    Every file inside is unpacked piece by piece and thrown away: what the zip says of its own
    sizes is not believed. A file that is no zip passes; the reader says what it is.

    Parameters
    ----------
    content : bytes
        The workbook.
    name : str
        Its name, for messages.

    Raises
    ------
    InputFileError
        If it unpacks to more than `limits.MOST_UNPACKED` or `MOST_RATIO` times its size, declares
        XML entities, is packed in a way workbooks are not, is not what it says of itself, or
        has a cell so far out that the sheet is larger than `limits.MOST_SHEET_CELLS`.
    """
    if not content.startswith(b"PK"):
        return
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
        _check_members(members, content, name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError) as err:
        if isinstance(err, InputFileError):
            raise
        raise InputFileError(
            f"'{name}' is damaged or is not a workbook.",
            fix="open it in a spreadsheet program and save it again as .xlsx or CSV.",
        ) from err


def _check_members(members: list[zipfile.ZipInfo], content: bytes, name: str) -> None:
    """Unpack every file once and look at what comes by."""
    if len(members) > MOST_MEMBERS:
        raise _not_a_workbook(name, f"holds {len(members):,} files")
    total = 0
    for member in members:
        extent = _extent_of(member.filename)
        size, seam = 0, b""
        for piece in _pieces(member, content, name):
            size += len(piece)
            total += len(piece)
            check_size(total, f"{name}, unpacked", most=MOST_UNPACKED)
            if size > max(_SMALL, MOST_RATIO * member.compress_size):
                raise _not_a_workbook(
                    name, f"holds a file that unpacks to over {MOST_RATIO} times its size"
                )
            if _ENTITY.search(seam + piece):
                raise _not_a_workbook(name, "declares XML entities")
            seam = piece[-len(b"<!ENTITY") :]
            if extent is not None:
                extent.feed(piece)
        if size != member.file_size:
            raise _not_a_workbook(name, "holds a file that is larger than it says")
        if extent is not None:
            rows, columns = extent.close()
            check_shape(rows, columns, name, most=MOST_SHEET_CELLS)


def _extent_of(member: str) -> SheetExtent | OpenDocumentExtent | None:
    """What measures a file inside by its name; None where it can hold no cells."""
    if member == "content.xml":
        return OpenDocumentExtent()
    # The workbook's own list may name any of its files as a sheet.
    return SheetExtent() if member.lower().endswith(".xml") else None


def _pieces(member: zipfile.ZipInfo, content: bytes, name: str) -> Iterator[bytes]:
    """The unpacked bytes of one file, piece by piece."""
    start = member.header_offset
    n_name = int.from_bytes(content[start + 26 : start + 28], "little")
    n_extra = int.from_bytes(content[start + 28 : start + 30], "little")
    start += _LOCAL_HEADER + n_name + n_extra
    packed = memoryview(content)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _PIECE):
            yield bytes(packed[at : at + _PIECE])
        return
    if member.compress_type != zipfile.ZIP_DEFLATED or member.flag_bits & 1:
        raise _not_a_workbook(name, "is packed or locked in a way that workbooks are not")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    waiting = bytes(packed)
    while waiting and not inflate.eof:
        piece = inflate.decompress(waiting, _PIECE)
        waiting = inflate.unconsumed_tail
        if not piece:
            break
        yield piece


def _not_a_workbook(name: str, why: str) -> InputFileError:
    """The refusal of a file that no spreadsheet program writes."""
    return InputFileError(
        f"'{name}' {why}.",
        expected="a workbook as spreadsheet programs write them",
        fix="open it in a spreadsheet program and save it again as .xlsx or CSV.",
    )
