// Command reference writes docs/reference: a page and a JSON Schema for every resource
// type, and the pages that list checks, functions, permissions, commands, frameworks and
// what is proved where. Everything comes from the code, its comments and the YAML beside
// it, so that a page cannot disagree with the program.
//
// Run it from the root of the repository: go run ./internal/gen/reference
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

const root = "docs/reference"

// owned are the folders in which every file is generated; others are kept by hand.
var owned = []string{"types", "schema"}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func run() error {
	m, err := load()
	if err != nil {
		return err
	}
	files := pages{}
	for _, write := range []func(*model, pages) error{
		typePages, facetPage, typeIndex, typeSchemas, sharedSchemas, checksPage, functionsPage, permissionsPage, cliPage, proofPage, frameworksPage,
	} {
		if err := write(m, files); err != nil {
			return err
		}
	}
	return files.write()
}

// pages are the files to write, by path below the root.
type pages map[string][]byte

// write writes the files and removes those that nothing writes any more.
func (p pages) write() error {
	for _, dir := range owned {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			return err
		}
		entries, err := os.ReadDir(filepath.Join(root, dir))
		if err != nil {
			return err
		}
		for _, e := range entries {
			if _, kept := p[dir+"/"+e.Name()]; kept {
				continue
			}
			if err := os.Remove(filepath.Join(root, dir, e.Name())); err != nil {
				return err
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if err := os.WriteFile(filepath.Join(root, name), p[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}
