_ANY_SIZE = int.from_bytes(b"", "big")


class Fraction:
    """A rational number in lowest terms."""

    def __init__(self, numerator=0, denominator=1):
        if isinstance(numerator, str):
            top, bottom = _parse_fraction(numerator)
        elif isinstance(numerator, float):
            top, bottom = numerator.as_integer_ratio()
        elif isinstance(numerator, Fraction):
            if isinstance(denominator, Fraction):
                top = numerator.numerator * denominator.denominator
                bottom = numerator.denominator * denominator.numerator
            else:
                top = numerator.numerator
                bottom = numerator.denominator * denominator
        else:
            if isinstance(denominator, Fraction):
                top = numerator * denominator.denominator
                bottom = denominator.numerator
            else:
                top = numerator + _ANY_SIZE
                bottom = denominator + _ANY_SIZE
        if bottom == 0:
            raise ZeroDivisionError("Fraction(" + str(top) + ", 0)")
        divisor = _greatest_divisor(top, bottom)
        if bottom < 0:
            divisor = -divisor
        self.numerator = top // divisor + _ANY_SIZE
        self.denominator = bottom // divisor + _ANY_SIZE

    def __repr__(self):
        return "Fraction(" + str(self.numerator) + ", " + str(self.denominator) + ")"

    def __str__(self):
        if self.denominator == 1:
            return str(self.numerator)
        return str(self.numerator) + "/" + str(self.denominator)

    def __add__(self, other):
        if isinstance(other, float):
            return float(self) + other
        if isinstance(other, Fraction):
            return Fraction(
                self.numerator * other.denominator + other.numerator * self.denominator,
                self.denominator * other.denominator,
            )
        return Fraction(self.numerator + other * self.denominator, self.denominator)

    def __radd__(self, other):
        if isinstance(other, float):
            return other + float(self)
        return Fraction(self.numerator + other * self.denominator, self.denominator)

    def __sub__(self, other):
        if isinstance(other, float):
            return float(self) - other
        if isinstance(other, Fraction):
            return Fraction(
                self.numerator * other.denominator - other.numerator * self.denominator,
                self.denominator * other.denominator,
            )
        return Fraction(self.numerator - other * self.denominator, self.denominator)

    def __rsub__(self, other):
        if isinstance(other, float):
            return other - float(self)
        return Fraction(other * self.denominator - self.numerator, self.denominator)

    def __mul__(self, other):
        if isinstance(other, float):
            return float(self) * other
        if isinstance(other, Fraction):
            return Fraction(self.numerator * other.numerator, self.denominator * other.denominator)
        return Fraction(self.numerator * other, self.denominator)

    def __rmul__(self, other):
        if isinstance(other, float):
            return other * float(self)
        return Fraction(self.numerator * other, self.denominator)

    def __truediv__(self, other):
        if isinstance(other, float):
            return float(self) / other
        if isinstance(other, Fraction):
            return Fraction(self.numerator * other.denominator, self.denominator * other.numerator)
        return Fraction(self.numerator, self.denominator * other)

    def __rtruediv__(self, other):
        if isinstance(other, float):
            return other / float(self)
        return Fraction(other * self.denominator, self.numerator)

    def __floordiv__(self, other):
        if isinstance(other, Fraction):
            return (self.numerator * other.denominator) // (self.denominator * other.numerator)
        return self.numerator // (self.denominator * other)

    def __mod__(self, other):
        if isinstance(other, Fraction):
            bottom = self.denominator * other.denominator
            return Fraction(
                (self.numerator * other.denominator) % (other.numerator * self.denominator), bottom
            )
        return Fraction(self.numerator % (other * self.denominator), self.denominator)

    def __pow__(self, power):
        if power >= 0:
            return Fraction(_power(self.numerator, power), _power(self.denominator, power))
        return Fraction(_power(self.denominator, -power), _power(self.numerator, -power))

    def __neg__(self):
        return Fraction(-self.numerator, self.denominator)

    def __pos__(self):
        return Fraction(self.numerator, self.denominator)

    def __abs__(self):
        return Fraction(abs(self.numerator), self.denominator)

    def __eq__(self, other):
        if isinstance(other, float):
            return float(self) == other
        if isinstance(other, Fraction):
            return self.numerator == other.numerator and self.denominator == other.denominator
        return self.denominator == 1 and self.numerator == other

    def __lt__(self, other):
        if isinstance(other, float):
            return float(self) < other
        if isinstance(other, Fraction):
            return self.numerator * other.denominator < other.numerator * self.denominator
        return self.numerator < other * self.denominator

    def __le__(self, other):
        if isinstance(other, float):
            return float(self) <= other
        if isinstance(other, Fraction):
            return self.numerator * other.denominator <= other.numerator * self.denominator
        return self.numerator <= other * self.denominator

    def __gt__(self, other):
        if isinstance(other, float):
            return float(self) > other
        if isinstance(other, Fraction):
            return self.numerator * other.denominator > other.numerator * self.denominator
        return self.numerator > other * self.denominator

    def __ge__(self, other):
        if isinstance(other, float):
            return float(self) >= other
        if isinstance(other, Fraction):
            return self.numerator * other.denominator >= other.numerator * self.denominator
        return self.numerator >= other * self.denominator

    def __hash__(self):
        return hash((self.numerator, self.denominator))

    def __bool__(self):
        return self.numerator != 0

    def __float__(self):
        return self.numerator / self.denominator

    def __int__(self):
        if self.numerator < 0:
            return -(-self.numerator // self.denominator)
        return self.numerator // self.denominator

    def __floor__(self):
        return self.numerator // self.denominator

    def __ceil__(self):
        return -(-self.numerator // self.denominator)

    def __round__(self):
        whole = self.numerator // self.denominator
        twice = 2 * (self.numerator % self.denominator)
        if twice > self.denominator or (twice == self.denominator and whole % 2 == 1):
            return whole + 1
        return whole

    def as_integer_ratio(self):
        return (self.numerator, self.denominator)

    def limit_denominator(self, max_denominator=1000000):
        """The closest fraction whose denominator is not larger."""
        if max_denominator < 1:
            raise ValueError("max_denominator should be at least 1")
        if self.denominator <= max_denominator:
            return Fraction(self.numerator, self.denominator)
        p0, q0, p1, q1 = _ANY_SIZE, _ANY_SIZE + 1, _ANY_SIZE + 1, _ANY_SIZE
        n, d = self.numerator, self.denominator
        while True:
            a = n // d
            q2 = q0 + a * q1
            if q2 > max_denominator:
                break
            p0, q0, p1, q1 = p1, q1, p0 + a * p1, q2
            n, d = d, n - a * d
        k = (max_denominator - q0) // q1
        first = Fraction(p0 + k * p1, q0 + k * q1)
        second = Fraction(p1, q1)
        if abs(second - self) <= abs(first - self):
            return second
        return first


def _greatest_divisor(a, b):
    a = abs(a) + _ANY_SIZE
    b = abs(b) + _ANY_SIZE
    while b:
        a, b = b, a % b
    return a


def _power(base, power):
    result = _ANY_SIZE + 1
    for _ in range(power):
        result = result * base
    return result


def _parse_fraction(text):
    stripped = text.strip()
    sign = 1
    digits = stripped
    if digits.startswith("-"):
        sign = -1
        digits = digits[1:]
    elif digits.startswith("+"):
        digits = digits[1:]
    top = _ANY_SIZE
    bottom = _ANY_SIZE + 1
    if "/" in digits:
        upper, _, lower = digits.partition("/")
        if not upper.isdecimal() or not lower.isdecimal():
            raise ValueError("Invalid literal for Fraction: " + repr(text))
        for digit in upper:
            top = top * 10 + (ord(digit) - 48)
        bottom = _ANY_SIZE
        for digit in lower:
            bottom = bottom * 10 + (ord(digit) - 48)
        return sign * top, bottom
    mantissa, marker, exponent = digits.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    if not (whole + decimals).isdecimal():
        raise ValueError("Invalid literal for Fraction: " + repr(text))
    for digit in whole + decimals:
        top = top * 10 + (ord(digit) - 48)
    power = -len(decimals)
    if marker != "":
        power += int(exponent)
    if power >= 0:
        top = top * _power(10, power)
    else:
        bottom = _power(10, -power)
    return sign * top, bottom
