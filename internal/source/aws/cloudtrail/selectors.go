package cloudtrail

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/stance-sec/stance/internal/source/aws"
)

// basic sums up basic selectors: what any of them records is recorded.
func basic(selectors []types.EventSelector) Events {
	var e Events
	for _, s := range selectors {
		read, write := s.ReadWriteType != types.ReadWriteTypeWriteOnly, s.ReadWriteType != types.ReadWriteTypeReadOnly
		if s.IncludeManagementEvents == nil || *s.IncludeManagementEvents {
			e.management(read, write, s.ExcludeManagementEventSources)
		}
		for _, r := range s.DataResources {
			data := DataEvents{Type: aws.Value(r.Type), Read: read, Write: write, All: slices.ContainsFunc(r.Values, everything)}
			if !data.All {
				data.Resources = r.Values
			}
			e.Data = append(e.Data, data)
		}
	}
	return e
}

// management adds recorded management events.
func (e *Events) management(read, write bool, excluded []string) {
	e.ManagementRead, e.ManagementWrite = e.ManagementRead || read, e.ManagementWrite || write
	for _, source := range excluded {
		if !slices.Contains(e.ExcludedSources, source) {
			e.ExcludedSources = append(e.ExcludedSources, source)
		}
	}
	slices.Sort(e.ExcludedSources)
}

// everything reports whether the beginning of an ARN covers every resource of its
// service: arn:aws:s3, arn:aws:s3::: or arn:aws:lambda.
func everything(arn string) bool {
	parts := strings.Split(arn, ":")
	return len(parts) >= 3 && parts[0] == "arn" && parts[2] != "" && strings.Trim(strings.Join(parts[3:], ""), "/*") == ""
}

// advanced sums up advanced selectors. All statements of one must hold for an event.
func advanced(selectors []types.AdvancedEventSelector) Events {
	var e Events
	for _, s := range selectors {
		p := parse(s.FieldSelectors)
		switch {
		case p.category == "Management" && !p.narrowed && len(p.resources) == 0:
			e.management(p.read, p.write, p.excluded)
		case p.category == "Data":
			e.Data = append(e.Data, DataEvents{
				Type: p.resourceType, Read: p.read, Write: p.write,
				All: !p.narrowed && len(p.resources) == 0 && len(p.excluded) == 0, Resources: p.resources,
			})
		}
	}
	return e
}

// parsed is one advanced selector.
type parsed struct {
	category, resourceType string
	read, write            bool
	// narrowed is whether a statement leaves out events in a way not told elsewhere.
	narrowed  bool
	resources []string
	excluded  []string
}

func parse(fields []types.AdvancedFieldSelector) parsed {
	p := parsed{read: true, write: true}
	for _, f := range fields {
		switch aws.Value(f.Field) {
		case "eventCategory":
			p.category = strings.Join(f.Equals, ",")
		case "resources.type":
			p.resourceType = strings.Join(f.Equals, ",")
		case "readOnly":
			p.read, p.write = p.read && !slices.Equal(f.Equals, []string{"false"}), p.write && !slices.Equal(f.Equals, []string{"true"})
		case "resources.ARN":
			p.arns(f)
		case "eventSource":
			p.excluded = append(p.excluded, f.NotEquals...)
			p.narrowed = p.narrowed || len(f.Equals)+len(f.StartsWith)+len(f.EndsWith)+len(f.NotStartsWith)+len(f.NotEndsWith) > 0
		default:
			p.narrowed = true
		}
	}
	return p
}

// arns takes in a statement about the ARN of the resource.
func (p *parsed) arns(f types.AdvancedFieldSelector) {
	others := len(f.EndsWith) + len(f.NotEquals) + len(f.NotStartsWith) + len(f.NotEndsWith)
	p.narrowed = p.narrowed || others > 0
	if slices.ContainsFunc(f.StartsWith, everything) {
		return
	}
	p.resources = append(append(p.resources, f.Equals...), f.StartsWith...)
}
