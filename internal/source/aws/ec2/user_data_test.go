package ec2_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws/ec2"
)

func TestReadUserData(t *testing.T) {
	t.Parallel()
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	for name, test := range map[string]struct {
		data  string
		holds estate.Tri
		kinds []string
	}{
		"nothing":          {"", estate.No, []string{}},
		"blank":            {" \n", estate.No, []string{}},
		"plain-script":     {encode("#!/bin/sh\nyum -y update\n"), estate.No, []string{}},
		"exported":         {encode("export DB_PASSWORD='c0rrect-horse'\n"), estate.Yes, []string{"password"}},
		"yaml":             {encode("#cloud-config\nwrite:\n  - db_password: c0rrect-horse\n"), estate.Yes, []string{"password"}},
		"json":             {encode("{\n \"api_key\": \"k3y-0f-s0me-length\"}"), estate.Yes, []string{"password"}},
		"powershell":       {encode("$env:ADMIN_PASSWORD = \"c0rrect-horse\""), estate.Yes, []string{"password"}},
		"reference":        {encode("DB_PASSWORD=${FROM_VAULT}\nTOKEN_FILE=/run/token\n"), estate.No, []string{}},
		"access-key":       {encode("aws_access_key_id = AKIAIOSFODNN7EXAMPLE"), estate.Yes, []string{"aws-access-key"}},
		"compressed":       {encode(compress(t, "export DB_PASSWORD=c0rrect-horse\n")), estate.Yes, []string{"password"}},
		"compressed-clean": {encode(compress(t, "echo hello\n")), estate.No, []string{}},
		"compressed-half":  {encode(compress(t, strings.Repeat("echo hello\n", 99))[:20]), estate.Maybe, []string{}},
		"bomb":             {encode(compress(t, strings.Repeat("x", 1<<22))), estate.Maybe, []string{}},
		"binary":           {encode("\x7fELF\xff\xfe\x00"), estate.Maybe, []string{}},
		"encoded-part":     {encode("Content-Transfer-Encoding: base64\n\ncGFzc3dvcmQ=\n"), estate.Maybe, []string{}},
		"encoded-file":     {encode("#cloud-config\nwrite_files:\n- encoding: gz+b64\n"), estate.Maybe, []string{}},
		"not-base64":       {"password: c0rrect-horse", estate.Yes, []string{"password"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ec2.ReadUserData(test.data)
			if got.HoldsSecrets != test.holds {
				t.Errorf("holds secrets: %s, want %s", got.HoldsSecrets, test.holds)
			}
			if diff := cmp.Diff(test.kinds, got.SecretKinds); diff != "" {
				t.Errorf("kinds (-want +got):\n%s", diff)
			}
		})
	}
}

func compress(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
