"""How many letters must change to turn one word into another?"""


def edit_distance(first, second):
    previous = list(range(len(second) + 1))
    for i in range(1, len(first) + 1):
        current = [i] + [0] * len(second)
        for j in range(1, len(second) + 1):
            cost = 0 if first[i - 1] == second[j - 1] else 1
            current[j] = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
        previous = current
    return previous[len(second)]


def make_sequence(length, seed):
    letters = []
    for _ in range(length):
        seed = (seed * 1103515245 + 12345) % 2147483648
        letters.append("ACGT"[seed // 65536 % 4])
    return "".join(letters)


for a, b in [("kitten", "sitting"), ("Saturday", "Sunday"), ("python", "c++")]:
    print(f"{a} -> {b}: {edit_distance(a, b)}")

first = make_sequence(1500, 1)
second = make_sequence(1400, 2)
print("Two long sequences:", edit_distance(first, second))
