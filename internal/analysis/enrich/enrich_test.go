package enrich_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	openPolicy = `{"version":"2012-10-17","statements":[{"effect":"Allow","principals":[{"kind":"*","id":"*"}],"actions":["s3:GetObject"],"resources":["arn:aws:s3:::b/*"]}]}`
	guardOn    = `{"id":"g","type":"aws_s3_account_public_access_block","cloud":"aws","account":"1","facets":{"public_guard":{"protects":"aws_s3_bucket","blocks_policies":true,"ignores_lists":true}}}`
	guardOff   = `{"id":"g","type":"aws_s3_account_public_access_block","cloud":"aws","account":"1","facets":{"public_guard":{"protects":"aws_s3_bucket","blocks_policies":false,"ignores_lists":false}}}`
	guardDark  = `{"id":"g","type":"aws_s3_account_public_access_block","cloud":"aws","account":"1","facets":{"public_guard":{"protects":"aws_s3_bucket","blocks_policies":null,"ignores_lists":null}}}`
)

func bucket(documents, grants, policyBlocked, listBlocked string, unknown ...string) string {
	u := "[]"
	if len(unknown) > 0 {
		u = `[{"path":"` + strings.Join(unknown, `","reason":"denied"},{"path":"`) + `","reason":"denied"}]`
	}
	return `{"id":"arn:aws:s3:::b","type":"aws_s3_bucket","cloud":"aws","account":"1","region":"r","name":"b","facets":{"access_policy":{"documents":[` + documents + `],"grants":[` + grants +
		`],"policy_blocked":` + policyBlocked + `,"list_blocked":` + listBlocked + `,"enforced":false}},"unknown":` + u + `}`
}

// TestPublic weighs the layers of a bucket: what each one alone opens or closes, and what
// is left open when one of them could not be read.
func TestPublic(t *testing.T) {
	t.Parallel()
	const reads, writes = `{"principal":"AllUsers","anyone":true,"permission":"READ","read":true,"write":false}`, `{"principal":"AllUsers","anyone":true,"permission":"FULL_CONTROL","read":true,"write":true}`
	const friend = `{"principal":"abc","anyone":false,"permission":"FULL_CONTROL","read":true,"write":true}`
	for name, c := range map[string]struct {
		guard, bucket string
		read, write   estate.Tri
	}{
		"nothing":                       {guardOff, bucket("", "", "false", "false"), estate.No, estate.No},
		"policy":                        {guardOff, bucket(openPolicy, "", "false", "false"), estate.Yes, estate.No},
		"policy-under-own-block":        {guardOff, bucket(openPolicy, "", "true", "false"), estate.No, estate.No},
		"policy-under-account-block":    {guardOn, bucket(openPolicy, "", "false", "false"), estate.No, estate.No},
		"list":                          {guardOff, bucket("", writes, "false", "false"), estate.Yes, estate.Yes},
		"list-read-only":                {guardOff, bucket("", reads, "false", "false"), estate.Yes, estate.No},
		"list-ignored":                  {guardOff, bucket("", writes, "false", "true"), estate.No, estate.No},
		"list-for-a-friend":             {guardOff, bucket("", friend, "false", "false"), estate.No, estate.No},
		"policy-block-leaves-list":      {guardOff, bucket(openPolicy, reads, "true", "false"), estate.Yes, estate.No},
		"account-block-unread":          {guardDark, bucket(openPolicy, "", "false", "false"), estate.Maybe, estate.No},
		"account-block-unread-but-own":  {guardDark, bucket(openPolicy, "", "true", "true"), estate.No, estate.No},
		"account-block-never-collected": {"", bucket(openPolicy, "", "false", "false"), estate.Maybe, estate.No},
		"policy-unread":                 {guardOff, bucket("", "", "false", "false", "facets.access_policy.documents"), estate.Maybe, estate.Maybe},
		"policy-unread-under-block":     {guardOn, bucket("", "", "false", "false", "facets.access_policy.documents"), estate.No, estate.No},
		"policy-unread-list-open":       {guardOff, bucket("", reads, "false", "false", "facets.access_policy.documents"), estate.Yes, estate.Maybe},
		"own-block-unread":              {guardOff, bucket(openPolicy, "", "null", "null"), estate.Maybe, estate.No},
		"whole-facet-unread":            {guardOff, bucket("", "", "false", "false", "facets.access_policy"), estate.Maybe, estate.Maybe},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := contextOf(t, nil, c.bucket, c.guard)
			if got.Public == nil || got.Public.Read != c.read || got.Public.Write != c.write {
				t.Errorf("read and write are %+v, not %s and %s", got.Public, c.read, c.write)
			}
		})
	}
}

const (
	railedAccount = `{"id":"a","type":"aws_organizations_account","cloud":"aws","account":"9","config":{"account_id":"1","management":false,"unit_path":["r-1","ou-1"]}}`
	railedManager = `{"id":"a","type":"aws_organizations_account","cloud":"aws","account":"9","config":{"account_id":"1","management":true,"unit_path":["r-1","ou-1"]}}`
)

// rail is a resource control policy with one deny, attached to one place.
func rail(target, kind, action, conditions string) string {
	return `{"id":"p","type":"aws_organizations_policy","cloud":"aws","account":"9","config":{"kind":"` + kind + `","document":{"version":"2012-10-17","statements":[{"effect":"Deny","principals":[{"kind":"*","id":"*"}],"actions":["` +
		action + `"],"resources":["*"],"conditions":[` + conditions + `]}]},"targets":[{"target_id":"` + target + `"}]}}`
}

// TestPublicUnderGuardrails weighs resource control policies ("Resource control policies",
// AWS Organizations User Guide): they act from the root down to the account, not on the
// management account, and on some services only.
func TestPublicUnderGuardrails(t *testing.T) {
	t.Parallel()
	const (
		rcp      = "RESOURCE_CONTROL_POLICY"
		foreign  = `{"operator":"StringNotEqualsIfExists","key":"aws:PrincipalOrgID","values":["o-1"]},{"operator":"BoolIfExists","key":"aws:PrincipalIsAWSService","values":["false"]}`
		insecure = `{"operator":"Bool","key":"aws:SecureTransport","values":["false"]}`
		writes   = `{"principal":"AllUsers","anyone":true,"permission":"FULL_CONTROL","read":true,"write":true}`
	)
	open, listed := bucket(openPolicy, "", "false", "false"), bucket("", writes, "false", "false")
	for name, c := range map[string]struct {
		account, rail, bucket string
		read, write           estate.Tri
	}{
		"at-the-root":              {railedAccount, rail("r-1", rcp, "s3:*", foreign), open, estate.No, estate.No},
		"at-the-unit":              {railedAccount, rail("ou-1", rcp, "s3:*", foreign), open, estate.No, estate.No},
		"at-the-account":           {railedAccount, rail("1", rcp, "*", foreign), open, estate.No, estate.No},
		"at-another-unit":          {railedAccount, rail("ou-2", rcp, "s3:*", foreign), open, estate.Yes, estate.No},
		"management-account":       {railedManager, rail("r-1", rcp, "s3:*", foreign), open, estate.Yes, estate.No},
		"of-another-kind":          {railedAccount, rail("r-1", "SERVICE_CONTROL_POLICY", "s3:*", foreign), open, estate.Yes, estate.No},
		"about-another-action":     {railedAccount, rail("r-1", rcp, "s3:DeleteObject", foreign), open, estate.Yes, estate.No},
		"that-strangers-can-avoid": {railedAccount, rail("r-1", rcp, "s3:*", insecure), open, estate.Yes, estate.No},
		"over-an-access-list":      {railedAccount, rail("r-1", rcp, "s3:*", foreign), listed, estate.No, estate.No},
		"over-a-part-of-a-list":    {railedAccount, rail("r-1", rcp, "s3:PutObject", foreign), listed, estate.Yes, estate.Yes},
		"service-not-acted-on":     {railedAccount, rail("r-1", rcp, "*", foreign), strings.Replace(open, "arn:aws:s3:::b", "arn:aws:lambda:r:1:function:f", 1), estate.Yes, estate.No},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := contextOf(t, nil, c.bucket, guardOff, c.account, c.rail)
			if got.Public == nil || got.Public.Read != c.read || got.Public.Write != c.write {
				t.Errorf("read and write are %+v, not %s and %s", got.Public, c.read, c.write)
			}
		})
	}
}

func contextOf(t *testing.T, mapping *enrich.Mapping, line string, others ...string) *estate.Context {
	t.Helper()
	o := enrich.NewObserver()
	for _, other := range others {
		if other == "" {
			continue
		}
		if err := o.Observe([]byte(other)); err != nil {
			t.Fatal(err)
		}
	}
	c, err := o.Overlay(mapping, time.Unix(1_700_000_000, 0)).NewReader().Context([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMapping(t *testing.T) {
	t.Parallel()
	mapping, err := enrich.ParseMapping("context.yaml", []byte(`
context:
  - match: {tags: {env: prod*}, types: [aws_db_*]}
    set: {environment: production, criticality: critical}
  - match: {units: [Workloads]}
    set: {environment: staging}
  - match: {accounts: [shop, "2"]}
    set: {environment: sandbox, owner: tag:team}
  - match: {}
    set: {owner: nobody}
`))
	if err != nil {
		t.Fatal(err)
	}
	const accountLine = `{"id":"a","account":"0","facets":{"account":{"id":"1","name":"shop","units":["r-1","Workloads"]}}}`
	const tagless = `null,"unknown":[{"path":"logging","reason":"throttled"},{"path":"tags","reason":"denied","permission":"x:ListTags"}]`
	denied := estate.Unknown{Path: "tags", Reason: estate.Denied, Permission: "x:ListTags"}
	line := func(account, kind, tags string) string {
		return `{"id":"x","cloud":"aws","account":"` + account + `","region":"r","type":"` + kind + `","name":"n","tags":` + tags + `}`
	}
	for name, c := range map[string]struct {
		line string
		want estate.Context
	}{
		"by-tag":           {line("1", "aws_db_instance", `{"Env":"PRODUCTION"}`), estate.Context{Environment: "production", Criticality: "critical", Owner: "nobody"}},
		"other-type":       {line("1", "aws_s3_bucket", `{"env":"prod"}`), estate.Context{Environment: "staging", Owner: "nobody"}},
		"owner-from-a-tag": {line("2", "aws_s3_bucket", `{"team":"web"}`), estate.Context{Environment: "sandbox", Owner: "web"}},
		"nothing":          {line("3", "aws_s3_bucket", `{}`), estate.Context{Owner: "nobody"}},
		"tags-unread":      {line("1", "aws_db_instance", tagless), estate.Context{Undecided: map[string]estate.Unknown{"environment": denied, "criticality": denied, "owner": denied}}},
		"owner-unread":     {line("2", "aws_s3_bucket", tagless), estate.Context{Environment: "sandbox", Undecided: map[string]estate.Unknown{"owner": denied}}},
		"tags-not-asked":   {line("3", "aws_s3_bucket", tagless), estate.Context{Owner: "nobody"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(&c.want, contextOf(t, mapping, c.line, accountLine)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMappingRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"unknown-key":  "context:\n  - match: {acounts: [a]}\n    set: {owner: x}\n",
		"sets-nothing": "context:\n  - match: {}\n    set: {}\n",
		"criticality":  "context:\n  - match: {}\n    set: {criticality: huge}\n",
		"pattern":      "context:\n  - match: {names: ['[']}\n    set: {owner: x}\n",
		"no-yaml":      "context: [",
	} {
		if _, err := enrich.ParseMapping("m.yaml", []byte(text)); estate.CodeOf(err) != estate.CodeInvalid || !strings.Contains(err.Error(), "m.yaml") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzContext(f *testing.F) {
	f.Add(bucket(openPolicy, "", "false", "false"))
	f.Add(`{"facets":{"access_policy":[]},"unknown":[1]}`)
	f.Add(creation("b", "2026-11-20T08:00:00Z", "role", "/", "@"))
	f.Fuzz(func(t *testing.T, line string) {
		if !json.Valid([]byte(line)) {
			return
		}
		o := enrich.NewObserver() // neither must panic
		_ = o.Observe([]byte(line))
		_, _ = o.Overlay(nil, time.Time{}).NewReader().Context([]byte(line))
	})
}
