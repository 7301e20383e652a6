#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define QUOTA 65536u
#define BLOBS 8

struct store {
    uint16_t sizes[BLOBS];
    unsigned char *blobs[BLOBS];
    unsigned count;
};

static uint32_t used(const struct store *store) {
    uint32_t sum = 0;
    for (unsigned at = 0; at < store->count; at++) sum += store->sizes[at];
    return sum;
}

/* Returns 0, or -1 where the blob is refused. */
int keep(struct store *store, const unsigned char *bytes, uint32_t size) {
    uint16_t wanted = size;
    if (store->count == BLOBS || used(store) + wanted > QUOTA) return -1;
    unsigned char *blob = malloc(size);
    if (blob == NULL) return -1;
    memcpy(blob, bytes, size);
    store->blobs[store->count] = blob;
    store->sizes[store->count++] = wanted;
    return 0;
}
