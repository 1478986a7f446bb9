"""Sort records by several keys: tuples, objects, lambdas."""

import sys


class Person:
    def __init__(self, name, age, score):
        self.name = name
        self.age = age
        self.score = score


def make_people(count):
    names = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Margaret", "Ken"]
    people = []
    seed = 1
    for i in range(count):
        seed = (seed * 1103515245 + 12345) % 2147483648
        people.append(Person(names[seed // 65536 % 8] + str(seed // 1024 % 100), seed // 4096 % 90, seed / 2147483648))
    return people


count = int(sys.argv[1]) if len(sys.argv) > 1 else 400000
people = make_people(count)
by_age = sorted(people, key=lambda person: person.age)
by_name = sorted(people, key=lambda person: (person.name, -person.age))
by_score = sorted(people, key=lambda person: person.score, reverse=True)
print(by_age[0].name, by_name[0].age, f"{by_score[0].score:.6f}")
pairs = [(person.age, person.score) for person in people]
pairs.sort()
print(pairs[0][0], f"{pairs[-1][1]:.6f}")
numbers = [int(person.score * 1000000) for person in people]
numbers.sort(reverse=True)
checksum = 0
for i in range(0, count, 100):
    checksum = (checksum * 31 + by_age[i].age + len(by_name[i].name) + numbers[i]) % 1000000007
print(checksum)
