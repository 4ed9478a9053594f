"""One account per role, named by the role's code; password `demo`."""

from accounts.choices import Role
from accounts.models import RoleAssignment, User

PASSWORD = "demo"  # noqa: S105 - of the try-out alone
NAMES = {
    Role.SALES: "王芳",
    Role.INSIDE_SALES: "赵敏",
    Role.SERVICE: "孙丽",
    Role.ORDER_CENTER: "周涛",
    Role.ENGINEERING: "吴刚",
    Role.PRODUCTION: "郑强",
    Role.QUALITY: "冯静",
    Role.WAREHOUSE: "陈伟",
    Role.LOGISTICS: "褚健",
    Role.PURCHASING: "卫东",
    Role.FINANCE: "蒋红",
    Role.AFTERSALES: "沈杰",
    Role.SALES_MANAGER: "韩磊",
    Role.SALES_DIRECTOR: "杨帆",
    Role.GENERAL_MANAGER: "朱明",
    Role.SUPERVISION: "秦岚",
    Role.ADMIN: "许诺",
}


def make_people() -> dict[str, User]:
    """The accounts by role code, and a second salesperson (`sales2`)."""
    people = {role.value: _person(role.value, name, role) for role, name in NAMES.items()}
    people["sales2"] = _person("sales2", "何琳", Role.SALES)
    admin = people[Role.ADMIN]
    admin.is_staff = admin.is_superuser = True
    admin.save(update_fields=["is_staff", "is_superuser"])
    return people


def _person(username: str, name: str, role: Role) -> User:
    user = User(username=username, display_name=name, email=f"{username}@jiedan.example")
    user.set_password(PASSWORD)
    user.save()
    RoleAssignment.objects.create(user=user, role=role)
    return user
