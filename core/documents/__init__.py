"""Issued papers: frozen when issued, drawn once per language, superseded but never redrawn (R13.4)."""

from core.documents.issue import Paper, issue_document, issue_documents
from core.documents.mailing import mail_document
from core.documents.rendering import render, render_from_outbox

__all__ = ["Paper", "issue_document", "issue_documents", "mail_document", "render", "render_from_outbox"]
