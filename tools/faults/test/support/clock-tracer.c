/*
 * Lies about the wall clock to a program that asks the kernel past every library, as those in Go do: clock-tracer FILE PROGRAM ARGUMENT…
 * FILE begins with a double, by how many seconds the clock was set. The page by which the kernel answers without being asked is hidden
 * from the program, and its questions for the wall clock are answered here. It ends with this process.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const volatile double *lie;
static pid_t traced;

static void die(const char *what) {
  perror(what);
  _exit(70);
}

/* Only questions for the wall clock are held up. */
static void hold_up_questions(void) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLOCK_REALTIME, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) die("seccomp");
}

static void hide_page(pid_t pid) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, pid, 0, &registers)) die("registers");
  unsigned long at = registers.rsp + 8;
  for (int ends = 0; ends < 2; at += 8)
    if (ptrace(PTRACE_PEEKDATA, pid, at, 0) == 0) ends += 1;
  for (long kind; (kind = ptrace(PTRACE_PEEKDATA, pid, at, 0)) != AT_NULL; at += 16)
    if (kind == AT_SYSINFO_EHDR) ptrace(PTRACE_POKEDATA, pid, at, AT_IGNORE);
}

static void answer(pid_t pid) {
  struct user_regs_struct registers;
  struct timespec now;
  if (ptrace(PTRACE_GETREGS, pid, 0, &registers)) return;
  clock_gettime(CLOCK_REALTIME, &now);
  ptrace(PTRACE_POKEDATA, pid, registers.rsi, now.tv_sec + (time_t)*lie);
  ptrace(PTRACE_POKEDATA, pid, registers.rsi + 8, now.tv_nsec);
  registers.orig_rax = -1;
  registers.rax = 0;
  ptrace(PTRACE_SETREGS, pid, 0, &registers);
}

static void end(int signal) { kill(traced, signal); }

int main(int count, char **arguments) {
  if (count < 3) return 64;
  int file = open(arguments[1], O_RDONLY | O_CLOEXEC);
  void *map = mmap(0, sizeof(double), PROT_READ, MAP_SHARED, file, 0);
  if (map == MAP_FAILED) die(arguments[1]);
  lie = map;
  traced = fork();
  if (traced == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    hold_up_questions();
    execv(arguments[2], arguments + 2);
    die(arguments[2]);
  }
  signal(SIGTERM, end);
  int status;
  waitpid(traced, &status, 0);
  long follow = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
  if (ptrace(PTRACE_SETOPTIONS, traced, 0, follow | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL)) die("ptrace");
  ptrace(PTRACE_CONT, traced, 0, 0);
  for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR;) {
    if (pid < 0) continue;
    if (!WIFSTOPPED(status)) {
      if (pid == traced) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      continue;
    }
    int event = status >> 16, passed = 0;
    if (event == PTRACE_EVENT_EXEC) hide_page(pid);
    else if (event == PTRACE_EVENT_SECCOMP) answer(pid);
    else if (event == 0 && WSTOPSIG(status) != SIGSTOP && WSTOPSIG(status) != SIGTRAP) passed = WSTOPSIG(status);
    ptrace(PTRACE_CONT, pid, 0, passed);
  }
  return 0;
}
