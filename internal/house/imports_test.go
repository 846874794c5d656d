package house_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/stance-sec/stance"

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath string
	Dir        string
	Imports    []string
	GoFiles    []string
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles", "./...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

// rule is one entry of docs/imports.txt.
type rule struct {
	pattern     string
	ours, third []string
	used        bool
}

func readRules(t *testing.T) []*rule {
	t.Helper()
	f, err := os.Open(filepath.Join(root(t), "docs/imports.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var rules []*rule
	s := bufio.NewScanner(f)
	for s.Scan() {
		line, _, _ := strings.Cut(s.Text(), "#")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case fields[0] == "ours:":
			rules[len(rules)-1].ours = fields[1:]
		case fields[0] == "third:":
			rules[len(rules)-1].third = fields[1:]
		default:
			rules = append(rules, &rule{pattern: fields[0]})
		}
	}
	return rules
}

// matches reports whether path is the pattern, or lies below one that ends in "...".
func matches(pattern, path string) bool {
	base, below := strings.CutSuffix(pattern, "...")
	base = strings.TrimSuffix(base, "/")
	if !below {
		return path == base
	}
	return base == "" || path == base || strings.HasPrefix(path, base+"/")
}

func ruleFor(rules []*rule, path string) *rule {
	var best *rule
	for _, r := range rules {
		exact := !strings.HasSuffix(r.pattern, "...")
		if matches(r.pattern, path) && (best == nil || exact || len(r.pattern) > len(best.pattern)) {
			best = r
			if exact {
				break
			}
		}
	}
	return best
}

func TestImportsObeyTheTable(t *testing.T) {
	t.Parallel()
	rules := readRules(t)
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module+"/")
		r := ruleFor(rules, path)
		if r == nil {
			t.Errorf("docs/imports.txt says nothing of %s", path)
			continue
		}
		r.used = true
		for _, imported := range p.Imports {
			if !allowed(r, path, imported) {
				t.Errorf("%s may not import %s (see docs/imports.txt)", path, imported)
			}
		}
	}
	for _, r := range rules {
		if !r.used {
			t.Errorf("docs/imports.txt names %s, which does not exist", r.pattern)
		}
	}
}

func allowed(r *rule, path, imported string) bool {
	if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
		return slices.ContainsFunc(r.ours, func(p string) bool { return matches(p, ours) && ours != path })
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	return slices.ContainsFunc(r.third, func(p string) bool { return matches(p, imported) || matches(p+"/...", imported) })
}

func TestEveryPackageHasOneComment(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		count := 0
		for _, name := range p.GoFiles {
			if hasPackageComment(t, filepath.Join(p.Dir, name)) {
				count++
			}
		}
		if len(p.GoFiles) > 0 && count != 1 {
			t.Errorf("%s has %d package comments", p.ImportPath, count)
		}
	}
}
