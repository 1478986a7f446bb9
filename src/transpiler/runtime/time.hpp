// requires: core, print
// The module time.
#include <chrono>
#include <cstdint>
#include <ctime>
#include <thread>

namespace py::time {

inline double time() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }
inline double perf_counter() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
inline double monotonic() { return perf_counter(); }
inline double process_time() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
inline int64_t time_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}
inline int64_t perf_counter_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
inline int64_t monotonic_ns() { return perf_counter_ns(); }
inline void sleep(double seconds) {
  py::detail::standard_output().flush();
  if (seconds > 0) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

}  // namespace py::time
