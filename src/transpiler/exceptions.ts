/** The exceptions that Python has built in and the runtime knows by the same names. */
export const exceptionNames: ReadonlySet<string> = new Set(
  `BaseException Exception KeyboardInterrupt ArithmeticError FloatingPointError OverflowError ZeroDivisionError AssertionError
AttributeError BufferError EOFError ImportError ModuleNotFoundError LookupError IndexError KeyError MemoryError NameError
UnboundLocalError OSError FileNotFoundError FileExistsError PermissionError TimeoutError ConnectionError ReferenceError RuntimeError
NotImplementedError RecursionError StopIteration SyntaxError SystemError SystemExit TypeError ValueError UnicodeError
UnicodeDecodeError UnicodeEncodeError Warning UserWarning DeprecationWarning RuntimeWarning`.split(/\s+/),
);
