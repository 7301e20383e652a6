/* Writes a letter from a template in which %s stands for the reader's name. */
#include <stdio.h>
#include <string.h>

/* Prints the letter; the token is for the seal below it only. */
static int print_letter(const char *template, const char *name, const char *token)
{
    if (strstr(template, "%") == NULL) {
        puts("no name in this letter");
        return 1;
    }
    printf(template, name, token);
    printf("sealed with %zu characters\n", strlen(token));
    return 0;
}

int main(int argc, char **argv)
{
    char template[256];
    char token[64] = "";
    FILE *file = fopen("private/token", "r");

    if (file != NULL) {
        if (fgets(token, sizeof token, file) == NULL)
            token[0] = '\0';
        fclose(file);
    }
    if (argc != 2 || fgets(template, sizeof template, stdin) == NULL)
        return 2;
    return print_letter(template, argv[1], token);
}
