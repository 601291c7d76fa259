"""An upload is started in the moment in which it is old enough to be thrown away."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import transaction

from channels_sync.models import PayoutStatement
from channels_sync.services.payouts import uploading
from tests.channels_sync.payouts.conftest import HEADER, LATER, PAID, Finance, line
from tests.oms.services.sheets.files import as_csv
from tests.races.together import await_waiting, closing

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_upload_that_is_just_being_started_is_not_thrown_away() -> None:
    finance = Finance()
    file = as_csv([HEADER, line("A1", "100")])
    statement, _new = uploading.upload(finance.store.pk, file=file, actor=finance.person, now=PAID)
    options = finance.guessed(statement)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            uploading.start(statement.pk, options=options, actor=finance.person, now=LATER)
            sweep = partial(uploading.throw_unused_away, now=LATER)
            swept = pool.submit(closing, sweep)
            await_waiting(1)
        assert swept.result() == 0
    assert PayoutStatement.objects.get().job.input_file
