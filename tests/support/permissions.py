"""Make root obey the permissions of files, as other users do, for a while (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION_3 = 0x20080522
OVERRIDES = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH."""


@contextlib.contextmanager
def obey_permissions() -> Iterator[None]:
    """Drop the capabilities of this thread that pass over permissions; only root has them."""
    if os.geteuid():
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, twice 32 bits
    if libc.capget(header, sets):
        raise OSError(ctypes.get_errno(), "capget")
    effective = sets[0]
    try:
        sets[0] = effective & ~OVERRIDES
        if libc.capset(header, sets):
            raise OSError(ctypes.get_errno(), "capset")
        yield
    finally:
        sets[0] = effective
        libc.capset(header, sets)
