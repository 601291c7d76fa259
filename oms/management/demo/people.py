"""One account for every role. They exist in demo mode only, and so does their password."""

from datetime import datetime

from django.conf import settings

from oms.access.grants import assign_role
from oms.models import Department, User

PASSWORD = "kapok-demo-2026"  # noqa: S105  # printed on the first page of the demo

ACCOUNTS = (
    ("kefu", "林小夏", "customer_service"),
    ("kefuzhuguan", "陈思远", "service_supervisor"),
    ("cangku", "周强", "warehouse_staff"),
    ("cangkuzhuguan", "吴建国", "warehouse_manager"),
    ("caiwu", "赵敏", "finance"),
    ("jianding", "孙工", "inspector"),
    ("dianzhang", "何掌柜", "store_manager"),
    ("shenji", "郑审", "auditor"),
)
ADMIN = ("admin", "系统管理员")


def seed_people(company: Department, *, now: datetime) -> None:
    """Make the accounts, each with its role on the whole company.

    :raises NotInDemo: outside demo mode, where everybody would know the password
    """
    if not settings.DEMO:
        raise NotInDemo
    root = User.objects.create_superuser(ADMIN[0], password=PASSWORD, first_name=ADMIN[1])
    for number, (username, name, role) in enumerate(ACCOUNTS, start=1):
        user = User.objects.create_user(
            username,
            password=PASSWORD,
            first_name=name,
            is_staff=True,
            badge_no=f"B{number:04d}",
            department=company,
        )
        assign_role(user.pk, role=role, place=company, now=now, granted_by=root)


class NotInDemo(RuntimeError):
    """Accounts with a known password outside demo mode: refused."""
