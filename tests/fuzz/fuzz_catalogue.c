/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "edits.h"

#include "names/catalogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {"youtube.com",        "fbcdn.net",      "t.co",
                                    "www.youtube.com",    "studio.one.org", "ech.example",
                                    "a.b.c.d.e.f.example"};

static struct hostname name_of(const char *text)
{
    struct hostname name;

    if (!hostname_set(&name, (struct span){text, strlen(text)}))
        abort();
    return name;
}

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void add_services(struct catalogue_builder *b)
{
    static const struct service services[] = {
        {.id = "one", .title = "One", .category = "c"},
        {.id = "two", .title = "Two", .category = "c"},
        {.id = "list", .title = "List", .category = "c", .list = 1},
    };

    for (size_t i = 0; i < ARRAY_SIZE(services); i++)
        require(catalogue_add_service(b, &services[i]) == (int)i);
}

static void add_prefixes(struct catalogue_builder *b)
{
    static const char *const prefixes[] = {"10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"};
    struct prefix prefix;
    const char *why;

    for (unsigned i = 0; i < ARRAY_SIZE(prefixes); i++)
        require(prefix_parse(prefixes[i], &prefix, &why) &&
                catalogue_add_prefix(b, i, &prefix) == CATALOGUE_OK);
}

/* Something in each section. */
static struct bytes make(void)
{
    struct catalogue_builder *b = catalogue_builder_new();
    struct hostname name, never = name_of(texts[4]), hidden = name_of(texts[5]), which;
    struct bytes map;
    unsigned whose;

    require(b != NULL);
    add_services(b);
    for (unsigned i = 0; i < 6; i++) {
        name = name_of(texts[i % 3]);
        require(catalogue_add_name(b, i % 2, &name, MATCH_SUFFIX) == CATALOGUE_OK);
    }
    name = name_of(texts[3]);
    require(catalogue_add_name(b, 2, &name, MATCH_EXACT) == CATALOGUE_OK);
    require(catalogue_add_never(b, &never) == CATALOGUE_OK);
    require(catalogue_add_hidden(b, &hidden) == CATALOGUE_OK);
    require(catalogue_add_safe(b, &name, &never) == CATALOGUE_OK);
    add_prefixes(b);
    require(catalogue_build(b, (const uint64_t[2]){0}, &map, &which, &whose) == CATALOGUE_OK);
    catalogue_builder_free(b);
    return map;
}

static void ask(const struct catalogue *c)
{
    const struct addr inner = addr_from4((const uint8_t[4]){10, 1, 2, 3});

    for (unsigned i = 0; i < ARRAY_SIZE(texts); i++) {
        struct hostname name = name_of(texts[i]), host;
        uint8_t label = catalogue_label(c, &name, NULL);
        const char *safe = catalogue_safe(c, &name);

        require(label < c->label_count || label_reserved_name(label));
        require(!safe || hostname_set(&host, (struct span){safe, strlen(safe)}));
    }
    require(catalogue_address(c, &inner) < c->label_count);
    require(catalogue_service(c, "no such service") < (int)c->service_count);
    catalogue_intact(c);
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

    if (catalogue_open(&c, (struct bytes){copy, len}, &why))
        ask(&c);
    free(copy);
    return 0;
}
