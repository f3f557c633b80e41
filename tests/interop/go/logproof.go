// Go's own checksum database code, as Debian packages it, reads a log proof of ours: sumdb/note opens the checkpoint,
// sumdb/tlog follows the audit path from the entry to its root.
package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	folder := os.Args[1]
	written, err := os.ReadFile(filepath.Join(folder, "cases.json"))
	if err != nil {
		fail(err)
	}
	var cases []map[string]any
	if err := json.Unmarshal(written, &cases); err != nil {
		fail(err)
	}
	answers := json.NewEncoder(os.Stdout)
	for _, entry := range cases {
		if _, has := entry["proof"]; !has {
			continue
		}
		answer := map[string]any{"case": entry["case"], "accepted": true}
		if detail, err := verify(folder, entry); err != nil {
			answer["accepted"], answer["detail"] = false, err.Error()
		} else {
			answer["detail"] = detail
		}
		if err := answers.Encode(answer); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func verify(folder string, entry map[string]any) (string, error) {
	proof, err := os.ReadFile(filepath.Join(folder, entry["proof"].(string)))
	if err != nil {
		return "", err
	}
	leaf, err := os.ReadFile(filepath.Join(folder, entry["entry"].(string)))
	if err != nil {
		return "", err
	}
	verifier, err := note.NewVerifier(entry["vkey"].(string))
	if err != nil {
		return "", err
	}
	head, checkpoint, found := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) > 1 && strings.HasPrefix(lines[1], "extra ") {
		lines = append(lines[:1], lines[2:]...)
	}
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", errors.New("not a tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return "", err
	}
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return "", err
		}
		path = append(path, hash)
	}
	opened, err := note.Open([]byte(checkpoint), note.VerifierList(verifier))
	if err != nil {
		return "", err
	}
	said := strings.Split(opened.Text, "\n")
	if len(said) < 4 || said[0] != verifier.Name() {
		return "", errors.New("a checkpoint of another log")
	}
	size, err := strconv.ParseInt(said[1], 10, 64)
	if err != nil {
		return "", err
	}
	root, err := base64.StdEncoding.DecodeString(said[2])
	if err != nil || len(root) != tlog.HashSize {
		return "", errors.New("not a root")
	}
	var hash tlog.Hash
	copy(hash[:], root)
	if err := tlog.CheckRecord(path, size, hash, index, tlog.RecordHash(leaf)); err != nil {
		return "", err
	}
	return fmt.Sprintf("leaf %d of %d under %s, %d of %d signatures known", index, size, verifier.Name(),
		len(opened.Sigs), len(opened.Sigs)+len(opened.UnverifiedSigs)), nil
}
