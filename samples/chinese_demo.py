"""中文演示：统计素数、斐波那契数列和班级成绩。"""


def 是素数(数):
    if 数 < 2:
        return False
    因子 = 2
    while 因子 * 因子 <= 数:
        if 数 % 因子 == 0:
            return False
        因子 += 1
    return True


# 斐波那契数列的前若干项
def 斐波那契(项数):
    数列 = [0, 1]
    while len(数列) < 项数:
        数列.append(数列[-1] + 数列[-2])
    return 数列


class 学生:
    def __init__(self, 姓名, 成绩):
        self.姓名 = 姓名
        self.成绩 = 成绩

    def 平均分(self):
        return sum(self.成绩) / len(self.成绩)


上限 = 240_000
total = 0
for 数 in range(上限):
    if 是素数(数):
        total += 1
print(f"小于 {上限} 的素数共有 {total} 个。")
print("斐波那契数列：", 斐波那契(12))

班级 = [学生("小明", [90, 85, 77]), 学生("小红", [95, 98, 92]), 学生("小刚", [60, 72, 81])]
for 某人 in 班级:
    print(f"{某人.姓名} 的平均分是 {某人.平均分():.1f} 分")

# 数一数每个字出现的次数
次数 = {}
for 字 in "四是四，十是十，十四是十四，四十是四十":
    次数[字] = 次数.get(字, 0) + 1
for 字 in ["四", "是", "十"]:
    print(f"“{字}”出现了 {次数[字]} 次")
