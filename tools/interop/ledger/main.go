// Verifies an exported ledger with Go's own packages for transparency logs, golang.org/x/mod's
// sumdb/note and sumdb/tlog: the signature, every tile up to the root, every entry, and that the
// ledger continues an older checkpoint. Arguments: the folder, the key, an older checkpoint's file.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: ledger FOLDER KEY OLDER-CHECKPOINT")
		os.Exit(2)
	}
	if err := verify(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func verify(folder, key, older string) error {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return fmt.Errorf("the key: %w", err)
	}
	tree, err := checkpoint(filepath.Join(folder, "checkpoint"), verifier)
	if err != nil {
		return err
	}
	old, err := checkpoint(older, verifier)
	if err != nil {
		return err
	}
	// A reader of this kind checks every tile that it reads against the root.
	reader := tlog.TileHashReader(tree, &tiles{folder})
	if err := entries(folder, tree, reader); err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		return fmt.Errorf("consistency: %w", err)
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("consistency with the older checkpoint: %w", err)
	}
	fmt.Printf("%d entries of %s verified, which continue %d\n", tree.N, verifier.Name(), old.N)
	return nil
}

func checkpoint(path string, verifier note.Verifier) (tlog.Tree, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("%s: %w", path, err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("%s: not a checkpoint of %s", path, verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

func entries(folder string, tree tlog.Tree, reader tlog.HashReader) error {
	for first := int64(0); first < tree.N; first += 1 << height {
		width := min(tree.N-first, 1<<height)
		tile := tlog.Tile{H: height, L: -1, N: first >> height, W: int(width)}
		path := filepath.Join(folder, layout(tile))
		bundle, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for index := first; index < first+width; index++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("%s: ends before entry %d", path, index)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			leaf := tlog.RecordHash(bundle[2:end])
			bundle = bundle[end:]
			proof, err := tlog.ProveRecord(tree.N, index, reader)
			if err != nil {
				return fmt.Errorf("entry %d: %w", index, err)
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf); err != nil {
				return fmt.Errorf("entry %d: %s: %w", index, base64.StdEncoding.EncodeToString(leaf[:]), err)
			}
		}
		if len(bundle) != 0 {
			return fmt.Errorf("%s: goes on after its last entry", path)
		}
	}
	return nil
}

// The layout of tlog-tiles leaves the height out and calls entries what sumdb calls data.
func layout(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return filepath.FromSlash(strings.Replace(path, "tile/data/", "tile/entries/", 1))
}

type tiles struct{ folder string }

func (t *tiles) Height() int { return height }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for at, tile := range wanted {
		bytes, err := os.ReadFile(filepath.Join(t.folder, layout(tile)))
		if err != nil {
			return nil, err
		}
		found[at] = bytes
	}
	return found, nil
}

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}
