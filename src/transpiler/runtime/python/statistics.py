import math as _math


class StatisticsError(ValueError):
    """What data raises of which a measure cannot be told."""


def _checked(data, name):
    values = list(data)
    if len(values) == 0:
        raise StatisticsError(name + " requires at least one data point")
    return values


_ANY_SIZE = int.from_bytes(b"", "big")


def _all_whole(values):
    for value in values:
        if not isinstance(value, int):
            return False
    return True


def _exact_sums(values):
    """The sum and the sum of the squares as integers over a power of two and over its square."""
    total, squares, scale = _ANY_SIZE, _ANY_SIZE, _ANY_SIZE + 1
    for value in values:
        if isinstance(value, float):
            top, bottom = value.as_integer_ratio()
        else:
            top, bottom = (value | 0) + _ANY_SIZE, _ANY_SIZE + 1
        if bottom > scale:
            factor = bottom // scale
            total *= factor
            squares *= factor * factor
            scale = bottom
        top *= scale // bottom
        total += top
        squares += top * top
    return total, squares, scale


def _deviations(values, spare):
    """The mean square of the deviations as a fraction."""
    total, squares, scale = _exact_sums(values)
    n = len(values)
    return n * squares - total * total, scale * scale * n * (n - spare)


def _whole_root(value):
    if value == 0:
        return value
    root = (_ANY_SIZE + 1) << ((value.bit_length() + 1) // 2)
    while True:
        smaller = (root + value // root) >> 1
        if smaller >= root:
            return root
        root = smaller


def _odd_root(top, bottom):
    root = _whole_root(top // bottom)
    if root * root * bottom != top:
        return root | 1
    return root


def _root_of_fraction(top, bottom):
    """The square root of a fraction, rounded once."""
    if top == 0:
        return 0.0
    shift = (top.bit_length() - bottom.bit_length() - 109) // 2
    if shift >= 0:
        return (_odd_root(top, bottom << (2 * shift)) << shift) / (_ANY_SIZE + 1)
    return _odd_root(top << (-2 * shift), bottom) / ((_ANY_SIZE + 1) << -shift)


def mean(data):
    """The arithmetic mean."""
    values = _checked(data, "mean")
    n = len(values)
    if _all_whole(values):
        total = sum(values)
        if total % n == 0:
            return total // n
    exact, _, scale = _exact_sums(values)
    return exact / (scale * n)


def variance(data):
    """The variance of a sample."""
    values = list(data)
    if len(values) < 2:
        raise StatisticsError("variance requires at least two data points")
    top, bottom = _deviations(values, 1)
    if _all_whole(values) and top % bottom == 0:
        return _small(top // bottom)
    return top / bottom


def pvariance(data):
    """The variance of a whole population."""
    values = _checked(data, "pvariance")
    top, bottom = _deviations(values, 0)
    if _all_whole(values) and top % bottom == 0:
        return _small(top // bottom)
    return top / bottom


def _small(value):
    """An integer that fits 64 bits."""
    return int(str(value))


def stdev(data):
    """The standard deviation of a sample."""
    values = list(data)
    if len(values) < 2:
        raise StatisticsError("stdev requires at least two data points")
    top, bottom = _deviations(values, 1)
    return _root_of_fraction(top, bottom)


def pstdev(data):
    """The standard deviation of a whole population."""
    values = _checked(data, "pstdev")
    top, bottom = _deviations(values, 0)
    return _root_of_fraction(top, bottom)


def fmean(data):
    """The arithmetic mean as a float."""
    values = list(data)
    if len(values) == 0:
        raise StatisticsError("fmean requires at least one data point")
    return _math.fsum([float(value) for value in values]) / len(values)


def geometric_mean(data):
    """The n-th root of the product."""
    values = list(data)
    if len(values) == 0:
        raise StatisticsError("must have a non-empty dataset containing positive numbers")
    for value in values:
        if value <= 0:
            raise StatisticsError("geometric mean requires a non-empty dataset containing positive numbers")
    return _math.exp(_math.fsum([_math.log(value) for value in values]) / len(values))


def median(data):
    """The middle value, or the mean of the two in the middle."""
    values = sorted(data)
    n = len(values)
    if n == 0:
        raise StatisticsError("no median for empty data")
    if n % 2 == 1:
        return values[n // 2]
    return (values[n // 2 - 1] + values[n // 2]) / 2


def median_low(data):
    """The middle value, or the smaller of the two in the middle."""
    values = sorted(data)
    n = len(values)
    if n == 0:
        raise StatisticsError("no median for empty data")
    if n % 2 == 1:
        return values[n // 2]
    return values[n // 2 - 1]


def median_high(data):
    """The middle value, or the larger of the two in the middle."""
    values = sorted(data)
    n = len(values)
    if n == 0:
        raise StatisticsError("no median for empty data")
    return values[n // 2]


def mode(data):
    """The value that is there most often, the first of several."""
    counts = {}
    for value in data:
        counts[value] = counts.get(value, 0) + 1
    best = 0
    for count in counts.values():
        best = max(best, count)
    for value, count in counts.items():
        if count == best:
            return value
    raise StatisticsError("no mode for empty data")


def multimode(data):
    """All values that are there most often."""
    counts = {}
    for value in data:
        counts[value] = counts.get(value, 0) + 1
    best = 0
    for count in counts.values():
        best = max(best, count)
    return [value for value, count in counts.items() if count == best]


def quantiles(data, *, n=4, method="exclusive"):
    """The n - 1 values that divide the data into n parts of equal probability."""
    if n < 1:
        raise StatisticsError("n must be at least 1")
    values = sorted(data)
    size = len(values)
    if size < 2:
        raise StatisticsError("must have at least two data points")
    if method == "inclusive":
        result = []
        for i in range(1, n):
            j, rest = divmod(i * (size - 1), n)
            result.append((values[j] * (n - rest) + values[j + 1] * rest) / n)
        return result
    if method == "exclusive":
        result = []
        for i in range(1, n):
            j = min(max(i * (size + 1) // n, 1), size - 1)
            rest = i * (size + 1) - j * n
            result.append((values[j - 1] * (n - rest) + values[j] * rest) / n)
        return result
    raise ValueError(f"Unknown method: {method!r}")
