/** Functions that cannot be converted, with the reason. */
const refusedFunctions: Readonly<Record<string, string>> = {
  'sys.getsizeof': 'it tells how CPython keeps a value in memory, which C++ does in another way',
  'sys._getframe': 'a C++ program has no frames to look into',
  ExceptionGroup: 'handle the exceptions one by one',
  BaseExceptionGroup: 'handle the exceptions one by one',
};

/** Why a function of the library is refused. */
export function refusalOf(name: string): string {
  const reason = Object.hasOwn(refusedFunctions, name) ? refusedFunctions[name] : undefined;
  return reason === undefined ? `\`${name}\` cannot be converted yet.` : `\`${name}\` cannot be converted: ${reason}.`;
}

/** Modules that cannot be converted, with the way round. */
export const refusedModules: Readonly<Record<string, string>> = {
  argparse: 'take the arguments from `sys.argv`',
  asyncio: 'write the program without waiting for several things at once',
  ctypes: 'C++ calls C by itself; write that part there',
  logging: 'print what is to be seen',
  matplotlib: 'keep the drawing in Python, and convert the function that works out the numbers',
  multiprocessing: 'convert the function that each process runs',
  pandas: 'use lists and dicts',
  pickle: 'write the data as text',
  pprint: 'print the value itself',
  socket: 'keep the network in Python, and convert the function that works on the data',
  subprocess: 'keep the other program in Python, and convert the function that works on the data',
  threading: 'convert the function that each thread runs',
  tkinter: 'keep the window in Python, and convert the function that works out what it shows',
  traceback: 'print the exception itself',
  unittest: 'test the C++ by comparing it with the Python',
  uuid: 'it gives another number in each run',
};
