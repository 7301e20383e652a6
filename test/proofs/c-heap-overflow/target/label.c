/* Prints the label of a book: its title in capitals. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_SIZE 32

/* The title in capitals, in memory of its own. */
static char *capitals(const char *title)
{
    char *label = malloc(LABEL_SIZE);
    size_t at = 0;

    if (label == NULL)
        return NULL;
    for (; title[at] != '\0'; at++)
        label[at] = (char)toupper((unsigned char)title[at]);
    label[at] = '\0';
    return label;
}

int main(int argc, char **argv)
{
    char title[512];
    char *label;
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;

    if (file == NULL || fgets(title, sizeof title, file) == NULL)
        return 2;
    fclose(file);
    title[strcspn(title, "\n")] = '\0';
    label = capitals(title);
    if (label == NULL)
        return 1;
    printf("[%s]\n", label);
    free(label);
    return 0;
}
