/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "control/verify.h"
#include "support/folder.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ABC   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static struct bytes text(const char *t)
{
    return (struct bytes){(const uint8_t *)t, strlen(t)};
}

/* FIPS 180-4 examples. */
static void sha256__known_texts__have_known_sums(void **state)
{
    char sum[SHA256_TEXT];

    (void)state;
    assert_true(verify_sha256(text(""), sum));
    assert_string_equal(sum, EMPTY);
    assert_true(verify_sha256(text("abc"), sum));
    assert_string_equal(sum, ABC);
}

static void sum__forms_of_sha256sum(void **state)
{
    static const struct {
        const char *text;
        bool found;
    } cases[] = {
        {ABC "  a.conf\n", true},
        {ABC " *a.conf\n", true},
        {ABC "  ./some/folder/a.conf", true},
        {ABC "  a.conf\r\n", true},
        {"\\" ABC "  a.conf\n", true},
        {"# comment\n" EMPTY "  b.conf\n" ABC "  a.conf\n", true},
        {ABC, true},
        {ABC "\n", true},
        {ABC "\n" EMPTY "\n", false},
        {ABC "  b.conf\n", false},
        {ABC " a.conf\n", false},
        {ABC "  \n", false},
        {ABC "0  a.conf\n", false},
        {"a.conf\n", false},
        {"", false},
        {"\n\n", false},
        {"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD  a.conf\n", true},
        {"xa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.conf\n", false},
    };
    char sum[SHA256_TEXT];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        bool found = verify_sum(text(cases[i].text), "a.conf", sum);

        if (found != cases[i].found)
            fail_msg("case %zu: %s", i, cases[i].text);
        if (found)
            assert_string_equal(sum, ABC);
    }
}

static void sum__every_cut__is_no_sum_or_the_whole_one(void **state)
{
    static const char whole[] = ABC "  a.conf";
    char sum[SHA256_TEXT];

    (void)state;
    for (size_t len = 0; len < sizeof(whole) - 1; len++)
        assert_int_equal(verify_sum((struct bytes){(const uint8_t *)whole, len}, "a.conf", sum),
                         len == SHA256_TEXT - 1);
}

static void read__files_and_what_is_none(void **state)
{
    const char *folder = *state;
    char path[128], why[VERIFY_WHY];
    struct bytes got;

    snprintf(path, sizeof(path), "%s/file", folder);
    folder_write(folder, "file", "12345");
    assert_true(verify_read(path, 5, &got, why));
    assert_int_equal(got.len, 5);
    assert_memory_equal(got.ptr, "12345", 5);
    bytes_free(got);
    assert_false(verify_read(path, 4, &got, why));
    assert_string_equal(why, "is larger than 4 bytes");
    assert_false(verify_read(folder, 100, &got, why));
    assert_string_equal(why, "is not a file");
    snprintf(path, sizeof(path), "%s/none", folder);
    assert_false(verify_read(path, 100, &got, why));
    assert_string_equal(why, "cannot be read: No such file or directory");
    snprintf(path, sizeof(path), "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(verify_read(path, 100, &got, why));
    assert_string_equal(why, "is not a file");
}

/* A key, and another one that the keyring does not know; files signed by both. */
#define MAKE_KEYS                                                                                  \
    "set -e; cd '%s'; export GNUPGHOME=$PWD/home; mkdir -m 700 home; "                             \
    "g() { gpg --batch --quiet --yes --pinentry-mode loopback --passphrase '' \"$@\"; }; "         \
    "g --quick-gen-key 'Catalogue <c@example.nl>' ed25519 sign never; "                            \
    "g --quick-gen-key 'Stranger <s@example.nl>' ed25519 sign never; "                             \
    "g --export c@example.nl >keys.gpg; "                                                          \
    "g -u c@example.nl --output file.sig --detach-sign file; "                                     \
    "g -u c@example.nl --armor --output file.asc --detach-sign file; "                             \
    "g -u s@example.nl --output stranger.sig --detach-sign file; "                                 \
    "gpgconf --kill all"

static bool make_keys(const char *folder)
{
    char command[1024];

    folder_write(folder, "file", "content");
    folder_write(folder, "other", "Content");
    folder_write(folder, "empty.sig", "");
    snprintf(command, sizeof(command), MAKE_KEYS, folder);
    return system(command) == 0;
}

static void expect_signature(const char *folder, const char *signature, const char *file,
                             const char *want)
{
    char keyring[128], path[128], signed_file[128], signer[SIGNER_TEXT] = "", why[VERIFY_WHY] = "";
    bool good;

    snprintf(keyring, sizeof(keyring), "%s/keys.gpg", folder);
    snprintf(path, sizeof(path), "%s/%s", folder, signature);
    snprintf(signed_file, sizeof(signed_file), "%s/%s", folder, file);
    good = verify_signature(keyring, path, signed_file, signer, why);
    assert_int_equal(good, want == NULL);
    if (good)
        assert_string_equal(signer, "Catalogue <c@example.nl>");
    else if (want && !strstr(why, want))
        fail_msg("%s: %s", signature, why);
}

static void signature__by_a_key_of_the_keyring__or_not(void **state)
{
    const char *folder = *state;

    if (system("{ command -v gpg && command -v gpgv; } >/dev/null 2>&1") != 0) {
        print_message("gpg or gpgv is missing: install gnupg\n");
        skip();
    }
    assert_true(make_keys(folder));
    expect_signature(folder, "file.sig", "file", NULL);
    expect_signature(folder, "file.asc", "file", NULL);
    expect_signature(folder, "file.sig", "other", "the signature of another file");
    expect_signature(folder, "stranger.sig", "file", "the key is not in the keyring");
    expect_signature(folder, "empty.sig", "file", "it holds no signature");
    expect_signature(folder, "none.sig", "file", "is not good");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256__known_texts__have_known_sums),
        cmocka_unit_test(sum__forms_of_sha256sum),
        cmocka_unit_test(sum__every_cut__is_no_sum_or_the_whole_one),
        cmocka_unit_test_setup_teardown(read__files_and_what_is_none, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(signature__by_a_key_of_the_keyring__or_not, folder_set_up,
                                        folder_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
