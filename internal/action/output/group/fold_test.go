package group_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// firewallChecks are a check on a whole group, rows of a file on its ports, and others.
func firewallChecks() []estate.Check {
	ports := []string{"ftp", "ldap", "rdp", "smb", "ssh", "vnc"}
	wide := estate.Check{ID: "aws-ec2-group-not-wide-open", Type: "group", Severity: estate.Critical, Why: "all of it", Supersedes: []string{"not-selected"}}
	for _, port := range ports {
		wide.Supersedes = append(wide.Supersedes, "aws-ec2-group-port-closed-"+port)
	}
	checks := []estate.Check{
		wide,
		{ID: "aws-ec2-group-tagged", Type: "group", Severity: estate.Low, Why: "names"},
		{ID: "aws-ec2-other-port-closed-ssh", Type: "other", Severity: estate.High, Why: "without a wide check"},
	}
	for _, port := range ports {
		checks = append(checks, estate.Check{ID: "aws-ec2-group-port-closed-" + port, Type: "group", Severity: estate.High, Why: "a port"})
	}
	return checks
}

// TestFold writes failures as resource check [severity] [new] [aside] and reads what
// stands as resource check (what it covers).
func TestFold(t *testing.T) {
	t.Parallel()
	const all = "g port-closed-ftp; g port-closed-ldap; g port-closed-rdp; g port-closed-smb; g port-closed-ssh"
	for _, c := range []struct{ name, failures, want string }{
		{"wide_open_covers_its_ports", "g not-wide-open; g port-closed-rdp; g port-closed-ssh", "g not-wide-open (rdp, ssh)"},
		{"not_those_of_another_resource", "g not-wide-open; h port-closed-ssh", "g not-wide-open; h port-closed-ssh"},
		{"not_other_checks", "g not-wide-open; g tagged", "g not-wide-open; g tagged"},
		{"four_ports_stand_apart", "g port-closed-ftp; g port-closed-ldap; g port-closed-rdp; g port-closed-smb",
			"g port-closed-ftp; g port-closed-ldap; g port-closed-rdp; g port-closed-smb"},
		{"five_ports_are_one", all, "g port-closed-ftp (ldap, rdp, smb, ssh)"},
		{"under_the_worst", all + "; g port-closed-vnc critical", "g port-closed-vnc (ftp, ldap, rdp, smb, ssh)"},
		{"a_worse_one_is_never_hidden", "g not-wide-open high; g port-closed-ssh critical", "g not-wide-open; g port-closed-ssh"},
		{"a_new_one_is_never_hidden", "g not-wide-open; g port-closed-ssh new; g port-closed-vnc", "g not-wide-open (aws-ec2-group-port-closed-vnc); g port-closed-ssh"},
		{"set_aside_covers_nothing", "g not-wide-open aside; g port-closed-ssh", "g port-closed-ssh"},
		{"one_resource_after_another", "g not-wide-open; g port-closed-ssh; h not-wide-open; h port-closed-ssh",
			"g not-wide-open (aws-ec2-group-port-closed-ssh); h not-wide-open (aws-ec2-group-port-closed-ssh)"},
	} {
		set := foldSet(c.failures, false)
		if diff := cmp.Diff(c.want, standing(set)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		total, kept := 0, 0
		for _, g := range append(set.Failing(), set.Folded()...) {
			total += len(g.Failures) + len(g.Narrower)
		}
		for _, g := range set.Failing() {
			kept += g.Resources
		}
		if n := strings.Count(c.failures, ";") + 1 - strings.Count(c.failures, "aside"); set.Accounts()[0].Failing.Total() != n || total < n || kept > n {
			t.Errorf("%s: of %d failures %d are kept", c.name, n, total)
		}
		if strings.Contains(standing(foldSet(c.failures, true)), "(") {
			t.Errorf("%s: all folds, too", c.name)
		}
	}
}

func foldSet(failures string, all bool) *group.Set {
	set := group.New(output.Run{Checks: firewallChecks()}, group.Options{Limit: 10, All: all})
	for _, failure := range strings.Split(failures, "; ") {
		words := strings.Fields(failure)
		f := estate.Finding{
			Check: "aws-ec2-group-" + words[1], Status: estate.Fail, Severity: estate.High,
			Resource: estate.Ref{Cloud: estate.AWS, Account: "1", ID: words[0], Type: "group"}, New: strings.Contains(failure, " new"),
		}
		if strings.HasSuffix(failure, "critical") || words[1] == "not-wide-open" && !strings.HasSuffix(failure, "high") {
			f.Severity = estate.Critical
		}
		if strings.HasSuffix(failure, "aside") {
			f.Suppressed = &estate.Suppression{}
		}
		set.AddFinding(&f)
	}
	return set
}

// standing lists what stands on its own, sorted by resource.
func standing(set *group.Set) string {
	var lines []string
	for _, id := range []string{"g", "h"} {
		for _, check := range firewallChecks() {
			for _, g := range set.Failing() {
				if g.Check.ID != check.ID {
					continue
				}
				for _, e := range g.Failures {
					if e.Resource.ID != id {
						continue
					}
					line := id + " " + strings.TrimPrefix(e.Check, "aws-ec2-group-")
					if len(e.Covers) > 0 {
						line += fmt.Sprintf(" (%s)", e.Narrower(9))
					}
					lines = append(lines, line)
				}
			}
		}
	}
	return strings.Join(lines, "; ")
}

func TestNarrower(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		covers []string
		want   string
	}{
		{nil, ""}, {[]string{"a-b"}, "a-b"}, {[]string{"a-b-c", "a-b-d"}, "c, d"}, {[]string{"a-b", "a-b-c"}, "b, b-c"},
		{[]string{"a", "b"}, "a, b"}, {[]string{"", ""}, ", "}, {[]string{"x-1", "x-2", "x-3", "x-4"}, "1, 2, 3 and 1 more"},
	} {
		if got := (&group.Entry{Covers: c.covers}).Narrower(3); got != c.want {
			t.Errorf("%q: %q, want %q", c.covers, got, c.want)
		}
	}
}

func TestWhere(t *testing.T) {
	t.Parallel()
	set := group.New(output.Run{Accounts: []output.Account{{Cloud: estate.AWS, ID: "1", Name: "shop"}}}, group.Options{})
	for _, c := range []struct {
		gap  group.Gap
		want string
	}{
		{group.Gap{Accounts: []string{"aws/1"}, Regions: []string{"global"}}, "shop (1)"},
		{group.Gap{Accounts: []string{"aws/1", "aws/2"}, Regions: []string{"eu", "us"}}, "shop (1) and 2 x eu and us"},
		{group.Gap{Accounts: []string{"aws/1", "aws/2", "aws/3"}, Regions: []string{"a", "b", "c", "global"}}, "3 accounts x 3 regions"},
	} {
		if got := set.Where(&c.gap); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
