"""Files made to fill the memory, or to be read for something else, are refused in words."""

import io
import os
import struct
import subprocess
import sys
import zipfile

import pytest

from peereval.data import limits, sheet_extent, unpack
from peereval.data.read import read_table
from peereval.errors import InputFileError

from .workbooks import HEAD, SHEET, cell, changed, ods, row, xlsx

ENTITIES = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def refused(content, name, write, match):
    with pytest.raises(InputFileError, match=match):
        read_table(write(content, name))


def test_plain_workbooks_pass(write):
    read = read_table(write(xlsx(), "data.xlsx"))
    assert read.cells.to_dict("list") == {"id": ["a"], "wave": ["b"]}
    filled_up = HEAD + row(cell("", 16_384), repeated=1_048_574)
    read = read_table(write(ods(filled_up), "data.ods"))
    assert read.cells.to_dict("list") == {"id": ["a"], "wave": ["b"]}


@pytest.mark.parametrize("far", [b'r="XFD1048576"', b'r="B1048576000"', b"r = 'XFD1048576'"])
def test_a_cell_far_out_does_not_fill_the_memory(write, far):
    content = changed(xlsx(), SHEET, b'r="B2"', far)
    refused(content, "data.xlsx", write, r"'data.xlsx' spans|has a column beyond|damaged")


def test_cells_that_do_not_say_where_they_are_are_counted(write):
    content = changed(xlsx(), SHEET, b"</row>", b"<c><v>1</v></c>" * 20_000 + b"</row>")
    refused(content, "data.xlsx", write, "'data.xlsx' has 20,004 columns")


@pytest.mark.parametrize(
    "table",
    [
        row(cell("x", 1_000_000_000)),
        row(cell("", 1_000_000_000), cell("x")),
        row(cell(""), repeated=1_000_000) + row(cell("", 16_000), cell("x")),
        row(cell("x", 16_000), repeated=1_000_000),
    ],
)
def test_repeated_cells_do_not_fill_the_memory(write, table):
    refused(ods(HEAD, HEAD + table), "data.ods", write, "'data.ods' (has|spans)")


def test_zip_bombs(write):
    zeros = b"<t>0</t>" * 5_000_000
    content = changed(xlsx(), "xl/sharedStrings.xml", b"</sst>", zeros + b"</sst>")
    assert len(content) < 300_000
    refused(content, "data.xlsx", write, "unpacks to over 250 times its size")


def test_many_files_that_are_each_small_enough(write, monkeypatch):
    monkeypatch.setattr(limits, "MOST_UNPACKED", 2_000)
    monkeypatch.setattr(unpack, "MOST_UNPACKED", 2_000)
    refused(xlsx(), "data.xlsx", write, "'data.xlsx, unpacked' has")
    monkeypatch.setattr(unpack, "MOST_MEMBERS", 3)
    refused(xlsx(), "data.xlsx", write, r"'data.xlsx' holds \d+ files")


def test_a_zip_that_lies_about_its_sizes(write):
    content = xlsx()
    member = zipfile.ZipFile(io.BytesIO(content)).getinfo(SHEET)
    told = struct.pack("<LL", member.compress_size, member.file_size)
    lie = struct.pack("<LL", member.compress_size, 10)
    refused(content.replace(told, lie), "data.xlsx", write, "is larger than it says")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack(write, method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        target.writestr(SHEET, b"<worksheet/>" * 100)
    refused(
        out.getvalue(), "data.xlsx", write, "is packed or locked in a way that workbooks are not"
    )


@pytest.mark.parametrize("member", ["xl/sharedStrings.xml", SHEET, "xl/workbook.xml"])
def test_entities_are_not_expanded(write, member):
    content = changed(xlsx(), member, b"?>", b"?>" + ENTITIES)
    refused(content, "data.xlsx", write, "declares XML entities")


def test_entities_across_two_pieces(write, monkeypatch):
    monkeypatch.setattr(unpack, "_PIECE", 7)
    content = changed(xlsx(), "xl/sharedStrings.xml", b"?>", b"?>" + ENTITIES)
    refused(content, "data.xlsx", write, "declares XML entities")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 64, 1000])
def test_the_extent_does_not_depend_on_where_pieces_end(size):
    sheet = zipfile.ZipFile(io.BytesIO(xlsx(*[["1"] * 30] * 40))).read(SHEET)
    measure = sheet_extent.SheetExtent()
    for at in range(0, len(sheet), size):
        measure.feed(sheet[at : at + size])
    assert measure.close() == (40, 30)


def test_a_panic_of_the_reader_is_a_damaged_workbook(write, monkeypatch):
    import python_calamine

    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    class Panics:
        @staticmethod
        def from_filelike(_):
            raise panic("capacity overflow")

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Panics)
    refused(xlsx(), "data.xlsx", write, "is damaged or is not a workbook")


def test_a_million_columns(write):
    text = ",".join(f"q{i}" for i in range(1_000_000))
    refused(f"{text}\n{',' * 999_999}\n".encode(), "data.csv", write, "has 1,000,000 columns")


def test_a_file_of_two_gigabytes_is_not_read(tmp_path):
    path = tmp_path / "data.csv"
    with path.open("wb") as file:
        file.write(b"id,wave\n")
        file.truncate(2_000_000_000)
    with pytest.raises(InputFileError, match=r"'data.csv' has 2,000 MB\. Expected: at most 500 MB"):
        read_table(path)


def test_more_cells_than_can_be_worked_on(write, monkeypatch):
    monkeypatch.setattr("peereval.data.limits.check_cells.__kwdefaults__", {"most": 10})
    refused(b"a,b\n" + b"1,2\n" * 10, "data.csv", write, "spans 22 cells")


def test_one_endless_cell(write):
    refused(b'a,b\n"' + b"x" * 300_000 + b'",1\n', "data.csv", write, "cannot be read at line 2")
    content = changed(xlsx(), SHEET, b"<v>", b"<v>" + os.urandom(5_000_000).replace(b">", b"x"))
    refused(content, "data.xlsx", write, "is damaged or is not a workbook")


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_pipe_or_a_device_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "data.csv")
    with pytest.raises(InputFileError, match="is a device or a pipe"):
        read_table(tmp_path / "data.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    with pytest.raises(InputFileError, match="is a device or a pipe"):
        read_table(tmp_path / "zero.csv")


ATTACKS = {
    "far.xlsx": changed(xlsx(), SHEET, b'r="B2"', b'r="XFD1048576"'),
    "bomb.xlsx": changed(xlsx(), SHEET, b"</sheetData>", b"<row/>" * 20_000_000 + b"</sheetData>"),
    "repeat.ods": ods(HEAD + row(cell("x", 16_000), repeated=1_000_000)),
}


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize("name", ATTACKS)
def test_within_a_gigabyte_and_without_hanging(write, name):
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "from peereval.data.read import read_table\n"
        "from peereval.errors import InputFileError\n"
        "try: read_table(sys.argv[1])\n"
        "except InputFileError: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    path = write(ATTACKS[name], name)
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        timeout=60,  # a few seconds where the machine is free
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 1_000_000
