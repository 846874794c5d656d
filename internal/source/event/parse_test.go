package event_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/event"
)

func message(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func notification(t testing.TB, text string) string {
	t.Helper()
	raw, err := json.Marshal(map[string]string{"Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:r:1:t", "Message": text})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestParse(t *testing.T) {
	t.Parallel()
	want := event.Event{
		ID: "0d3c7c1b-4b8e-4d21-9f0e-1c2a5b6d7e8f", Cloud: estate.AWS, Account: "210000000001", Region: "eu-west-1",
		Source: "s3.amazonaws.com", Name: "PutBucketPolicy", Time: time.Date(2026, 3, 1, 10, 20, 30, 0, time.UTC), SourceIP: "198.51.100.7",
		Actor: event.Actor{
			Type: "AssumedRole", ARN: "arn:aws:sts::210000000001:assumed-role/deploy/ann", Role: "arn:aws:iam::210000000001:role/deploy",
			Account: "210000000001", InvokedBy: "cloudformation.amazonaws.com",
		},
		Names: []string{"arn:aws:s3:::invoices", "arn:aws:iam::999988887777:root", "arn:aws:s3:::invoices/*", "210000000001", "invoices"},
	}
	for name, raw := range map[string]string{"alone": message(t, "put_bucket_policy"), "from a topic": notification(t, message(t, "put_bucket_policy"))} {
		got, verdict, err := event.Parse([]byte(raw))
		if diff := cmp.Diff(want, got); diff != "" || verdict != event.Taken || err != nil {
			t.Errorf("%s: %s, %v (-want +got):\n%s", name, verdict, err, diff)
		}
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	whole := message(t, "put_bucket_policy")
	change := func(from, to string) string {
		if !strings.Contains(whole, from) {
			t.Fatalf("the message does not hold %q", from)
		}
		return strings.Replace(whole, from, to, 1)
	}
	tests := map[string]struct {
		raw     string
		verdict event.Verdict // "" for malformed
	}{
		"refused":               {change(`"readOnly": false`, `"readOnly": false, "errorCode": "AccessDenied"`), event.Failed},
		"failed without a code": {change(`"readOnly": false`, `"errorMessage": "Failed authentication"`), event.Failed},
		"read":                  {change(`"readOnly": false`, `"readOnly": true`), event.ReadOnly},
		"read, as text":         {change(`"readOnly": false`, `"readOnly": "true"`), event.ReadOnly},
		"read, by its name":     {strings.Replace(change(`"readOnly": false,`, ``), "PutBucketPolicy", "GetBucketPolicy", 1), event.ReadOnly},
		"no call":               {change("AWS API Call via CloudTrail", "EC2 Instance State-change Notification"), event.Other},
		"a sign-in":             {change("AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"), event.Taken},
		"of a service":          {change("AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"), event.Taken},
		"another's account":     {change(`"recipientAccountId": "210000000001"`, `"recipientAccountId": "210000000002"`), ""},
		"a made-up source":      {change(`"source": "aws.s3"`, `"source": "my.app"`), ""},
		"no account":            {strings.ReplaceAll(whole, "210000000001", "21000000000x"), ""},
		"no time":               {change(`"eventTime": "2026-03-01T10:20:30Z"`, `"eventTime": "yesterday"`), ""},
		"no id":                 {change("0d3c7c1b-4b8e-4d21-9f0e-1c2a5b6d7e8f", ""), ""},
		"a path for a region":   {change(`"awsRegion": "eu-west-1"`, `"awsRegion": "../etc"`), ""},
		"a number for a name":   {change(`"eventName": "PutBucketPolicy"`, `"eventName": 7`), ""},
		"cut":                   {whole[:len(whole)/2], ""},
		"nothing":               {"", ""},
		"null":                  {"null", ""},
		"a list":                {"[1]", ""},
		"deep":                  {strings.Repeat(`{"detail":`, 20_000), ""},
		"a topic in a topic":    {notification(t, notification(t, whole)), ""},
		"a topic's greeting":    {`{"Type":"SubscriptionConfirmation","Message":"x"}`, ""},
		"too long":              {strings.Repeat(" ", event.MaxMessage) + whole, ""},
	}
	for name, test := range tests {
		got, verdict, err := event.Parse([]byte(test.raw))
		if verdict != test.verdict || (err != nil) != (test.verdict == "") {
			t.Errorf("%s: %q, %v, %+v", name, verdict, err, got)
		}
	}
}

// TestNoSecretIsKept holds that of parameters only what can be an identifier stays.
func TestNoSecretIsKept(t *testing.T) {
	t.Parallel()
	raw := strings.Replace(message(t, "put_bucket_policy"), `"bucketName": "invoices"`, `
		"dBInstanceIdentifier": "orders", "masterUserPassword": "Correct7Horse", "secretString": "s3cr3t-staple-9",
		"environment": {"variables": {"DB_URL": "postgres://u:hunter22@db/x", "token": "ghp_0123456789abcdefghijklmnopqrstuvwxyz"}},
		"userData": "IyEvYmluL3No", "description": "free text", "tagSet": {"items": [{"key": "k", "value": "v-secret"}]},
		"password": "Zq8-vv2L-9sKx", "name": "line\nbreak", "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
		"sourceUrl": "https://user:Hunter2hunter@git.example/x", "longName": "`+strings.Repeat("x", 3000)+`"`, 1)
	got, verdict, err := event.Parse([]byte(raw))
	if err != nil || verdict != event.Taken {
		t.Fatal(verdict, err)
	}
	plain := slices.DeleteFunc(got.Names, func(n string) bool { return strings.HasPrefix(n, "arn:") })
	if diff := cmp.Diff([]string{"210000000001", "orders"}, plain); diff != "" {
		t.Errorf("names kept (-want +got):\n%s", diff)
	}
}

// TestListsAreLookedInto holds for the ways in which services write lists.
func TestListsAreLookedInto(t *testing.T) {
	t.Parallel()
	raw := strings.Replace(message(t, "put_bucket_policy"), `"bucketName": "invoices"`, `
		"resourcesSet": {"items": [{"resourceId": "sg-1"}]}, "resourceId": {"items": ["sg-2"]}, "alarmNames": ["high"], "topicId": {"member": ["t"]}`, 1)
	got, _, err := event.Parse([]byte(raw))
	for _, want := range []string{"sg-1", "sg-2", "high", "t"} {
		if !slices.Contains(got.Names, want) {
			t.Errorf("%q is not among %v, %v", want, got.Names, err)
		}
	}
}

func TestNamesAreBounded(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 500 {
		many = append(many, "i-"+strings.Repeat("0", i%7)+strings.Repeat("1", i/7))
	}
	list, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	raw := strings.Replace(message(t, "put_bucket_policy"), `"bucketName": "invoices"`, `"instanceIds": `+string(list), 1)
	got, _, err := event.Parse([]byte(raw))
	if err != nil || len(got.Names) != 64 {
		t.Errorf("%d names, %v", len(got.Names), err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(message(f, "put_bucket_policy"))
	f.Add(notification(f, message(f, "put_bucket_policy")))
	f.Add(`{"detail-type":"AWS API Call via CloudTrail","detail":{}}`)
	x := index()
	f.Fuzz(func(t *testing.T, raw string) {
		e, verdict, err := event.Parse([]byte(raw))
		if (err == nil) == (verdict == "") {
			t.Errorf("verdict %q and error %v", verdict, err)
		}
		if err == nil && verdict != event.Other && (len(e.Account) != 12 || e.Time.IsZero() || len(e.Names) > 64) {
			t.Errorf("not whole: %+v", e)
		}
		d := event.NewDebouncer(event.DefaultPace())
		d.Add(e, x.Touches(e), time.Time{})
		for _, w := range d.Due(time.Unix(0, 0)) {
			w.Credit("a", "b")
		}
	})
}
