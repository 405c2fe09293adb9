/* SPDX-License-Identifier: BSD-2-Clause */
/* Running, replaying and reporting for the bare-metal machines. See verb.h. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#include "verb.h"

/* --- a run -------------------------------------------------------------------------------- */

/* Make the difference small and put it into words. */
static void explain(struct tce_nv_session *session, struct tce_nv_report *report, const char *save)
{
	struct tce_nv_story *story = &report->live->story;

	report->came_again = tce_nv_story_shrink(session, report->opts->profile, story);
	if (report->came_again) {
		report->live->diff = session->diff;
	} else {
		story->nr_ops =
			tce_qemu_last_steps(story->ops, story->nr_ops, sizeof(story->ops[0]));
	}
	report->scenario = tce_nv_report_scenario(session, report);
	if (save && report->scenario && tce_qemu_save(save, report->scenario))
		report->saved = save;
}

static int exit_status(enum tce_nv_state state)
{
	switch (state) {
	case TCE_NV_DIFFERENT: return TCE_EXIT_FOUND;
	case TCE_NV_INTERRUPTED: return TCE_EXIT_INCONCLUSIVE;
	case TCE_NV_FAILED: return TCE_EXIT_USAGE;
	default: return TCE_EXIT_OK;
	}
}

static int run_live(const struct tce_qemu_options *options, struct tce_nv_live_opts *opts,
		    const struct tce_qemu_version *version)
{
	struct tce_qemu_progress progress = {.what = "device accesses"};
	struct tce_nv_session session;
	struct tce_nv_live live;
	struct tce_nv_report report = {.opts = opts, .version = version, .live = &live};
	int status;

	if (tce_qemu_progress_wanted())
		opts->progress = tce_qemu_progress_tell;
	opts->ctx = &progress;
	tce_nv_session_init(&session);
	tce_nv_live_run(&session, opts, &live);
	tce_qemu_progress_end();
	status = exit_status(live.state);
	if (live.state == TCE_NV_FAILED) {
		tce_qemu_complain(live.fail.text);
	} else {
		if (live.state == TCE_NV_DIFFERENT)
			explain(&session, &report, options->save);
		if (options->json)
			tce_nv_report_json(stdout, &report);
		else
			tce_nv_report_text(stdout, &report, options->states);
	}
	free(report.scenario);
	tce_nv_live_free(&live);
	tce_nv_session_stop(&session);
	return status;
}

/* --- a replay ----------------------------------------------------------------------------- */

/* What the model answers against what the text expects. */
struct expectations {
	const struct tce_nv_text *text;
	const char *name;
	size_t nr_wrong;
	char first[700];
};

static void check_step(void *ctx, size_t index, const struct tce_nv_op *op,
		       const struct tce_nv_expect *expect)
{
	struct expectations *e = (struct expectations *)ctx;
	const char *wanted = e->text->expect[index];
	char answer[TCE_NV_TEXT_LINE];

	tce_nv_text_expect(op, expect, answer, sizeof(answer));
	if (!wanted[0] || strcmp(wanted, answer) == 0)
		return;
	if (!e->nr_wrong++)
		snprintf(e->first, sizeof(e->first),
			 "%s:%u: expects '%.200s', the model answers '%.200s'", e->name,
			 e->text->line[index], wanted, answer);
}

static int tell_replay(const struct tce_nv_session *session, const struct expectations *e,
		       size_t nr_steps, const struct tce_qemu_version *version)
{
	const struct tce_nv_text *text = e->text;

	if (session->state == TCE_NV_FAILED)
		return tce_qemu_complain(session->fail.text);
	if (session->state == TCE_NV_INTERRUPTED) {
		tce_qemu_complain("interrupted");
		return TCE_EXIT_INCONCLUSIVE;
	}
	if (session->state == TCE_NV_DIFFERENT)
		printf("DIFFER   %s:%u: %s\n", e->name, text->line[session->diff.op],
		       session->diff.text);
	else if (text->story.nr_ops != nr_steps)
		return tce_qemu_complain("a step of the story is not possible where it stands");
	else if (e->nr_wrong)
		printf("DIFFER   %s\n         QEMU %s and the model agree with each other\n",
		       e->first, version->text);
	else
		printf("AGREE    %zu steps, answered alike by QEMU %s and the model\n", nr_steps,
		       version->text);
	return session->state == TCE_NV_DIFFERENT || e->nr_wrong ? TCE_EXIT_FOUND : TCE_EXIT_OK;
}

static int read_story(const char *path, const char *machine, struct tce_nv_text *text,
		      struct tce_fail *fail)
{
	const char *name;
	FILE *in = tce_qemu_story_open(path, &name, fail);
	int err;

	memset(text, 0, sizeof(*text));
	if (!in)
		return -1;
	err = tce_nv_text_read(in, name, text, fail);
	fclose(in);
	if (!err && strcmp(text->machine, machine) != 0)
		return tce_fail(fail, "%s is for --machine %s", path, text->machine);
	return err;
}

/* The text's own profile counts unless the user names one. */
static int choose_profile(const struct tce_qemu_options *options, const struct tce_nv_text *text,
			  struct tce_nv_live_opts *opts, struct tce_fail *fail)
{
	if (options->profile || !text->profile[0])
		return 0;
	opts->profile = tce_ioda_profile_find(text->profile);
	return opts->profile ? 0
			     : tce_fail(fail, "%s: no profile of bridges is called %s",
					options->replay, text->profile);
}

static int run_replay(const struct tce_qemu_options *options, struct tce_nv_live_opts *opts,
		      const struct tce_qemu_version *version)
{
	struct tce_nv_session session;
	struct tce_nv_text text;
	struct expectations e = {.text = &text, .name = options->replay};
	struct tce_nv_watch watch = {.step = check_step, .ctx = &e};
	struct tce_fail fail;
	size_t nr_steps;
	int status;

	tce_nv_session_init(&session);
	if (read_story(options->replay, options->machine, &text, &fail) != 0 ||
	    choose_profile(options, &text, opts, &fail) != 0) {
		status = tce_qemu_complain(fail.text);
	} else {
		nr_steps = text.story.nr_ops;
		if (tce_nv_session_boot(&session, &opts->machine) == 0)
			tce_nv_story_play(&session, opts->profile, &text.story, &watch);
		status = tell_replay(&session, &e, nr_steps, version);
	}
	tce_nv_text_free(&text);
	tce_nv_session_stop(&session);
	return status;
}

int tce_nv_verb(const struct tce_qemu_options *options)
{
	const char *profile = options->profile ? options->profile : "qemu-pnv";
	struct tce_nv_live_opts opts = {.profile = tce_ioda_profile_find(profile),
					.seed = options->seed,
					.calls = options->calls,
					.seconds = options->seconds};
	struct tce_qemu_version version;
	struct tce_fail fail;
	char agent[PATH_MAX];

	if (!opts.profile) {
		tce_fail(&fail, "no profile of bridges is called %s", profile);
		return tce_qemu_complain(fail.text);
	}
	if (tce_find_agent(options->agent, "powernv.bin", agent, sizeof(agent), &fail) != 0 ||
	    tce_find_qemu_version(options->qemu, options->patience, &version, &fail) != 0 ||
	    tce_find_machine(options->qemu, options->patience, options->machine, &fail) != 0)
		return tce_qemu_complain(fail.text);
	opts.machine = (struct tce_nv_machine_opts){.qemu = options->qemu,
						    .machine = options->machine,
						    .agent = agent,
						    .patience = options->patience};
	return options->replay ? run_replay(options, &opts, &version)
			       : run_live(options, &opts, &version);
}
