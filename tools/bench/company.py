"""The few rows that must be right in every detail, made through the application: people, partner, products."""

from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from accounts.choices import Kind, Role
from accounts.models import RoleAssignment, User, system_user
from catalog.models import Product
from catalog.services import receive_stock
from customers.models import Customer, Partner
from customers.services.partners import issue_key

SELLERS = 20
PRODUCTS = 200
CSRF = "0123456789abcdefghijABCDEFGHIJkl"


@dataclass(frozen=True)
class Company:
    """The keys of the rows, by name, for the statements of tools/bench/sql."""

    sellers: list[int]
    products: list[int]
    people: dict[str, int]
    partner: int
    key: str


def make_people() -> dict[str, int]:
    people = {role.value: _person(role.value, role) for role in Role if role != Role.PARTNER}
    return {name: user.pk for name, user in people.items()}


def make_sellers() -> list[int]:
    return [_person(f"seller{number}", Role.SALES).pk for number in range(SELLERS)]


def _person(username: str, role: Role) -> User:
    """Without a password: the sessions are made here."""
    user = User.objects.create(username=username, display_name=username, password="!", language="en")
    RoleAssignment.objects.create(user=user, role=role)
    return user


def make_products() -> list[int]:
    products = [_product(number) for number in range(1, PRODUCTS + 1)]
    with transaction.atomic():
        for product in products:
            receive_stock(product=product, quantity=Decimal(100_000_000), batch="B1", by=system_user())
    return [product.pk for product in products]


def _product(number: int) -> Product:
    product = Product(
        code=f"P{number:04d}", name=f"服务器{number}型", specification=f"S-{number:03d}", unit="台",
        list_price=Decimal(2000), floor_price=Decimal(50), lead_time_days=7,
    )  # fmt: skip
    product.refresh_search_text()
    product.save()
    return product


def make_partner(customer: Customer) -> tuple[Partner, str]:
    """The partner who needs not confirm, and its key."""
    user = User.objects.create(username="partner", kind=Kind.PARTNER, password="!", language="en")
    partner = Partner.objects.create(name="渠道伙伴", customer=customer, user=user, must_confirm=False)
    _row, key = issue_key(partner=partner, name="bench", by=system_user())
    return partner, key


def signed_in(role: str) -> dict[str, str]:
    """The headers of a browser somebody of that role has signed in with."""
    user = User.objects.get(username=role)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    values: dict[str, Any] = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    session.update(values)
    session.create()
    cookies = {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: CSRF}
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
