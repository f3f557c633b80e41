"""What a demo centre offers to book: an exam that is sat on a seat, two centres, times online, vouchers, and a rehearsal.

Times are offered anew at every start, so that there are some ahead. The codes of the vouchers are kept in the data folder,
readable for its owner only, as the demo accounts' passwords are; the database has their hashes.
"""

import json
import os
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from app.database import Connection
from app.settings import Settings
from exams.booking import store
from exams.booking.promise import promise
from exams.booking.voucher import code_sha256, new_codes
from exams.booking.zones import pinned
from exams.ids import CentreId, SchemeId
from exams.papers.blueprint import BlueprintRow
from exams.papers.rules import Rules
from exams.papers.setting import found_scheme
from exams.papers.store import schemes

BOOKED: Final = "data-handling-associate"
REHEARSAL: Final = "rehearsal"

CENTRES: Final = (
    ("Sarap Almaty", "Абай даңғылы 10, Алматы", "Asia/Almaty"),
    ("Sarap Qostanay", "Әл-Фараби даңғылы 65, Қостанай", "Asia/Qostanay"),
)
DAYS_AHEAD: Final = 14
SUNDAY: Final = 6
TIMES: Final = (time(10), time(14, 30))
SEATS: Final = 12
SOON: Final = timedelta(minutes=5)
QUARTER: Final = timedelta(minutes=15)
VOUCHERS: Final = 3
VOUCHER_DAYS: Final = 365


def vouchers(data_dir: Path) -> list[str]:
    """The demo vouchers' codes, made at the first call and kept in `demo-vouchers.json`."""
    path = data_dir / "demo-vouchers.json"
    if path.exists():
        return json.loads(path.read_text("utf-8"))
    codes = list(new_codes(VOUCHERS))
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(codes, file, indent=2)
    return codes


async def seed(db: Connection, settings: Settings, now: datetime, languages: Sequence[str]) -> None:
    """Have it all there, in the caller's transaction."""
    await _rehearsal(db, languages, now)
    scheme_id = await _booked_exam(db, languages, now)
    places: list[tuple[CentreId | None, str]] = [(None, settings.time_zone.key)]
    for name, address, zone in CENTRES:
        await store.insert_centre(db, name, address, zone, now)
    places += [(centre.centre_id, centre.zone) for centre in await store.centres(db)]
    for centre_id, zone in places:
        await _offer(db, scheme_id, centre_id, zone, now)
    hashes = [code_sha256(code) for code in vouchers(settings.data_dir)]
    if await store.voucher_to_use(db, hashes[0]) is None:
        await store.insert_batch(db, None, "Demo", now + timedelta(days=VOUCHER_DAYS), None, hashes, now)


async def _offer(db: Connection, scheme_id: SchemeId, centre_id: CentreId | None, zone: str, now: datetime) -> None:
    """Twice a day but on Sundays; online also at the next quarter of an hour, for whoever tries it now."""
    zones = pinned()
    today = zones.local(now, zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(1, DAYS_AHEAD + 1)]
    starts = [datetime.combine(day, at) for day in days if day.weekday() != SUNDAY for at in TIMES]
    if centre_id is None:
        soon = zones.local(now + SOON, zone)
        midnight = datetime.combine(soon.date(), time())
        starts.append(midnight + QUARTER * (1 + (soon - midnight) // QUARTER))
    for local in starts:
        given = promise(local, zone, at_centre=centre_id is not None, zones=zones)
        await store.insert_slot(db, scheme_id, centre_id, given, SEATS, None, now)


async def _booked_exam(db: Connection, languages: Sequence[str], now: datetime) -> SchemeId:
    await found_scheme(
        db,
        code=BOOKED,
        names={
            "kk": "Деректермен жұмыс маманы",
            "ru": "Специалист по работе с данными",
            "en": "Data handling associate",
        },
        descriptions={
            "kk": "Екі тапсырма: жолдар және деректерді өңдеу. Брондалған орында, орталықта немесе онлайн тапсырылады.",
            "ru": "Два задания: строки и обработка данных. Сдаётся на забронированном месте, в центре или онлайн.",
            "en": "Two tasks: strings and data processing. Sat on a booked seat, at a centre or online.",
        },
        duration_minutes=45,
        cut_score_percent=60,
        languages=languages,
        blueprint=[BlueprintRow(1, "strings-and-validation", 40), BlueprintRow(2, "data-processing", 60)],
        now=now,
        rules=Rules(booking_required=True, retake_wait_days=14, sessions_per_year=4),
    )
    return next(scheme.scheme_id for scheme in await schemes(db) if scheme.code == BOOKED)


async def _rehearsal(db: Connection, languages: Sequence[str], now: datetime) -> None:
    await found_scheme(
        db,
        code=REHEARSAL,
        names={"kk": "Жаттығу емтиханы", "ru": "Репетиция экзамена", "en": "Rehearsal"},
        descriptions={
            "kk": "Нақты беттерде екі тапсырма, қалағаныңызша қайталап. Ештеңе есептелмейді.",
            "ru": "Два задания на настоящих страницах, сколько угодно раз. Ничто не засчитывается.",
            "en": "Two tasks on the real pages, as often as you like. Nothing counts.",
        },
        duration_minutes=40,
        cut_score_percent=60,
        languages=languages,
        blueprint=[BlueprintRow(1, "arithmetic", 50), BlueprintRow(2, "graphs", 50)],
        now=now,
        rules=Rules(rehearsal=True),
    )
