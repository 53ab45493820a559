"""Write a report so that its folder always holds the old one or the new one, never a mix."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from peereval.errors import OutputError
from peereval.report.claim import OLD, claimed
from peereval.report.exchange import exchange
from peereval.report.undisturbed import undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MANIFEST = "manifest.json"
_MADE_BY = "peereval"


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
        Facts about the run; who made it, and names and checksums of the files, are added to it.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds files of others.
    """
    check_folder(folder)
    target = _absolute(folder)
    whole = dict(files)
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    whole[MANIFEST] = _json(
        {**manifest, "made_by": _MADE_BY, "files": dict(sorted(checksums.items()))}
    )
    try:
        with claimed(target, folder) as scratch:
            scratch.mkdir(mode=0o700)
            try:
                _fill(scratch / "new", whole)
                _swap(scratch / "new", target, scratch / OLD)
            finally:
                _remove(scratch)
    except OSError as err:
        raise OutputError(
            f"The report could not be written to '{folder}': {err.strerror}.",
            fix="free space or name another folder; what was there before is untouched.",
        ) from err


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
    target = _absolute(path)
    try:
        if target.is_dir():
            raise OutputError(f"'{path}' is a folder.", fix="give the name of a file.")
        _check_above(target, path)
        with claimed(target, path) as scratch:
            scratch.mkdir(mode=0o700)
            try:
                _fill(scratch, {target.name: content})
                (scratch / target.name).replace(target)
            finally:
                _remove(scratch)
    except OSError as err:
        raise OutputError(
            f"'{path}' cannot be written: {err.strerror}.", fix="name a file you may write to."
        ) from err


@contextlib.contextmanager
def reserved(folder: str | Path, *, inputs: Iterable[str | Path] = ()) -> Iterator[None]:
    """Check a folder and hold it while a report is worked out and written.

    Parameters
    ----------
    folder : str or Path
        Where a report is to go.
    inputs : iterable of str or Path
        Files that are read, which must not lie in the folder.

    Raises
    ------
    OutputError
        As `check_folder`; `InUseError` when another run is under way there.
    """
    check_folder(folder, inputs=inputs)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(claimed(_absolute(folder), folder))
        except OSError as err:
            raise OutputError(
                f"The folder '{folder}' cannot be used: {err.strerror}.", fix="name another folder."
            ) from err
        yield


def check_folder(folder: str | Path, *, inputs: Iterable[str | Path] = ()) -> None:
    """Refuse a folder that a report could not be written to, before any work is done.

    Parameters
    ----------
    folder : str or Path
        Where a report is to go.
    inputs : iterable of str or Path
        Files that are read, which must not lie in the folder, whatever a manifest there says.

    Raises
    ------
    OutputError
        If it is a link, a file or the folder one is in, holds an input, a link or files that
        peereval did not write, or neither it nor the nearest folder above it may be written to.
    """
    target = _absolute(folder)
    try:
        if target.is_symlink():
            raise OutputError(f"'{folder}' is a link.", fix="name the folder itself.")
        if target.exists() and not target.is_dir():
            raise OutputError(f"'{folder}' is a file, not a folder.", fix="name another folder.")
        if Path.cwd().is_relative_to(target.resolve()):
            raise OutputError(
                f"'{folder}' is the folder you are in, or above it, and cannot be replaced.",
                fix="name a folder inside it, such as 'report'.",
            )
        for path in inputs:
            if Path(path).resolve().is_relative_to(target.resolve()):
                raise OutputError(
                    f"'{path}' lies in '{folder}', which the report would replace.",
                    fix="name a folder of its own for the report.",
                )
        if foreign := next(_foreign(target), None):
            raise OutputError(
                f"The folder '{folder}' holds '{foreign}', which peereval did not write.",
                fix="name a new or empty folder, or move what is there.",
            )
        _check_above(target, folder)
    except OSError as err:
        raise OutputError(
            f"The folder '{folder}' cannot be used: {err.strerror}.", fix="name another folder."
        ) from err


def _check_above(target: Path, named: str | Path) -> None:
    """Refuse a path whose nearest existing folder above may not be written to."""
    above = next(p for p in target.parents if p.exists())
    if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
        raise OutputError(
            f"'{named}' cannot be made: '{above}' is not a folder you may write to.",
            fix="name a folder you may write to.",
        )


def _absolute(path: str | Path) -> Path:
    """The path from the root, with a name of its own at its end and no link followed there."""
    whole = Path(path).absolute()
    return whole.resolve() if whole.name in ("", "..") else whole


def _foreign(target: Path) -> Iterator[str]:
    """Names in a folder that an earlier report did not list; large foreign folders stay unread."""
    if not target.exists():
        return
    listed = _listed(target)
    folders = {str(above) for name in listed for above in PurePosixPath(name).parents}
    waiting = [target]
    while waiting:
        for entry in sorted(waiting.pop().iterdir()):
            name = entry.relative_to(target).as_posix()
            if name in folders and entry.is_dir() and not entry.is_symlink():
                waiting.append(entry)
            elif name not in listed or entry.is_symlink() or entry.is_dir():
                yield name


def _listed(target: Path) -> set[str]:
    """Files that the manifest of an earlier report lists, itself included."""
    try:
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        if manifest["made_by"] == _MADE_BY:
            return {MANIFEST, *map(str, manifest["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return set()


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write every file below a folder."""
    for name, content in files.items():
        path = folder / name
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise ValueError(f"'{name}' leads out of the folder.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _remove(scratch: Path) -> None:
    """Remove the scratch folder, with the old report in it."""
    with undisturbed():
        shutil.rmtree(scratch, ignore_errors=True)


def _swap(fresh: Path, target: Path, old: Path) -> None:
    """Put the fresh folder in the place of the target; on failure the target stays."""
    with undisturbed():
        if not target.exists():
            fresh.rename(target)
            return
        if exchange(fresh, target):
            return
        # Between these two steps only the old folder's place is empty; if the process is killed
        # there, the next run puts it back.
        target.rename(old)
        try:
            fresh.rename(target)
        except BaseException:
            old.rename(target)
            raise


def _json(content: Mapping[str, Any]) -> bytes:
    """JSON text with a fixed order and an end of line."""
    return (json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()
