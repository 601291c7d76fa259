import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from tests.factories.oms import OrderFactory
from tests.plugins.leavings import Origin

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_test_left_is_gone() -> None:
    origin = Origin.now()
    OrderFactory.create()
    assert Origin.now().differs(origin)
    origin.restore()
    assert not Origin.now().differs(origin)


def test_what_migrations_left_is_put_back() -> None:
    origin = Origin.now()
    Permission.objects.filter(codename="add_order").update(name="?")
    ContentType.objects.get(app_label="oms", model="sku").delete()
    assert Origin.now().differs(origin)
    origin.restore()
    assert not Origin.now().differs(origin)
