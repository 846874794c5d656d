package reference_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

func TestDataIsPlausible(t *testing.T) {
	t.Parallel()
	table := reference.Load()
	if n := table.Count(); n < 22_000 || n > 40_000 {
		t.Errorf("%d actions", n)
	}
	if n := len(table.Services()); n < 450 {
		t.Errorf("%d services", n)
	}
	if n := len(table.Dependent("iam:PassRole")); n < 250 {
		t.Errorf("%d actions pass a role", n)
	}
	v := table.Version()
	if len(v.Date) != len("2026-01-02") || len(v.Sources) != 2 {
		t.Errorf("version %+v", v)
	}
	for _, s := range v.Sources {
		if s.Name == "" || s.Version == "" || len(s.Checksum) != 64 {
			t.Errorf("source %+v", s)
		}
	}
}

func TestActionsAreWhole(t *testing.T) {
	t.Parallel()
	table := reference.Load()
	for i := range table.Count() {
		a := table.Action(uint16(i))
		found, known := table.Lookup(strings.ToUpper(a.Name))
		if !known || found.ID != uint16(i) || found.Name != a.Name {
			t.Fatalf("%d: %+v is found as %+v", i, a, found)
		}
		if a.Level == reference.UnknownLevel || !strings.HasPrefix(strings.ToLower(a.Name), a.Service+":") {
			t.Errorf("%+v", a)
		}
		for _, r := range a.Resources {
			if r.Type.Service != a.Service || r.Type.ARN == "" {
				t.Errorf("%s: resource type %+v", a.Name, r.Type)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	table := reference.Load()
	a, known := table.Lookup("LAMBDA:createfunction")
	if !known || a.Name != "lambda:CreateFunction" || a.Service != "lambda" || a.Level != reference.Write {
		t.Fatalf("%+v", a)
	}
	if len(a.Resources) != 1 || !a.Resources[0].Required || a.Resources[0].Type.ARN != "arn:*:lambda:*:*:function:*" {
		t.Errorf("resources %+v", a.Resources)
	}
	var dependents []string
	for _, id := range a.Dependents {
		dependents = append(dependents, table.Name(id))
	}
	if !slices.Contains(dependents, "iam:PassRole") {
		t.Errorf("dependents %v", dependents)
	}
	if !slices.Contains(a.Keys, "lambda:VpcIds") || !slices.Contains(a.Keys, "aws:RequestTag/*") {
		t.Errorf("keys %v", a.Keys)
	}
	new, known := table.Lookup("Lambda:InventedTomorrow")
	if known || new.ID != reference.NoID || new.Name != "Lambda:InventedTomorrow" || new.Service != "lambda" {
		t.Errorf("unknown action %+v", new)
	}
	for _, hostile := range []string{"", ":", "a", "\xff:\xff", strings.Repeat("s3:", 1000)} {
		if a, known := table.Lookup(hostile); known || a.ID != reference.NoID {
			t.Errorf("%q is %+v", hostile, a)
		}
	}
	if table.Name(reference.NoID) != "" || table.Action(reference.NoID).ID != reference.NoID {
		t.Error("no action has NoID")
	}
}

func TestMatchAgreesWithEveryName(t *testing.T) {
	t.Parallel()
	table := reference.Load()
	for _, pattern := range []string{"*", "s3:*", "S3:Get*", "s3:getobject", "*:Get*", "ec2:?un*s", "s?:*", "iam:Pass*", "", "?", "nosuch:*", "s3:*Object", "*role", "\xff*"} {
		set := table.Match(pattern)
		n := 0
		for i := range table.Count() {
			id := uint16(i)
			want := policydoc.MatchAction(pattern, table.Name(id))
			if set.Has(id) != want {
				t.Fatalf("%q: %s is in it: %v", pattern, table.Name(id), set.Has(id))
			}
			if want {
				n++
			}
		}
		if set.Len() != n || len(slices.Collect(set.IDs())) != n {
			t.Errorf("%q: %d members, want %d", pattern, set.Len(), n)
		}
	}
	if table.Match("*").Has(reference.NoID) {
		t.Error("a set holds NoID")
	}
}

func TestSupportsResourceLevel(t *testing.T) {
	t.Parallel()
	table := reference.Load()
	for action, want := range map[string]bool{
		"s3:GetObject": true, "s3:ListAllMyBuckets": false, "iam:PassRole": true,
		"ec2:DescribeInstances": false, "s3:InventedTomorrow": true,
	} {
		if table.SupportsResourceLevel(action) != want {
			t.Errorf("%s: %v", action, !want)
		}
	}
}

func TestResourceTypesOf(t *testing.T) {
	t.Parallel()
	table := reference.Load()
	for arn, want := range map[string]string{
		"arn:aws:s3:::bucket":                                        "s3 bucket",
		"arn:aws:s3:::bucket/a/b/c.txt":                              "s3 object",
		"arn:aws:s3:::bucket/a:b":                                    "s3 object",
		"arn:aws-cn:iam::111122223333:role/path/to/name":             "iam role",
		"arn:aws:iam::111122223333:user/name":                        "iam user",
		"arn:aws:lambda:eu-west-1:111122223333:function:f":           "lambda function",
		"arn:aws:ec2:eu-west-1:111122223333:instance/i-1":            "ec2 instance",
		"arn:aws:kms:eu-west-1:111122223333:key/1":                   "kms key",
		"arn:aws:ec2:eu-west-1:111122223333:extra:instance/i-1":      "",
		"arn:aws:s3:eu-west-1:111122223333:accesspoint/a/object/b/c": "s3 accesspointobject",
		"arn:aws:nosuch:::x":                                         "",
		"arn:aws:iam::111122223333":                                  "",
		"":                                                           "",
		"arn:aws:s3:::" + strings.Repeat("a/", 10_000):               "s3 object",
		"arn:" + strings.Repeat("*", 1000) + ":iam::1:nothing/here":  "",
	} {
		var got []string
		for _, r := range table.ResourceTypesOf(arn) {
			got = append(got, r.Service+" "+r.Name)
		}
		if want == "" && len(got) > 0 || want != "" && !slices.Contains(got, want) {
			t.Errorf("%.80s is %v, want %q", arn, got, want)
		}
	}
	if got := table.ResourceTypesOf("arn:aws:s3:::bucket/key"); len(got) != 1 {
		t.Errorf("an object is %d types", len(got))
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	table := reference.Load()
	for name, want := range map[string]struct {
		typ          reference.KeyType
		multi, known bool
	}{
		"AWS:TagKeys":            {reference.String, true, true},
		"aws:CalledVia":          {reference.String, true, true},
		"aws:PrincipalOrgPaths":  {reference.String, true, true},
		"aws:SourceIp":           {reference.IPAddress, false, true},
		"aws:PrincipalTag/Team":  {reference.String, false, true},
		"aws:RequestTag/a/b":     {reference.String, false, true},
		"s3:ExistingObjectTag/x": {reference.String, false, true},
		"iam:PassedToService":    {reference.String, false, true},
		"aws:SecureTransport":    {reference.Bool, false, true},
		"aws:InventedTomorrow":   {reference.UnknownType, false, false},
		"dynamodb:LeadingKeys":   {reference.String, true, true},
		"aws:MultiFactorAuthAge": {reference.Numeric, false, true},
		"aws:CurrentTime":        {reference.Date, false, true},
		"aws:PrincipalArn":       {reference.ARN, false, true},
		"":                       {reference.UnknownType, false, false},
	} {
		typ, multi, known := table.Key(name)
		if typ != want.typ || multi != want.multi || known != want.known {
			t.Errorf("%s: type %d, many values %v, known %v", name, typ, multi, known)
		}
		if table.ConditionKeyMultiValued(name) != want.multi {
			t.Errorf("%s: ConditionKeyMultiValued disagrees with Key", name)
		}
	}
}

func TestRCPSupported(t *testing.T) {
	t.Parallel()
	table := reference.Load()
	for service, want := range map[string]bool{"s3": true, "STS": true, "kms": true, "sqs": true, "secretsmanager": true, "iam": false, "nosuch": false, "": false} {
		if table.RCPSupported(service) != want {
			t.Errorf("%s: %v", service, !want)
		}
	}
}

// mostBytes is what the data may add to the binary.
const mostBytes = 600_000

func TestDataStaysSmall(t *testing.T) {
	t.Parallel()
	info, err := os.Stat("data.zst")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > mostBytes {
		t.Errorf("%d bytes, more than %d", info.Size(), mostBytes)
	}
}

func TestDecodeRefusesDamage(t *testing.T) {
	t.Parallel()
	for _, bad := range [][]byte{nil, {}, []byte("no data"), {0x28, 0xb5, 0x2f, 0xfd, 0, 0, 1, 0, 0}} {
		if table, err := reference.Decode(bad); err == nil || table != nil {
			t.Errorf("%x is read", bad)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	data, err := os.ReadFile("data.zst")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := reference.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	table := reference.Load()
	for _, pattern := range []string{"*", "s3:Get*", "*:Get*"} {
		b.Run(pattern, func(b *testing.B) {
			for b.Loop() {
				table.Match(pattern)
			}
		})
	}
}

func BenchmarkLookup(b *testing.B) {
	table := reference.Load()
	b.ReportAllocs()
	for b.Loop() {
		table.Lookup("s3:GetObject")
	}
}
