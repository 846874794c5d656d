package asff

import (
	"strings"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
)

// The fields are those of the schema 2018-10-08, in its spelling.
type finding struct {
	SchemaVersion string
	Id            string
	ProductArn    string
	GeneratorId   string
	AwsAccountId  string
	Types         []string
	CreatedAt     string
	UpdatedAt     string
	Severity      severity
	Title         string
	Description   string
	Remediation   *remediation `json:",omitempty"`
	ProductFields map[string]string
	Resources     []resource
	Compliance    compliance
	Workflow      workflow
	RecordState   string
	Note          *note `json:",omitempty"`
}

type severity struct {
	Label    string
	Original string
}

type remediation struct {
	Recommendation recommendation
}

type recommendation struct {
	Text string
	Url  string `json:",omitempty"`
}

type resource struct {
	Type      string
	Id        string
	Partition string
	Region    string
}

type compliance struct {
	Status              string
	RelatedRequirements []string       `json:",omitempty"`
	StatusReasons       []statusReason `json:",omitempty"`
}

type statusReason struct {
	ReasonCode  string
	Description string
}

type workflow struct{ Status string }

type note struct {
	Text      string
	UpdatedBy string
	UpdatedAt string
}

func (h *handler) finding(f *estate.Finding) finding {
	part, home := place(f.Resource)
	product := "arn:" + part + ":securityhub:" + home + ":" + f.Resource.Account + ":product/" + f.Resource.Account + "/default"
	out := finding{
		SchemaVersion: "2018-10-08",
		Id:            product + "/stance/" + f.Key,
		ProductArn:    product,
		GeneratorId:   cut("stance/"+f.Check, 512),
		AwsAccountId:  f.Resource.Account,
		Types:         []string{"Software and Configuration Checks/AWS Security Best Practices"},
		CreatedAt:     h.when, UpdatedAt: h.when,
		Severity:      severity{Label: label(f), Original: string(f.Severity)},
		Title:         cut(orElse(f.Title, f.Check), 256),
		Description:   cut(orElse(f.Message, orElse(f.Title, f.Check)), 1024),
		ProductFields: map[string]string{"ProviderName": "Stance", "ProviderVersion": cut(h.tool, 128), "Check": cut(f.Check, 1024)},
		Resources:     []resource{{Type: orElse(h.types[f.Resource.Type], "Other"), Id: cut(f.Resource.ID, 512), Partition: part, Region: home}},
		Compliance:    compliance{Status: status(f), StatusReasons: reasons(f)},
		Workflow:      workflow{Status: "NEW"},
		RecordState:   "ACTIVE",
	}
	if f.Status == estate.Pass {
		out.Workflow.Status = "RESOLVED"
	}
	if s := f.Suppressed; s != nil {
		out.Workflow.Status = "SUPPRESSED"
		out.Note = &note{Text: cut(s.Reason+" (until "+s.Until+")", 512), UpdatedBy: cut(orElse(s.By, "stance"), 512), UpdatedAt: h.when}
	}
	h.describe(&out, f)
	return out
}

// describe adds what is known of the check.
func (h *handler) describe(out *finding, f *estate.Finding) {
	for _, ref := range h.refs[f.Check] {
		if len(out.Compliance.RelatedRequirements) < 32 {
			out.Compliance.RelatedRequirements = append(out.Compliance.RelatedRequirements, cut(ref.Framework+" "+ref.Requirement, 64))
		}
	}
	if f.Element != "" {
		out.ProductFields["Element"] = cut(f.Element, 1024)
	}
	c := h.checks[f.Check]
	if c == nil || c.Fix.Text == "" {
		return
	}
	out.Remediation = &remediation{Recommendation: recommendation{Text: cut(c.Fix.Text, 512)}}
	if len(c.References) > 0 && strings.HasPrefix(c.References[0], "https://") {
		out.Remediation.Recommendation.Url = cut(c.References[0], 1024)
	}
}

// place returns the partition and the region a finding is filed under. What has no
// region is filed in the first region of its partition.
func place(r estate.Ref) (partition, region string) {
	partition = "aws"
	if parts := strings.SplitN(r.ID, ":", 3); len(parts) == 3 && parts[0] == "arn" && strings.HasPrefix(parts[1], "aws") {
		partition = escape.Terminal(parts[1])
	}
	region = r.Region
	if region == "" || region == "global" {
		switch partition {
		case "aws-cn":
			region = "cn-north-1"
		case "aws-us-gov":
			region = "us-gov-west-1"
		default:
			region = "us-east-1"
		}
	}
	return partition, region
}

func label(f *estate.Finding) string {
	if f.Status != estate.Fail {
		return "INFORMATIONAL"
	}
	switch f.Severity {
	case estate.Critical, estate.High, estate.Medium, estate.Low:
		return strings.ToUpper(string(f.Severity))
	default:
		return "INFORMATIONAL"
	}
}

func status(f *estate.Finding) string {
	switch f.Status {
	case estate.Pass:
		return "PASSED"
	case estate.Fail:
		return "FAILED"
	}
	for _, u := range f.Unknown {
		if u.Reason == estate.Throttled || u.Reason == estate.Unavailable {
			return "NOT_AVAILABLE"
		}
	}
	return "WARNING"
}

func reasons(f *estate.Finding) []statusReason {
	var list []statusReason
	for _, u := range f.Unknown {
		text := u.Path + " could not be read"
		if u.Permission != "" {
			text += "; grant " + u.Permission
		}
		code := strings.ToUpper(strings.ReplaceAll(string(u.Reason), "-", "_"))
		list = append(list, statusReason{ReasonCode: cut("STANCE_"+code, 128), Description: cut(text, 512)})
	}
	return list
}

// cut returns s with at most n bytes and without half characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[:n-3]
	for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	if r, size := utf8.DecodeLastRuneInString(s); r == utf8.RuneError {
		s = s[:len(s)-size]
	}
	return s + "..."
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
