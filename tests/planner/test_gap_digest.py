"""The weekly digest: to the owner of a journey, of what they may see, once a week."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from wagtail.users.models import UserProfile

from personas.models import Journey
from planner.models import NotificationPreferences
from planner.notifications import digest_sending
from tests import factories
from tests.factories import NOW, days, make_journey, make_page, make_persona, make_section, make_user, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "only_our_items")]


@pytest.fixture
def journey() -> Journey:
    florist = make_persona("florist", name="Florist")
    return make_journey("buy", name="Buying", personas=(florist,), phases=("see", "do"))


@pytest.fixture
def owner(journey: Journey, only_our_items: None) -> Any:
    """The owner of the journey, who edits section A only."""
    owner = factories.erik(make_section("A"))
    Journey.objects.filter(pk=journey.pk).update(owner=owner)
    return owner


def cell(journey: Journey, slug: str) -> dict[str, Any]:
    return {"personas": journey.personas.get(), "phases": journey.phases.get(slug=slug)}


def send(capture: Any, *arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    with capture(execute=True):
        call_command("send_gap_digest", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_an_owner_gets_one_e_mail_with_the_gaps(owner: Any, django_capture_on_commit_callbacks: Any) -> None:
    out, err = send(django_capture_on_commit_callbacks)
    (message,) = mail.outbox
    assert message.to == ["erik@example.com"]
    assert message.subject.endswith("Gaps in “Buying” this week")
    assert "/admin/planner/coverage/?journey=buy" in message.body
    assert "Critical: See." in message.body
    assert (out, err) == ("Digests queued: 1.\n", "")


def test_nobody_gets_two_in_one_week(owner: Any, django_capture_on_commit_callbacks: Any, time_machine: Any) -> None:
    send(django_capture_on_commit_callbacks)
    time_machine.move_to(NOW + days(6), tick=False)
    send(django_capture_on_commit_callbacks)
    assert len(mail.outbox) == 1
    time_machine.move_to(NOW + days(7), tick=False)
    send(django_capture_on_commit_callbacks)
    assert len(mail.outbox) == 2


def test_a_task_that_runs_twice_sends_once(owner: Any) -> None:
    week = digest_sending.week_of(NOW)
    assert [digest_sending.send_to(owner.pk, week, now=NOW) for _time in range(2)] == [True, False]
    assert len(mail.outbox) == 1


def test_an_e_mail_that_fails_goes_out_with_the_next_run(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    week = digest_sending.week_of(NOW)

    def fail(*_arguments: Any) -> None:
        raise OSError("no mail today")

    with monkeypatch.context() as patched:
        patched.setattr(digest_sending, "send_mail", fail)
        assert not digest_sending.send_to(owner.pk, week, now=NOW)
    assert digest_sending.send_to(owner.pk, week, now=NOW)


def test_where_nothing_is_open_nothing_is_sent(
    journey: Journey, owner: Any, django_capture_on_commit_callbacks: Any
) -> None:
    journey.personas.clear()
    journey.phases.all().delete()
    send(django_capture_on_commit_callbacks)
    assert mail.outbox == []
    assert NotificationPreferences.objects.filter(digest_week__isnull=False).count() == 0


def test_each_gap_stands_in_one_part(journey: Journey, owner: Any, django_capture_on_commit_callbacks: Any) -> None:
    section = owner.groups.get().page_permissions.first().page
    for _number in range(2):
        ending = make_page(parent=section, first_published_at=NOW - days(30), expire_at=NOW + days(20))
        tag(ending, **cell(journey, "see"))
    late = make_page("Hellebores", parent=section, live=False)
    tag(late, **cell(journey, "do"), target_at=NOW - days(20))
    tag(
        make_page(parent=section, first_published_at=NOW - days(30), expire_at=NOW - days(3), live=False),
        **cell(journey, "do"),
    )
    send(django_capture_on_commit_callbacks)
    body = mail.outbox[0].body
    parts = [body.index(heading) for heading in ("Overdue:", "Runs out:")]
    assert parts == sorted(parts)
    assert body.count("Hellebores") == 1
    assert f"/admin/planner/items/{late.planner_item.pk}/" in body
    assert "/admin/planner/coverage/buy/florist/see/" in body


def test_nothing_of_another_section_is_told(
    journey: Journey, owner: Any, django_capture_on_commit_callbacks: Any
) -> None:
    elsewhere = make_section("B")
    tag(make_page("Secret", parent=elsewhere, live=False), **cell(journey, "see"), target_at=NOW - days(5))
    for _number in range(3):
        tag(make_page("Secret, too", parent=elsewhere), **cell(journey, "see"))
    send(django_capture_on_commit_callbacks)
    body = mail.outbox[0].body
    assert "Secret" not in body
    assert "Overdue" not in body
    assert "Only content that you may see is counted." in body


def test_it_is_written_in_the_owners_language(owner: Any, django_capture_on_commit_callbacks: Any) -> None:
    UserProfile.objects.create(user=owner, preferred_language="nl")
    send(django_capture_on_commit_callbacks)
    assert "Kritiek" in mail.outbox[0].body


def test_whoever_switched_it_off_gets_none(owner: Any, django_capture_on_commit_callbacks: Any) -> None:
    NotificationPreferences.objects.create(user=owner, gap_digest=False)
    send(django_capture_on_commit_callbacks)
    assert mail.outbox == []


def test_an_inactive_owner_gets_none_and_is_named(
    journey: Journey, owner: Any, django_capture_on_commit_callbacks: Any
) -> None:
    owner.is_active = False
    owner.save()
    out, err = send(django_capture_on_commit_callbacks)
    assert mail.outbox == []
    assert err == "erik, who owns buy, is inactive and is sent no digest.\n"
    assert out == "Digests queued: 0.\n"


def test_a_journey_without_an_owner_is_named(journey: Journey, django_capture_on_commit_callbacks: Any) -> None:
    _out, err = send(django_capture_on_commit_callbacks)
    assert "Nobody owns the journey “buy”" in err


@pytest.mark.parametrize("lacking", ["address", "rights"])
def test_whoever_cannot_open_it_gets_none(
    journey: Journey, lacking: str, django_capture_on_commit_callbacks: Any
) -> None:
    somebody = factories.nina() if lacking == "rights" else make_user("x", section=make_section("A"), can=("change",))
    if lacking == "address":
        somebody.email = ""
        somebody.save()
    Journey.objects.filter(pk=journey.pk).update(owner=somebody)
    _out, err = send(django_capture_on_commit_callbacks)
    assert mail.outbox == []
    assert ("has no e-mail address" in err) == (lacking == "address")


def test_a_dry_run_shows_and_changes_nothing(owner: Any, django_capture_on_commit_callbacks: Any) -> None:
    out, _err = send(django_capture_on_commit_callbacks, "--dry-run")
    assert "To: erik@example.com" in out
    assert "Buying: " in out
    assert mail.outbox == []
    assert not NotificationPreferences.objects.exists()
