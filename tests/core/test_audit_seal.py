import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core import audit, sealing
from core.append_only import unprotect
from core.audit_proof import verify_audit
from core.models import AuditEntry, AuditSeal
from core.sealing import seal_audit
from tests.core.factories import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R12.5")]


@pytest.fixture
def trail(person, monkeypatch):
    """Nine entries under three seals, and one not sealed yet."""
    monkeypatch.setattr(sealing, "BATCH", 3)
    audit.record_many([audit.entry("order.received", person, by=person, note=str(n)) for n in range(9)])
    seal_audit()
    audit.record("order.approved", person, by=person)
    unprotect(connection)
    return list(AuditEntry.objects.order_by("id").values_list("id", flat=True))


def fault() -> str:
    return verify_audit().fault


def test_an_untouched_trail_is_proved_whole(trail, capsys):
    call_command("verify_audit")
    assert "9 entries under 3 seals, 1 not sealed yet" in capsys.readouterr().out


def test_sealing_again_seals_only_what_is_new(trail):
    assert seal_audit() == 1
    assert seal_audit() == 0
    assert fault() == ""


def test_a_changed_entry_is_named(trail):
    AuditEntry.objects.filter(id__in=[trail[4], trail[7]]).update(note="another")
    assert fault() == f"entry {trail[4]} was changed after it was sealed"


@pytest.mark.parametrize("index", [0, 2, 4, 8])
def test_a_removed_entry_is_named(trail, index):
    AuditEntry.objects.filter(id=trail[index]).delete()
    assert fault() == f"entry {trail[index]} is missing"


def test_an_inserted_entry_is_named(trail, person):
    AuditEntry.objects.filter(id__gte=trail[5]).delete()
    AuditSeal.objects.filter(number__gt=1).delete()
    written = audit.entry("order.approved", person, by=person)
    written.id = trail[0] - 1
    written.save(force_insert=True)
    expected = "entry 0 was inserted before the first" if trail[0] == 1 else f"entry {trail[0] - 1} was inserted"
    assert fault().startswith(expected)


def test_a_resealed_forgery_shows_without_the_key(trail, settings):
    AuditEntry.objects.filter(id=trail[0]).update(note="another")
    AuditSeal.objects.all().delete()
    genuine, settings.AUDIT_KEY = settings.AUDIT_KEY, "the forger guesses"
    seal_audit()
    settings.AUDIT_KEY = genuine
    assert "was not made with this AUDIT_KEY" in fault()


def test_a_removed_seal_shows(trail):
    AuditSeal.objects.filter(number=2).delete()
    assert fault() == "seal 2 is missing"


def test_a_cut_off_end_shows_against_an_anchor_kept_elsewhere(trail):
    head = verify_audit().head
    AuditEntry.objects.filter(id__gte=trail[6]).delete()
    AuditSeal.objects.filter(number=3).delete()
    assert fault() == ""
    assert "cut off" in verify_audit(anchor=head).fault
    with pytest.raises(CommandError, match="cut off"):
        call_command("verify_audit", anchor=head)


@pytest.mark.django_db(transaction=True)
class TestALateCommit:
    """A transaction that drew its id before another must not surface behind the seal."""

    def late_writer(self, person, written: threading.Event, release: threading.Event) -> threading.Thread:
        def write() -> None:
            with transaction.atomic():
                audit.record("late", person, by=person)
                written.set()
                release.wait(20)
            connection.close()

        thread = threading.Thread(target=write)
        thread.start()
        assert written.wait(10)
        return thread

    @pytest.fixture
    def race(self, monkeypatch):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time")
        person = make_person()
        written, release = threading.Event(), threading.Event()
        late = self.late_writer(person, written, release)
        audit.record("early", person, by=person)
        yield lambda: (release.set(), late.join(20))
        release.set()
        late.join(20)

    def test_is_waited_for(self, race):
        assert seal_audit() == 0
        race()
        assert seal_audit() == 2
        assert fault() == ""

    def test_without_the_lock_would_look_like_a_forgery(self, race, monkeypatch):
        monkeypatch.setattr(sealing, "settled_id", lambda: AuditEntry.objects.order_by("-id").first().id)
        assert seal_audit() == 1
        race()
        assert "was inserted" in fault()
