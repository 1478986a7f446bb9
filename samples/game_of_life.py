"""Conway's Game of Life on a board whose edges meet."""


def step(board):
    height = len(board)
    width = len(board[0])
    following = []
    for y in range(height):
        above = board[y - 1]
        here = board[y]
        below = board[(y + 1) % height]
        row = []
        for x in range(width):
            left = x - 1
            right = (x + 1) % width
            neighbours = (
                above[left] + above[x] + above[right]
                + here[left] + here[right]
                + below[left] + below[x] + below[right]
            )
            row.append(1 if neighbours == 3 or (neighbours == 2 and here[x] == 1) else 0)
        following.append(row)
    return following


def show(board):
    for row in board:
        print("".join("#" if cell else "." for cell in row))


board = [[0] * 64 for _ in range(40)]
for y, x in [(1, 25), (2, 23), (2, 25), (3, 13), (3, 14), (3, 21), (3, 22), (3, 35), (3, 36),
             (4, 12), (4, 16), (4, 21), (4, 22), (4, 35), (4, 36), (5, 1), (5, 2), (5, 11),
             (5, 17), (5, 21), (5, 22), (6, 1), (6, 2), (6, 11), (6, 15), (6, 17), (6, 18),
             (6, 23), (6, 25), (7, 11), (7, 17), (7, 25), (8, 12), (8, 16), (9, 13), (9, 14)]:
    board[y][x] = 1

for generation in range(900):
    board = step(board)
show(board[:12])
print("Living cells:", sum(sum(row) for row in board))
