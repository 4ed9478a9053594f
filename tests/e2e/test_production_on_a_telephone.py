"""Making an order with a telephone in the hand: taking over, starting, finishing, inspecting with a photo."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accounts.choices import Role
from fulfillment.models import Inspection, PlanStep
from tests.browser import PHONE
from tests.e2e import path
from tests.e2e.path import of
from tests.e2e.people import Office
from tests.factories import fresh, make_order
from tests.fulfillment.factories import make_item, make_step_template

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("e2e"),
]  # fmt: skip


@pytest.mark.req("R4.8", "R4.9", "R13.5", "R13.6")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_line_is_made_and_inspected(language: str, office_of: Any, tmp_path: Path) -> None:
    office: Office = office_of(language=language, size=PHONE, has_touch=True)
    office.hire(*path.EVERYBODY)
    make_step_template(1, "备料", Role.WAREHOUSE)
    make_step_template(2, "装配", Role.PRODUCTION, is_inspected=True)
    volts = make_item(item="输出电压", minimum=Decimal("11.4"), maximum=Decimal("12.6"), unit="V")
    order = make_order("in_production")
    material, assembly = PlanStep.objects.order_by("position")
    plan = of("fulfillment:plan-detail", order)

    keeper = office["warehouse"].takes_up(plan).does(at("start", material), "Start the step")
    keeper.does(at("finish", material), "Finish the step").has_no_work(plan)
    maker = office["production"].takes_up(plan).does(at("take-over", assembly), "Confirm what I took over")
    maker.does(at("start", assembly), "Start the step")

    page = reverse("fulfillment:step-inspection", args=[assembly.pk])
    given = {f"measured_{volts.pk}_{assembly.order_line_id}": "12.1", "photos": path.photo(tmp_path)}
    office["quality"].takes_up(page).fills(**given).finishes("Record the inspection").has_no_work(page)
    found = Inspection.objects.get()
    office["quality"].goes(found.get_absolute_url()).sees_text("现场.jpg").sees_text("12.1 V")

    maker.goes(plan).does(at("finish", assembly), "Finish the step")
    week = f"{reverse('fulfillment:plan-calendar')}?day={assembly.planned_end}"
    for address in (reverse("fulfillment:plan-board"), week):
        maker.goes(address).sees_text(str(order.number))
    path.inspect(office, order)
    assert fresh(order).inspection_passed_at and found.result == "passed"
    office.has_nothing_to_complain_of()


def at(act: str, step: PlanStep) -> str:
    return reverse(f"fulfillment:plan-step-{act}", args=[step.pk])
