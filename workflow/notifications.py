"""News for people: in the application and by e-mail, each in the own language.

A text is stored as message id with its values and put into words when it is shown. Values whose name begins with
`t_` are message ids themselves, those that begin with `d_` are moments in ISO form.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import User
from core import formats, outbox, subjects
from core.bulk import insert_missing
from core.models import OutboxMessage
from workflow.models import Notification

About = tuple[str, int | None, str]
NOTHING: About = ("", None, "")


@dataclass(frozen=True)
class News:
    """One message for one person. With a key it is told once, whoever tries again."""

    person: User
    text: str
    params: dict[str, Any] = field(default_factory=dict)
    about: About = NOTHING
    url: str = ""
    key: str | None = None
    email: bool = True


def notify(
    people: Iterable[User],
    text: str,
    *,
    params: dict[str, Any] | None = None,
    subject: Model | None = None,
    about: About = NOTHING,
    url: str = "",
    by: User | None = None,
    email: bool = True,
    key: str | None = None,
    now: datetime | None = None,
) -> int:
    """Tell people something; whoever did it (`by`) is not told. Returns how many were addressed.

    `text` is an English message id (mark it with gettext_noop) with %(name)s for `params`. `about` is for callers
    that know the subject's key and label but have not loaded it.
    """
    if subject is not None:
        about = (*subjects.key_of(subject), subjects.label_of(subject))
        url = url or subjects.url_of(*subjects.key_of(subject))
    news = [
        News(person, text, params or {}, about, url, key, email)
        for person in {person.pk: person for person in people}.values()
        if by is None or person.pk != by.pk
    ]
    tell(news, now=now)
    return len(news)


def tell(news: list[News], *, now: datetime | None = None) -> None:
    """Write rows and e-mails in bulk, in the transaction of the caller: two statements for 500 messages."""
    if not news:
        return
    now = now or timezone.now()
    rows = [_row(message, now) for message in news]
    insert_missing(rows)
    mails = [_mail(message) for message in news if message.email and message.person.email]
    outbox.enqueue_many(mails, now=now)


def _row(message: News, now: datetime) -> Notification:
    subject_type, subject_id, label = message.about
    return Notification(
        user=message.person,
        key=message.key,
        text=message.text,
        params=message.params,
        url=message.url[:200],
        subject_type=subject_type,
        subject_id=subject_id,
        subject_label=label[:200],
        created_at=now,
    )


def _mail(message: News) -> OutboxMessage:
    payload = {"user_id": message.person.pk, "text": message.text, "params": message.params, "url": message.url}
    key = f"mail:{message.key}:{message.person.pk}" if message.key else None
    return OutboxMessage(kind="email", payload=payload, key=key)


def in_words(text: str, params: dict[str, Any]) -> str:
    """The message in the active language."""
    return gettext(text) % {name: _value(name, value) for name, value in params.items()}


def _value(name: str, value: Any) -> Any:
    if name.startswith("t_") and value:
        return gettext(value)
    if name.startswith("d_") and value:
        return formats.moment_long(datetime.fromisoformat(value))
    return value


def deliver_email(message: OutboxMessage) -> None:
    """Outbox handler. A second delivery carries the same Message-ID, so that mail programs show one."""
    person = User.objects.filter(pk=message.payload["user_id"], is_active=True).exclude(email="").first()
    if person is None:
        return
    url = message.payload["url"]
    with translation.override(person.language):
        line = in_words(message.payload["text"], message.payload["params"])
        context = {"person": person, "line": line, "url": f"{settings.SITE_URL}{url}" if url else ""}
        body = render_to_string("workflow/email/notification.txt", context)
    host = settings.SITE_URL.split("://")[-1].split("/")[0].split(":")[0]
    headers = {"Message-ID": f"<jiedan-{message.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    EmailMessage(" ".join(line.split()), body, to=[person.email], headers=headers).send()
