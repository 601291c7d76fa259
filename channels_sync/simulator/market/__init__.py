"""The market: what every simulated platform has in common, and how one more is added.

1. The ``Market`` of a platform (market.py) keeps neutral orders, refunds, parcels and stock, and
   does what buyers, the seller and the platform do with them; every act moves ``modified``.
2. Add a platform: a package beside this one with a class that inherits ``Platform`` (platform.py)
   and one line in ``channels_sync/simulator/platforms.py``. Nothing else knows its name.
3. It gives ``key`` (first part of all its paths, and the kind of its connector), ``label``,
   ``app`` (its ``App``: keys, secrets, store code), ``token_rules``; often ``number()`` too.
4. ``answer(call, now=) -> Reply`` gets every call below ``/<key>/``; ``call.path`` has that cut
   off. Read from ``self.market.store``, act through ``self.market``; ``Refusal`` is against a rule.
5. ``place_of(call)`` names the operation for planned faults; ``throttled(call)`` and
   ``refused(call)`` are the platform's own words for "too fast" and "no".
6. ``push(change)`` makes the messages about a change, ``letter(message, fault, now)`` signs and
   addresses one; the outbox, its tries and its faults do the rest (wrong_key and changed bytes:
   sign as the fault says). Where messages are fetched by call: ``fetches_messages = True`` and
   ``self.mailbox.take()/confirm()``.
7. ``self.tokens``: issue a code, exchange, refresh (rotating where the rules say so), ``check()``.
8. Times are aware UTC, whole seconds; amounts are Decimal yuan; receivers are plain (sealing.py
   makes ciphertext and masks of them). The same receiver always gets the same ciphertext.
9. Where the platform has a waybill service of its own: look at the receiver, then
   ``self.market.waybills.issue()/find()/void()``; branches.py lists what the shop subscribed to.
10. Page, buttons, faults, tokens and the automatic mode come by themselves.
11. Its tests speak to it over real HTTP; tests/channels_sync/simulator/market shows how.
"""
