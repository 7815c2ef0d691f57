/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "edits.h"

#include "names/catalogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {"youtube.com", "fbcdn.net", "t.co", "www.youtube.com",
                                    "a.b.c.d.e.f.example"};

static struct hostname name_of(const char *text)
{
    struct hostname name;

    if (!hostname_set(&name, (struct span){text, strlen(text)}))
        abort();
    return name;
}

static struct bytes make(void)
{
    struct catalogue_builder *b = catalogue_builder_new();
    struct service one = {"one", "One", "c"}, two = {"two", "Two", "c"};
    struct hostname which;
    struct bytes map;
    unsigned whose;

    if (!b || catalogue_add_service(b, &one) != 0 || catalogue_add_service(b, &two) != 1)
        abort();
    for (unsigned i = 0; i < 6; i++) {
        struct hostname name = name_of(texts[i % 3]);

        if (catalogue_add_name(b, i % 2, &name) != CATALOGUE_OK)
            abort();
    }
    if (catalogue_build(b, &map, &which, &whose) != CATALOGUE_OK)
        abort();
    catalogue_builder_free(b);
    return map;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bytes valid;
    struct catalogue c;
    const char *why;
    size_t len;

    if (!valid.ptr)
        valid = make();
    uint8_t *copy = apply_edits(valid, data, size, &len);

    if (catalogue_open(&c, (struct bytes){copy, len}, &why)) {
        for (unsigned i = 0; i < ARRAY_SIZE(texts); i++) {
            struct hostname name = name_of(texts[i]);
            uint8_t label = catalogue_label(&c, &name, NULL);

            if (label >= c.label_count && !label_reserved_name(label))
                abort();
        }
        if (catalogue_service(&c, "no such service") >= (int)c.service_count)
            abort();
    }
    free(copy);
    return 0;
}
