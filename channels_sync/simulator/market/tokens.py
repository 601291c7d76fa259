"""Tokens of a simulated platform: they expire, are renewed, and where it is so they rotate."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from channels_sync.simulator.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS market_tokens (
    access TEXT PRIMARY KEY, platform TEXT NOT NULL, refresh TEXT NOT NULL,
    access_until REAL NOT NULL, refresh_until REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS market_codes (
    code TEXT PRIMARY KEY, platform TEXT NOT NULL, until REAL NOT NULL
);
"""
_CODE_LIVES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRules:
    """``rotates``: a refresh token is good once, the answer brings the next one."""

    access: timedelta = timedelta(days=1)
    refresh: timedelta = timedelta(days=30)
    rotates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    access_token: str
    refresh_token: str
    access_until: datetime
    refresh_until: datetime

    def lasts(self, *, now: datetime) -> int:
        """Return for how many more seconds the access token is good."""
        return max(int((self.access_until - now).total_seconds()), 0)


class TokenState(StrEnum):
    GOOD = "good"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Tokens:
    """The tokens of one platform's shop."""

    def __init__(self, database: Database, platform: str, rules: TokenRules) -> None:
        self._open = database.open
        self._platform = platform
        self._rules = rules

    def open_shop(self, access: str, refresh: str, *, now: datetime) -> None:
        """Give the tokens that are printed for everybody, if the shop has none yet."""
        if not self._rows("1", []):
            self._keep(access, refresh, now=now)

    def issue_code(self, *, now: datetime) -> str:
        """Return what the shop's owner brings back from the consent page."""
        code = f"code-{secrets.token_hex(12)}"
        until = (now + _CODE_LIVES).timestamp()
        with self._open() as db:
            db.execute("INSERT INTO market_codes VALUES (?, ?, ?)", [code, self._platform, until])
        return code

    def exchange(self, code: str, *, now: datetime) -> Grant | None:
        """Trade a code for tokens, once; None: unknown, used or too old."""
        query = "DELETE FROM market_codes WHERE code = ? AND platform = ? AND until > ?"
        with self._open() as db:
            is_good = db.execute(query, [code, self._platform, now.timestamp()]).rowcount == 1
        return self._fresh(now=now) if is_good else None

    def refresh(self, refresh: str, *, now: datetime) -> Grant | None:
        """Renew; None: unknown, used up or too old."""
        condition = "refresh = ? AND refresh_until > ?"
        if not self._rows(condition, [refresh, now.timestamp()]):
            return None
        if not self._rules.rotates:
            return self._fresh(refresh, now=now)
        with self._open() as db:
            # The old access token stays good until its time, as with the real ones.
            query = "UPDATE market_tokens SET refresh_until = 0 WHERE platform = ? AND refresh = ?"
            if db.execute(query, [self._platform, refresh]).rowcount == 0:
                return None
        return self._fresh(now=now)

    def check(self, access: str, *, now: datetime) -> TokenState:
        rows = self._rows("access = ?", [access])
        if not rows:
            return TokenState.UNKNOWN
        is_good = rows[0]["access_until"] > now.timestamp()
        return TokenState.GOOD if is_good else TokenState.EXPIRED

    def expire(self, *, now: datetime) -> None:
        """Let every access token end now; they can be renewed."""
        with self._open() as db:
            query = (
                "UPDATE market_tokens SET access_until = min(access_until, ?) WHERE platform = ?"
            )
            db.execute(query, [now.timestamp(), self._platform])

    def revoke(self) -> None:
        """Forget every token: the owner took the consent back."""
        with self._open() as db:
            db.execute("DELETE FROM market_tokens WHERE platform = ?", [self._platform])

    def newest(self) -> Grant | None:
        """Return the tokens given last, for the control page."""
        rows = self._rows("1 ORDER BY access_until DESC LIMIT 1", [])
        return _grant(rows[0]) if rows else None

    def _fresh(self, refresh: str = "", *, now: datetime) -> Grant:
        new = f"{self._platform}-{secrets.token_hex(16)}"
        return self._keep(new, refresh or f"renew-{secrets.token_hex(16)}", now=now)

    def _keep(self, access: str, refresh: str, *, now: datetime) -> Grant:
        until = (now + self._rules.access).timestamp(), (now + self._rules.refresh).timestamp()
        with self._open() as db:
            query = "INSERT OR REPLACE INTO market_tokens VALUES (?, ?, ?, ?, ?)"
            db.execute(query, [access, self._platform, refresh, *until])
        return _grant(self._rows("access = ?", [access])[0])

    def _rows(self, condition: str, values: Sequence[object]) -> list[Any]:
        query = f"SELECT * FROM market_tokens WHERE platform = ? AND {condition}"  # noqa: S608 - our own words
        with self._open() as db:
            return db.execute(query, [self._platform, *values]).fetchall()


def _grant(row: Any) -> Grant:
    return Grant(
        access_token=row["access"],
        refresh_token=row["refresh"],
        access_until=_moment(row["access_until"]),
        refresh_until=_moment(row["refresh_until"]),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
