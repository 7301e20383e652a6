/* Tells how many tiles a floor takes, from its width and height in tiles. */
#include <limits.h>
#include <stdio.h>

/* The number of tiles, or -1 for a floor that cannot be. */
static int tiles_for(int width, int height)
{
    if (width < 0 || height < 0)
        return -1;
    return width * height;
}

int main(void)
{
    int width, height;
    int tiles;

    if (scanf("%d %d", &width, &height) != 2)
        return 2;
    tiles = tiles_for(width, height);
    if (tiles < 0) {
        puts("no such floor");
        return 1;
    }
    printf("%d tiles\n", tiles);
    return 0;
}
