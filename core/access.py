"""The words in which a view declares who may open it; accounts.access reads and enforces them."""

from typing import Final

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed in"
