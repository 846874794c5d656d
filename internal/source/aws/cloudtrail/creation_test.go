package cloudtrail

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// busy is a region with so many pages of changes, and of events of each call by its name,
// each with one event that starts an instance. The newest of a call by its name are the
// oldest two of the changes that are read.
type busy struct {
	changes int
	calls   map[string]int
	asked   int
}

func (b *busy) LookupEvents(_ context.Context, in *sdk.LookupEventsInput, _ ...func(*sdk.Options)) (*sdk.LookupEventsOutput, error) {
	b.asked++
	of, page := in.LookupAttributes[0], 0
	if in.NextToken != nil {
		_, _ = fmt.Sscan(*in.NextToken, &page)
	}
	pages, first := b.changes, 0
	if of.AttributeKey == types.LookupAttributeKeyEventName {
		pages, first = b.calls[*of.AttributeValue], changePages-2
	}
	out := &sdk.LookupEventsOutput{}
	if page < pages {
		out.Events = []types.Event{started(first+page, *of.AttributeValue)}
	}
	if page++; page < pages {
		token := fmt.Sprint(page)
		out.NextToken = &token
	}
	return out, nil
}

// started is an event by a user with the given name, as many days back as the page.
func started(page int, user string) types.Event {
	src, name, at := "ec2.amazonaws.com", "RunInstances", time.Unix(1_800_000_000, 0).AddDate(0, 0, -page)
	raw := fmt.Sprintf(`{"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/%s"},"responseElements":{"instancesSet":{"items":[{"instanceId":"i-%d"}]}}}`, user, page)
	return types.Event{EventSource: &src, EventName: &name, EventTime: &at, CloudTrailEvent: &raw}
}

// TestBusyRegionsAreReadInPart holds that a region is read within its bounds, that the
// newest creation counts, and that what is left out is said.
func TestBusyRegionsAreReadInPart(t *testing.T) {
	t.Parallel()
	calls := len(creatingCalls())
	for name, c := range map[string]struct {
		region           busy
		asked, creations int
		cut              []string
	}{
		"quiet":          {busy{changes: 1}, 1, 1, nil},
		"just-fits":      {busy{changes: changePages}, changePages, changePages, nil},
		"by-name":        {busy{changes: changePages + 1, calls: map[string]int{"RunInstances": 3}}, changePages + calls, changePages + 1, nil},
		"by-name-fits":   {busy{changes: changePages + 1, calls: map[string]int{"RunInstances": callPages}}, changePages + calls, changePages + callPages - 2, nil},
		"by-name-is-cut": {busy{changes: changePages + 1, calls: map[string]int{"RunInstances": 2 * callPages}}, changePages + calls, changePages + callPages - 2, []string{"RunInstances"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var made, cut []string
			seen := map[string]bool{}
			err := lookBack(t.Context(), &c.region, &aws.Session{Account: "1", Region: "r", Partition: "aws"}, func(d *source.Draft[Creation]) {
				switch {
				case seen[d.ID]:
					t.Errorf("%s comes twice", d.ID)
				case !d.Known("resource"):
					cut = append(cut, d.Config.Event)
					if !d.Created.Equal(time.Unix(1_800_000_000, 0).AddDate(0, 0, 3-changePages-callPages)) {
						t.Errorf("it is cut at %s", d.Created)
					}
				case d.Created.After(time.Unix(1_800_000_000, 0).AddDate(0, 0, -changePages)) && !strings.HasSuffix(d.Config.Principal, "/false"):
					t.Errorf("%s was read before: %s", d.ID, d.Config.Principal)
				default:
					made = append(made, d.ID)
				}
				seen[d.ID] = true
			})
			extra := max(0, min(c.region.calls["RunInstances"], callPages)-1)
			if err != nil || c.region.asked != c.asked+extra || len(made) != c.creations || !slices.Equal(cut, c.cut) {
				t.Errorf("%d requests found %d creations and cut %v, %v", c.region.asked, len(made), cut, err)
			}
		})
	}
}

// TestRecordsAreHostile holds that no record ends a reading or grows what is kept.
func TestRecordsAreHostile(t *testing.T) {
	t.Parallel()
	s := &aws.Session{Account: "1", Region: "r", Partition: "aws"}
	long := strings.Repeat("a", maxIdentity+1)
	for name, c := range map[string]struct {
		response string
		want     int
	}{
		"nothing":      {`null`, 0},
		"text":         {`"i-1"`, 0},
		"number":       {`{"instanceId":1}`, 0},
		"an-arn":       {`{"instanceId":"arn:aws:ec2:r:1:instance/i-1"}`, 0},
		"too-long":     {`{"instanceId":"` + long + `"}`, 0},
		"control":      {`{"instanceId":"i\u0007"}`, 0},
		"wrapped":      {`{"RunInstancesResponse":{"InstanceID":"i-1"}}`, 1},
		"twice":        {`[{"instanceId":"i-1"},{"instanceId":"i-1"}]`, 1},
		"nearest-only": {`{"instanceId":"i-1","of":{"instanceId":"i-2"}}`, 1},
		"many":         {`[` + strings.Repeat(`{"x":1},`, maxPlaces) + `{"deep":{"instanceId":"i-1"}}]`, 0},
		"deep":         {strings.Repeat(`[`, 9000) + strings.Repeat(`]`, 9000), 0},
	} {
		src, call, raw := "ec2.amazonaws.com", "RunInstances", `{"responseElements":`+c.response+`}`
		got := creations(s, &types.Event{EventSource: &src, EventName: &call, CloudTrailEvent: &raw})
		if len(got) != c.want {
			t.Errorf("%s: %d creations", name, len(got))
		}
	}
}
