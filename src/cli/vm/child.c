/* SPDX-License-Identifier: BSD-2-Clause */
/* Children that never outlive us: start, watch, kill. See child.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/assert.h"

#include "child.h"

/* Read by the signal handler: the groups to kill. 0: free. */
static volatile sig_atomic_t live_groups[TCE_CHILD_MAX];
static volatile sig_atomic_t interrupted;

int tce_fail(struct tce_fail *fail, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(fail->text, sizeof(fail->text), format, args);
	va_end(args);
	return -1;
}

double tce_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void kill_groups(void)
{
	for (int i = 0; i < TCE_CHILD_MAX; i++)
		if (live_groups[i])
			kill(-live_groups[i], SIGKILL);
}

static void on_signal(int sig)
{
	if (!interrupted) {
		interrupted = 1;
		return;
	}
	kill_groups();
	signal(sig, SIG_DFL);
	raise(sig);
}

void tce_child_catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	/* A file size limit is an error to report, not a death. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

bool tce_child_interrupted(void)
{
	return interrupted;
}

static void register_group(pid_t pid)
{
	static bool at_exit;

	if (!at_exit)
		at_exit = atexit(kill_groups) == 0;
	for (int i = 0; i < TCE_CHILD_MAX; i++) {
		if (!live_groups[i]) {
			live_groups[i] = pid;
			return;
		}
	}
	TCE_ASSERT(!"too many children");
}

static void unregister_group(pid_t pid)
{
	for (int i = 0; i < TCE_CHILD_MAX; i++)
		if (live_groups[i] == pid)
			live_groups[i] = 0;
}

static void reset_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGXFSZ, SIGPIPE};
	sigset_t none;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child: never returns. */
static void become(char *const argv[], const int *keep, int log_fd, int report_fd, pid_t parent)
{
	int null_fd = open("/dev/null", O_RDWR);
	int err;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	reset_signals();
	dup2(null_fd, 0);
	dup2(log_fd, 1);
	dup2(log_fd, 2);
	for (; *keep >= 0; keep++)
		fcntl(*keep, F_SETFD, 0);
	execvp(argv[0], argv);
	err = errno;
	if (write(report_fd, &err, sizeof(err)) != sizeof(err))
		_exit(126);
	_exit(127);
}

/* Wait for the exec: 0 when it went well, else its errno. */
static int exec_result(int report_fd)
{
	int err = 0;
	ssize_t n;

	do
		n = read(report_fd, &err, sizeof(err));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(err) ? err : 0;
}

int tce_child_start(struct tce_child *child, char *const argv[], const int *keep,
		    struct tce_fail *fail)
{
	pid_t parent = getpid();
	int report[2];
	int err;

	*child = (struct tce_child){.log_fd = -1};
	if (pipe2(report, O_CLOEXEC) != 0)
		return tce_fail(fail, "cannot make a pipe: %s", strerror(errno));
	child->log_fd = memfd_create("tce-qemu-log", MFD_CLOEXEC);
	child->pid = child->log_fd >= 0 ? fork() : -1;
	if (child->pid == 0)
		become(argv, keep, child->log_fd, report[1], parent);
	err = errno;
	close(report[1]);
	if (child->pid < 0) {
		close(report[0]);
		tce_child_stop(child);
		return tce_fail(fail, "cannot start %s: %s", argv[0], strerror(err));
	}
	setpgid(child->pid, child->pid);
	register_group(child->pid);
	err = exec_result(report[0]);
	close(report[0]);
	if (err) {
		tce_child_stop(child);
		return tce_fail(fail, "cannot run %s: %s", argv[0], strerror(err));
	}
	return 0;
}

bool tce_child_alive(struct tce_child *child)
{
	pid_t got;

	if (child->pid <= 0)
		return false;
	got = waitpid(child->pid, &child->wait_status, WNOHANG);
	if (got == 0 || (got < 0 && errno == EINTR))
		return true;
	/* Its group may have members left. */
	kill(-child->pid, SIGKILL);
	unregister_group(child->pid);
	child->pid = 0;
	return false;
}

bool tce_child_wait(struct tce_child *child, double seconds)
{
	double end = tce_now() + seconds;

	while (tce_child_alive(child)) {
		if (tce_now() > end)
			return false;
		usleep(2000);
	}
	return true;
}

void tce_child_stop(struct tce_child *child)
{
	if (child->pid > 0) {
		kill(-child->pid, SIGKILL);
		kill(child->pid, SIGKILL);
		while (waitpid(child->pid, &child->wait_status, 0) < 0 && errno == EINTR)
			;
		unregister_group(child->pid);
	}
	child->pid = 0;
	if (child->log_fd >= 0)
		close(child->log_fd);
	child->log_fd = -1;
}

void tce_child_log(const struct tce_child *child, char *buf, size_t size)
{
	ssize_t n = child->log_fd >= 0 ? pread(child->log_fd, buf, size - 1, 0) : 0;

	if (n < 0)
		n = 0;
	while (n > 0 && (buf[n - 1] == '\n' || buf[n - 1] == '\r'))
		n--;
	buf[n] = '\0';
}

void tce_child_last_line(const struct tce_child *child, char *buf, size_t size)
{
	char log[4096];
	off_t end = child->log_fd >= 0 ? lseek(child->log_fd, 0, SEEK_END) : 0;
	off_t from = end > (off_t)sizeof(log) ? end - (off_t)sizeof(log) + 1 : 0;
	ssize_t n = end > 0 ? pread(child->log_fd, log, sizeof(log) - 1, from) : 0;
	char *line;

	log[n > 0 ? n : 0] = '\0';
	for (n = (ssize_t)strlen(log); n > 0 && log[n - 1] == '\n'; n--)
		log[n - 1] = '\0';
	line = strrchr(log, '\n');
	snprintf(buf, size, "%s", line ? line + 1 : log);
}

void tce_child_end_text(const struct tce_child *child, char *buf, size_t size)
{
	int status = child->wait_status;

	if (WIFSIGNALED(status))
		snprintf(buf, size, "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(buf, size, "exit status %d", WEXITSTATUS(status));
}
