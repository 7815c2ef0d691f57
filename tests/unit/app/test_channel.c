/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/channel.h"
#include "base/memfile.h"

static void channel__message_with_descriptors__arrives_whole(void **state)
{
    struct channel_message in = {.kind = CHANNEL_WORLD, .generation = 7, .upkeep.repairs = 3}, out;
    int pair[2], got[CHANNEL_FDS], sent[2];
    struct bytes map;

    (void)state;
    assert_true(channel_pair(pair));
    sent[0] = memfile_seal("a", "first", 5);
    sent[1] = memfile_seal("b", "second", 6);
    assert_int_equal(channel_send(pair[0], &in, sent, 2), CHANNEL_OK);
    assert_int_equal(channel_receive(pair[1], &out, got), CHANNEL_OK);
    assert_int_equal(out.kind, CHANNEL_WORLD);
    assert_true(out.generation == 7);
    assert_int_equal(out.upkeep.repairs, 3);
    assert_true(memfile_map(got[1], 100, &map));
    assert_memory_equal(map.ptr, "second", 6);
    assert_int_equal(fcntl(got[0], F_GETFD), FD_CLOEXEC);
    memfile_unmap(map);
    for (int i = 0; i < 2; i++) {
        close(pair[i]);
        close(got[i]);
        close(sent[i]);
    }
}

static void channel__nothing_there__again(void **state)
{
    struct channel_message out;
    int pair[2], got[CHANNEL_FDS];

    (void)state;
    assert_true(channel_pair(pair));
    assert_int_equal(channel_receive(pair[0], &out, got), CHANNEL_AGAIN);
    close(pair[1]);
    assert_int_equal(channel_receive(pair[0], &out, got), CHANNEL_CLOSED);
    assert_int_equal(channel_send(pair[0], &(struct channel_message){.kind = 1}, NULL, 0),
                     CHANNEL_CLOSED);
    close(pair[0]);
}

static void channel__foreign_or_short_message__broken_and_nothing_kept(void **state)
{
    static const size_t sizes[] = {1, sizeof(struct channel_message) - 1,
                                   sizeof(struct channel_message),
                                   sizeof(struct channel_message) + 1};
    uint8_t junk[sizeof(struct channel_message) + 1] = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct channel_message out;
        int pair[2], got[CHANNEL_FDS];

        assert_true(channel_pair(pair));
        assert_int_equal(send(pair[0], junk, sizes[i], 0), (int)sizes[i]);
        assert_int_equal(channel_receive(pair[1], &out, got), CHANNEL_BROKEN);
        assert_int_equal(got[0], -1);
        assert_int_equal(got[1], -1);
        close(pair[0]);
        close(pair[1]);
    }
}

static int descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* It looks like the end of the connection, and still carries what has to be closed. */
static void channel__empty_message_with_descriptor__closed_and_nothing_kept(void **state)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.bytes = {0}};
    struct msghdr header = {.msg_control = control.bytes, .msg_controllen = sizeof(control.bytes)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&header);
    struct channel_message out;
    int pair[2], got[CHANNEL_FDS], before;

    (void)state;
    assert_true(channel_pair(pair));
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &pair[0], sizeof(int));
    before = descriptors();
    assert_int_equal(sendmsg(pair[0], &header, 0), 0);
    assert_int_equal(channel_receive(pair[1], &out, got), CHANNEL_CLOSED);
    assert_int_equal(got[0], -1);
    assert_int_equal(descriptors(), before);
    close(pair[0]);
    close(pair[1]);
}

static void channel__full__again_not_block(void **state)
{
    const struct channel_message m = {.kind = CHANNEL_STATE};
    enum channel_result result = CHANNEL_OK;
    int pair[2];

    (void)state;
    assert_true(channel_pair(pair));
    for (int i = 0; i < 100000 && result == CHANNEL_OK; i++)
        result = channel_send(pair[0], &m, NULL, 0);
    assert_int_equal(result, CHANNEL_AGAIN);
    close(pair[0]);
    close(pair[1]);
}

static void channel__listen__stale_socket_replaced_living_one_not(void **state)
{
    char folder[] = "/tmp/lespoort-test.XXXXXX", path[64], far[200];
    int first, second, client;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/s", folder);
    first = channel_listen(path);
    assert_true(first >= 0);
    assert_int_equal(channel_listen(path), -1);
    assert_int_equal(errno, EADDRINUSE);
    close(first); /* as after a crash: the file is still there */
    second = channel_listen(path);
    assert_true(second >= 0);
    client = channel_connect(path);
    assert_true(client >= 0);
    memset(far, 'x', sizeof(far) - 1);
    far[sizeof(far) - 1] = '\0';
    assert_int_equal(channel_connect(far), -1);
    assert_int_equal(errno, ENAMETOOLONG);
    close(client);
    close(second);
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channel__message_with_descriptors__arrives_whole),
        cmocka_unit_test(channel__nothing_there__again),
        cmocka_unit_test(channel__foreign_or_short_message__broken_and_nothing_kept),
        cmocka_unit_test(channel__empty_message_with_descriptor__closed_and_nothing_kept),
        cmocka_unit_test(channel__full__again_not_block),
        cmocka_unit_test(channel__listen__stale_socket_replaced_living_one_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
