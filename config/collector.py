"""Python's collector, set for processes that load much once and make much that dies at once."""

import gc


def settle() -> None:
    """To be called when the application is loaded.

    What was loaded stays: the collector need not walk it again, nor unshare its pages after a fork. A page makes ten
    thousand objects, an import a hundred thousand; at Python's own threshold they pay many walks that free nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
