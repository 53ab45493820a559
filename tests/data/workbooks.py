"""Workbooks that no spreadsheet program would write."""

import io
import zipfile

import xlsxwriter

ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body>"
    "</office:document-content>"
)
KIND = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def xlsx(*rows):
    """A plain workbook of one sheet, all its cells text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for r, row in enumerate(rows or [["id", "wave"], ["a", "b"]]):
        for c, value in enumerate(row):
            sheet.write_string(r, c, value)
    book.close()
    return out.getvalue()


def changed(content, member, old, new):
    """The same workbook with something else in one of its files."""
    source, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == member:
                assert old in data
                data = data.replace(old, new, 1)
            target.writestr(name, data)
    return out.getvalue()


def ods(*tables):
    """An OpenDocument spreadsheet of tables given as XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("mimetype", KIND, compress_type=zipfile.ZIP_STORED)
        target.writestr("META-INF/manifest.xml", MANIFEST)
        body = "".join(
            f'<table:table table:name="S{i}">{t}</table:table>' for i, t in enumerate(tables)
        )
        target.writestr("content.xml", ODS.format(body))
    return out.getvalue()


def cell(text, repeated=1):
    """One cell of such a table."""
    if not text:
        return f'<table:table-cell table:number-columns-repeated="{repeated}"/>'
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def row(*cells, repeated=1):
    """One row of such a table."""
    return (
        f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}'
        "</table:table-row>"
    )


HEAD = row(cell("id"), cell("wave")) + row(cell("a"), cell("b"))
SHEET = "xl/worksheets/sheet1.xml"
