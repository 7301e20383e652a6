// Adds up deposits, each line "deposit N" by a worker of its own; other lines are notes.
package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"sync"
)

type till struct {
	lock  sync.Mutex
	total int
	count int
	notes int
}

func (t *till) add(amount int) {
	t.total += amount
	t.count++
}

func (t *till) note(text string) {
	if text != "" {
		t.notes++
	}
}

func main() {
	var t till
	var workers sync.WaitGroup
	start := make(chan struct{})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) != 2 || words[0] != "deposit" {
			t.note(lines.Text())
			continue
		}
		amount, err := strconv.Atoi(words[1])
		if err != nil {
			continue
		}
		workers.Add(1)
		go func() {
			defer workers.Done()
			<-start
			t.add(amount)
		}()
	}
	close(start)
	workers.Wait()
	os.Stdout.WriteString(strconv.Itoa(t.total) + " of " + strconv.Itoa(t.count) + ", notes " + strconv.Itoa(t.notes) + "\n")
}
