/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file from elsewhere: is it whole (SHA-256), and who vouches for it (OpenPGP)? */
#ifndef LESPOORT_CONTROL_VERIFY_H
#define LESPOORT_CONTROL_VERIFY_H

#include <stdbool.h>

#include "base/span.h"

#define VERIFY_WHY  512
#define SHA256_TEXT 65
#define SIGNER_TEXT 128

/* The whole of a regular file of at most max bytes; the caller frees it with bytes_free(). False:
 * why is the rest of a sentence about it ("cannot be read: Permission denied"). */
bool verify_read(const char *path, size_t max, struct bytes *ret, char why[static VERIFY_WHY]);

/* FIPS 180-4, as lower case hex. */
bool verify_sha256(struct bytes content, char out[static SHA256_TEXT]);

/* What a text in the form of sha256sum(1) says of the file of that name, wherever it stands; a
 * text of nothing but one sum speaks of any file. False: neither. */
bool verify_sum(struct bytes text, const char *name, char out[static SHA256_TEXT]);

/*
 * Whether a detached signature of the file is good, by a key of the keyring that has neither
 * expired nor been revoked. gpgv(1) says so; it gets three seconds. ret_signer: the user id of the
 * key. False: why is a whole sentence.
 */
bool verify_signature(const char *keyring, const char *signature, const char *file,
                      char ret_signer[static SIGNER_TEXT], char why[static VERIFY_WHY]);

#endif
