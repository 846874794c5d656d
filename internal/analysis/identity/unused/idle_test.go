package unused_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/unused"
	"github.com/stance-sec/stance/internal/estate"
)

const userARN = "arn:aws:iam::" + account + ":user/ada"

// TestItems judges users, passwords and keys at the edges of the window, whose first
// moment is midnight of the 24th of August.
func TestItems(t *testing.T) {
	t.Parallel()
	unread := func(path string) object {
		return object{"unknown": []estate.Unknown{{Path: path, Reason: estate.Denied, Permission: "iam:GetCredentialReport"}}}
	}
	key := func(made, used string) object {
		k := object{"index": 1, "active": true}
		if made != "" {
			k["rotated"] = made + "T00:00:00Z"
		}
		if used != "" {
			k["last_used"] = used + "T00:00:00Z"
		}
		return k
	}
	password := func(changed, used string) object {
		p := object{"enabled": true, "changed": changed + "T00:00:00Z"}
		if used != "" {
			p["last_used"] = used + "T00:00:00Z"
		}
		return object{"password": p}
	}
	for name, c := range map[string]struct {
		config, more object
		want         map[string]unused.Verdict
	}{
		"no-credentials":    {object{}, nil, map[string]unused.Verdict{"user": unused.Idle}},
		"young":             {object{}, object{"created": "2026-11-01T00:00:00Z"}, map[string]unused.Verdict{"user": unused.Young}},
		"age-untold":        {object{}, object{"created": nil}, map[string]unused.Verdict{"user": unused.Unknown}},
		"password-used":     {password("2024-01-01", "2026-08-24"), nil, map[string]unused.Verdict{"user": unused.Used, "password": unused.Used}},
		"password-idle":     {password("2024-01-01", "2026-08-23"), nil, map[string]unused.Verdict{"user": unused.Idle, "password": unused.Idle}},
		"password-new":      {password("2026-11-01", ""), nil, map[string]unused.Verdict{"user": unused.Young, "password": unused.Young}},
		"key-used":          {object{"access_keys": []object{key("2024-01-01", "2026-11-20")}}, nil, map[string]unused.Verdict{"user": unused.Used, "access key": unused.Used}},
		"key-idle":          {object{"access_keys": []object{key("2024-01-01", "")}}, nil, map[string]unused.Verdict{"user": unused.Idle, "access key": unused.Idle}},
		"key-age-untold":    {object{"access_keys": []object{key("", "")}}, nil, map[string]unused.Verdict{"user": unused.Idle, "access key": unused.Unknown}},
		"key-use-unread":    {object{"access_keys": []object{key("2024-01-01", "")}}, unread("access_keys[0].last_used"), map[string]unused.Verdict{"user": unused.Unknown, "access key": unused.Unknown}},
		"report-unread":     {object{}, unread("access_keys"), map[string]unused.Verdict{"user": unused.Unknown}},
		"other-credentials": {object{"service_credentials": []object{{"active": true}}}, nil, map[string]unused.Verdict{"user": unused.Unknown}},
		"other-inactive":    {object{"signing_certificates": []object{{"active": false}}}, nil, map[string]unused.Verdict{"user": unused.Idle}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.add("aws_iam_user", userARN, c.config, c.more)
			items := w.facts.Items(w.builder.Directory(), window)
			got := map[string]unused.Verdict{}
			for _, item := range items {
				got[item.Kind] = item.Verdict
				if (item.Unknown != nil) != (item.Verdict == unused.Unknown) {
					t.Errorf("%s is %s for %+v", item.Kind, item.Verdict, item.Unknown)
				}
			}
			for kind, verdict := range c.want {
				if got[kind] != verdict {
					t.Errorf("the %s is %q, not %q", kind, got[kind], verdict)
				}
			}
			if len(items) != len(c.want) {
				t.Errorf("%d items: %+v", len(items), items)
			}
		})
	}
}

// TestRolesAreJudgedByEveryReport takes the later of what the role and the report tell.
func TestRolesAreJudgedByEveryReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.role()
	w.add("aws_iam_role", roleARN+"-linked", object{"service_linked": true})
	d := w.builder.Directory()
	if items := w.facts.Items(d, window); len(items) != 1 || items[0].Verdict != unused.Idle {
		t.Errorf("without a report: %+v", items)
	}
	w.uses(service("s3", "2026-11-01", nil), service("ec2", "", nil))
	if items := w.facts.Items(d, window); items[0].Verdict != unused.Used {
		t.Errorf("with a report: %+v", items)
	}
}
