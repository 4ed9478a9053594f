from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from catalog import references
        from core import subjects
        from orders import check_effect
        from orders.check_rules import fill_defaults
        from orders.dossier import parts
        from orders.facts import KIND, OFFERED, OFFERED_FOR_QUOTATIONS, QUOTATION
        from orders.models import Contract, Dossier, Order, Quotation, ReviewOpinion
        from orders.page import disclosed
        from orders.quotation_page import reads_quotation_contacts
        from orders.services import decide_approval, decide_quotation
        from orders.work import REVIEW_PARTS, quotation_work_url, work_url
        from workflow import doors, facts, previews, work_parts
        from workflow.choices import WorkKind

        post_migrate.connect(fill_defaults, sender=self, dispatch_uid="orders.check_rules")
        references.register(lambda user: Order.objects.hidden_from(user))
        subjects.register(
            Order,
            url="orders:order-detail",
            visible_to=lambda user: Order.objects.visible_to(user),
            work_url=work_url,
            reads_persons=lambda user, order: disclosed(order, user),
            captions=lambda keys: dict(Order.objects.filter(pk__in=keys).values_list("pk", "customer__name")),
        )
        subjects.register(
            Contract,
            url="orders:contract-detail",
            visible_to=lambda user: Contract.objects.visible_to(user),
            captions=lambda keys: dict(Contract.objects.filter(pk__in=keys).values_list("pk", "customer__name")),
        )
        subjects.register(
            Quotation,
            url="orders:quotation-detail",
            visible_to=lambda user: Quotation.objects.visible_to(user),
            work_url=quotation_work_url,
            reads_persons=lambda user, quotation: reads_quotation_contacts(user, quotation),
            captions=lambda keys: dict(Quotation.objects.filter(pk__in=keys).values_list("pk", "customer__name")),
        )
        subjects.register(  # carries the evidence of a department
            ReviewOpinion,
            url=lambda opinion: reverse("orders:review-sheet", args=[opinion.round.order_id]),
            visible_to=lambda user: ReviewOpinion.objects.filter(round__order__in=Order.objects.visible_to(user)),
        )
        subjects.register(Dossier, url="orders:dossier", visible_to=lambda user: Dossier.objects.visible_to(user))
        parts.register(lambda order: Quotation.objects.filter(order=order).order_by("pk"))
        parts.register(lambda order: order.contracts.order_by("pk"))
        parts.register(lambda order: ReviewOpinion.objects.filter(round__order=order).order_by("pk"))
        work_parts.divide(WorkKind.REVIEW, REVIEW_PARTS)
        previews.register(check_effect.KIND, count=check_effect.count, work=check_effect.effect_of)
        facts.offer(KIND, _("Orders"), OFFERED)
        facts.offer(QUOTATION, _("Quotations"), OFFERED_FOR_QUOTATIONS)
        doors.register(KIND, lambda order, **word: decide_approval(order=order, **word))
        doors.register(QUOTATION, lambda quotation, **word: decide_quotation(quotation=quotation, **word))
