package scan_test

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stance-sec/stance/checks"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
)

// benchTypes are the types of synthetic estates.
var benchTypes = []string{
	"aws_db_instance", "aws_ebs_volume", "aws_iam_role", "aws_iam_user", "aws_instance", "aws_kms_key", "aws_lambda_function",
	"aws_s3_bucket", "aws_security_group", "aws_sqs_queue",
}

// library returns the built-in checks that can judge synthetic estates, or exactly twenty
// for each of the types: those of the type that look at one resource alone, again under
// another name where there are fewer.
func library(t testing.TB, twenty bool) *policy.Library {
	t.Helper()
	set, err := app.Schema()
	if err != nil {
		t.Fatal(err)
	}
	files := builtIn(t)
	if twenty {
		files = copies(files, 20)
	}
	sources, err := policy.Load(files, ".")
	if err != nil {
		t.Fatal(err)
	}
	all, err := policy.Compile(set, sources, policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !twenty {
		return all
	}
	var ids []string
	for _, kind := range benchTypes {
		ids = append(ids, firstIDs(all.ForType(kind), 20)...)
	}
	chosen, err := all.Select(ids)
	if err != nil {
		t.Fatal(err)
	}
	return chosen
}

func firstIDs(list []estate.Check, n int) []string {
	var ids []string
	for _, c := range list[:min(n, len(list))] {
		ids = append(ids, c.ID)
	}
	return ids
}

var (
	typeLine    = regexp.MustCompile(`(?m)^type: *(\S+)`)
	collectLine = regexp.MustCompile(`(?m)^collect:`)
	facetLine   = regexp.MustCompile(`(?m)^facet:`)
	aliasesLine = regexp.MustCompile(`(?m)^aliases:.*\n(?:  .*\n|- .*\n)*`)
)

// builtIn returns the files of the checks of the types and of facets.
func builtIn(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(checks.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".yaml" || strings.HasSuffix(name, ".test.yaml") {
			return err
		}
		data, err := fs.ReadFile(checks.FS, name)
		if facetLine.Match(data) || slices.Contains(benchTypes, typeOf(data)) {
			files[name] = &fstest.MapFile{Data: data}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// typeOf returns the resource type of a check; empty for a check of a facet.
func typeOf(data []byte) string {
	if m := typeLine.FindSubmatch(data); m != nil {
		return string(m[1])
	}
	return ""
}

// copies returns the checks of the types that look at one resource alone, each as many
// times as it takes to have count for its type.
func copies(of fstest.MapFS, count int) fstest.MapFS {
	byType := map[string][][]byte{}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if kind := typeOf(of[name].Data); kind != "" && !collectLine.Match(of[name].Data) {
			byType[kind] = append(byType[kind], aliasesLine.ReplaceAll(of[name].Data, nil))
		}
	}
	files := fstest.MapFS{}
	for kind, texts := range byType {
		for i := range count {
			name := fmt.Sprintf("bench/%s/c%02d.yaml", strings.ReplaceAll(kind, "_", "-"), i)
			files[name] = &fstest.MapFile{Data: texts[i%len(texts)]}
		}
	}
	return files
}
