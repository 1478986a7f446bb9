print("only in the buffer")
