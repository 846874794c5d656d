package asff_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/output/asff"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/estate"
)

func TestFormat(t *testing.T) {
	outputtest.Run(t, outputtest.Format{New: asff.New, Extension: "json", Check: func(t *testing.T, data []byte) {
		t.Helper()
		parse(t, data)
	}})
}

type finding struct {
	SchemaVersion, ProductArn, Title, Description, RecordState string
	Id, AwsAccountId, GeneratorId                              string
	CreatedAt, UpdatedAt                                       string
	Types                                                      []string
	Severity                                                   struct{ Label string }
	Compliance                                                 struct{ Status string }
	Resources                                                  []struct{ Id, Type, Partition, Region string }
}

// parse holds the limits that Security Hub refuses findings for.
func parse(t *testing.T, data []byte) []finding {
	t.Helper()
	var findings []finding
	if err := json.Unmarshal(data, &findings); err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		for name, value := range map[string]string{"SchemaVersion": f.SchemaVersion, "Id": f.Id, "ProductArn": f.ProductArn, "GeneratorId": f.GeneratorId,
			"AwsAccountId": f.AwsAccountId, "CreatedAt": f.CreatedAt, "Title": f.Title, "Description": f.Description, "resource": f.Resources[0].Id} {
			if value == "" {
				t.Errorf("%s is empty", name)
			}
		}
		if len(f.Title) > 256 || len(f.Description) > 1024 || !utf8.ValidString(f.Title+f.Description) {
			t.Errorf("%q does not fit", f.Title)
		}
		if !slices.Contains([]string{"PASSED", "FAILED", "WARNING", "NOT_AVAILABLE"}, f.Compliance.Status) {
			t.Errorf("status %q", f.Compliance.Status)
		}
		if !slices.Contains([]string{"INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"}, f.Severity.Label) {
			t.Errorf("label %q", f.Severity.Label)
		}
	}
	return findings
}

func TestPlaceAndLimits(t *testing.T) {
	t.Parallel()
	r := outputtest.Empty()
	for _, ref := range []estate.Ref{
		{ID: "arn:aws-cn:s3:::a", Cloud: estate.AWS, Account: "111111111111", Region: "global"},
		{ID: "arn:aws-us-gov:s3:::a", Cloud: estate.AWS, Account: "111111111111", Region: "global"},
		{ID: "arn:aws:ec2:eu-west-1:111111111111:volume/v", Cloud: estate.AWS, Account: "111111111111", Region: "eu-west-1"},
		{ID: "/subscriptions/x", Cloud: estate.Azure, Account: "x", Region: "westeurope"},
	} {
		r.Findings = append(r.Findings, estate.Finding{Check: "c", Title: strings.Repeat("é", 200), Message: strings.Repeat("日", 900), Status: estate.Fail, Resource: ref})
	}
	var out strings.Builder
	if err := r.Play(asff.New(&out)); err != nil {
		t.Fatal(err)
	}
	var regions []string
	for _, f := range parse(t, []byte(out.String())) {
		regions = append(regions, f.Resources[0].Partition+" "+f.Resources[0].Region)
	}
	want := []string{"aws-cn cn-north-1", "aws-us-gov us-gov-west-1", "aws eu-west-1"}
	if !slices.Equal(regions, want) {
		t.Errorf("%v", regions)
	}
}
