/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log lines are complete sentences for the person who runs the gateway: what, where, what now.
 * They never hold a name that a client asked for, nor a client's address.
 */
#ifndef LESPOORT_BASE_LOG_H
#define LESPOORT_BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_DEBUG };

typedef void log_sink(enum log_level level, const char *line);

/* tag: the program's name, kept by reference. Lines above level are dropped. Without a sink
 * they go to stderr, with the journal's <N> prefix when the journal reads there. */
void log_init(const char *tag, enum log_level level, log_sink *sink);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
