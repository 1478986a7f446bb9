import time as _time

MINYEAR = 1
MAXYEAR = 9999
_DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
_MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_in_month(year, month):
    if month == 2 and _is_leap(year):
        return 29
    return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]


def _ordinal(year, month, day):
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 + _DAYS_BEFORE[month - 1] + day
    if month > 2 and _is_leap(year):
        days += 1
    return days


def _from_ordinal(n):
    if n < 1 or n > 3652059:
        raise OverflowError("date value out of range")
    n -= 1
    n400, n = divmod(n, 146097)
    year = n400 * 400 + 1
    n100, n = divmod(n, 36524)
    n4, n = divmod(n, 1461)
    n1, n = divmod(n, 365)
    year += n100 * 100 + n4 * 4 + n1
    if n1 == 4 or n100 == 4:
        return year - 1, 12, 31
    month = 1
    while n >= _days_in_month(year, month):
        n -= _days_in_month(year, month)
        month += 1
    return year, month, n + 1


def _check_date(year, month, day):
    if year < MINYEAR or year > MAXYEAR:
        raise ValueError("year " + str(year) + " is out of range")
    if month < 1 or month > 12:
        raise ValueError("month must be in 1..12")
    if day < 1 or day > _days_in_month(year, month):
        raise ValueError("day is out of range for month")


def _check_time(hour, minute, second, microsecond):
    if hour < 0 or hour > 23:
        raise ValueError("hour must be in 0..23")
    if minute < 0 or minute > 59:
        raise ValueError("minute must be in 0..59")
    if second < 0 or second > 59:
        raise ValueError("second must be in 0..59")
    if microsecond < 0 or microsecond > 999999:
        raise ValueError("microsecond must be in 0..999999")


def _padded(value, width):
    return str(value).zfill(width)


def _time_text(hour, minute, second, microsecond):
    text = _padded(hour, 2) + ":" + _padded(minute, 2) + ":" + _padded(second, 2)
    if microsecond != 0:
        text += "." + _padded(microsecond, 6)
    return text


def _formatted(form, year, month, day, hour, minute, second, microsecond):
    """What strftime gives in the C locale."""
    ordinal = _ordinal(year, month, day)
    weekday = (ordinal + 6) % 7
    day_of_year = ordinal - _ordinal(year, 1, 1) + 1
    out = []
    i = 0
    while i < len(form):
        c = form[i]
        i += 1
        if c != "%" or i == len(form):
            out.append(c)
            continue
        c = form[i]
        i += 1
        if c == "Y":
            out.append(str(year))
        elif c == "m":
            out.append(_padded(month, 2))
        elif c == "d":
            out.append(_padded(day, 2))
        elif c == "e":
            out.append(str(day).rjust(2))
        elif c == "H":
            out.append(_padded(hour, 2))
        elif c == "I":
            out.append(_padded((hour + 11) % 12 + 1, 2))
        elif c == "M":
            out.append(_padded(minute, 2))
        elif c == "S":
            out.append(_padded(second, 2))
        elif c == "f":
            out.append(_padded(microsecond, 6))
        elif c == "y":
            out.append(_padded(year % 100, 2))
        elif c == "B":
            out.append(_MONTHS[month - 1])
        elif c == "b" or c == "h":
            out.append(_MONTHS[month - 1][:3])
        elif c == "A":
            out.append(_WEEKDAYS[weekday])
        elif c == "a":
            out.append(_WEEKDAYS[weekday][:3])
        elif c == "p":
            out.append("AM" if hour < 12 else "PM")
        elif c == "j":
            out.append(_padded(day_of_year, 3))
        elif c == "w":
            out.append(str((weekday + 1) % 7))
        elif c == "u":
            out.append(str(weekday + 1))
        elif c == "U":
            out.append(_padded((day_of_year + 6 - (weekday + 1) % 7) // 7, 2))
        elif c == "W":
            out.append(_padded((day_of_year + 6 - weekday) // 7, 2))
        elif c == "F":
            out.append(str(year) + "-" + _padded(month, 2) + "-" + _padded(day, 2))
        elif c == "T" or c == "X":
            out.append(_padded(hour, 2) + ":" + _padded(minute, 2) + ":" + _padded(second, 2))
        elif c == "D" or c == "x":
            out.append(_padded(month, 2) + "/" + _padded(day, 2) + "/" + _padded(year % 100, 2))
        elif c == "R":
            out.append(_padded(hour, 2) + ":" + _padded(minute, 2))
        elif c == "c":
            out.append(_WEEKDAYS[weekday][:3] + " " + _MONTHS[month - 1][:3] + " " + str(day).rjust(2) + " ")
            out.append(_padded(hour, 2) + ":" + _padded(minute, 2) + ":" + _padded(second, 2) + " " + str(year))
        elif c == "n":
            out.append("\n")
        elif c == "t":
            out.append("\t")
        elif c == "%":
            out.append("%")
        elif c == "z" or c == "Z":
            out.append("")
        else:
            out.append("%" + c)
    return "".join(out)


def _read_digits(text, at, most, form):
    end = at
    while end < len(text) and end - at < most and text[end].isdigit():
        end += 1
    if end == at:
        raise ValueError("time data " + repr(text) + " does not match format " + repr(form))
    return int(text[at:end]), end


def _parsed(text, form):
    """Year, month, day, hour, minute, second and microsecond that strptime reads."""
    year, month, day, hour, minute, second, microsecond = 1900, 1, 1, 0, 0, 0, 0
    afternoon = -1
    at = 0
    i = 0
    bad = "time data " + repr(text) + " does not match format " + repr(form)
    while i < len(form):
        c = form[i]
        i += 1
        if c.isspace():
            start = at
            while at < len(text) and text[at].isspace():
                at += 1
            if at == start:
                raise ValueError(bad)
            continue
        if c != "%" or i == len(form):
            if at >= len(text) or text[at] != c:
                raise ValueError(bad)
            at += 1
            continue
        c = form[i]
        i += 1
        if c == "Y":
            start = at
            year, at = _read_digits(text, at, 4, form)
            if at - start != 4:
                raise ValueError(bad)
        elif c == "m":
            month, at = _read_digits(text, at, 2, form)
        elif c == "d":
            day, at = _read_digits(text, at, 2, form)
        elif c == "H" or c == "I":
            hour, at = _read_digits(text, at, 2, form)
        elif c == "M":
            minute, at = _read_digits(text, at, 2, form)
        elif c == "S":
            second, at = _read_digits(text, at, 2, form)
        elif c == "y":
            year, at = _read_digits(text, at, 2, form)
            year += 2000 if year < 69 else 1900
        elif c == "f":
            start = at
            microsecond, at = _read_digits(text, at, 6, form)
            for _ in range(6 - (at - start)):
                microsecond *= 10
        elif c == "B" or c == "b":
            found = False
            for number, name in enumerate(_MONTHS):
                wanted = name if c == "B" else name[:3]
                if not found and text[at : at + len(wanted)].lower() == wanted.lower():
                    month = number + 1
                    at += len(wanted)
                    found = True
            if not found:
                raise ValueError(bad)
        elif c == "A" or c == "a":
            found = False
            for name in _WEEKDAYS:
                wanted = name if c == "A" else name[:3]
                if not found and text[at : at + len(wanted)].lower() == wanted.lower():
                    at += len(wanted)
                    found = True
            if not found:
                raise ValueError(bad)
        elif c == "p":
            half = text[at : at + 2].upper()
            if half != "AM" and half != "PM":
                raise ValueError(bad)
            afternoon = 1 if half == "PM" else 0
            at += 2
        elif c == "%":
            if at >= len(text) or text[at] != "%":
                raise ValueError(bad)
            at += 1
        else:
            raise ValueError("'" + c + "' is a bad directive in format " + repr(form))
    if at < len(text):
        raise ValueError("unconverted data remains: " + text[at:])
    if afternoon == 1 and hour < 12:
        hour += 12
    elif afternoon == 0 and hour == 12:
        hour = 0
    if month < 1 or month > 12 or day < 1 or day > 31 or hour > 23 or minute > 59 or second > 61:
        raise ValueError(bad)
    return year, month, day, hour, minute, second, microsecond


def _micros(value, size):
    """So many units in microseconds."""
    if isinstance(value, float):
        whole = int(value)
        return whole * size + round((value - whole) * size)
    return value * size


class timedelta:
    """A span of time, exact to the microsecond."""

    def __init__(self, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0):
        total = (
            _micros(weeks, 604800000000)
            + _micros(days, 86400000000)
            + _micros(hours, 3600000000)
            + _micros(minutes, 60000000)
            + _micros(seconds, 1000000)
            + _micros(milliseconds, 1000)
            + _micros(microseconds, 1)
        )
        self.days = total // 86400000000
        left = total % 86400000000
        self.seconds = left // 1000000
        self.microseconds = left % 1000000
        if abs(self.days) > 999999999:
            raise OverflowError("days=" + str(self.days) + "; must have magnitude <= 999999999")

    def _total(self):
        return (self.days * 86400 + self.seconds) * 1000000 + self.microseconds

    def total_seconds(self):
        return self._total() / 1000000

    def __repr__(self):
        parts = []
        if self.days != 0:
            parts.append("days=" + str(self.days))
        if self.seconds != 0:
            parts.append("seconds=" + str(self.seconds))
        if self.microseconds != 0:
            parts.append("microseconds=" + str(self.microseconds))
        if len(parts) == 0:
            parts.append("0")
        return "datetime.timedelta(" + ", ".join(parts) + ")"

    def __str__(self):
        minutes, second = divmod(self.seconds, 60)
        hour, minute = divmod(minutes, 60)
        text = str(hour) + ":" + _padded(minute, 2) + ":" + _padded(second, 2)
        if self.microseconds != 0:
            text += "." + _padded(self.microseconds, 6)
        if self.days != 0:
            unit = " day, " if abs(self.days) == 1 else " days, "
            text = str(self.days) + unit + text
        return text

    def __add__(self, other):
        if isinstance(other, timedelta):
            return timedelta(0, 0, self._total() + other._total())
        return other + self

    def __sub__(self, other):
        return timedelta(0, 0, self._total() - other._total())

    def __mul__(self, factor):
        if isinstance(factor, float):
            return timedelta(0, 0, round(self._total() * factor))
        return timedelta(0, 0, self._total() * factor)

    def __rmul__(self, factor):
        if isinstance(factor, float):
            return timedelta(0, 0, round(self._total() * factor))
        return timedelta(0, 0, self._total() * factor)

    def __truediv__(self, other):
        if isinstance(other, timedelta):
            return self._total() / other._total()
        if isinstance(other, float):
            return timedelta(0, 0, round(self._total() / other))
        twice = 2 * self._total()
        quotient, rest = divmod(self._total(), other)
        if 2 * abs(rest) > abs(other) or (2 * abs(rest) == abs(other) and quotient % 2 == 1):
            quotient += 1
        return timedelta(0, 0, quotient)

    def __floordiv__(self, other):
        if isinstance(other, timedelta):
            return self._total() // other._total()
        return timedelta(0, 0, self._total() // other)

    def __mod__(self, other):
        return timedelta(0, 0, self._total() % other._total())

    def __neg__(self):
        return timedelta(0, 0, -self._total())

    def __pos__(self):
        return timedelta(0, 0, self._total())

    def __abs__(self):
        return timedelta(0, 0, abs(self._total()))

    def __eq__(self, other):
        return isinstance(other, timedelta) and self._total() == other._total()

    def __lt__(self, other):
        return self._total() < other._total()

    def __le__(self, other):
        return self._total() <= other._total()

    def __gt__(self, other):
        return self._total() > other._total()

    def __ge__(self, other):
        return self._total() >= other._total()

    def __hash__(self):
        return hash((self.days, self.seconds, self.microseconds))

    def __bool__(self):
        return self._total() != 0


class date:
    """A day of the Gregorian calendar."""

    def __init__(self, year, month, day):
        _check_date(year, month, day)
        self.year = year
        self.month = month
        self.day = day

    @staticmethod
    def today():
        year, month, day = _from_ordinal(719163 + int(_time.time()) // 86400)
        return date(year, month, day)

    @staticmethod
    def fromordinal(n):
        year, month, day = _from_ordinal(n)
        return date(year, month, day)

    @staticmethod
    def fromisoformat(text):
        if len(text) != 10 or text[4] != "-" or text[7] != "-":
            raise ValueError("Invalid isoformat string: " + repr(text))
        return date(int(text[:4]), int(text[5:7]), int(text[8:]))

    def toordinal(self):
        return _ordinal(self.year, self.month, self.day)

    def weekday(self):
        return (self.toordinal() + 6) % 7

    def isoweekday(self):
        return self.weekday() + 1

    def isocalendar(self):
        return _iso_calendar(self.year, self.toordinal())

    def isoformat(self):
        return _padded(self.year, 4) + "-" + _padded(self.month, 2) + "-" + _padded(self.day, 2)

    def strftime(self, form):
        return _formatted(form, self.year, self.month, self.day, 0, 0, 0, 0)

    def __format__(self, form):
        if form == "":
            return str(self)
        return self.strftime(form)

    def ctime(self):
        return self.strftime("%a %b %e 00:00:00 %Y")

    def replace(self, year=None, month=None, day=None):
        return date(
            self.year if year is None else year,
            self.month if month is None else month,
            self.day if day is None else day,
        )

    def __repr__(self):
        return "datetime.date(" + str(self.year) + ", " + str(self.month) + ", " + str(self.day) + ")"

    def __str__(self):
        return self.isoformat()

    def __add__(self, span):
        return date.fromordinal(self.toordinal() + span.days)

    def __radd__(self, span):
        return date.fromordinal(self.toordinal() + span.days)

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return date.fromordinal(self.toordinal() - other.days)
        return timedelta(self.toordinal() - other.toordinal())

    def __eq__(self, other):
        return isinstance(other, date) and self.toordinal() == other.toordinal()

    def __lt__(self, other):
        return self.toordinal() < other.toordinal()

    def __le__(self, other):
        return self.toordinal() <= other.toordinal()

    def __gt__(self, other):
        return self.toordinal() > other.toordinal()

    def __ge__(self, other):
        return self.toordinal() >= other.toordinal()

    def __hash__(self):
        return hash((self.year, self.month, self.day))


def _iso_calendar(year, ordinal):
    first = _iso_first(year)
    week = (ordinal - first) // 7
    if week < 0:
        year -= 1
        week = (ordinal - _iso_first(year)) // 7
    elif week >= 52 and ordinal >= _iso_first(year + 1):
        year += 1
        week = 0
    return year, week + 1, (ordinal + 6) % 7 + 1


def _iso_first(year):
    first = _ordinal(year, 1, 1)
    weekday = (first + 6) % 7
    monday = first - weekday
    if weekday > 3:
        monday += 7
    return monday


class datetime:
    """A moment, without a time zone."""

    def __init__(self, year, month, day, hour=0, minute=0, second=0, microsecond=0):
        _check_date(year, month, day)
        _check_time(hour, minute, second, microsecond)
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond

    @staticmethod
    def now():
        return datetime._of(719163 * 86400000000 + int(_time.time() * 1000000))

    @staticmethod
    def today():
        return datetime.now()

    @staticmethod
    def utcnow():
        return datetime.now()

    @staticmethod
    def _of(total):
        days, left = divmod(total, 86400000000)
        year, month, day = _from_ordinal(days)
        seconds, microsecond = divmod(left, 1000000)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return datetime(year, month, day, hour, minute, second, microsecond)

    @staticmethod
    def strptime(text, form):
        year, month, day, hour, minute, second, microsecond = _parsed(text, form)
        return datetime(year, month, day, hour, minute, second, microsecond)

    @staticmethod
    def fromisoformat(text):
        day = date.fromisoformat(text[:10])
        hour, minute, second, microsecond = 0, 0, 0, 0
        if len(text) > 10:
            rest = text[11:]
            if "." in rest:
                rest, _, digits = rest.partition(".")
                microsecond = int((digits + "000000")[:6])
            parts = rest.split(":")
            hour = int(parts[0])
            if len(parts) > 1:
                minute = int(parts[1])
            if len(parts) > 2:
                second = int(parts[2])
        return datetime(day.year, day.month, day.day, hour, minute, second, microsecond)

    def _total(self):
        seconds = (self.toordinal() * 24 + self.hour) * 3600 + self.minute * 60 + self.second
        return seconds * 1000000 + self.microsecond

    def date(self):
        return date(self.year, self.month, self.day)

    def toordinal(self):
        return _ordinal(self.year, self.month, self.day)

    def weekday(self):
        return (self.toordinal() + 6) % 7

    def isoweekday(self):
        return self.weekday() + 1

    def isocalendar(self):
        return _iso_calendar(self.year, self.toordinal())

    def strftime(self, form):
        return _formatted(
            form, self.year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond
        )

    def __format__(self, form):
        if form == "":
            return str(self)
        return self.strftime(form)

    def ctime(self):
        return self.strftime("%a %b %e %H:%M:%S %Y")

    def isoformat(self, sep="T"):
        day = _padded(self.year, 4) + "-" + _padded(self.month, 2) + "-" + _padded(self.day, 2)
        return day + sep + _time_text(self.hour, self.minute, self.second, self.microsecond)

    def replace(self, year=None, month=None, day=None, hour=None, minute=None, second=None, microsecond=None):
        return datetime(
            self.year if year is None else year,
            self.month if month is None else month,
            self.day if day is None else day,
            self.hour if hour is None else hour,
            self.minute if minute is None else minute,
            self.second if second is None else second,
            self.microsecond if microsecond is None else microsecond,
        )

    def __repr__(self):
        parts = [self.year, self.month, self.day, self.hour, self.minute]
        if self.second != 0 or self.microsecond != 0:
            parts.append(self.second)
        if self.microsecond != 0:
            parts.append(self.microsecond)
        return "datetime.datetime(" + ", ".join([str(part) for part in parts]) + ")"

    def __str__(self):
        return self.isoformat(" ")

    def __add__(self, span):
        return datetime._of(self._total() + span._total())

    def __radd__(self, span):
        return datetime._of(self._total() + span._total())

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return datetime._of(self._total() - other._total())
        return timedelta(0, 0, self._total() - other._total())

    def __eq__(self, other):
        return isinstance(other, datetime) and self._total() == other._total()

    def __lt__(self, other):
        return self._total() < other._total()

    def __le__(self, other):
        return self._total() <= other._total()

    def __gt__(self, other):
        return self._total() > other._total()

    def __ge__(self, other):
        return self._total() >= other._total()

    def __hash__(self):
        return hash((self.year, self.month, self.day, self._total()))
