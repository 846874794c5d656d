package cloudtrail

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// The bounds of what is looked at in a record.
const (
	maxRecord   = 1 << 20 // bytes
	maxPlaces   = 10_000
	maxCreated  = 1000 // as many instances as one call may start
	maxIdentity = 2048 // bytes, as long as the longest ARN
)

// record is what is used of "CloudTrail record contents" and "CloudTrail userIdentity
// element" (CloudTrail User Guide).
type record struct {
	ErrorCode    string   `json:"errorCode"`
	ErrorMessage string   `json:"errorMessage"`
	Identity     identity `json:"userIdentity"`
	Request      any      `json:"requestParameters"`
	Response     any      `json:"responseElements"`
}

type identity struct {
	Type      string `json:"type"`
	ARN       string `json:"arn"`
	InvokedBy string `json:"invokedBy"`
	Session   struct {
		Issuer struct {
			ARN string `json:"arn"`
		} `json:"sessionIssuer"`
	} `json:"sessionContext"`
}

// creations returns what an event created: nothing when it creates nothing, failed, or
// does not tell what.
func creations(s *aws.Session, e *types.Event) []*source.Draft[Creation] {
	src, name, raw := aws.Value(e.EventSource), aws.Value(e.EventName), aws.Value(e.CloudTrailEvent)
	made := slices.DeleteFunc(slices.Clone(births), func(b birth) bool { return b.source != src || b.event != name })
	if len(made) == 0 || len(raw) > maxRecord {
		return nil
	}
	var r record
	if json.Unmarshal([]byte(raw), &r) != nil || r.ErrorCode != "" || r.ErrorMessage != "" {
		return nil
	}
	var list []*source.Draft[Creation]
	for _, b := range made {
		for _, found := range r.named(b) {
			if arn := b.of(s, found); arn != "" {
				list = append(list, r.draft(s, e, b.kind, arn))
			}
		}
		if len(list) > 0 {
			return list
		}
	}
	return nil
}

func (r *record) draft(s *aws.Session, e *types.Event, kind, arn string) *source.Draft[Creation] {
	d := &source.Draft[Creation]{
		ID: s.ARN("cloudtrail", "creation/"+arn), Created: aws.Value(e.EventTime).UTC(),
		Config: Creation{Resource: arn, ResourceType: kind, Event: aws.Value(e.EventName), Source: aws.Value(e.EventSource)},
	}
	c := &d.Config
	c.Kind, c.Principal, c.Session = r.Identity.who()
	if c.Kind != "service" {
		c.Via = r.Identity.InvokedBy
	}
	return d
}

// named returns the names of what was created, each once.
func (r *record) named(b birth) []string {
	level := []any{r.Response}
	if b.asked {
		level = []any{r.Request}
	}
	for places := 0; len(level) > 0 && places < maxPlaces; places += len(level) {
		var names []string
		var below []any
		for _, v := range level {
			switch v := v.(type) {
			case []any:
				below = append(below, v...)
			case map[string]any:
				names = append(names, textsAt(v, b.key)...)
				for _, inner := range v {
					below = append(below, inner)
				}
			}
		}
		if len(names) > 0 {
			slices.Sort(names)
			names = slices.Compact(names)
			return names[:min(len(names), maxCreated)]
		}
		level = below
	}
	return nil
}

// textsAt returns the text at a key, whatever its case.
func textsAt(v map[string]any, key string) []string {
	var names []string
	for k, value := range v {
		text, ok := value.(string)
		if ok && strings.EqualFold(k, key) && text != "" && len(text) <= maxIdentity && !strings.ContainsFunc(text, control) {
			names = append(names, text)
		}
	}
	return names
}

func control(r rune) bool { return r < ' ' || r == 0x7f || r == '\ufffd' }

// serviceRoles begins the paths of roles that AWS services own.
const serviceRoles = ":role/aws-service-role/"

// who returns what the caller is, its ARN, and of a role the session; an empty kind when
// the record does not tell.
func (i *identity) who() (kind, principal, session string) {
	if len(i.ARN) > maxIdentity || strings.ContainsFunc(i.ARN, control) {
		return "", "", ""
	}
	switch issuer := i.Session.Issuer.ARN; {
	case i.Type == "AWSService" && i.InvokedBy != "":
		return "service", i.InvokedBy, ""
	case i.Type == "Root" && i.ARN != "":
		return "root", i.ARN, ""
	case i.Type == "IAMUser" && i.ARN != "":
		return "user", i.ARN, ""
	case i.Type == "FederatedUser" && i.ARN != "":
		return "federated", i.ARN, ""
	case i.Type == "AssumedRole" && strings.HasPrefix(issuer, "arn:"):
		_, rest, _ := strings.Cut(i.ARN, ":assumed-role/")
		_, session, _ = strings.Cut(rest, "/")
		if strings.Contains(issuer, serviceRoles) {
			return "service", issuer, session
		}
		return "role", issuer, session
	}
	return "", "", ""
}
