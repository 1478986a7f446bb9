MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 1, 2, 3, 4, 5, 6
month_name = ["", "January", "February", "March", "April", "May", "June", "July", "August"] + [
    "September",
    "October",
    "November",
    "December",
]
month_abbr = ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
day_name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
day_abbr = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def isleap(year):
    """True for leap years."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def leapdays(y1, y2):
    """The number of leap years in a range of years."""
    y1 -= 1
    y2 -= 1
    return (y2 // 4 - y1 // 4) - (y2 // 100 - y1 // 100) + (y2 // 400 - y1 // 400)


def weekday(year, month, day):
    """The day of the week, 0 for Monday."""
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 + day
    for number in range(1, month):
        days += _length(year, number)
    return (days + 6) % 7


def _length(year, month):
    if month == 2:
        return 29 if isleap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def monthrange(year, month):
    """The day of the week of the first of the month, and the number of its days."""
    return weekday(year, month, 1), _length(year, month)


def monthcalendar(year, month):
    """The weeks of a month, with 0 for days outside it."""
    first, days = monthrange(year, month)
    weeks = []
    day = 1 - first
    while day <= days:
        weeks.append([n if 1 <= n <= days else 0 for n in range(day, day + 7)])
        day += 7
    return weeks
