package html_test

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/html"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/estate"
)

func TestFormat(t *testing.T) {
	page := func(w io.Writer) output.Handler { return html.New(w, html.Options{}) }
	outputtest.Run(t, outputtest.Format{New: page, Extension: "html", Check: check})
}

// check holds that the page is what its writer meant: only elements and attributes of
// ours, nothing that leaves the page but links, data that is JSON.
func check(t *testing.T, data []byte) {
	t.Helper()
	body := string(data)
	for _, raw := range []string{"style", "script"} {
		body = regexp.MustCompile(`(?s)(<`+raw+`>).*?(</`+raw+`>)`).ReplaceAllString(body, "$1$2")
	}
	rows := regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`).FindStringSubmatch(body)
	if rows == nil || !json.Valid([]byte(rows[1])) {
		t.Fatal("the data is no JSON")
	}
	body = strings.Replace(body, rows[1], "", 1)
	elements := strings.Fields(`!doctype html head meta title style body a header div svg path nav button main section h1 h2 h3 p b span aside
		code ul ol li i g circle text rect dl dt dd label input kbd noscript details summary pre br table thead tbody tr th td footer script`)
	attributes := strings.Fields(`lang charset http-equiv content name class href id type aria-label aria-hidden aria-pressed aria-live role viewbox d cx cy r x y
		width height stroke-dasharray stroke-dashoffset preserveaspectratio data-severity data-service data-account data-list data-of data-i placeholder autocomplete
		spellcheck hidden rel target tabindex html open rx transform`)
	for _, tag := range regexp.MustCompile(`<([^>]*)>`).FindAllStringSubmatch(body, -1) {
		name, rest, _ := strings.Cut(strings.TrimPrefix(tag[1], "/"), " ")
		if !slices.Contains(elements, strings.ToLower(name)) {
			t.Errorf("element %q", tag[0])
		}
		for _, attribute := range regexp.MustCompile(`([^\s="]+)(?:="([^"]*)")?`).FindAllStringSubmatch(strings.TrimSuffix(rest, "/"), -1) {
			if !slices.Contains(attributes, strings.ToLower(attribute[1])) {
				t.Errorf("attribute %q in %q", attribute[1], tag[0])
			}
			if attribute[1] == "href" && !strings.HasPrefix(attribute[2], "#") && !strings.HasPrefix(attribute[2], "https://") {
				t.Errorf("address %q", attribute[2])
			}
		}
	}
	if strings.ContainsAny(body, "\x00\x07\x1b\u202e\u200b\u2028") {
		t.Error("hidden characters")
	}
}

func TestCutIsSaid(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := outputtest.Many(html.New(&out, html.Options{Rows: 50}), 1000); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "the first 50 of 1,000") {
		t.Error("the page does not say that it was cut")
	}
	if n := strings.Count(out.String(), `"id":"arn:aws:s3:::bucket-`); n != 50 {
		t.Errorf("%d rows", n)
	}
}

// firewall is a report of one group that is open on all ports, and a minor failure.
func firewall() *outputtest.Report {
	r := outputtest.Empty()
	r.Run.Asked.From = "/tmp/somewhere/run"
	r.Run.Asked.Services = []string{"ec2"}
	r.Run.Accounts = []output.Account{{Cloud: estate.AWS, ID: "1", Name: "shop"}}
	r.Coverage = []estate.Coverage{{Scope: estate.Scope{Cloud: estate.AWS, Account: "1", Region: "eu", Type: "g"}, Status: estate.CoverageOK, Resources: 1}}
	for id, severity := range map[string]estate.Severity{
		"aws-ec2-g-not-wide-open": estate.Critical, "aws-ec2-g-port-closed-ssh": estate.High, "aws-ec2-g-port-closed-rdp": estate.High, "aws-ec2-g-tagged": estate.Low,
	} {
		check := estate.Check{ID: id, Title: id, Severity: severity}
		if severity == estate.Critical {
			check.Supersedes = []string{"aws-ec2-g-port-closed-rdp", "aws-ec2-g-port-closed-ssh"}
		}
		r.Run.Checks = append(r.Run.Checks, check)
		r.Findings = append(r.Findings, estate.Finding{
			Key: id, Check: id, Title: id, Status: estate.Fail, Severity: severity, Message: "it is so", Resource: estate.Ref{ID: "arn:g", Type: "g", Cloud: estate.AWS, Account: "1", Region: "eu", Name: "web"},
		})
	}
	return r.Seal()
}

func TestHeadSaysWhatWasScanned(t *testing.T) {
	t.Parallel()
	page := string(play(t, firewall(), html.Options{}))
	for _, text := range []string{"<title>Cloud security of shop (1), 22 November 2026</title>", "shop (1)</p>", "judged again from a saved run", ">EC2 and VPC<", "22 November 2026, 09:30 UTC"} {
		if !strings.Contains(page, text) {
			t.Errorf("%q is not on the page", text)
		}
	}
	if strings.Contains(page, "/tmp/somewhere") {
		t.Error("the page shows a path of the machine that made it")
	}
}

func TestWhatIsFoldedHasItsPlace(t *testing.T) {
	t.Parallel()
	page := string(play(t, firewall(), html.Options{}))
	for _, text := range []string{
		`id="check-aws-ec2-g-not-wide-open"`, `id="folded-aws-ec2-g-port-closed-ssh"`, `"c":"With 2 narrower failures of the same resource: rdp, ssh"`,
		"2 of them stand under a wider failure", "Show 1 failing check of low and info severity",
	} {
		if !strings.Contains(page, text) {
			t.Errorf("%q is not on the page", text)
		}
	}
	if strings.Contains(page, `id="check-aws-ec2-g-port-closed-ssh"`) {
		t.Error("a folded failure stands in the list, too")
	}
	all := string(play(t, firewall(), html.Options{All: true}))
	if !strings.Contains(all, `id="check-aws-ec2-g-port-closed-ssh"`) || strings.Contains(all, `id="minor"`) {
		t.Error("all is not all")
	}
}

func play(t *testing.T, r *outputtest.Report, options html.Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := r.Play(html.New(&out, options)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
