/* SPDX-License-Identifier: BSD-2-Clause */
/* A plan as one JSON object, schema tce-plan-1: tce-plan(1). */
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>

#include "report.h"

#define TEXT_MAX 1024U

static void add_string(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

static void add_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

static void add_bool(struct json_object *o, const char *key, bool value)
{
	json_object_object_add(o, key, json_object_new_boolean(value));
}

static void add_name(struct json_object *o, const char *key, const struct tce_plan_report *report,
		     enum tce_object object, uint16_t id)
{
	const struct tce_names *names = &report->machine->names;
	const char *name = names->name != NULL ? names->name(names->ctx, object, id) : NULL;
	char text[16];

	snprintf(text, sizeof(text), "@%u", id);
	if (id == TCE_NO_ID)
		json_object_object_add(o, key, NULL);
	else
		add_string(o, key, name != NULL ? name : text);
}

/* --- reasons and warnings ----------------------------------------------------------------- */

static struct json_object *values_of(const uint64_t *values, unsigned nr)
{
	struct json_object *list = json_object_new_array();

	for (unsigned i = 0; i < nr; i++)
		json_object_array_add(list, json_object_new_uint64(values[i]));
	return list;
}

static struct json_object *whys_of(const struct tce_plan_whys *whys)
{
	struct json_object *list = json_object_new_array();
	char text[TEXT_MAX];

	for (unsigned i = 0; i < whys->nr; i++) {
		struct json_object *o = json_object_new_object();

		tce_plan_reason_name(whys->at[i].reason, text, sizeof(text));
		add_string(o, "reason", text);
		tce_plan_why_text(&whys->at[i], text, sizeof(text));
		add_string(o, "text", text);
		json_object_object_add(o, "values", values_of(whys->at[i].value, 4));
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *warnings_of(const struct tce_plan_report *report)
{
	struct json_object *list = json_object_new_array();
	const struct tce_plan_warning *warning;
	char text[TEXT_MAX];

	for (unsigned i = 0; (warning = tce_plan_warning_at(report->plan, i)) != NULL; i++) {
		struct json_object *o = json_object_new_object();

		tce_plan_hazard_name(warning->hazard, text, sizeof(text));
		add_string(o, "warning", text);
		tce_plan_warning_text(warning, &report->machine->names, text, sizeof(text));
		add_string(o, "text", text);
		add_name(o, "device", report, TCE_OBJ_DEV, warning->dev);
		add_number(o, "more_devices", warning->nr_more);
		add_name(o, "pmem", report, TCE_OBJ_PMEM, warning->pmem);
		if (warning->pe != UINT_MAX)
			add_number(o, "pe", warning->pe);
		else
			json_object_object_add(o, "pe", NULL);
		json_object_object_add(o, "values", values_of(warning->value, 2));
		json_object_array_add(list, o);
	}
	return list;
}

/* --- trials ------------------------------------------------------------------------------- */

static struct json_object *ways_of(const uint64_t bytes[TCE_PLAN_NR_WAYS])
{
	struct json_object *o = json_object_new_object();

	for (unsigned way = 0; way < TCE_PLAN_NR_WAYS; way++)
		add_number(o, tce_plan_way_word((enum tce_plan_way)way), bytes[way]);
	return o;
}

static void add_trial(struct json_object *o, const struct tce_plan_trial *trial)
{
	add_number(o, "streaming_bits", trial->streaming_bits);
	add_number(o, "coherent_bits", trial->coherent_bits);
	json_object_object_add(o, "errno", json_object_new_int(-trial->err));
	add_bool(o, "dies", trial->died);
	add_bool(o, "stale_table", trial->stale_table);
	add_string(o, "mode", tce_plan_mode_word(trial->mode));
	add_string(o, "coherent", tce_plan_way_word(trial->coherent));
	add_number(o, "offset", trial->offset);
	add_number(o, "bus_limit", trial->bus_limit);
	add_number(o, "table_start", trial->table_start);
	add_number(o, "table_size", trial->table_size);
	add_number(o, "table_page_shift", trial->table_page_shift);
	json_object_object_add(o, "ram", ways_of(trial->bytes[TCE_PLAN_RAM]));
	json_object_object_add(o, "pluggable", ways_of(trial->bytes[TCE_PLAN_PLUGGABLE]));
	json_object_object_add(o, "pmem", ways_of(trial->bytes[TCE_PLAN_PMEM]));
	json_object_object_add(o, "why", whys_of(&trial->whys));
}

/* --- PEs ---------------------------------------------------------------------------------- */

static struct json_object *windows_of(const struct tce_plan_pe *pe)
{
	struct json_object *list = json_object_new_array();

	for (unsigned i = 0; i < pe->nr_windows; i++) {
		const struct tce_plan_window *window = &pe->window[i];
		struct json_object *o = json_object_new_object();

		add_string(o, "use", tce_plan_mode_word(window->use));
		add_number(o, "liobn", window->liobn);
		add_number(o, "start", window->start);
		add_number(o, "size", window->last - window->start + 1);
		add_number(o, "page_shift", window->page_shift);
		add_number(o, "entries", window->nr_entries);
		add_number(o, "mapped", window->nr_mapped);
		add_number(o, "direct_size", window->direct_size);
		add_number(o, "table_start", window->table_start);
		add_number(o, "table_size", window->table_size);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *masks_of(const struct tce_plan_report *report,
				    const struct tce_plan_pe *pe)
{
	struct json_object *list = json_object_new_array();

	for (unsigned i = 0; pe->masks != NULL && i < report->sum->nr_masks; i++) {
		struct json_object *o = json_object_new_object();

		add_trial(o, &pe->masks[i]);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *pes_of(const struct tce_plan_report *report)
{
	struct json_object *list = json_object_new_array();
	const struct tce_plan_pe *pe;

	for (unsigned i = 0; (pe = tce_plan_pe_at(report->plan, i)) != NULL; i++) {
		struct json_object *o = json_object_new_object();

		add_name(o, "phb", report, TCE_OBJ_PHB, pe->phb);
		add_name(o, "device", report, TCE_OBJ_DEV, pe->dev);
		add_number(o, "buid", pe->buid);
		add_number(o, "devices", pe->nr_devs);
		add_string(o, "mode", tce_plan_mode_word(pe->mode));
		json_object_object_add(o, "windows", windows_of(pe));
		add_bool(o, "asked", pe->asked);
		add_number(o, "windows_offered", pe->windows_offered);
		add_number(o, "block", pe->block);
		add_number(o, "page_mask", pe->page_mask);
		json_object_object_add(o, "why", whys_of(&pe->whys));
		json_object_object_add(o, "masks", masks_of(report, pe));
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *devices_of(const struct tce_plan_report *report)
{
	struct json_object *list = json_object_new_array();
	const struct tce_plan_dev *dev;

	for (unsigned i = 0; (dev = tce_plan_dev_at(report->plan, i)) != NULL; i++) {
		struct json_object *o = json_object_new_object();

		add_name(o, "device", report, TCE_OBJ_DEV, dev->dev);
		if (dev->pe != UINT_MAX)
			add_number(o, "pe", dev->pe);
		else
			json_object_object_add(o, "pe", NULL);
		add_bool(o, "driver", dev->has_driver);
		if (dev->has_driver)
			add_trial(o, &dev->trial);
		json_object_array_add(list, o);
	}
	return list;
}

/* --- the machine -------------------------------------------------------------------------- */

static struct json_object *memory_of(const struct tce_plan_report *report)
{
	const struct tce_plan_summary *sum = report->sum;
	struct json_object *list = json_object_new_array();
	struct json_object *o = json_object_new_object();
	struct tce_ev_pmem_plug pmem;

	add_number(o, "ram", sum->memory[TCE_PLAN_RAM]);
	add_number(o, "pluggable", sum->memory[TCE_PLAN_PLUGGABLE]);
	add_number(o, "max_ram", sum->max_ram);
	if (sum->has_lrdr)
		add_number(o, "lrdr_top", sum->lrdr_top);
	else
		json_object_object_add(o, "lrdr_top", NULL);
	for (unsigned i = 0; tce_plan_pmem_at(report->plan, i, &pmem); i++) {
		struct json_object *range = json_object_new_object();

		add_number(range, "start", pmem.addr);
		add_number(range, "size", pmem.size);
		json_object_array_add(list, range);
	}
	json_object_object_add(o, "pmem", list);
	return o;
}

static struct json_object *remarks_of(const struct tce_plan_report *report)
{
	struct json_object *list = json_object_new_array();
	const char *remark;

	for (unsigned i = 0; (remark = tce_plan_machine_remark(report->machine, i)) != NULL; i++)
		json_object_array_add(list, json_object_new_string(remark));
	return list;
}

void tce_plan_print_json(const struct tce_plan_report *report)
{
	struct json_object *o = json_object_new_object();

	add_string(o, "schema", "tce-plan-1");
	add_string(o, "machine", report->path);
	add_string(o, "kernel", report->machine->kernel);
	add_string(o, "kernel_profile", report->sum->kernel.name);
	add_bool(o, "kernel_exact", report->machine->match.exact);
	add_string(o, "profile", report->sum->papr->name);
	add_string(o, "verdict", tce_plan_mode_word(report->sum->worst));
	json_object_object_add(o, "memory", memory_of(report));
	json_object_object_add(o, "remarks", remarks_of(report));
	json_object_object_add(o, "pes", pes_of(report));
	json_object_object_add(o, "devices", devices_of(report));
	json_object_object_add(o, "warnings", warnings_of(report));
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}
