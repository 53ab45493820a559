"""Write a report so that its folder always holds the old one or the new one, never a mix."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peereval.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "manifest.json"


def write_folder(
    folder: str | Path, files: Mapping[str, bytes], manifest: Mapping[str, Any]
) -> None:
    """Write files and their manifest into a folder, all or nothing.

    The files are written to a new folder beside the wanted one, which then takes its place. A
    folder that holds anything peereval did not write is left alone.

    Parameters
    ----------
    folder : str or Path
        Where the report goes; made when it does not exist.
    files : mapping of str to bytes
        Content by path relative to `folder`.
    manifest : mapping
        Facts about the run; names and checksums of the files are added to it.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds files of others.
    """
    target = Path(folder).absolute()
    check_folder(target)
    whole = dict(files)
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    whole[MANIFEST] = _json({**manifest, "files": dict(sorted(checksums.items()))})
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as err:
        raise OutputError(
            f"The folder '{target}' cannot be written: {err.strerror}.",
            fix="name a folder you may write to.",
        ) from err
    try:
        _fill(fresh, whole)
        _swap(fresh, target)
    except OSError as err:
        raise OutputError(
            f"The report could not be written to '{target}': {err.strerror}.",
            fix="free space or name another folder; what was there before is untouched.",
        ) from err
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def check_folder(folder: str | Path) -> None:
    """Refuse a folder that a report could not be written to, before any work is done.

    Raises
    ------
    OutputError
        If it is a link or a file, holds files that peereval did not write, or neither it nor
        the nearest folder above it may be written to.
    """
    target = Path(folder).absolute()
    if target.is_symlink():
        raise OutputError(f"'{folder}' is a link.", fix="name the folder itself.")
    _refuse_foreign_files(target)
    above = next(p for p in target.parents if p.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise OutputError(
            f"The folder '{folder}' cannot be written: '{above}' is not a folder you may write to.",
            fix="name a folder you may write to.",
        )


def write_file(path: str | Path, content: bytes) -> None:
    """Write one file by way of a temporary one beside it.

    Parameters
    ----------
    path : str or Path
        Where it goes.
    content : bytes
        The whole file.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    target = Path(path)
    if target.is_dir():
        raise OutputError(f"'{target}' is a folder.", fix="give the name of a file.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as out:
            fresh = Path(out.name)
            out.write(content)
        _readable(fresh)
        fresh.replace(target)
    except OSError as err:
        raise OutputError(f"'{target}' cannot be written: {err.strerror}.") from err


def _refuse_foreign_files(target: Path) -> None:
    """Refuse a folder that holds anything an earlier report did not list in its manifest."""
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError(f"'{target}' is a file, not a folder.", fix="name another folder.")
    try:
        found = {p.relative_to(target).as_posix() for p in target.rglob("*") if not p.is_dir()}
    except OSError as err:
        raise OutputError(f"The folder '{target}' cannot be read: {err.strerror}.") from err
    foreign = sorted(found - _listed(target) - {MANIFEST})
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise OutputError(
            f"The folder '{target}' holds '{foreign[0]}'{more}, which peereval did not write.",
            fix="name a new or empty folder, or move what is there.",
        )


def _listed(target: Path) -> set[str]:
    """Files that the manifest of an earlier report lists."""
    try:
        listed = json.loads((target / MANIFEST).read_text(encoding="utf-8"))["files"]
        return {str(name) for name in listed}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write every file below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    folder.chmod(0o755 & ~_umask())


def _swap(fresh: Path, target: Path) -> None:
    """Put the fresh folder in the place of the target; on failure the target stays."""
    if not target.exists():
        fresh.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    try:
        target.rename(old / "report")
        try:
            fresh.rename(target)
        except BaseException:
            (old / "report").rename(target)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _readable(path: Path) -> None:
    """Give a temporary file the permissions that a plainly written one would have."""
    path.chmod(0o666 & ~_umask())


def _umask() -> int:
    """The permissions withheld from new files."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _json(content: Mapping[str, Any]) -> bytes:
    """JSON text with a fixed order and an end of line."""
    return (json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()
