import threading, re
from pathlib import Path
import pytest
from django.utils import timezone
from tests.factories.warehouse import *
from tests.factories.oms import PASSWORD
from warehouse.simulator.server import SimulatorServer
from warehouse.simulator.settings import Settings, CHECKWORD, PARTNER
from warehouse.simulator.sf.gateway import SERVICE_PATH
from warehouse.simulator.simulator import Simulator
from warehouse.simulator.store import Store
OUT=Path("/tmp/shots"); OUT.mkdir(exist_ok=True)
pytestmark=[pytest.mark.django_db(transaction=True)]
@pytest.fixture
def sf(tmp_path):
    server=SimulatorServer(("127.0.0.1",0), Simulator(Store(tmp_path/"s.sqlite3"), Settings()))
    t=threading.Thread(target=server.serve_forever,args=(0.01,),daemon=True); t.start()
    yield server
    server.shutdown(); server.server_close()
def scan(p, code):
    p.keyboard.type(code); 
    with p.expect_response(re.compile("api/scan")): p.keyboard.press("Enter")
    p.wait_for_timeout(60)
def run(p, sf, tag, big=False):
    n=[0]
    def shot(name, wait=1000):
        p.wait_for_timeout(wait); n[0]+=1; p.screenshot(path=OUT/f"{tag}-{n[0]:02d}-{name}.png")
    f=Floor(now=timezone.now())
    CarrierAccountFactory.create(warehouse=f.warehouse, credentials={"partner_id":PARTNER,"checkword":CHECKWORD}, base_url=f"{sf.url}{SERVICE_PATH}")
    s1=f.shelf("A-03-12", aisle=3,bay=12); s2=f.shelf("B-01-05", aisle=4, bay=5)
    a=f.goods(10, shelf=s1, name="有机全脂牛奶 250ml × 12 盒装", code="MILK-250-12"); b=f.goods(20, shelf=s2, name="儿童保温杯 粉色 350ml", code="CUP-P-350")
    d1=f.document({a:2,b:1}); d2=f.document({b:2, a:1}); d3=f.document({a:1}); d4=f.document({b:1})
    f.waves()
    p.goto("/wh/"); shot("login",300)
    p.fill("[name=name]", f.worker.username); p.fill("[name=password]", "wrong"); p.click("button.primary"); shot("login-wrong",300)
    p.fill("[name=password]", PASSWORD); p.click("button.primary"); shot("home",300)
    p.click(".tile-pick"); shot("pick-idle",300)
    p.click("button.primary"); shot("pick-flash",150); shot("pick-tote")
    t1,t2=f.tote("T-001"),f.tote("T-002")
    scan(p,t1.code); shot("flash",50); scan(p,t2.code); shot("pick-bin")
    scan(p,"B-01-05"); shot("wrong",300); p.click("#understood")
    scan(p,"A-03-12"); shot("pick-sku")
    scan(p,a.code)
    scan(p,b.code); shot("wrong-item",300); p.click("#understood"); 
    p.goto("/wh/"); shot("home-going",300); p.goto("/wh/pick/"); task=f.claim()
    from warehouse.services.picking.steps import next_step
    st=next_step(task); shot("pick-sku2"); print(st.kind)
    p.click("#manual"); shot("typing",300); p.click("#typing-cancel")
    f.pick_all(task)
    p.reload(); shot("pick-after",300); p.goto("/wh/"); shot("home2",300)
    p.goto("/wh/pack/"); shot("pack-idle",300)
    scan(p,d1.fulfillment_no); scan(p,a.code); shot("pack-check")
    scan(p,a.code); scan(p,b.code); shot("pack-done",600); p.wait_for_selector(".parcel-issued"); shot("pack-label",1500)
    f.pick_all()
    p.goto("/wh/hand_over/"); shot("dock-empty",300)
    from oms.models import Shipment
    scan(p, Shipment.objects.get().waybill_no); shot("dock",1200)
    p.click(".buttons .primary"); shot("dock-ask",300); p.click("#ask-choices .primary"); shot("dock-done",400)
    p.goto("/wh/label/"); shot("label-idle",300); 
    p.goto("/wh/put_back/"); shot("putback",300); p.goto("/wh/find/"); scan(p, a.code); shot("find",300)
    assert bins_against_on_hand()=={}
from warehouse.services.stock.proof import *
def test_phone(phone, sf, console):
    console.allow("."); run(phone, sf, "phone")
def test_desk(page, sf, console):
    console.allow("."); run(page, sf, "desk")
