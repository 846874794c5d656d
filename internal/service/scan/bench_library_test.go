package scan_test

import (
	"fmt"
	"io/fs"
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

// library returns the built-in library, or one of exactly twenty of its checks for each
// of the types: those of the type, again under another name where there are fewer.
func library(t testing.TB, twenty bool) *policy.Library {
	t.Helper()
	if !twenty {
		_, selected, err := app.Checks{}.Library()
		if err != nil {
			t.Fatal(err)
		}
		return selected
	}
	set, err := app.Schema()
	if err != nil {
		t.Fatal(err)
	}
	sources, err := policy.Load(copies(t, 20), ".")
	if err != nil {
		t.Fatal(err)
	}
	all, err := policy.Compile(set, sources, policy.Options{})
	if err != nil {
		t.Fatal(err)
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
	aliasesLine = regexp.MustCompile(`(?m)^aliases:.*\n(?:  .*\n|- .*\n)*`)
)

// copies returns the checks of the types, each as many times as it takes to have count
// for its type.
func copies(t testing.TB, count int) fs.FS {
	t.Helper()
	byType := map[string][]string{}
	err := fs.WalkDir(checks.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".yaml" || strings.HasSuffix(name, ".test.yaml") {
			return err
		}
		data, err := fs.ReadFile(checks.FS, name)
		if m := typeLine.FindSubmatch(data); m != nil && slices.Contains(benchTypes, string(m[1])) {
			byType[string(m[1])] = append(byType[string(m[1])], string(aliasesLine.ReplaceAll(data, nil)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for kind, texts := range byType {
		for i := range count {
			name := fmt.Sprintf("bench/%s/c%02d.yaml", strings.ReplaceAll(kind, "_", "-"), i)
			files[name] = &fstest.MapFile{Data: []byte(texts[i%len(texts)])}
		}
	}
	return files
}
