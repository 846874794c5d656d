package sarif

import (
	"net/url"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
)

type driver struct {
	Name           string `json:"name"`
	Version        string `json:"semanticVersion,omitempty"`
	InformationURI string `json:"informationUri"`
	Rules          []rule `json:"rules"`
}

type text struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type rule struct {
	ID                   string         `json:"id"`
	Name                 string         `json:"name"`
	ShortDescription     text           `json:"shortDescription"`
	FullDescription      text           `json:"fullDescription"`
	Help                 text           `json:"help"`
	HelpURI              string         `json:"helpUri,omitempty"`
	DefaultConfiguration configuration  `json:"defaultConfiguration"`
	Properties           ruleProperties `json:"properties"`
}

type configuration struct {
	Level string `json:"level"`
}

type ruleProperties struct {
	Tags             []string `json:"tags"`
	SecuritySeverity string   `json:"security-severity"`
	Precision        string   `json:"precision"`
}

type result struct {
	RuleID              string            `json:"ruleId"`
	RuleIndex           *int              `json:"ruleIndex,omitempty"`
	Level               string            `json:"level"`
	Kind                string            `json:"kind"`
	Message             text              `json:"message"`
	Locations           []location        `json:"locations"`
	PartialFingerprints map[string]string `json:"partialFingerprints"`
	BaselineState       string            `json:"baselineState,omitempty"`
	Suppressions        []suppression     `json:"suppressions,omitempty"`
	Properties          resultProperties  `json:"properties"`
}

type location struct {
	PhysicalLocation physical  `json:"physicalLocation"`
	LogicalLocations []logical `json:"logicalLocations"`
}

type physical struct {
	ArtifactLocation artifact `json:"artifactLocation"`
	Region           region   `json:"region"`
}

type artifact struct {
	URI string `json:"uri"`
}

type region struct {
	StartLine int `json:"startLine"`
}

type logical struct {
	Name               string `json:"name"`
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

type suppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

type resultProperties struct {
	Severity estate.Severity   `json:"severity"`
	Resource estate.Ref        `json:"resource"`
	Element  string            `json:"element,omitempty"`
	Evidence []estate.Evidence `json:"evidence,omitempty"`
}

type notification struct {
	Level      string     `json:"level"`
	Message    text       `json:"message"`
	Descriptor descriptor `json:"descriptor"`
}

type descriptor struct {
	ID string `json:"id"`
}

func ruleOf(c *estate.Check, refs []output.RequirementRef) rule {
	tags := append([]string{"security"}, c.Categories...)
	for _, ref := range refs {
		tags = append(tags, ref.Framework+"/"+ref.Requirement)
	}
	r := rule{
		ID: c.ID, Name: pascal(c.ID),
		ShortDescription: text{Text: c.Title}, FullDescription: text{Text: orElse(c.Why, c.Title)},
		Help:                 helpOf(c),
		DefaultConfiguration: configuration{Level: level(c.Severity)},
		Properties:           ruleProperties{Tags: tags, SecuritySeverity: score(c.Severity), Precision: "very-high"},
	}
	if len(c.References) > 0 && strings.HasPrefix(c.References[0], "https://") {
		if _, err := url.Parse(c.References[0]); err == nil {
			r.HelpURI = c.References[0]
		}
	}
	return r
}

func helpOf(c *estate.Check) text {
	plain := orElse(c.Why, c.Title)
	markdown := escape.Markdown(plain)
	if c.Fix.Text != "" {
		plain += "\n\nFix: " + c.Fix.Text
		markdown += "\n\n**Fix:** " + escape.Markdown(c.Fix.Text)
	}
	if c.Fix.CLI != "" {
		plain += "\n\n" + c.Fix.CLI
		markdown += "\n\n" + escape.MarkdownBlock(c.Fix.CLI, "sh")
	}
	return text{Text: plain, Markdown: markdown}
}

func resultOf(f *estate.Finding) result {
	r := result{
		RuleID: f.Check, Level: level(f.Severity), Kind: "fail",
		Message: text{Text: orElse(f.Message, f.Title)},
		Locations: []location{{
			PhysicalLocation: physical{ArtifactLocation: artifact{URI: path(f.Resource)}, Region: region{StartLine: 1}},
			LogicalLocations: []logical{{Name: f.Resource.Name, FullyQualifiedName: f.Resource.ID, Kind: "resource"}},
		}},
		PartialFingerprints: map[string]string{"stanceFindingKey/v1": f.Key},
		Properties:          resultProperties{Severity: f.Severity, Resource: f.Resource, Element: f.Element, Evidence: f.Evidence},
	}
	if s := f.Suppressed; s != nil {
		r.Suppressions = []suppression{{Kind: "external", Justification: s.Reason + " (until " + s.Until + ")"}}
	}
	return r
}

func notificationOf(c estate.Coverage) notification {
	n := notification{Level: "warning", Descriptor: descriptor{ID: "scope-" + string(c.Status)}}
	if c.Status == estate.CoverageFailed {
		n.Level = "error"
	}
	n.Message.Text = c.Scope.String() + " was not read whole: " + string(c.Reason)
	if len(c.Permissions) > 0 {
		n.Message.Text += "; grant " + strings.Join(c.Permissions, ", ")
	}
	return n
}

// path makes a relative address of the place of a resource.
func path(r estate.Ref) string {
	parts := []string{string(r.Cloud), r.Account, r.Region, r.Type, orElse(r.Name, r.ID)}
	for i, part := range parts {
		parts[i] = url.PathEscape(orElse(strings.Trim(part, "."), "-"))
	}
	return strings.Join(parts, "/")
}

func level(s estate.Severity) string {
	switch s {
	case estate.Critical, estate.High:
		return "error"
	case estate.Medium:
		return "warning"
	default:
		return "note"
	}
}

// score is the number by which services rank security results.
func score(s estate.Severity) string {
	switch s {
	case estate.Critical:
		return "9.5"
	case estate.High:
		return "8.0"
	case estate.Medium:
		return "5.5"
	case estate.Low:
		return "3.0"
	default:
		return "0.0"
	}
}

// pascal turns aws-s3-bucket-logging into AwsS3BucketLogging.
func pascal(id string) string {
	var b strings.Builder
	for _, part := range strings.Split(id, "-") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
