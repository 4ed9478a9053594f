"""Issued papers: frozen when issued, drawn once per language, superseded but never redrawn (R13.4)."""

from core.documents.issue import issue_document
from core.documents.rendering import render, render_from_outbox

__all__ = ["issue_document", "render", "render_from_outbox"]
