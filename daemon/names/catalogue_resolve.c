/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From claims to the set of each name. A name's state is that of the nearest name above it, joined
 * with what is said of it: services of the catalogue replace each other, lists add up, never-block
 * shelters from lists, exceptions take away.
 */
#include "names/catalogue_builder.h"

/* One more than labels in a name: the name alone comes before its suffixes. */
#define CHAIN_MAX (HOSTNAME_MAX / 2 + 2)

static const struct state root = {.set = 0, .base = BASE_OTHER};

static void hear(struct saying *s, uint8_t kind, uint8_t owner)
{
    switch ((enum claim_kind)kind) {
    case CLAIM_OWNED:
        set256_add(&s->owners, owner);
        break;
    case CLAIM_EXCEPTED:
        set256_add(&s->excepted, owner);
        break;
    case CLAIM_NEVER:
        s->never = true;
        break;
    case CLAIM_HIDDEN:
        s->hidden = true;
        break;
    }
}

void builder_saying(const struct catalogue_builder *b, const struct entry *e, struct saying *ret)
{
    *ret = (struct saying){0};
    hear(ret, e->kind, e->owner);
    for (uint32_t i = e->more; i != NOTHING; i = b->claims[i].next)
        hear(ret, b->claims[i].kind, b->claims[i].owner);
}

static bool is_exact(struct span name)
{
    return name.ptr[0] == EXACT_MARK;
}

static struct span without_mark(struct span name)
{
    return is_exact(name) ? (struct span){name.ptr + 1, name.len - 1} : name;
}

struct entry *builder_above(const struct catalogue_builder *b, const struct entry *e)
{
    struct span name = entry_name(b, e);
    struct entry *above = NULL;
    unsigned labels;

    name = is_exact(name) ? without_mark(name) : hostname_parent(name);
    labels = label_depth(name);
    for (; !above && name.len && labels >= b->shallow; labels--) {
        above = builder_find(b, name);
        name = hostname_parent(name);
    }
    return above;
}

static struct state state_of(const struct entry *e)
{
    return (struct state){
        .set = e->set, .base = e->marks & MARK_BASE, .sheltered = (e->marks & MARK_SHELTERED) != 0};
}

/* An exception from a name holds for the name alone, too; so does that it is never blocked. */
static void hear_suffix(const struct catalogue_builder *b, const struct entry *e, struct saying *s)
{
    const struct entry *suffix = builder_find(b, without_mark(entry_name(b, e)));
    struct saying more;

    if (!suffix)
        return;
    builder_saying(b, suffix, &more);
    s->excepted = more.excepted;
    s->never = more.never;
}

/* *services is what the name has from above, and becomes its own. */
static void join(const struct set256 *lists, const struct saying *s, struct state *state,
                 struct set256 *services)
{
    struct set256 said = set256_without(&s->owners, lists);
    struct set256 own = set256_without(&said, &s->excepted);

    if (s->never) {
        *services = (struct set256){0};
        state->base = BASE_NEVER;
        state->sheltered = 1;
        return;
    }
    if (s->hidden)
        state->base = BASE_HIDDEN;
    if (s->hidden || !set256_empty(&said))
        *services = set256_both(services, lists);
    if (!set256_empty(&own))
        state->base = BASE_OTHER;
    *services = set256_union(services, &own);
    if (!state->sheltered) {
        own = set256_both(&s->owners, lists);
        *services = set256_union(services, &own);
    }
    *services = set256_without(services, &s->excepted);
}

/* Which of its counters a claim goes to. */
static uint32_t *counter_of(struct catalogue_builder *b, uint8_t owner, const struct state *state,
                            const struct set256 *above)
{
    struct service_count *count = &b->counts[owner];

    if (!set256_has(&b->lists, owner))
        return &count->names;
    if (state->sheltered)
        return &count->left_out;
    return set256_has(above, owner) ? &count->repeated : &count->names;
}

static void count_claims(struct catalogue_builder *b, const struct saying *s,
                         const struct state *state, const struct set256 *above)
{
    struct set256 counted = set256_without(&s->owners, &s->excepted);

    for (unsigned w = 0; w < ARRAY_SIZE(counted.w); w++)
        for (uint64_t rest = counted.w[w]; rest; rest &= rest - 1) {
            uint8_t owner = (uint8_t)(w * 64 + (unsigned)__builtin_ctzll(rest));

            ++*counter_of(b, owner, state, above);
        }
}

/* A service of the catalogue owns a name that is never blocked. */
static bool contradicts(const struct catalogue_builder *b, const struct saying *s, unsigned *ret)
{
    struct set256 own = set256_without(&s->owners, &b->lists);

    own = set256_without(&own, &s->excepted);
    if (!s->never || set256_empty(&own))
        return false;
    for (*ret = 0; !set256_has(&own, (uint8_t)*ret);)
        ++*ret;
    return true;
}

/* *state: of what stands above; becomes that of the entry. */
static enum catalogue_error settle(struct catalogue_builder *b, struct entry *e,
                                   struct state *state, unsigned *ret_service)
{
    struct set256 above = b->sets[state->set].services, services = above;
    struct state own = *state;
    struct saying said;

    builder_saying(b, e, &said);
    if (is_exact(entry_name(b, e)))
        hear_suffix(b, e, &said);
    if (contradicts(b, &said, ret_service))
        return CATALOGUE_NEVER_BLOCKED;
    join(&b->lists, &said, &own, &services);
    own.set = set256_equal(&services, &above) ? state->set : set_number(b, &services);
    if (own.set == NOTHING)
        return CATALOGUE_NO_MEMORY;
    count_claims(b, &said, &own, &above);
    e->set = own.set;
    e->marks = (uint8_t)(MARK_KNOWN | own.base | (own.sheltered ? MARK_SHELTERED : 0));
    if (own.set != state->set || (own.set == 0 && own.base != state->base)) {
        e->marks |= MARK_STORED;
        b->sets[own.set].names++;
    }
    *state = own;
    return CATALOGUE_OK;
}

/* With all names above it that are not known yet, from the top. */
static enum catalogue_error settle_chain(struct catalogue_builder *b, struct entry *e,
                                         struct hostname *ret_name, unsigned *ret_service)
{
    struct entry *chain[CHAIN_MAX];
    enum catalogue_error error = CATALOGUE_OK;
    struct state state;
    unsigned count = 0;

    for (; e && !(e->marks & MARK_KNOWN); e = builder_above(b, e))
        chain[count++] = e;
    state = e ? state_of(e) : root;
    while (count && !error) {
        e = chain[--count];
        error = settle(b, e, &state, ret_service);
    }
    if (error == CATALOGUE_NEVER_BLOCKED)
        hostname_set(ret_name, without_mark(entry_name(b, e)));
    return error;
}

enum catalogue_error builder_resolve(struct catalogue_builder *b, struct hostname *ret_name,
                                     unsigned *ret_service)
{
    static const struct set256 nobody = {0};
    enum catalogue_error error = CATALOGUE_OK;

    if (set_number(b, &nobody) != root.set)
        return CATALOGUE_NO_MEMORY;
    for (unsigned i = 0; i < b->service_count; i++)
        b->counts[i] = (struct service_count){0};
    for (size_t i = 0; i < b->entry_count; i++)
        b->entries[i].marks = 0;
    for (size_t i = 0; i < b->entry_count && !error; i++)
        if (!(b->entries[i].marks & MARK_KNOWN))
            error = settle_chain(b, &b->entries[i], ret_name, ret_service);
    return error;
}

static void recount(struct catalogue_builder *b, const struct entry *e)
{
    const struct owned_set *set = &b->sets[e->set];
    struct set256 lost = set256_without(&set->services, &b->labels[set->label]);
    const struct entry *above;
    struct saying said;

    if (set256_empty(&lost))
        return;
    above = builder_above(b, e);
    builder_saying(b, e, &said);
    lost = set256_both(&lost, &said.owners);
    if (above)
        lost = set256_without(&lost, &b->sets[above->set].services);
    for (unsigned i = 0; i < b->service_count; i++)
        if (set256_has(&lost, (uint8_t)i)) {
            b->counts[i].names--;
            b->counts[i].weakened++;
        }
}

void builder_recount(struct catalogue_builder *b)
{
    for (size_t i = 0; i < b->entry_count; i++)
        recount(b, &b->entries[i]);
}

uint8_t entry_label(const struct catalogue_builder *b, const struct entry *e)
{
    static const uint8_t bases[] = {
        [BASE_OTHER] = LABEL_OTHER, [BASE_NEVER] = LABEL_NEVER, [BASE_HIDDEN] = LABEL_HIDDEN};
    uint8_t label = b->sets[e->set].label;

    return label == LABEL_NONE ? bases[e->marks & MARK_BASE] : label;
}
