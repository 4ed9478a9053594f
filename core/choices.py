"""Statuses and kinds of the common machinery."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OutboxStatus(TextChoices):
    PENDING = "pending", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("given up")


class Reset(TextChoices):
    """When a number series starts again at one."""

    MONTH = "month", _("every month")
    YEAR = "year", _("every year")
    NEVER = "never", _("never")


class AttachmentKind(TextChoices):
    DRAWING = "drawing", _("drawing")
    CONTRACT = "contract", _("contract")
    PHOTO = "photo", _("photo")
    CERTIFICATE = "certificate", _("certificate or licence")
    SIGNED_NOTE = "signed_note", _("signed paper")
    OTHER = "other", _("other")


class DocumentKind(TextChoices):
    """Every paper of R13.4; the template of a kind is `templates/documents/<kind>.html`."""

    QUOTATION = "quotation", _("Quotation")
    PRELIMINARY_REVIEW = "preliminary_review", _("Preliminary review form")
    CONTRACT_REVIEW = "contract_review", _("Contract review form")
    ORDER_CONFIRMATION = "order_confirmation", _("Order confirmation")
    ROUTING_SLIP = "routing_slip", _("Internal routing slip")
    DEMAND_PLAN = "demand_plan", _("Product demand plan")
    CHANGE_NOTICE = "change_notice", _("Product change notice")
    OUTSOURCING_APPLICATION = "outsourcing_application", _("Outsourcing application")
    PROGRESS_TABLE = "progress_table", _("Follow-up progress table")
    COMPLETION_REPORT = "completion_report", _("Completion report")
    DISPATCH_ORDER = "dispatch_order", _("Dispatch order")
    PREPARATION_SHEET = "preparation_sheet", _("Preparation sheet")
    LOAD_MANIFEST = "load_manifest", _("Load manifest")
    DELIVERY_NOTE = "delivery_note", _("Delivery note")
    ACCEPTANCE_SLIP = "acceptance_slip", _("Acceptance slip")
    ACCEPTANCE_PROBLEM = "acceptance_problem", _("Acceptance problem record")
    VISIT_FORM = "visit_form", _("Visit form")
    CASE_RECORD = "case_record", _("After-sales case record")
    INVOICE_REQUEST = "invoice_request", _("Invoice request")
    STATEMENT = "statement", _("Statement of account")
    RETROSPECTIVE = "retrospective", _("Order retrospective")
    SPOT_CHECK = "spot_check", _("Spot check")
