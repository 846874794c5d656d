package ocsf

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// The fields are those of OCSF 1.3.0; their order here is that of the events.
type event struct {
	ActivityID   int          `json:"activity_id"`
	ActivityName string       `json:"activity_name"`
	CategoryUID  int          `json:"category_uid"`
	CategoryName string       `json:"category_name"`
	ClassUID     int          `json:"class_uid"`
	ClassName    string       `json:"class_name"`
	TypeUID      int          `json:"type_uid"`
	TypeName     string       `json:"type_name"`
	Time         int64        `json:"time"`
	Severity     string       `json:"severity"`
	SeverityID   int          `json:"severity_id"`
	Status       string       `json:"status"`
	StatusID     int          `json:"status_id"`
	StatusDetail string       `json:"status_detail,omitempty"`
	Message      string       `json:"message"`
	Metadata     metadata     `json:"metadata"`
	Cloud        cloud        `json:"cloud"`
	FindingInfo  findingInfo  `json:"finding_info"`
	Compliance   compliance   `json:"compliance"`
	Resources    []resource   `json:"resources"`
	Remediation  *remediation `json:"remediation,omitempty"`
	Unmapped     unmapped     `json:"unmapped"`
}

type metadata struct {
	Version  string   `json:"version"`
	Profiles []string `json:"profiles"`
	Product  product  `json:"product"`
}

type product struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor_name"`
	Version string `json:"version,omitempty"`
}

type cloud struct {
	Provider string  `json:"provider"`
	Region   string  `json:"region,omitempty"`
	Account  account `json:"account"`
}

type account struct {
	UID    string `json:"uid"`
	Name   string `json:"name,omitempty"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
}

type findingInfo struct {
	UID     string   `json:"uid"`
	Title   string   `json:"title"`
	Desc    string   `json:"desc"`
	Types   []string `json:"types"`
	Created int64    `json:"created_time"`
}

type compliance struct {
	Control      string   `json:"control"`
	Standards    []string `json:"standards"`
	Requirements []string `json:"requirements,omitempty"`
	Status       string   `json:"status"`
	StatusID     int      `json:"status_id"`
	StatusDetail string   `json:"status_detail,omitempty"`
}

type resource struct {
	UID            string `json:"uid"`
	Name           string `json:"name"`
	Type           string `json:"type"`
	Region         string `json:"region,omitempty"`
	CloudPartition string `json:"cloud_partition,omitempty"`
	Owner          *owner `json:"owner,omitempty"`
	Criticality    string `json:"criticality,omitempty"`
}

type owner struct {
	Name string `json:"name"`
}

type remediation struct {
	Desc       string   `json:"desc"`
	References []string `json:"references,omitempty"`
}

type unmapped struct {
	Check       string            `json:"check"`
	Element     string            `json:"element,omitempty"`
	Evidence    []estate.Evidence `json:"evidence,omitempty"`
	Unknown     []estate.Unknown  `json:"unknown,omitempty"`
	Environment string            `json:"environment,omitempty"`
	New         bool              `json:"new,omitempty"`
	Until       string            `json:"suppressed_until,omitempty"`
}

func (h *handler) event(f *estate.Finding) event {
	e := event{
		ActivityID: 1, ActivityName: "Create",
		CategoryUID: 2, CategoryName: "Findings",
		ClassUID: 2003, ClassName: "Compliance Finding",
		TypeUID: 200301, TypeName: "Compliance Finding: Create",
		Time:    h.run.Finished.UnixMilli(),
		Message: orElse(f.Message, f.Title),
		Metadata: metadata{
			Version: "1.3.0", Profiles: []string{"cloud"},
			Product: product{Name: "Stance", Vendor: "Stance", Version: h.run.Version},
		},
		Cloud:       h.cloudOf(f.Resource),
		FindingInfo: findingInfo{UID: f.Key, Title: f.Title, Types: []string{"Posture"}, Created: h.run.Finished.UnixMilli()},
		Resources:   []resource{resourceOf(f)},
		Unmapped:    unmapped{Check: f.Check, Element: f.Element, Evidence: f.Evidence, Unknown: f.Unknown, New: f.New},
	}
	e.Severity, e.SeverityID = severity(f.Severity)
	e.Status, e.StatusID = "New", 1
	if s := f.Suppressed; s != nil {
		e.Status, e.StatusID, e.StatusDetail = "Suppressed", 3, s.Reason
		e.Unmapped.Until = s.Until
	}
	if f.Context != nil {
		e.Unmapped.Environment = f.Context.Environment
	}
	h.describe(&e, f)
	return e
}

// describe adds what is known of the check.
func (h *handler) describe(e *event, f *estate.Finding) {
	e.Compliance = compliance{Control: f.Check, Standards: []string{}}
	for _, ref := range h.refs[f.Check] {
		if n := len(e.Compliance.Standards); n == 0 || e.Compliance.Standards[n-1] != ref.Title {
			e.Compliance.Standards = append(e.Compliance.Standards, ref.Title)
		}
		e.Compliance.Requirements = append(e.Compliance.Requirements, ref.Framework+" "+ref.Requirement)
	}
	e.Compliance.Status, e.Compliance.StatusID = verdict(f.Status)
	e.Compliance.StatusDetail = missing(f)
	if c := h.checks[f.Check]; c != nil {
		e.FindingInfo.Desc = c.Why
		e.Remediation = &remediation{Desc: c.Fix.Text, References: c.References}
	}
}

func (h *handler) cloudOf(r estate.Ref) cloud {
	c := cloud{Provider: string(r.Cloud), Region: r.Region, Account: account{UID: r.Account, Name: h.names.Name(r.Cloud, r.Account)}}
	switch r.Cloud {
	case estate.AWS:
		c.Provider, c.Account.Type, c.Account.TypeID = "AWS", "AWS Account", 10
	case estate.Azure:
		c.Provider, c.Account.Type, c.Account.TypeID = "Azure", "Azure Subscription", 99
	case estate.GCP:
		c.Provider, c.Account.Type, c.Account.TypeID = "GCP", "GCP Project", 99
	default:
		c.Account.Type, c.Account.TypeID = "Unknown", 0
	}
	return c
}

func resourceOf(f *estate.Finding) resource {
	r := resource{UID: f.Resource.ID, Name: f.Resource.Name, Type: f.Resource.Type, Region: f.Resource.Region}
	if parts := strings.SplitN(f.Resource.ID, ":", 3); parts[0] == "arn" && len(parts) == 3 {
		r.CloudPartition = parts[1]
	}
	if f.Context != nil {
		r.Criticality = f.Context.Criticality
		if f.Context.Owner != "" {
			r.Owner = &owner{Name: f.Context.Owner}
		}
	}
	return r
}

func severity(s estate.Severity) (string, int) {
	switch s {
	case estate.Critical:
		return "Critical", 5
	case estate.High:
		return "High", 4
	case estate.Medium:
		return "Medium", 3
	case estate.Low:
		return "Low", 2
	case estate.Info:
		return "Informational", 1
	default:
		return "Unknown", 0
	}
}

func verdict(s estate.Status) (string, int) {
	switch s {
	case estate.Pass:
		return "Pass", 1
	case estate.Fail:
		return "Fail", 3
	default:
		return "Warning", 2 // "did not yield a result due to missing information"
	}
}

// missing says what could not be read and what would answer it.
func missing(f *estate.Finding) string {
	var parts []string
	for _, u := range f.Unknown {
		part := u.Path + " is unknown: " + string(u.Reason)
		if u.Permission != "" {
			part += ", needs " + u.Permission
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
