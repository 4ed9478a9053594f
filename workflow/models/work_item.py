"""Everything somebody must do by a time."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from workflow.choices import ReminderKind, WorkKind, message_id
from workflow.models.policy import WorkPolicy
from workflow.models.subject import SubjectRow
from workflow.querysets import WorkItemQuerySet

OPEN = Q(done_at__isnull=True)


class WorkItem(SubjectRow):
    # Tells the row this process inserted from one that was there before it.
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=32, choices=WorkKind.choices)
    key = models.CharField(max_length=64, blank=True, default="")
    title = models.CharField(_("title"), max_length=200, blank=True)
    url = models.CharField(max_length=200, blank=True)
    owner_role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="work_items",
        verbose_name=_("person"),
    )
    policy = models.ForeignKey(WorkPolicy, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("due"))
    due_is_agreed = models.BooleanField(_("due time set by hand"), default=False)
    provisional = models.BooleanField(_("provisional"), default=False)
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True)
    # When the next reminder is to be written; none while paused, done, or told everybody.
    next_check_at = models.DateTimeField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("reminders so far"), default=0)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=40, blank=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id", "key"],
                condition=OPEN,
                name="workflow_item_open_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=WorkKind.values), name="workflow_item_kind_known"),
            models.CheckConstraint(condition=~Q(owner_role="", owner__isnull=True), name="workflow_item_has_owner"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="workflow_item_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("opened_at")),
                name="workflow_item_done_after_opened",
            ),
            models.CheckConstraint(
                condition=Q(next_check_at__isnull=True) | Q(done_at__isnull=True, paused_at__isnull=True),
                name="workflow_item_checked_while_running",
            ),
        ]
        indexes = [
            # The sweep reads this one alone: its cost follows what is due, not what exists.
            models.Index(
                fields=["next_check_at"], condition=Q(next_check_at__isnull=False), name="workflow_item_next_check"
            ),
            models.Index(fields=["owner", "due_at", "id"], condition=OPEN, name="workflow_item_person_inbox"),
            models.Index(
                fields=["owner_role", "due_at", "id"],
                condition=OPEN & Q(owner__isnull=True),
                name="workflow_item_role_inbox",
            ),
            models.Index(fields=["due_at", "id"], condition=OPEN, name="workflow_item_open_by_due"),
            models.Index(
                fields=["due_at", "id"],
                condition=OPEN & Q(paused_at__isnull=False),
                name="workflow_item_paused_by_due",
            ),
            models.Index(fields=["subject_type", "subject_id"], name="workflow_item_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.subject_label}"

    @property
    def name(self) -> str:
        """What is to be done, in the reader's language."""
        return gettext(self.title) if self.title else self.get_kind_display()

    @property
    def message_id(self) -> str:
        """The same, to be stored in a message and put into words later."""
        return self.title or message_id(WorkKind(self.kind))

    @property
    def owner_name(self) -> str:
        return str(self.owner) if self.owner_id else gettext(self.get_owner_role_display())

    @property
    def is_open(self) -> bool:
        return self.done_at is None


class WorkPause(models.Model):
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="pauses")
    started_at = models.DateTimeField(_("paused"))
    ended_at = models.DateTimeField(_("resumed"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(ended_at__isnull=True), name="workflow_pause_one_running"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="workflow_pause_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class WorkReminder(models.Model):
    """That a level was reached is written once, whoever sweeps and however often."""

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="reminders")
    level = models.PositiveSmallIntegerField(_("level"))
    kind = models.CharField(_("kind"), max_length=10, choices=ReminderKind.choices)
    role = models.CharField(_("told to"), max_length=20, choices=Role.choices, blank=True)
    reached_at = models.DateTimeField(_("reached"))
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["item", "level"]
        constraints = [models.UniqueConstraint(fields=["item", "level"], name="workflow_reminder_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.level}"
