/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of a key to its value: the parse functions of the schema. Each returns NULL, or
 * what the text is instead, as the rest of a sentence ("is not a time"). */
#ifndef LESPOORT_CONFIG_TYPES_H
#define LESPOORT_CONFIG_TYPES_H

#include "config/schema.h"

const char *type_text(const char *text, const struct key_rule *rule, void *ret);
const char *type_zone(const char *text, const struct key_rule *rule, void *ret);
const char *type_path(const char *text, const struct key_rule *rule, void *ret);
const char *type_folder(const char *text, const struct key_rule *rule, void *ret); /* or empty */
const char *type_file(const char *text, const struct key_rule *rule, void *ret);   /* or empty */
const char *type_absolute(const char *text, const struct key_rule *rule, void *ret);
const char *type_interface(const char *text, const struct key_rule *rule, void *ret);
const char *type_id(const char *text, const struct key_rule *rule,
                    void *ret); /* "business-network" */
const char *type_word(const char *text, const struct key_rule *rule,
                      void *ret); /* int: its number */
const char *type_flag(const char *text, const struct key_rule *rule,
                      void *ret); /* uint8_t: 0 or 1 */
const char *type_number(const char *text, const struct key_rule *rule, void *ret); /* int64_t */
const char *type_clock(const char *text, const struct key_rule *rule, void *ret); /* int: minutes */
const char *type_days(const char *text, const struct key_rule *rule, void *ret);  /* uint8_t */
const char *type_date(const char *text, const struct key_rule *rule, void *ret);
const char *type_duration(const char *text, const struct key_rule *rule, void *ret); /* int64_t */
const char *type_prefix(const char *text, const struct key_rule *rule, void *ret);
const char *type_hostname(const char *text, const struct key_rule *rule, void *ret);
/* A host name that fits into SAFE_TEXT_MAX. */
const char *type_safe(const char *text, const struct key_rule *rule, void *ret);

#endif
