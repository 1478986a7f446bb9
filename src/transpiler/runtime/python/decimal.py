_ANY_SIZE = int.from_bytes(b"", "big")
ROUND_DOWN = "ROUND_DOWN"
ROUND_UP = "ROUND_UP"
ROUND_HALF_UP = "ROUND_HALF_UP"
ROUND_HALF_DOWN = "ROUND_HALF_DOWN"
ROUND_HALF_EVEN = "ROUND_HALF_EVEN"
ROUND_CEILING = "ROUND_CEILING"
ROUND_FLOOR = "ROUND_FLOOR"


class DecimalException(ArithmeticError):
    """What is wrong with an operation on decimals."""


class InvalidOperation(DecimalException):
    """An operation that has no result."""


class DivisionByZero(ZeroDivisionError):
    """A division by zero."""


class _Context:
    """How many digits results have, and how they are rounded."""

    def __init__(self, prec, rounding):
        self.prec = prec
        self.rounding = rounding


_CONTEXT = _Context(28, ROUND_HALF_EVEN)


def getcontext():
    """The context that all operations use."""
    return _CONTEXT


def _ten_to(power):
    result = _ANY_SIZE + 1
    for _ in range(power):
        result *= 10
    return result


def _rounds_up(negative, whole, rest, unit, rounding):
    """True when what was cut off, rest of unit, makes the whole one larger."""
    if rest == 0 or rounding == ROUND_DOWN:
        return False
    if rounding == ROUND_UP:
        return True
    if rounding == ROUND_CEILING:
        return not negative
    if rounding == ROUND_FLOOR:
        return negative
    twice = 2 * rest
    if twice != unit:
        return twice > unit
    if rounding == ROUND_HALF_UP:
        return True
    if rounding == ROUND_HALF_DOWN:
        return False
    return whole % 2 == 1


def _rescaled(negative, digits, exponent, wanted, rounding):
    """The digits with another exponent."""
    if wanted <= exponent:
        return digits * _ten_to(exponent - wanted)
    unit = _ten_to(wanted - exponent)
    whole = digits // unit
    if _rounds_up(negative, whole, digits % unit, unit, rounding):
        whole += 1
    return whole


def _decimal(negative, digits, exponent):
    """A decimal of exactly these parts."""
    made = Decimal(0)
    made._negative = negative
    made._digits = digits
    made._exponent = exponent
    return made


def _fixed(negative, digits, exponent):
    """The same, rounded to the digits of the context."""
    count = len(str(digits))
    precision = _CONTEXT.prec
    if count > precision:
        wanted = exponent + count - precision
        digits = _rescaled(negative, digits, exponent, wanted, _CONTEXT.rounding)
        exponent = wanted
        if len(str(digits)) > precision:
            digits //= 10
            exponent += 1
    return _decimal(negative, digits, exponent)


def _read_decimal(text):
    body = text.strip().replace("_", "")
    negative = body.startswith("-")
    if negative or body.startswith("+"):
        body = body[1:]
    mantissa, marker, power = body.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    digits = _ANY_SIZE
    unsigned = power[1:] if power.startswith("-") or power.startswith("+") else power
    if not (whole + decimals).isdecimal() or (marker != "" and not unsigned.isdecimal()):
        raise InvalidOperation("[<class 'decimal.ConversionSyntax'>]")
    for digit in whole + decimals:
        digits = digits * 10 + (ord(digit) - 48)
    exponent = -len(decimals)
    if marker != "":
        exponent += int(power)
    return negative, digits, exponent


class Decimal:
    """A decimal number, exact until a result has more digits than the context allows."""

    def __init__(self, value="0"):
        self._negative = False
        self._digits = _ANY_SIZE
        self._exponent = 0
        if isinstance(value, str):
            self._negative, self._digits, self._exponent = _read_decimal(value)
        elif isinstance(value, float):
            top, bottom = value.as_integer_ratio()
            power = bottom.bit_length() - 1
            digits = abs(top)
            for _ in range(power):
                digits *= 5
            self._negative = value < 0
            self._digits = digits
            self._exponent = -power
        elif isinstance(value, Decimal):
            self._negative = value._negative
            self._digits = value._digits
            self._exponent = value._exponent
        else:
            self._negative = value < 0
            self._digits = abs(value + _ANY_SIZE)

    def _signed(self):
        if self._negative:
            return -self._digits
        return self._digits

    def _aligned(self, exponent):
        return self._signed() * _ten_to(self._exponent - exponent)

    def adjusted(self):
        return self._exponent + len(str(self._digits)) - 1

    def __str__(self):
        digits = str(self._digits)
        left = self._exponent + len(digits)
        place = left if self._exponent <= 0 and left > -6 else 1
        if place <= 0:
            text = "0." + "0" * -place + digits
        elif place >= len(digits):
            text = digits + "0" * (place - len(digits))
        else:
            text = digits[:place] + "." + digits[place:]
        if left != place:
            power = left - place
            text += "E" + ("+" if power >= 0 else "") + str(power)
        if self._negative:
            return "-" + text
        return text

    def __repr__(self):
        return "Decimal('" + str(self) + "')"

    def __add__(self, other):
        if isinstance(other, Decimal):
            exponent = min(self._exponent, other._exponent)
            total = self._aligned(exponent) + other._aligned(exponent)
            negative = total < 0 or (total == 0 and self._negative and other._negative)
            return _fixed(negative, abs(total), exponent)
        return self + Decimal(other)

    def __radd__(self, other):
        return self + Decimal(other)

    def __sub__(self, other):
        if isinstance(other, Decimal):
            return self + _decimal(not other._negative, other._digits, other._exponent)
        return self - Decimal(other)

    def __rsub__(self, other):
        return Decimal(other) - self

    def __mul__(self, other):
        if isinstance(other, Decimal):
            negative = self._negative != other._negative
            return _fixed(negative, self._digits * other._digits, self._exponent + other._exponent)
        return self * Decimal(other)

    def __rmul__(self, other):
        return self * Decimal(other)

    def __truediv__(self, other):
        if isinstance(other, Decimal):
            if other._digits == 0:
                if self._digits == 0:
                    raise InvalidOperation("[<class 'decimal.DivisionUndefined'>]")
                raise DivisionByZero("[<class 'decimal.DivisionByZero'>]")
            negative = self._negative != other._negative
            ideal = self._exponent - other._exponent
            if self._digits == 0:
                return _fixed(negative, _ANY_SIZE, ideal)
            shift = len(str(other._digits)) - len(str(self._digits)) + _CONTEXT.prec + 1
            exponent = ideal - shift
            if shift >= 0:
                digits, rest = divmod(self._digits * _ten_to(shift), other._digits)
            else:
                digits, rest = divmod(self._digits, other._digits * _ten_to(-shift))
            if rest != 0:
                if digits % 5 == 0:
                    digits += 1
            else:
                while exponent < ideal and digits % 10 == 0:
                    digits //= 10
                    exponent += 1
            return _fixed(negative, digits, exponent)
        return self / Decimal(other)

    def __rtruediv__(self, other):
        return Decimal(other) / self

    def __floordiv__(self, other):
        if isinstance(other, Decimal):
            if other._digits == 0:
                raise DivisionByZero("[<class 'decimal.DivisionByZero'>]")
            exponent = min(self._exponent, other._exponent)
            whole = abs(self._aligned(exponent)) // abs(other._aligned(exponent))
            return _fixed(self._negative != other._negative, whole, 0)
        return self // Decimal(other)

    def __mod__(self, other):
        if isinstance(other, Decimal):
            if other._digits == 0:
                raise InvalidOperation("[<class 'decimal.InvalidOperation'>]")
            exponent = min(self._exponent, other._exponent)
            rest = abs(self._aligned(exponent)) % abs(other._aligned(exponent))
            return _fixed(self._negative, rest, exponent)
        return self % Decimal(other)

    def __pow__(self, power):
        result = _ANY_SIZE + 1
        for _ in range(abs(power)):
            result *= self._digits
        negative = self._negative and power % 2 == 1
        raised = _decimal(negative, result, self._exponent * abs(power))
        if power >= 0:
            return _fixed(raised._negative, raised._digits, raised._exponent)
        return Decimal(1) / raised

    def __neg__(self):
        return _fixed(not self._negative and self._digits != 0, self._digits, self._exponent)

    def __pos__(self):
        return _fixed(self._negative and self._digits != 0, self._digits, self._exponent)

    def __abs__(self):
        return _fixed(False, self._digits, self._exponent)

    def _compared(self, other):
        exponent = min(self._exponent, other._exponent)
        difference = self._aligned(exponent) - other._aligned(exponent)
        if difference < 0:
            return -1
        return 1 if difference > 0 else 0

    def __eq__(self, other):
        if isinstance(other, Decimal):
            return self._compared(other) == 0
        return self._compared(Decimal(other)) == 0

    def __lt__(self, other):
        if isinstance(other, Decimal):
            return self._compared(other) < 0
        return self._compared(Decimal(other)) < 0

    def __le__(self, other):
        if isinstance(other, Decimal):
            return self._compared(other) <= 0
        return self._compared(Decimal(other)) <= 0

    def __gt__(self, other):
        if isinstance(other, Decimal):
            return self._compared(other) > 0
        return self._compared(Decimal(other)) > 0

    def __ge__(self, other):
        if isinstance(other, Decimal):
            return self._compared(other) >= 0
        return self._compared(Decimal(other)) >= 0

    def __hash__(self):
        plain = self.normalize()
        return hash((plain._negative, plain._digits, plain._exponent))

    def __bool__(self):
        return self._digits != 0

    def __int__(self):
        whole = _rescaled(False, self._digits, self._exponent, 0, ROUND_DOWN)
        if self._negative:
            return -whole
        return whole

    def __float__(self):
        if self._exponent >= 0:
            return self._aligned(0) / 1
        return self._signed() / _ten_to(-self._exponent)

    def __round__(self):
        whole = _rescaled(self._negative, self._digits, self._exponent, 0, ROUND_HALF_EVEN)
        if self._negative:
            return -whole
        return whole

    def __floor__(self):
        whole = _rescaled(self._negative, self._digits, self._exponent, 0, ROUND_FLOOR)
        if self._negative:
            return -whole
        return whole

    def __ceil__(self):
        whole = _rescaled(self._negative, self._digits, self._exponent, 0, ROUND_CEILING)
        if self._negative:
            return -whole
        return whole

    def quantize(self, exp, rounding=None):
        """The same value with the exponent of another."""
        how = _CONTEXT.rounding if rounding is None else rounding
        digits = _rescaled(self._negative, self._digits, self._exponent, exp._exponent, how)
        if len(str(digits)) > _CONTEXT.prec:
            raise InvalidOperation("[<class 'decimal.InvalidOperation'>]")
        return _decimal(self._negative, digits, exp._exponent)

    def to_integral_value(self, rounding=None):
        """The nearest whole number."""
        if self._exponent >= 0:
            return Decimal(self)
        how = _CONTEXT.rounding if rounding is None else rounding
        return _decimal(self._negative, _rescaled(self._negative, self._digits, self._exponent, 0, how), 0)

    def normalize(self):
        """The same value without zeros at its end."""
        rounded = _fixed(self._negative, self._digits, self._exponent)
        digits, exponent = rounded._digits, rounded._exponent
        if digits == 0:
            return _decimal(self._negative, digits, 0)
        while digits % 10 == 0:
            digits //= 10
            exponent += 1
        return _decimal(self._negative, digits, exponent)

    def sqrt(self):
        """The square root, rounded once."""
        if self._digits == 0:
            return _decimal(self._negative, self._digits, self._exponent // 2)
        if self._negative:
            raise InvalidOperation("[<class 'decimal.InvalidOperation'>]")
        precision = _CONTEXT.prec + 1
        ideal = self._exponent // 2
        digits = self._digits
        if self._exponent % 2 == 1:
            digits *= 10
            length = (len(str(self._digits)) >> 1) + 1
        else:
            length = (len(str(self._digits)) + 1) >> 1
        shift = precision - length
        if shift >= 0:
            digits *= _ten_to(2 * shift)
            exact = True
        else:
            unit = _ten_to(-2 * shift)
            exact = digits % unit == 0
            digits //= unit
        exponent = ideal - shift
        root = (_ANY_SIZE + 1) << ((digits.bit_length() + 1) // 2)
        while True:
            smaller = (root + digits // root) >> 1
            if smaller >= root:
                break
            root = smaller
        exact = exact and root * root == digits
        if exact:
            if shift >= 0:
                root //= _ten_to(shift)
            else:
                root *= _ten_to(-shift)
            exponent = ideal
        elif root % 5 == 0:
            root += 1
        return _fixed(False, root, exponent)

    def __format__(self, form):
        return _formatted_decimal(self, form)

    def is_zero(self):
        return self._digits == 0

    def is_signed(self):
        return self._negative

    def copy_abs(self):
        return _decimal(False, self._digits, self._exponent)


def _formatted_decimal(value, form):
    """What a format specification makes of a decimal."""
    fill, align, sign, grouping, kind = " ", ">", "", "", ""
    width, precision = 0, -1
    at = 0
    if len(form) > 1 and form[1] in "<>^=":
        fill, align = form[0], form[1]
        at = 2
    elif len(form) > 0 and form[0] in "<>^=":
        align = form[0]
        at = 1
    if at < len(form) and form[at] in "+- ":
        sign = form[at]
        at += 1
    if at < len(form) and form[at] == "0":
        fill, align = "0", "="
        at += 1
    while at < len(form) and form[at].isdigit():
        width = width * 10 + int(form[at])
        at += 1
    if at < len(form) and form[at] in ",_":
        grouping = form[at]
        at += 1
    if at < len(form) and form[at] == ".":
        at += 1
        precision = 0
        while at < len(form) and form[at].isdigit():
            precision = precision * 10 + int(form[at])
            at += 1
    if at < len(form):
        kind = form[at]
        at += 1
    if at < len(form) or kind not in ["", "f", "F", "%", "e", "E", "g", "G", "n"]:
        raise ValueError("invalid format string")
    negative, digits, exponent = value._negative, value._digits, value._exponent
    rounding = _CONTEXT.rounding
    if kind == "%":
        exponent += 2
    if kind == "e" or kind == "E":
        if precision >= 0:
            count = len(str(digits))
            if count > precision + 1:
                wanted = exponent + count - precision - 1
                digits = _rescaled(negative, digits, exponent, wanted, rounding)
                exponent = wanted
                if len(str(digits)) > precision + 1:
                    digits //= 10
                    exponent += 1
            elif digits != 0:
                digits *= _ten_to(precision + 1 - count)
                exponent -= precision + 1 - count
    elif kind == "f" or kind == "F" or kind == "%":
        if precision >= 0:
            digits = _rescaled(negative, digits, exponent, -precision, rounding)
            exponent = -precision
        elif exponent > 0:
            digits *= _ten_to(exponent)
            exponent = 0
    elif precision >= 0 and len(str(digits)) > max(precision, 1):
        wanted = exponent + len(str(digits)) - max(precision, 1)
        digits = _rescaled(negative, digits, exponent, wanted, rounding)
        exponent = wanted
        if len(str(digits)) > max(precision, 1):
            digits //= 10
            exponent += 1
    text = str(digits)
    left = exponent + len(text)
    if kind == "f" or kind == "F" or kind == "%":
        place = left
    elif kind == "e" or kind == "E":
        place = 1
    else:
        place = left if exponent <= 0 and left > -6 else 1
    if place <= 0:
        whole, decimals = "0", "0" * -place + text
    elif place >= len(text):
        whole, decimals = text + "0" * (place - len(text)), ""
    else:
        whole, decimals = text[:place], text[place:]
    tail = "." + decimals if decimals != "" else ""
    if left != place or kind == "e" or kind == "E":
        power = left - place
        tail += ("e" if kind in "eg" and kind != "" else "E") + ("+" if power >= 0 else "") + str(power)
    if kind == "%":
        tail += "%"
    front = "-" if negative else (sign if sign == "+" or sign == " " else "")
    if grouping != "":
        room = width - len(front) - len(tail) if fill == "0" and align == "=" else 0
        grouped = _grouped(whole, grouping)
        while len(grouped) < room:
            whole = "0" + whole
            grouped = _grouped(whole, grouping)
        whole = grouped
    missing = width - len(front) - len(whole) - len(tail)
    if missing <= 0:
        return front + whole + tail
    if align == "<":
        return front + whole + tail + fill * missing
    if align == "=":
        return front + fill * missing + whole + tail
    if align == "^":
        return fill * (missing // 2) + front + whole + tail + fill * (missing - missing // 2)
    return fill * missing + front + whole + tail


def _grouped(whole, mark):
    parts = []
    while len(whole) > 3:
        parts.append(whole[-3:])
        whole = whole[:-3]
    parts.append(whole)
    parts.reverse()
    return mark.join(parts)
