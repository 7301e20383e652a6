#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GLYPHS 8

/* Widths are known for every glyph that is below GLYPHS. */
static int width_of(const unsigned char *widths, unsigned glyph) {
    return widths[glyph];
}

static int measure(const unsigned char *widths, const char *text) {
    int sum = 0;
    for (; *text != '\0'; text++)
        sum += width_of(widths, (unsigned)(*text - 'a') <= GLYPHS ? (unsigned)(*text - 'a') : 0);
    return sum;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    unsigned char *widths = malloc(GLYPHS);
    if (widths == NULL) return 1;
    memset(widths, 3, GLYPHS);
    printf("%d\n", measure(widths, argv[1]));
    return 0;
}
