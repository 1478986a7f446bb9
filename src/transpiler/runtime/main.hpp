// requires: core, exceptions, str, print
// Runs the program: a deep stack, uncaught exceptions as Python reports them, exit status.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#if defined(__linux__) && defined(__GLIBC__)
#include <sys/mman.h>
#include <ucontext.h>
#elif !defined(_WIN32)
#include <pthread.h>
#else
#define NOMINMAX
#include <windows.h>
#endif

namespace py {

namespace detail {

/** False when a sanitizer watches, which does not follow a change of stack. */
#if defined(PY_WATCHED)
inline constexpr bool own_stack = false;
#else
inline constexpr bool own_stack = true;
#endif

inline constexpr size_t stack_size = size_t{512} << 20;

/** Recursion goes down to this address; `stack_floor` is where the stack itself ends. */
inline uintptr_t stack_limit = 0;
inline uintptr_t stack_floor = 0;

/** Lets recursion use the part of the stack that `depth` calls of a generous size need. */
inline void set_recursion_depth(int64_t depth) {
  if (stack_floor == 0) return;
  const uintptr_t top = stack_floor + stack_size;
  size_t budget = depth < 65536 ? size_t{64} << 20 : static_cast<size_t>(depth) * 1024;
  if (depth > int64_t{1} << 19 || budget > stack_size - (size_t{1} << 20)) budget = stack_size - (size_t{1} << 20);
  stack_limit = top - budget;
}

PY_COLD [[noreturn]] inline void raise_recursion_error() { throw RecursionError("maximum recursion depth exceeded"); }

inline void report(const BaseException& error) {
  standard_output().flush();
  std::string text = "Traceback (most recent call last):\n";
  text += error.type_name();
  const std::string message = error.message();
  if (!message.empty()) text += ": " + message;
  text += '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);
}

/** The program under way and what it ended with. */
struct Run {
  void (*program)();
  int status = 0;

  void go() {
    try {
      program();
    } catch (const SystemExit& exit) {
      status = exit.code;
      if (exit.has_text) {
        standard_output().flush();
        std::fprintf(stderr, "%s\n", exit.message().c_str());
      }
    } catch (const BaseException& error) {
      report(error);
      status = 1;
    } catch (const std::bad_alloc&) {
      report(MemoryError());
      status = 1;
    }
    standard_output().flush();
  }
};

inline Run* current_run = nullptr;

/** Runs on a stack of `stack_size`. */
inline void run_deep(Run& run) {
  current_run = &run;
#if defined(__linux__) && defined(__GLIBC__)
  if (own_stack) {
    void* memory =
        mmap(nullptr, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory != MAP_FAILED) {
      static ucontext_t caller, callee;
      getcontext(&callee);
      callee.uc_stack.ss_sp = memory;
      callee.uc_stack.ss_size = stack_size;
      callee.uc_link = &caller;
      stack_floor = reinterpret_cast<uintptr_t>(memory);
      set_recursion_depth(1000);
      makecontext(&callee, [] { current_run->go(); }, 0);
      swapcontext(&caller, &callee);
      return;
    }
  }
#elif !defined(_WIN32)
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_size);
  const auto enter = [](void* marker) -> void* {
    stack_floor = reinterpret_cast<uintptr_t>(&marker) - stack_size + 65536;
    set_recursion_depth(1000);
    current_run->go();
    return nullptr;
  };
  if (own_stack && pthread_create(&thread, &attributes, enter, nullptr) == 0) {
    pthread_join(thread, nullptr);
    return;
  }
#else
  const auto enter = [](void* marker) -> DWORD {
    stack_floor = reinterpret_cast<uintptr_t>(&marker) - stack_size + 65536;
    set_recursion_depth(1000);
    current_run->go();
    return 0;
  };
  HANDLE thread = CreateThread(nullptr, stack_size, enter, nullptr, STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (thread) {
    WaitForSingleObject(thread, INFINITE);
    return;
  }
#endif
  // Without a stack of our own, recursion stays within the usual 8 MB.
  char marker;
  stack_limit = reinterpret_cast<uintptr_t>(&marker) - (size_t{6} << 20);
  run.go();
}

}  // namespace detail

/** Called on entry of a recursive function: raises RecursionError before the stack ends. */
inline void check_recursion() {
#if defined(__GNUC__) || defined(__clang__)
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
#else
  char marker;
  const auto here = reinterpret_cast<uintptr_t>(&marker);
#endif
  if (here < detail::stack_limit) [[unlikely]] detail::raise_recursion_error();
}

/** Runs a program as Python would and ends the process with its status, without tearing down what it made. */
[[noreturn]] inline void run_main(void (*program)()) {
  detail::Run run{program};
  detail::run_deep(run);
  std::fflush(stderr);
  std::_Exit(run.status);
}

}  // namespace py
