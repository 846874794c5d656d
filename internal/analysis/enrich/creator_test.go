package enrich_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/enrich"
)

// creation is a line about a creation of a resource in account 1.
func creation(resource, at, kind, principal, session string) string {
	return fmt.Sprintf(`{"id":"c/%[1]s","type":"aws_cloudtrail_creation","account":"1","created":%[2]q,"config":{"resource":%[1]q,"kind":%[3]q,"principal":%[4]q,"session":%[5]q,"event":"RunInstances"}}`,
		resource, at, kind, principal, session)
}

func TestCreators(t *testing.T) {
	t.Parallel()
	const (
		day, later = "2026-11-20T08:00:00Z", "2026-11-21T08:00:00Z"
		sso        = "arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Dev_0a"
		deploy     = "arn:aws:iam::1:role/ci/deploy"
		bob        = "arn:aws:iam::1:user/eng/bob"
	)
	busy := func(kind, principal, session string) (lines []string) {
		for i := range 20 {
			lines = append(lines, creation(fmt.Sprint(i), day, kind, principal, session))
		}
		return lines
	}
	// Evidence reads "owner at confidence", best first; the resource's id is 0.
	for name, c := range map[string]struct {
		creations []string
		resource  string // beside its id, and its account where none is given
		want      string
	}{
		"user":              {[]string{creation("0", day, "user", bob, "")}, "", "bob at 0.55"},
		"federated":         {[]string{creation("0", day, "federated", "arn:aws:sts::1:federated-user/bob", "")}, "", "bob at 0.55"},
		"person-by-sign-in": {[]string{creation("0", day, "role", sso, "ana")}, "", "ana at 0.55"},
		"person-by-address": {[]string{creation("0", day, "role", deploy, "ana@example.com")}, "", "ana@example.com at 0.55"},
		"role":              {[]string{creation("0", day, "role", deploy, "i-0a1b2c")}, "", "role deploy at 0.55"},
		"root":              {[]string{creation("0", day, "root", "arn:aws:iam::1:root", "")}, "", "the root user of account 1 at 0.35"},
		"service":           {[]string{creation("0", day, "service", "autoscaling.amazonaws.com", "")}, "", ""},
		"nobody-named":      {[]string{creation("0", day, "", "", "")}, "", ""},
		"nothing-named":     {[]string{creation("", day, "user", bob, "")}, "", ""},
		"pipeline":          {busy("role", deploy, "run-1"), "", "role deploy at 0.35"},
		"not-yet-one":       {busy("role", deploy, "run-1")[:19], "", "role deploy at 0.55"},
		"user-of-machines":  {busy("user", bob, ""), "", "bob at 0.35"},
		"busy-person":       {busy("role", sso, "ana"), "", "ana at 0.55"},
		"many-sessions":     {append(busy("role", deploy, "run-1")[:19], creation("99", day, "role", deploy, "run-2")), "", "role deploy at 0.35"},
		"of-another":        {[]string{creation("00", day, "user", bob, "")}, "", ""},
		"newest-counts":     {[]string{creation("0", later, "user", bob, ""), creation("0", day, "role", deploy, "x")}, "", "bob at 0.55"},
		"newest-comes-last": {append(busy("role", deploy, "x"), creation("0", later, "user", bob, "")), "", "bob at 0.55"},
		"superseded":        {append(busy("role", deploy, "x"), creation("19", later, "user", bob, "")), "", "role deploy at 0.55"},
		"another-account":   {[]string{creation("0", day, "user", bob, "")}, `"account":"2"`, ""},
		"of-that-age":       {[]string{creation("0", day, "user", bob, "")}, `"account":"1","created":"2026-11-21T08:00:00.5Z"`, ""},
		"ready-later":       {[]string{creation("0", day, "user", bob, "")}, `"account":"1","created":"2026-11-21T07:59:59Z"`, "bob at 0.55"},
		"below-tags":        {[]string{creation("0", day, "user", bob, "")}, `"account":"1","tags":{"team":"web","createdBy":"ana"}`, "web at 0.85,ana at 0.60,bob at 0.55"},
		"above-contacts": {[]string{creation("0", day, "root", "arn:aws:iam::1:root", ""),
			`{"type":"aws_account","account":"1","config":{"alternate_contacts":{"security":true}}}`}, "",
			"the root user of account 1 at 0.35,the security contact of account 1 at 0.30"},
		"overlong": {[]string{creation("0", day, "user", bob+strings.Repeat("b", 4096), "")}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := enrich.NewObserver()
			for _, line := range c.creations {
				if !enrich.Overlies([]byte(line)) {
					t.Fatalf("a change of %s is not seen", line)
				}
				if err := o.Observe([]byte(line)); err != nil {
					t.Fatal(err)
				}
			}
			if c.resource == "" {
				c.resource = `"account":"1"`
			}
			b, err := o.Overlay(nil, time.Time{}).NewReader().Business([]byte(`{"id":"0",` + c.resource + `}`))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range b.Evidence {
				got = append(got, fmt.Sprintf("%s at %.2f", e.Value, e.Confidence))
				if by := e.Source; e.Confidence == 0.55 && by != "the audit trail, RunInstances on 2026-11-20" && by != "the audit trail, RunInstances on 2026-11-21" || !e.Guess {
					t.Errorf("it is by %q, a guess: %v", by, e.Guess)
				}
			}
			if strings.Join(got, ",") != c.want {
				t.Errorf("owners are %q", got)
			}
		})
	}
}
