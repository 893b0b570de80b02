// Checks an exported trail and proofs of its records with Go's sumdb/note and sumdb/tlog, which share no code with the trail.
//
// usage: check KEY EXPORT RECORDS [OLDER]
//
// The arguments, the output and the exit codes are those of check.py. Built without modules against Debian's
// golang-golang-x-mod-dev: GO111MODULE=off GOPATH=/usr/share/gocode go build -o check check.go
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The height of a tile: 256 hashes.
const height = 8

type checkpoint struct {
	origin string
	tree   tlog.Tree
}

// opened is the checkpoint of a note that the key signed.
func opened(text []byte, known note.Verifiers) (checkpoint, error) {
	signed, err := note.Open(text, known)
	if err != nil {
		return checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return checkpoint{}, errors.New("checkpoint: fewer than three lines")
	}
	size, err := decimal(lines[1])
	if err != nil {
		return checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	return checkpoint{lines[0], tlog.Tree{N: size, Hash: root}}, nil
}

func decimal(text string) (int64, error) {
	number, err := strconv.ParseInt(text, 10, 64)
	if err == nil && (number < 0 || strconv.FormatInt(number, 10) != text) {
		err = fmt.Errorf("%q is no plain number", text)
	}
	return number, err
}

func hashes(lines []string) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		found = append(found, hash)
	}
	return found, nil
}

// c2spPath is a tile's path in an export: Go's paths name the height as well.
func c2spPath(tile tlog.Tile) string {
	return filepath.FromSlash(strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height)))
}

// directory serves the tiles of an export.
type directory string

func (d directory) Height() int { return height }

func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(d), "tile", c2spPath(tile)))
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

func (d directory) SaveTiles([]tlog.Tile, [][]byte) {}

// tilesOf lists the tiles of a tree: of the widths that NewTiles gives a last tile on the way to this size, the last one.
func tilesOf(size int64) []tlog.Tile {
	var tiles []tlog.Tile
	for _, tile := range tlog.NewTiles(height, 0, size) {
		if end := tile.N<<height + int64(tile.W); tile.W == 1<<height || end == size>>(height*tile.L) {
			tiles = append(tiles, tile)
		}
	}
	return tiles
}

// bundle cuts a bundle of records into its records.
func bundle(data []byte) ([][]byte, error) {
	var records [][]byte
	for len(data) > 0 {
		if len(data) < 2 {
			return nil, errors.New("a length is cut off")
		}
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			return nil, errors.New("a record is cut off")
		}
		records = append(records, data[2:2+length])
		data = data[2+length:]
	}
	return records, nil
}

// checkExport makes the tree anew from the records, up to the root that was signed, and compares each tile with it.
//
// tlog.TileHashReader alone would not do: before golang.org/x/mod 0.40.0, and so in Debian's, it takes up to one tile a level without a
// look at its parent (CVE-2026-56865).
func checkExport(folder string, known note.Verifiers) (checkpoint, error) {
	text, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return checkpoint{}, err
	}
	newest, err := opened(text, known)
	if err != nil {
		return checkpoint{}, err
	}
	var stored []tlog.Hash
	tree := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var read []tlog.Hash
		for _, index := range indexes {
			read = append(read, stored[index])
		}
		return read, nil
	})
	bundles := 0
	tiles := tilesOf(newest.tree.N)
	for _, tile := range tiles {
		if tile.L != 0 {
			continue
		}
		// A bundle has the path of the tile with its hashes, but for the level.
		path := filepath.Join("entries", strings.TrimPrefix(c2spPath(tile), "0"+string(filepath.Separator)))
		data, err := os.ReadFile(filepath.Join(folder, "tile", path))
		if err != nil {
			return checkpoint{}, err
		}
		records, err := bundle(data)
		if err == nil && len(records) != tile.W {
			err = fmt.Errorf("%d records, expected %d", len(records), tile.W)
		}
		if err != nil {
			return checkpoint{}, fmt.Errorf("bundle %s: %w", path, err)
		}
		for at, record := range records {
			hashes, err := tlog.StoredHashes(tile.N<<height+int64(at), record, tree)
			if err != nil {
				return checkpoint{}, err
			}
			stored = append(stored, hashes...)
		}
		bundles++
	}
	root, err := tlog.TreeHash(newest.tree.N, tree)
	if err != nil {
		return checkpoint{}, err
	}
	if root != newest.tree.Hash {
		return checkpoint{}, fmt.Errorf("the records have root %v, signed is %v", root, newest.tree.Hash)
	}
	found, err := directory(folder).ReadTiles(tiles)
	if err != nil {
		return checkpoint{}, err
	}
	for at, tile := range tiles {
		expected, err := tlog.ReadTileData(tile, tree)
		if err != nil {
			return checkpoint{}, err
		}
		if !bytes.Equal(found[at], expected) {
			return checkpoint{}, fmt.Errorf("tile %s is not made of the records", c2spPath(tile))
		}
	}
	fmt.Printf("export: %d records in %d bundles and %d tiles\n", newest.tree.N, bundles, len(tiles))
	return newest, nil
}

// checkProof checks a tlog-proof file, with the record beside it and the checkpoint within it.
func checkProof(path string, known note.Verifiers, origin string) error {
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	record, err := os.ReadFile(strings.TrimSuffix(path, ".tlog-proof"))
	if err != nil {
		return err
	}
	end := strings.Index(string(file), "\n\n")
	if end < 0 {
		return errors.New("this is no tlog-proof@v1")
	}
	lines := strings.Split(string(file[:end]), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("this is no tlog-proof@v1")
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		if _, err := base64.StdEncoding.Strict().DecodeString(lines[0][len("extra "):]); err != nil {
			return err
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return errors.New("no index")
	}
	index, err := decimal(lines[0][len("index "):])
	if err != nil {
		return err
	}
	proof, err := hashes(lines[1:])
	if err != nil {
		return err
	}
	signed, err := opened(file[end+2:], known)
	if err != nil {
		return err
	}
	if signed.origin != origin {
		return errors.New("of another trail")
	}
	return tlog.CheckRecord(proof, signed.tree.N, signed.tree.Hash, index, tlog.RecordHash(record))
}

func checkRecords(folder string, known note.Verifiers, origin string) error {
	proofs, err := filepath.Glob(filepath.Join(folder, "*.tlog-proof"))
	if err != nil {
		return err
	}
	if len(proofs) == 0 {
		return errors.New("no proofs")
	}
	for _, path := range proofs {
		if err := checkProof(path, known, origin); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	fmt.Printf("records: %d proved\n", len(proofs))
	return nil
}

// checkOlder checks that the trail only grew since the older checkpoint, by the tiles and by the hashes that came with it.
func checkOlder(folder string, known note.Verifiers, newest checkpoint, export string) error {
	text, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	older, err := opened(text, known)
	if err != nil {
		return err
	}
	from, to := older.tree, newest.tree
	proof, err := tlog.ProveTree(to.N, from.N, tlog.TileHashReader(to, directory(export)))
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, to.N, to.Hash, from.N, from.Hash); err != nil {
		return fmt.Errorf("tiles: %w", err)
	}
	sources := "tiles"
	given, err := os.ReadFile(filepath.Join(folder, "consistency"))
	if err == nil {
		proof, err := hashes(strings.Fields(string(given)))
		if err == nil {
			err = tlog.CheckTree(proof, to.N, to.Hash, from.N, from.Hash)
		}
		if err != nil {
			return fmt.Errorf("consistency: %w", err)
		}
		sources = "tiles and consistency"
	} else if !os.IsNotExist(err) {
		return err
	}
	fmt.Printf("older: %d records are the first of %d (%s)\n", from.N, to.N, sources)
	return nil
}

func check(keyText []byte, folders []string) error {
	key, err := note.NewVerifier(strings.TrimSpace(string(keyText)))
	if err != nil {
		return err
	}
	known := note.VerifierList(key)
	newest, err := checkExport(folders[0], known)
	if err != nil {
		return err
	}
	if err := checkRecords(folders[1], known, newest.origin); err != nil {
		return err
	}
	if len(folders) == 3 {
		return checkOlder(folders[2], known, newest, folders[0])
	}
	return nil
}

func main() {
	if len(os.Args) != 4 && len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: check KEY EXPORT RECORDS [OLDER]")
		os.Exit(2)
	}
	keyText, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "could not run:", err)
		os.Exit(2)
	}
	if err := check(keyText, os.Args[2:]); err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println("accepted by golang.org/x/mod/sumdb")
}
