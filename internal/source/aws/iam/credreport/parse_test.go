package credreport_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/source/aws/iam/credreport"
)

const header = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
	"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
	"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"

const (
	root = "<root_account>,arn:aws:iam::123456789012:root,2019-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,true," +
		"false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
	ada = "ada,arn:aws:iam::123456789012:user/ada,2019-01-01T00:00:00+00:00,TRUE,2026-01-02T03:04:05Z,2020-01-01T00:00:00+00:00,N/A,FALSE," +
		"true,2021-01-01T00:00:00+00:00,2026-01-01T00:00:00+00:00,N/A,s3,false,2020-01-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,true,2019-01-01T00:00:00+00:00"
)

func TestParse(t *testing.T) {
	t.Parallel()
	report, err := credreport.Parse([]byte(header+"\n"+root+"\n"+ada), time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	r := report.Users["arn:aws:iam::123456789012:root"]
	if r.Password.Said != credreport.NotSupported || r.PasswordUsed.Said != credreport.NoInformation || !r.MFA.Yes || len(r.Keys) != 0 {
		t.Errorf("root reads as %+v", r)
	}
	a := report.Users["arn:aws:iam::123456789012:user/ada"]
	if !a.Password.Yes || a.MFA.Yes || a.PasswordRotation.Said != credreport.NotApplicable || a.PasswordUsed.Pointer() == nil {
		t.Errorf("ada reads as %+v", a)
	}
	if len(a.Keys) != 2 || a.Keys[1].Active || a.Keys[1].Used.Pointer() != nil || a.Keys[0].Region != "" || a.Keys[0].Service != "s3" {
		t.Errorf("the keys read as %+v", a.Keys)
	}
	if len(a.Certificates) != 1 || a.Certificates[0].Index != 2 {
		t.Errorf("the certificates read as %+v", a.Certificates)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":        "",
		"html":           "<html>",
		"missing-column": strings.Replace(header, "mfa_active", "mfa", 1) + "\n" + ada,
		"short-row":      header + "\n" + strings.TrimSuffix(ada, ",true,2019-01-01T00:00:00+00:00"),
		"wrong-flag":     header + "\n" + strings.Replace(ada, "TRUE", "yes", 1),
		"wrong-time":     header + "\n" + strings.Replace(ada, "2026-01-02T03:04:05Z", "yesterday", 1),
		"twice":          header + "\n" + ada + "\n" + ada,
	} {
		if _, err := credreport.Parse([]byte(text), time.Time{}); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestParseMoreKeys(t *testing.T) {
	t.Parallel()
	report, err := credreport.Parse([]byte(header+",additional_credentials_info\n"+root+",N/A\n"+ada+",1 more access key"), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Users["arn:aws:iam::123456789012:root"].More || !report.Users["arn:aws:iam::123456789012:user/ada"].More {
		t.Error("what the report leaves out is not told")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(header + "\n" + root + "\n" + ada))
	f.Fuzz(func(_ *testing.T, content []byte) { _, _ = credreport.Parse(content, time.Time{}) })
}
