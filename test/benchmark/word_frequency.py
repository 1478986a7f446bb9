"""Count the words of a text and sort them: strings as keys of a dict."""

import sys


def make_text(count):
    syllables = ["ka", "lo", "mi", "ren", "su", "ta", "vo", "shi", "el", "or", "an", "dur"]
    words = []
    seed = 42
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) % 2147483648
        number = seed // 65536 % 1728
        word = syllables[number % 12] + syllables[number // 12 % 12]
        if number > 300:
            word += syllables[number // 144]
        words.append(word.capitalize() if seed // 1024 % 8 == 0 else word)
        if seed // 2048 % 11 == 0:
            words.append("and,")
    return " ".join(words)


def count_words(text):
    counts = {}
    for word in text.lower().split():
        word = word.strip(",.;")
        counts[word] = counts.get(word, 0) + 1
    return counts


count = int(sys.argv[1]) if len(sys.argv) > 1 else 2500000
counts = count_words(make_text(count))
ranking = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
for word, number in ranking[:5]:
    print(word, number)
print(len(ranking), sum(counts.values()))
