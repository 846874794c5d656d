package eventsetup_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/action/eventsetup"
)

var update = flag.Bool("update", false, "write the golden files anew")

func options() eventsetup.Options {
	return eventsetup.Options{
		Organization: "o-exampleorg1", AuditAccount: "210987654321", Region: "eu-west-1", Reader: "arn:aws:iam::210987654321:role/stance",
		Units: []string{"r-ab12"}, Regions: []string{"eu-west-1", "us-east-1"},
		Sources: []string{"s3.amazonaws.com", "iam.amazonaws.com", "ec2.amazonaws.com", "s3.amazonaws.com"},
	}
}

var texts = map[string]func(eventsetup.Options) (string, error){
	"central.yaml": eventsetup.Central, "member.yaml": eventsetup.Member, "setup.tf": eventsetup.Terraform,
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, write := range texts {
		got, err := write(options())
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if strings.Contains(strings.ReplaceAll(got, "${AWS::", ""), "{name}") || strings.Contains(got, "%!") {
			t.Errorf("%s has an empty place", name)
		}
	}
}

type template struct {
	Resources map[string]struct {
		Type       string         `yaml:"Type"`
		Properties map[string]any `yaml:"Properties"`
	} `yaml:"Resources"`
}

func parse(t *testing.T, text string) template {
	t.Helper()
	var out template
	if err := yaml.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return out
}

func TestTemplatesHold(t *testing.T) {
	t.Parallel()
	text, err := eventsetup.Central(options())
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]int{}
	for _, r := range parse(t, text).Resources {
		types[r.Type]++
	}
	want := map[string]int{
		"AWS::KMS::Key": 1, "AWS::SQS::Queue": 2, "AWS::SQS::QueuePolicy": 1, "AWS::Events::EventBus": 1,
		"AWS::Events::EventBusPolicy": 1, "AWS::Events::Rule": 1, "AWS::IAM::ManagedPolicy": 1,
	}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}

// TestPatternsFit holds that any number of sources ends in rules that EventBridge takes,
// and that none is lost.
func TestPatternsFit(t *testing.T) {
	t.Parallel()
	o := options()
	o.Sources = nil
	for i := range 150 {
		o.Sources = append(o.Sources, "service-number-"+strings.Repeat("x", i%20)+string(rune('a'+i%26))+string(rune('a'+i/26))+".amazonaws.com")
	}
	text, err := eventsetup.Member(o)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for name, r := range parse(t, text).Resources {
		if r.Type != "AWS::Events::Rule" {
			continue
		}
		raw, err := json.Marshal(r.Properties["EventPattern"])
		if err != nil || len(raw) > 2048 {
			t.Errorf("the pattern of %s has %d characters, %v", name, len(raw), err)
		}
		var p struct {
			Detail struct{ EventSource []string }
		}
		if err := json.Unmarshal(raw, &p); err != nil {
			t.Fatal(err)
		}
		for _, s := range p.Detail.EventSource {
			seen[s] = true
		}
	}
	for _, s := range o.Sources {
		if !seen[s] {
			t.Errorf("no rule listens to %s", s)
		}
	}
}

// TestNothingElseGetsIn holds that an option which is not what it should be ends in no text.
func TestNothingElseGetsIn(t *testing.T) {
	t.Parallel()
	hostile := "x\"\n  Evil: { Type: AWS::IAM::User }"
	for name, change := range map[string]func(*eventsetup.Options){
		"organization": func(o *eventsetup.Options) { o.Organization = hostile },
		"account":      func(o *eventsetup.Options) { o.AuditAccount = "*" },
		"region":       func(o *eventsetup.Options) { o.Region = hostile },
		"partition":    func(o *eventsetup.Options) { o.Partition = hostile },
		"name":         func(o *eventsetup.Options) { o.Name = hostile },
		"reader":       func(o *eventsetup.Options) { o.Reader = "*" },
		"unit":         func(o *eventsetup.Options) { o.Units = []string{hostile} },
		"no unit":      func(o *eventsetup.Options) { o.Units = nil },
		"regions":      func(o *eventsetup.Options) { o.Regions = []string{"eu-west-1", hostile} },
		"source":       func(o *eventsetup.Options) { o.Sources = []string{hostile} },
		"no source":    func(o *eventsetup.Options) { o.Sources = nil },
	} {
		o := options()
		change(&o)
		for text, write := range texts {
			if got, err := write(o); err == nil || got != "" {
				t.Errorf("%s was written with a wrong %s", text, name)
			}
		}
	}
}
