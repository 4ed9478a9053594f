"""Customers from a file, and the archive in the same layout (R2.7, R1.4)."""

from collections.abc import Container, Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.acts import ACTS
from accounts.choices import Kind
from accounts.models import User
from core.imports import values
from core.imports.choices import Outcome
from core.imports.importer import EVERYTHING, Column, Group, Importer, OptionsForm, Row, single_groups
from core.masking import mask_email, mask_name, mask_phone
from core.models.imports import ROLES
from customers.choices import Size, Tier
from customers.duplicates import SOMEBODYS, Entered, Twin, find_many_twins, lock_likeness
from customers.likeness import name_key, phone_key, tax_key
from customers.models import Customer
from customers.privacy import REACH_CUSTOMERS, may_read_contacts, read_customers
from customers.services import NewCustomer, create_customers, lock_customers, save_customer

BASICS = ("name", "short_name", "tax_number", "industry", "region", "size", "tier", "currency", "owner")
BATCH = 5_000


def choice(choices: Any) -> Any:
    """By code or by the word in either language."""

    def parse(text: str) -> str:
        folded = text.casefold()
        for value, label in choices.choices:
            if folded in (value, str(label).casefold()) or folded in WORDS.get(value, ()):
                return str(value)
        raise values.Unreadable("not_a_choice", text=text[:30], choices=", ".join(choices.values))

    return parse


WORDS = {
    "key": ("重點", "重点", "重點客戶", "重点客户", "vip"), "ordinary": ("普通", "一般", "普通客户", "普通客戶"),
    "large": ("大", "大型"), "medium": ("中", "中型"), "small": ("小", "小型"), "micro": ("微", "微型"),
}  # fmt: skip


def email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise values.Unreadable("not_an_email", text=text[:60]) from None
    return text


SKIP, NEW = "skip", "new"


class CustomerOptions(OptionsForm):
    source = forms.SlugField(
        label=_("Name of the source"), initial="file", max_length=20,
        help_text=_("Codes are unique within a source: the same file sent twice adds nothing."),
    )  # fmt: skip
    keep_codes = forms.BooleanField(
        label=_("Keep the codes of the file"), initial=True, required=False,
        help_text=_("Otherwise customers get codes of our own series, and the file's are only remembered."),
    )  # fmt: skip
    update = forms.BooleanField(label=_("Change customers that are here already"), required=False)
    twins = forms.ChoiceField(
        label=_("Likely twins"), initial=SKIP, widget=forms.RadioSelect,
        choices=[(SKIP, _("Leave out")), (NEW, _("Take as new customers"))],
        help_text=_("Rows with the name, tax number or telephone of a customer who is here; the preview says whose."),
    )  # fmt: skip


class CustomerImporter(Importer):
    kind = "customers"
    label = _("Customers")
    thing = row_thing = _("customers")
    form_class = CustomerOptions
    roles = ROLES & ACTS["customers.create_customers"].roles
    list_url = "customers:customer-list"
    subject_type = "customers.customer"
    reasons = {
        "not_an_email": _("“%(column)s”: “%(text)s” is no e-mail address."),
        "no_key": _("Neither a code nor a name is given."),
        "unknown_owner": _("No colleague is called %(name)s; the customer has no account manager."),
        "will_change": _("It is here already and will be changed."),
        "twin_name": _(
            "%(customer)s has the same name. Left out: to change that customer, put its code into the file."
        ),
        "twin_tax_number": _(
            "%(customer)s has the same tax number. Left out: to change that customer, put its code into the file."
        ),
        "twin_phone": _(
            "A contact of %(customer)s has the same telephone. Left out: to change that customer, put its code into "
            "the file."
        ),
        "twin_somebody": SOMEBODYS,
        "twin_kept": _("It resembles %(customer)s and is taken as another customer."),
        "twin_in_file": _("Row %(row)s has the same name, tax number or telephone."),
    }
    summary_words = {"customers": _("new customers"), "changes": _("changed customers")}
    columns = (
        Column("code", _("Customer code"), max_length=20, parse=values.clean_code,
               aliases=("客戶編號", "客户编号", "客戶代碼", "客户代码", "CustomerID", "code")),
        Column("name", _("Customer"), required=True, max_length=200,
               aliases=("客戶名稱", "客户名称", "公司名稱", "公司名称", "name", "company", "customer name")),
        Column("short_name", _("Short name"), max_length=60, aliases=("簡稱", "简称")),
        Column("tax_number", _("Tax number"), max_length=30, parse=values.clean_code,
               aliases=("稅號", "税号", "統一社會信用代碼", "统一社会信用代码")),
        Column("industry", _("Industry"), max_length=60, aliases=("行業", "行业")),
        Column("region", _("Region"), max_length=60, aliases=("地區", "地区", "區域", "区域", "Country")),
        Column("size", _("Size"), parse=choice(Size), aliases=("規模", "规模")),
        Column("tier", _("Class"), parse=choice(Tier), aliases=("分類", "分类", "客戶等級", "客户等级", "tier")),
        Column("currency", _("Currency"), max_length=3, aliases=("幣種", "币种")),
        Column("owner", _("Account manager"), max_length=80,
               aliases=("客戶經理", "客户经理", "銷售負責人", "销售负责人")),
        Column("contact_name", _("Contact"), max_length=60, mask=mask_name, aliases=("聯繫人", "联系人")),
        Column("contact_phone", _("Contact details"), max_length=32, parse=values.clean_code, mask=mask_phone,
               aliases=("聯繫方式", "联系方式", "電話", "电话", "phone")),
        Column("contact_email", _("E-mail"), parse=email, mask=mask_email,
               aliases=("郵箱", "邮箱", "電子郵件", "email")),
        Column("address", _("Delivery address"), max_length=300, aliases=("交付地址", "收貨地址", "收货地址", "地址")),
        Column("receiver", _("Receiver"), max_length=60, mask=mask_name, aliases=("收貨人", "收货人")),
    )  # fmt: skip

    @classmethod
    def read_by(cls, reader: User, job: Any) -> Container[int | None]:
        return EVERYTHING if reader.has_role(*REACH_CUSTOMERS) else read_customers(reader)

    def parse(self, raw: Any) -> Row:
        row = super().parse(raw)
        row.values["key"] = row.values.get("code") or row.values.get("name")
        return row

    def check(self, rows: list[Row]) -> list[Group]:
        groups = single_groups(rows, "key")
        known, people = self._known(groups), self._people(rows)
        for group in groups:
            value, row = group.rows[0].values, group.rows[0]
            group.label = value.get("name") or ""
            owner = value.get("owner")
            value["owner"] = people.get(owner.casefold()) if owner else None
            if owner and value["owner"] is None:
                row.mend("unknown_owner", name=owner)
            found = known.get(value.get("code") or "") or known.get(f"name:{value.get('name')}")
            if found and self.options["update"]:
                value["customer"] = found
                group.note("will_change")
            elif found:
                group.target_id, group.target_label = found.pk, found.code
                group.note("exists", key=found.code)
        self._judge_twins([group for group in groups if group.target_id is None])
        return groups

    def lock(self, rows: list[Row]) -> None:
        """Nobody enters one of these by hand while the chunk is written. All that the writing will lock, at once and in
        order: two files that name the same customers the other way round do not wait for each other."""
        found = set(self._known(single_groups(rows, "key")).values()) if self.options["update"] else set()
        given = [row.values for row in rows]
        lock_likeness(
            names=[value.get("name") or "" for value in given] + [customer.name for customer in found],
            tax_numbers=[value.get("tax_number") or "" for value in given]
            + [customer.tax_number for customer in found],
            phones=[value.get("contact_phone") or "" for value in given],
        )
        lock_customers(customer.pk for customer in found)

    def _judge_twins(self, groups: list[Group]) -> None:
        """Of rows that would become a customer, or change one into the likeness of another (R1.4)."""
        sound = [group for group in groups if not group.rows[0].refused]
        seen: dict[tuple[str, str], int] = {}
        for start in range(0, len(sound), BATCH):
            some = sound[start : start + BATCH]
            entered = [_entered(group.rows[0].values) for group in some]
            for group, entry, twins in zip(some, entered, find_many_twins(entered), strict=True):
                if twins:
                    self._told_of(group, twins)
                elif entry.besides is None:
                    self._judge_in_file(group, entry, seen)

    def _told_of(self, group: Group, twins: list[Twin]) -> None:
        twin = twins[0]
        hidden = twin.same == ["phone"] and not may_read_contacts(self.by, twin.customer)
        if self.options["twins"] == NEW:
            group.note("twin_somebody") if hidden else group.note("twin_kept", customer=_named(twin))
        elif hidden:
            group.rows[0].refuse("twin_somebody")
        else:
            group.target_id, group.target_label = twin.customer.pk, twin.customer.code
            group.notes = [[f"twin_{twin.same[0]}", {"customer": _named(twin)}]]

    def _judge_in_file(self, group: Group, entry: Entered, seen: dict[tuple[str, str], int]) -> None:
        keys = (("name", name_key(entry.name)), ("tax", tax_key(entry.tax_number)), ("phone", phone_key(entry.phone)))
        row = group.rows[0]
        earlier = next((seen[key] for key in keys if key in seen), None)
        if earlier is None or self.options["twins"] == NEW:
            seen.update({key: row.number for key in keys if key[1] and key not in seen})
        else:
            row.refuse("twin_in_file", row=earlier)

    def _import_key(self, code: str) -> str:
        return f"{self.options['source']}:{code}"

    def _known(self, groups: list[Group]) -> dict[str, Customer]:
        """By code of the file; rows without one by name."""
        known: dict[str, Customer] = {}
        for start in range(0, len(groups), BATCH):
            some = [group.rows[0].values for group in groups[start : start + BATCH]]
            codes = [value["code"] for value in some if value.get("code")]
            names = [value["name"] for value in some if value.get("name") and not value.get("code")]
            keys = {self._import_key(code): code for code in codes}
            for customer in Customer.objects.filter(Q(import_key__in=keys) | Q(code__in=codes) | Q(name__in=names)):
                known.setdefault(f"name:{customer.name}" if customer.name in names else customer.code, customer)
                if customer.import_key in keys:
                    known[keys[customer.import_key]] = customer
                known.setdefault(customer.code, customer)
        return known

    def _people(self, rows: list[Row]) -> dict[str, User]:
        if not any(row.values.get("owner") for row in rows):
            return {}
        people = User.objects.filter(is_active=True, kind=Kind.STAFF).order_by("-pk")
        return {name.casefold(): person for person in people for name in (person.username, person.display_name) if name}

    def take(self, groups: list[Group]) -> None:
        new = [group for group in groups if "customer" not in group.rows[0].values]
        made = create_customers(customers=[self._new(group.rows[0].values) for group in new], by=self.by)
        for group, customer in zip(new, made, strict=True):
            group.target_id, group.target_label = customer.pk, customer.code
        for group in groups:
            if found := group.rows[0].values.get("customer"):
                given = {name: group.rows[0].values[name] for name in BASICS if group.rows[0].values.get(name)}
                # The check has judged likely twins, under the same locks.
                customer = save_customer(customer=found, values=given, confirmed=True, by=self.by)
                group.target_id, group.target_label = customer.pk, customer.code

    def _new(self, value: dict[str, Any]) -> NewCustomer:
        code = value.get("code") or ""
        return NewCustomer(
            {name: value.get(name) for name in BASICS},
            import_key=self._import_key(code) if code else None,
            code=code if self.options["keep_codes"] else "",
            contact={"name": value.get("contact_name") or "", "phone": value.get("contact_phone") or "",
                     "email": value.get("contact_email") or ""},
            address={"text": value.get("address") or "", "receiver": value.get("receiver") or ""},
        )  # fmt: skip

    def summary(self, groups: Iterable[Group]) -> dict[str, int]:
        to_take = [group for group in groups if group.outcome not in (Outcome.REFUSED, Outcome.DUPLICATE)]
        changes = sum("customer" in group.rows[0].values for group in to_take)
        return {"customers": len(to_take) - changes, "changes": changes}

    def exported(self) -> Iterator[list[Any]]:
        customers = Customer.objects.visible_to(self.by).select_related("owner").order_by("pk")
        for customer in customers.prefetch_related("contacts", "addresses").iterator(chunk_size=500):
            contact, address = next(iter(customer.contacts.all()), None), next(iter(customer.addresses.all()), None)
            reads = may_read_contacts(self.by, customer)
            name, phone, mail = (contact.name, contact.phone, contact.email) if contact else ("", "", "")
            receiver = address.receiver if address else ""
            if not reads:
                name, phone, mail = mask_name(name), mask_phone(phone), mask_email(mail)
                receiver = mask_name(receiver)
            basics = [getattr(customer, field) for field in BASICS]
            yield [
                customer.code, *(str(value or "") for value in basics), name, phone, mail,
                address.text if address else "", receiver,
            ]  # fmt: skip


def _entered(value: dict[str, Any]) -> Entered:
    """Of a customer who is changed, what is new: the name it has already makes it nobody's twin."""
    name, number = value.get("name") or "", value.get("tax_number") or ""
    found: Customer | None = value.get("customer")
    if found is None:
        return Entered(name, number, value.get("contact_phone") or "")
    return Entered(
        name if name_key(name) != found.name_key else "", number if tax_key(number) != found.tax_key else "",
        besides=found.pk,
    )  # fmt: skip


def _named(twin: Twin) -> str:
    return f"{twin.customer.code} {twin.customer.name}"[:80]
