/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters read, set and checked by the table of events; what an outcome amounts to. */
#include "event_table.h"

#include <stddef.h>
#include <string.h>

#define HEAD(kind, cls, member, verb) {verb, TCE_CLASS_##cls},
static const struct {
	const char *verb;
	enum tce_event_class cls;
} heads[TCE_NR_EVENTS] = {TCE_EVENT_LIST(HEAD)};

enum tce_event_class tce_event_class(enum tce_event_kind kind)
{
	return heads[kind].cls;
}

const char *tce_event_verb(enum tce_event_kind kind)
{
	return heads[kind].verb;
}

const char *tce_errno_name(int number)
{
	switch (number < 0 ? -number : number) {
#define ERRNO_CASE(name, value)                                                                    \
	case value: return #name;
		TCE_ERRNO_LIST(ERRNO_CASE)
#undef ERRNO_CASE
	default: return NULL;
	}
}

/* --- words --- */

bool tce_word_find(const struct tce_word *words, const char *word, size_t len, uint64_t *ret_value)
{
	for (; words->word != NULL; words++) {
		if (strlen(words->word) == len && memcmp(words->word, word, len) == 0) {
			*ret_value = words->value;
			return true;
		}
	}
	return false;
}

const char *tce_word_of(const struct tce_word *words, uint64_t value)
{
	for (; words->word != NULL; words++) {
		if (words->value == value)
			return words->word;
	}
	return NULL;
}

/* --- parameters --- */

bool tce_param_is_scalar(const struct tce_param *param)
{
	switch ((enum tce_param_type)param->type) {
	case TCE_P_U32S:
	case TCE_P_U64S:
	case TCE_P_BYTES:
	case TCE_P_TCES:
	case TCE_P_SG:
	case TCE_P_DEFECTS: return false;
	default: return true;
	}
}

static uint64_t field_get(const struct tce_param *param, const void *base)
{
	const void *field = tce_param_field(param, base);

	switch (param->size) {
	case 1: return *(const uint8_t *)field;
	case 2: return *(const uint16_t *)field;
	case 4: return *(const uint32_t *)field;
	default: return *(const uint64_t *)field;
	}
}

static void field_set(const struct tce_param *param, void *base, uint64_t value)
{
	void *field = tce_param_field(param, base);

	switch (param->size) {
	case 1: *(uint8_t *)field = (uint8_t)value; break;
	case 2: *(uint16_t *)field = (uint16_t)value; break;
	case 4: *(uint32_t *)field = (uint32_t)value; break;
	default: *(uint64_t *)field = value; break;
	}
}

/* Bits of the field that are this parameter's. */
static uint64_t own_bits(const struct tce_param *param)
{
	switch ((enum tce_param_type)param->type) {
	case TCE_P_BIT:
	case TCE_P_FLAGS:
	case TCE_P_CMDLINE: return param->max;
	default: return UINT64_MAX;
	}
}

uint64_t tce_param_get(const struct tce_param *param, const void *base)
{
	uint64_t value = field_get(param, base) & own_bits(param);

	switch ((enum tce_param_type)param->type) {
	case TCE_P_BIT: return value != 0;
	case TCE_P_NOT: return value == 0;
	default: return value;
	}
}

void tce_param_set(const struct tce_param *param, void *base, uint64_t value)
{
	uint64_t others = field_get(param, base) & ~own_bits(param);

	switch ((enum tce_param_type)param->type) {
	case TCE_P_BIT: value = value != 0 ? param->max : 0; break;
	case TCE_P_NOT: value = value == 0; break;
	case TCE_P_BOOL: value = value != 0; break;
	default: break;
	}
	field_set(param, base, others | (value & own_bits(param)));
}

const struct tce_param *tce_param_find(const struct tce_param *params, unsigned nr_params,
				       const char *name, size_t len)
{
	for (unsigned i = 0; i < nr_params; i++) {
		if (strlen(params[i].name) == len && memcmp(params[i].name, name, len) == 0)
			return &params[i];
	}
	return NULL;
}

bool tce_param_is_said_by(const struct tce_param *param, const char *word, size_t len)
{
	uint64_t value;

	switch ((enum tce_param_type)param->type) {
	case TCE_P_BOOL:
	case TCE_P_NOT:
	case TCE_P_BIT: return strlen(param->name) == len && memcmp(param->name, word, len) == 0;
	case TCE_P_ENUM:
		return (param->flags & TCE_PARAM_KEYED) == 0 &&
		       tce_word_find(param->words, word, len, &value);
	default: return false;
	}
}

/* --- defaults --- */

/* Argument and return cells of each RTAS call (LoPAR; measured on QEMU). */
static const struct {
	uint8_t nargs;
	uint8_t nret;
} rtas_cells[TCE_NR_RTAS] = {
	[TCE_RTAS_QUERY] = {3, 6},          [TCE_RTAS_CREATE] = {5, 4},
	[TCE_RTAS_REMOVE] = {1, 1},         [TCE_RTAS_RESET] = {3, 1},
	[TCE_RTAS_SET_TCE_BYPASS] = {2, 1}, [TCE_RTAS_QUIESCE] = {0, 1},
	[TCE_RTAS_SYSTEM_REBOOT] = {0, 1},
};

/* Bytes of each VFIO call's structure (Linux include/uapi/linux/vfio.h). */
static uint32_t vfio_argsz(enum tce_vfio_op op)
{
	switch (op) {
	case TCE_VFIO_GET_INFO: return 32;
	case TCE_VFIO_MAP: return 32;
	case TCE_VFIO_UNMAP: return 24;
	case TCE_VFIO_REGISTER:
	case TCE_VFIO_UNREGISTER: return 24;
	case TCE_VFIO_CREATE: return 40;
	case TCE_VFIO_REMOVE: return 16;
	case TCE_VFIO_EEH: return 40;
	default: return 0;
	}
}

static bool is_field(const struct tce_param *param, size_t offset)
{
	return param->offset == offset;
}

static uint64_t rtas_default(const struct tce_param *param, const struct tce_event *event)
{
	enum tce_rtas call = event->u.rtas.call.call;

	if (call >= TCE_NR_RTAS)
		return 0;
	if (is_field(param, offsetof(struct tce_event, u.rtas.call.nargs)))
		return rtas_cells[call].nargs;
	if (is_field(param, offsetof(struct tce_event, u.rtas.call.nret)))
		return rtas_cells[call].nret;
	return param->deflt;
}

static uint64_t vfio_default(const struct tce_param *param, const struct tce_event *event)
{
	enum tce_vfio_op op = event->u.vfio.op;

	if (is_field(param, offsetof(struct tce_event, u.vfio.argsz)))
		return vfio_argsz(op);
	if (is_field(param, offsetof(struct tce_event, u.vfio.flags)))
		return op == TCE_VFIO_MAP || op == TCE_VFIO_MMAP ? 3 : 0;
	return param->deflt;
}

uint64_t tce_param_default(const struct tce_param *param, const struct tce_event *event)
{
	switch (event->kind) {
	case TCE_EV_RTAS: return rtas_default(param, event);
	case TCE_EV_VFIO: return vfio_default(param, event);
	default: return param->deflt;
	}
}

void tce_event_init(enum tce_event_kind kind, struct tce_event *ret_event)
{
	const struct tce_event_desc *desc = tce_event_desc(kind);

	memset(ret_event, 0, sizeof(*ret_event));
	ret_event->kind = kind;
	for (unsigned i = 0; i < desc->nr_params; i++) {
		const struct tce_param *param = &desc->params[i];
		uint64_t value;

		if (!tce_param_is_scalar(param))
			continue;
		value = tce_param_default(param, ret_event);
		if ((param->flags & TCE_PARAM_REQUIRED) != 0 && value < param->min)
			value = param->min;
		if (param->type == TCE_P_ENUM && tce_word_of(param->words, value) == NULL)
			value = param->words->value;
		tce_param_set(param, ret_event, value);
	}
}

/* --- outcomes --- */

bool tce_outcome_ok(enum tce_event_kind kind, const struct tce_outcome *outcome)
{
	if (outcome->abort != TCE_ABORT_NOT || outcome->no_progress)
		return false;
	switch (kind) {
	case TCE_EV_H_PUT_TCE:
	case TCE_EV_H_GET_TCE:
	case TCE_EV_H_PUT_TCE_INDIRECT:
	case TCE_EV_H_STUFF_TCE: return outcome->answer.r3 == TCE_H_SUCCESS;
	case TCE_EV_RTAS:
		return outcome->answer.r3 == TCE_H_SUCCESS &&
		       outcome->answer.status == TCE_RTAS_SUCCESS;
	case TCE_EV_OPAL: return outcome->opal == 0;
	case TCE_EV_DMA: return outcome->dma.result == TCE_DMA_OK;
	default: return outcome->err == 0;
	}
}

/* --- validity --- */

static bool param_valid(const struct tce_param *param, const struct tce_event *event)
{
	uint64_t value;

	if (!tce_param_is_scalar(param))
		return true;
	value = field_get(param, event);
	switch ((enum tce_param_type)param->type) {
	case TCE_P_NUMBER:
	case TCE_P_HEX:
	case TCE_P_SIZE:
	case TCE_P_REF:
	case TCE_P_NEW: return value >= param->min && value <= param->max;
	case TCE_P_BOOL:
	case TCE_P_NOT: return value <= 1;
	case TCE_P_ENUM: return tce_word_of(param->words, value) != NULL;
	case TCE_P_PAGE: return value == 0 || value == 12 || value == 16;
	default: return true;
	}
}

/* What no single parameter can say. */
static bool whole_valid(const struct tce_event *event)
{
	switch (event->kind) {
	case TCE_EV_PROPERTY: return event->u.property.len <= TCE_PROP_BYTES_MAX;
	case TCE_EV_SET_MASK: return event->u.set_mask.streaming || event->u.set_mask.coherent;
	case TCE_EV_BOOT: return event->u.boot.flags < TCE_BOOT_KDUMP;
	case TCE_EV_KEXEC: return event->u.boot.flags < 2 * TCE_BOOT_KDUMP;
	case TCE_EV_MAP: return event->u.map.nr_sg == 0 || event->u.map.sg != NULL;
	default: return true;
	}
}

bool tce_event_valid(const struct tce_event *event)
{
	const struct tce_event_desc *desc;

	if ((unsigned)event->kind >= TCE_NR_EVENTS)
		return false;
	desc = tce_event_desc(event->kind);
	for (unsigned i = 0; i < desc->nr_params; i++) {
		if (!param_valid(&desc->params[i], event))
			return false;
	}
	return whole_valid(event);
}
