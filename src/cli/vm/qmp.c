/* SPDX-License-Identifier: BSD-2-Clause */
/* A small client of QEMU's machine protocol. See qmp.h. */
#include <errno.h>
#include <json-c/json.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qmp.h"

#define COMMAND_SECONDS 30.0
#define LINE_MAX_BYTES  (1U << 20)

int tce_qmp_open(struct tce_qmp *qmp, struct tce_fail *fail)
{
	int fds[2];

	*qmp = (struct tce_qmp){.fd = -1, .child_fd = -1};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
		return tce_fail(fail, "cannot make a socket pair: %s", strerror(errno));
	qmp->fd = fds[0];
	qmp->child_fd = fds[1];
	return 0;
}

void tce_qmp_close(struct tce_qmp *qmp)
{
	if (qmp->fd >= 0)
		close(qmp->fd);
	if (qmp->child_fd >= 0)
		close(qmp->child_fd);
	free(qmp->buf);
	*qmp = (struct tce_qmp){.fd = -1, .child_fd = -1};
}

static int make_room(struct tce_qmp *qmp)
{
	size_t size = qmp->size ? qmp->size * 2 : 4096;
	char *buf;

	if (qmp->used + 1 < qmp->size)
		return 0;
	if (size > LINE_MAX_BYTES)
		return -1;
	buf = realloc(qmp->buf, size);
	if (!buf)
		return -1;
	qmp->buf = buf;
	qmp->size = size;
	return 0;
}

/* Receive more bytes, waiting until end. */
static int receive(struct tce_qmp *qmp, double end, struct tce_fail *fail)
{
	struct pollfd pfd = {.fd = qmp->fd, .events = POLLIN};
	double left = end - tce_now();
	ssize_t n;

	if (left <= 0 || tce_child_interrupted())
		return tce_fail(fail, "QEMU hangs: it does not answer on its monitor");
	if (make_room(qmp) != 0)
		return tce_fail(fail, "a line from QEMU's monitor is too long");
	if (poll(&pfd, 1, left > 1 ? 1000 : (int)(left * 1000) + 1) <= 0)
		return 0;
	n = recv(qmp->fd, qmp->buf + qmp->used, qmp->size - qmp->used - 1, MSG_DONTWAIT);
	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		return tce_fail(fail, "QEMU closed its monitor");
	if (n > 0)
		qmp->used += (size_t)n;
	return 0;
}

static void note_event(struct tce_qmp *qmp, struct json_object *object)
{
	struct json_object *event;
	struct json_object *data;
	struct json_object *device;

	if (qmp->watch_device && json_object_object_get_ex(object, "event", &event) &&
	    strcmp(json_object_get_string(event), "DEVICE_DELETED") == 0 &&
	    json_object_object_get_ex(object, "data", &data) &&
	    json_object_object_get_ex(data, "device", &device) &&
	    strcmp(json_object_get_string(device), qmp->watch_device) == 0)
		qmp->watch_seen = true;
}

/* The next JSON object; NULL and *fail when none comes. */
static struct json_object *next_object(struct tce_qmp *qmp, double end, struct tce_fail *fail)
{
	struct json_object *object;
	char *newline;
	size_t len;

	while (!qmp->used || !(newline = memchr(qmp->buf, '\n', qmp->used)))
		if (receive(qmp, end, fail) != 0)
			return NULL;
	*newline = '\0';
	object = json_tokener_parse(qmp->buf);
	len = (size_t)(newline - qmp->buf) + 1;
	memmove(qmp->buf, qmp->buf + len, qmp->used - len);
	qmp->used -= len;
	if (object)
		note_event(qmp, object);
	else
		tce_fail(fail, "QEMU's monitor talks no JSON");
	return object;
}

static int send_all(struct tce_qmp *qmp, const char *text, struct tce_fail *fail)
{
	size_t len = strlen(text);
	ssize_t n;

	while (len) {
		n = send(qmp->fd, text, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return tce_fail(fail, "QEMU closed its monitor");
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

/* An answer (or error) to a command: take what is of use from it. */
static int take_answer(struct json_object *object, const char *command, char *ret_text, size_t size,
		       struct tce_fail *fail)
{
	struct json_object *value;
	struct json_object *desc;

	if (json_object_object_get_ex(object, "error", &value)) {
		const char *text = "?";

		if (json_object_object_get_ex(value, "desc", &desc))
			text = json_object_get_string(desc);
		return tce_fail(fail, "QEMU refuses %s: %s", command, text);
	}
	json_object_object_get_ex(object, "return", &value);
	if (ret_text)
		snprintf(ret_text, size, "%s", json_object_to_json_string(value));
	return 0;
}

int tce_qmp_do(struct tce_qmp *qmp, const char *command, const char *arguments, char *ret_text,
	       size_t size, struct tce_fail *fail)
{
	double end = tce_now() + COMMAND_SECONDS;
	struct json_object *object;
	char text[1024];
	bool answer;
	int err;

	snprintf(text, sizeof(text), "{\"execute\":\"%s\"%s%s}\n", command,
		 arguments ? ",\"arguments\":" : "", arguments ? arguments : "");
	if (send_all(qmp, text, fail) != 0)
		return -1;
	for (;;) {
		object = next_object(qmp, end, fail);
		if (!object)
			return -1;
		answer = json_object_object_get_ex(object, "return", NULL) ||
			 json_object_object_get_ex(object, "error", NULL);
		err = answer ? take_answer(object, command, ret_text, size, fail) : 0;
		json_object_put(object);
		if (answer)
			return err;
	}
}

int tce_qmp_greet(struct tce_qmp *qmp, double seconds, struct tce_fail *fail)
{
	struct json_object *object = next_object(qmp, tce_now() + seconds, fail);

	if (!object)
		return -1;
	json_object_put(object);
	return tce_qmp_do(qmp, "qmp_capabilities", NULL, NULL, 0, fail);
}

void tce_qmp_watch_deleted(struct tce_qmp *qmp, const char *id)
{
	qmp->watch_device = id;
	qmp->watch_seen = false;
}

int tce_qmp_await_deleted(struct tce_qmp *qmp, double seconds, struct tce_fail *fail)
{
	double end = tce_now() + seconds;
	struct json_object *object;

	while (!qmp->watch_seen) {
		object = next_object(qmp, end, fail);
		if (!object)
			return -1;
		json_object_put(object);
	}
	qmp->watch_device = NULL;
	return 0;
}
