package cloudtrail

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Creation is who created a resource, as CloudTrail's event history tells of the last 90
// days: of each resource the newest creation that worked. It is read only with --creators,
// because AWS answers two requests in a second at most. It knows the calls that create one
// resource each of the common kinds, and its `created` is when that was.
//
// A region's history is read from the newest change back, to the 2,000th; where that does
// not reach the end, each creating call is asked for by its name, to its 500th event. Where
// there are more of one, a creation without a resource stands for those before its
// `created`.
//
// It names who acted as the trail does. Names of users and sessions may be addresses of
// persons: they are identities of the account, kept as its users are. Addresses of
// machines, access keys and what was asked for are not kept.
type Creation struct {
	// Resource is the ARN of what was created.
	Resource string `json:"resource"`
	// ResourceType is its type; empty where the event does not tell one from another.
	ResourceType string `json:"resource_type"`
	// Kind is what the creator is: user, role, root, federated, or service for AWS itself,
	// roles that its services own included.
	Kind string `json:"kind"`
	// Principal is the ARN of the user, of the role or of the account's root user; of a
	// service its address, such as autoscaling.amazonaws.com.
	Principal string `json:"principal"`
	// Session is the name of the role's session; empty for others.
	Session string `json:"session"`
	// Via is the service that made the call in the creator's name, such as
	// cloudformation.amazonaws.com; empty when the creator called.
	Via string `json:"via"`
	// Event is the call, such as RunInstances.
	Event string `json:"event"`
	// Source is the service that was called, such as ec2.amazonaws.com.
	Source string `json:"source"`
}

// How far back a region is read, in pages of 50 events.
const (
	changePages = 40
	callPages   = 10
)

var creation = source.Type[*aws.Session, Creation]{
	Name:      "aws_cloudtrail_creation",
	Service:   "cloudtrail",
	Locality:  source.Regional,
	OnRequest: "creators",
	Calls:     []source.Call{{Op: "LookupEvents", Permission: "cloudtrail:LookupEvents"}},
	List:      listCreations,
	Detail:    nameless,
}

// nameless marks who created as unknown where the record does not tell.
func nameless(_ context.Context, _ *aws.Session, d *source.Draft[Creation]) error {
	if d.Config.Kind == "" && d.Known("kind") {
		d.Try("kind", func() error {
			return estate.Errorf(estate.CodeInvalid, "read who called "+d.Config.Event, "the record names nobody")
		}, "principal", "session")
	}
	return nil
}

// historian is the part of the client that tells of events.
type historian interface {
	LookupEvents(context.Context, *sdk.LookupEventsInput, ...func(*sdk.Options)) (*sdk.LookupEventsOutput, error)
}

func listCreations(ctx context.Context, s *aws.Session, found func(*source.Draft[Creation])) error {
	return lookBack(ctx, client(s), s, found)
}

// lookBack reads what changed, newest first, and where that is too much what was created.
func lookBack(ctx context.Context, c historian, s *aws.Session, found func(*source.Draft[Creation])) error {
	seen := map[string]bool{}
	changes := lookup{key: types.LookupAttributeKeyReadOnly, value: "false", pages: changePages}
	_, whole, err := changes.read(ctx, c, func(e *types.Event) {
		for _, d := range creations(s, e) {
			if !seen[d.ID] {
				seen[d.ID] = true
				found(d)
			}
		}
	})
	if err != nil || whole {
		return err
	}
	older := map[string]*source.Draft[Creation]{}
	for _, call := range creatingCalls() {
		of := lookup{key: types.LookupAttributeKeyEventName, value: call, pages: callPages}
		oldest, whole, err := of.read(ctx, c, func(e *types.Event) {
			for _, d := range creations(s, e) {
				if known := older[d.ID]; !seen[d.ID] && (known == nil || known.Created.Before(d.Created)) {
					older[d.ID] = d
				}
			}
		})
		if err != nil {
			return err
		}
		if !whole {
			found(earlier(s, call, oldest))
		}
	}
	for _, d := range older {
		found(d)
	}
	return nil
}

// earlier stands for the creations of a call before a time, which were not read.
func earlier(s *aws.Session, call string, before time.Time) *source.Draft[Creation] {
	d := &source.Draft[Creation]{
		ID: s.ARN("cloudtrail", "creation/earlier/"+call), Name: "earlier " + call, Created: before.UTC(), Config: Creation{Event: call},
	}
	for _, path := range []string{"resource", "resource_type", "kind", "principal", "session", "via", "source"} {
		d.NotAsked(path)
	}
	return d
}

// lookup asks for events by one attribute.
type lookup struct {
	key   types.LookupAttributeKey
	value string
	pages int
}

// read hands on the events, newest first. It returns the time of the oldest, and whether
// there are no more.
func (l lookup) read(ctx context.Context, c historian, found func(*types.Event)) (oldest time.Time, whole bool, err error) {
	size := int32(50)
	input := &sdk.LookupEventsInput{MaxResults: &size, LookupAttributes: []types.LookupAttribute{{AttributeKey: l.key, AttributeValue: &l.value}}}
	for range l.pages {
		out, err := c.LookupEvents(ctx, input)
		if err != nil {
			return oldest, false, err
		}
		for i := range out.Events {
			oldest = aws.Value(out.Events[i].EventTime)
			found(&out.Events[i])
		}
		if aws.Value(out.NextToken) == "" {
			return oldest, true, nil
		}
		input.NextToken = out.NextToken
	}
	return oldest, false, nil
}
