"""Draw the Mandelbrot set with characters."""


def escape_time(cx, cy, limit):
    x = 0.0
    y = 0.0
    for step in range(limit):
        xx = x * x
        yy = y * y
        if xx + yy > 4.0:
            return step
        y = 2.0 * x * y + cy
        x = xx - yy + cx
    return limit


def draw(width, height, limit):
    shades = " .:-=+*#%@"
    total = 0
    for row in range(height):
        line = ""
        cy = -1.2 + 2.4 * row / (height - 1)
        for column in range(width):
            cx = -2.1 + 2.8 * column / (width - 1)
            steps = escape_time(cx, cy, limit)
            total += steps
            line += shades[min(steps * len(shades) // 30, len(shades) - 1)]
        print(line.rstrip())
    return total


print("Steps:", draw(72, 28, 20000))
