"""Large tables of numbers in files without a name: of such only the parts that are looked at are held in memory."""

import lzma
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np

CHUNK = 1 << 20  # bytes at once
LOCAL = 30  # bytes of a member's own head, the last four say how long its name and its extra field are
Table = np.ndarray[Any, Any]


def mapped(path: Path) -> dict[str, Table]:
    """The tables of an .npz.xz; unpacking holds a megabyte, where loading would hold each table twice."""
    with TemporaryFile() as file:
        with lzma.open(path) as packed:
            shutil.copyfileobj(packed, file, CHUNK)
        with ZipFile(file) as archive:
            return {info.filename.removesuffix(".npy"): _table(file, archive, info) for info in archive.infolist()}


def _table(file: IO[bytes], archive: ZipFile, info: ZipInfo) -> Table:
    """One table of an archive that is not compressed, where it lies in the file."""
    with archive.open(info) as member:
        np.lib.format.read_magic(member)
        shape, is_fortran, kind = np.lib.format.read_array_header_1_0(member)
        head = member.tell()
    assert (is_fortran, info.compress_type) == (False, ZIP_STORED)
    file.seek(info.header_offset + LOCAL - 4)
    lengths = np.frombuffer(file.read(4), "<u2")
    start = info.header_offset + LOCAL + int(lengths.sum()) + head
    return np.memmap(file, kind, "r", start, shape)


def columns(table: Table, wanted: Sequence[int]) -> Table:
    """Some columns of a table, in a file of their own."""
    rows = max(CHUNK // table[0].nbytes, 1)
    with TemporaryFile() as file:
        for start in range(0, len(table), rows):
            file.write(np.ascontiguousarray(table[start : start + rows, list(wanted)]).tobytes())
        file.flush()
        return np.memmap(file, table.dtype, "r", 0, (len(table), len(wanted)))
