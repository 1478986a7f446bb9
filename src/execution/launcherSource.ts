/**
 * A small C++ program for POSIX systems that starts another one and reports on descriptor 3 when it began and ended (in
 * nanoseconds) and its peak memory (in bytes). Only the parent of a process is told its peak memory, and Node does not
 * hand it on; looking at a running process from outside misses short ones. It exits as a shell would: 128 + signal.
 */
export const LAUNCHER_SOURCE = `#include <cerrno>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long long now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char** argv) {
  if (argc < 2) return 127;
  fcntl(3, F_SETFD, FD_CLOEXEC);
  const long long from = now();
  const pid_t child = fork();
  if (child == 0) {
    execvp(argv[1], argv + 1);
    _exit(127);
  }
  if (child < 0) return 126;
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0) {
    if (errno != EINTR) return 126;
  }
  const long long to = now();
#ifdef __APPLE__
  const long long peak = usage.ru_maxrss;
#else
  const long long peak = usage.ru_maxrss * 1024LL;
#endif
  dprintf(3, "%lld %lld %lld\\n", from, to, peak);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
`;
