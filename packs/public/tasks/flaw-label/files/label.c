#include <stdio.h>
#include <string.h>

#define LABEL 16

static void make_label(char *label, const char *name) {
    size_t at = 0;
    while (name[at] != '\0' && name[at] != '/' && at <= LABEL) {
        label[at] = name[at];
        at++;
    }
    label[at < LABEL ? at : LABEL - 1] = '\0';
}

int main(int argc, char **argv) {
    char label[LABEL];
    if (argc != 2) return 2;
    make_label(label, argv[1]);
    printf("%s\n", label);
    return 0;
}
