"""Shift letters, turn words round, join lines: text built letter by letter and piece by piece."""

import sys


def shift(text, distance):
    result = ""
    for letter in text:
        if letter.isalpha():
            result += chr((ord(letter) - ord("a") + distance) % 26 + ord("a"))
        else:
            result += letter
    return result


def is_palindrome(text):
    letters = "".join(letter for letter in text if letter.isalpha())
    return letters == letters[::-1]


def make_line(number):
    words = []
    for k in range(8):
        number = (number * 48271 + k) % 2147483647
        words.append("abcdefghijklmnopqrstuvwxyz"[number % 19:number % 19 + number % 5 + 2])
    return " ".join(words)


lines = int(sys.argv[1]) if len(sys.argv) > 1 else 240000
total = 0
palindromes = 0
vowels = 0
pieces = []
for i in range(lines):
    line = make_line(i + 1)
    moved = shift(line, i % 26)
    if is_palindrome(line + line[::-1]):
        palindromes += 1
    vowels += moved.count("e") + moved.count("a")
    pieces.append(f"{i}: {moved.upper()}")
    total += len(moved.replace("a", "<a>"))
text = "\n".join(pieces)
print(total, palindromes, vowels, len(text))
print(text[-40:])
