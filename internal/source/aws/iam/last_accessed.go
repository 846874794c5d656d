package iam

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// LastAccessed is what AWS knows of the use that a user or role makes of its policies:
// when it last tried each service that they give it ("Refine permissions in AWS using last
// accessed information", IAM User Guide). It has the name, the tags and the age of that
// identity, and is read only with --last-accessed, because it takes two calls or more for
// each identity. Roles that AWS services own are left out: nobody can change what they may
// do. The last hours are missing in it, and what lies more than 400 days back.
type LastAccessed struct {
	// Principal is the ARN of the user or role.
	Principal string `json:"principal"`
	// AsOf is when AWS made the report; absent when that is not told.
	AsOf *time.Time `json:"as_of,omitempty"`
	// Services are those that the policies of the identity give it, by prefix, whether
	// used or not.
	Services []AccessedService `json:"services"`
}

// AccessedService is a service that an identity may use.
type AccessedService struct {
	// Service is the prefix of its actions, such as s3.
	Service string `json:"service"`
	// LastUsed is when it was last tried, allowed or not; absent when it was not in the
	// time that AWS looks back.
	LastUsed *time.Time `json:"last_used,omitempty"`
	// LastUsedRegion is where that was; empty when it is not told.
	LastUsedRegion string `json:"last_used_region"`
	// Actions are those of which AWS tells the use one by one, by name; empty for most
	// services. Of all others the last use is not known, only that of the service.
	Actions []AccessedAction `json:"actions"`
}

// AccessedAction is an action of which AWS tells the use.
type AccessedAction struct {
	// Action is its name without the service, such as CreateBucket.
	Action string `json:"action"`
	// LastUsed is when it was last tried; absent when it was not.
	LastUsed *time.Time `json:"last_used,omitempty"`
}

// accessed are the attributes that the report fills.
var accessed = []string{"services", "as_of"}

var lastAccessed = source.Type[*aws.Session, LastAccessed]{
	Name:      "aws_iam_last_accessed",
	Service:   "iam",
	Locality:  source.Global,
	OnRequest: "last-accessed",
	Calls: []source.Call{
		detailsCall,
		{Op: "GenerateServiceLastAccessedDetails", Permission: "iam:GenerateServiceLastAccessedDetails", Fills: accessed},
		{Op: "GetServiceLastAccessedDetails", Permission: "iam:GetServiceLastAccessedDetails", Fills: accessed},
	},
	Gone:   []string{"NoSuchEntity"},
	List:   listAccessed,
	Detail: readAccessed,
}

func listAccessed(ctx context.Context, s *aws.Session, found func(*source.Draft[LastAccessed])) error {
	return details(ctx, s, func(out *sdk.GetAccountAuthorizationDetailsOutput) {
		for i := range out.UserDetailList {
			u := &out.UserDetailList[i]
			found(draftAccessed(aws.Value(u.Arn), aws.Value(u.UserName), u.Tags, u.CreateDate))
		}
		for i := range out.RoleDetailList {
			if r := &out.RoleDetailList[i]; !strings.HasPrefix(aws.Value(r.Path), serviceLinkedPath) {
				found(draftAccessed(aws.Value(r.Arn), aws.Value(r.RoleName), r.Tags, r.CreateDate))
			}
		}
	}, types.EntityTypeUser, types.EntityTypeRole)
}

// draftAccessed names the report after the identity; names hold no "#".
func draftAccessed(arn, name string, owned []types.Tag, made *time.Time) *source.Draft[LastAccessed] {
	return &source.Draft[LastAccessed]{
		ID: arn + "#last-accessed", Name: name, Tags: tags(owned), Created: aws.Value(made).In(time.UTC),
		Config: LastAccessed{Principal: arn, Services: []AccessedService{}},
	}
}

func readAccessed(ctx context.Context, s *aws.Session, d *source.Draft[LastAccessed]) error {
	d.Try(accessed[0], func() error {
		r, err := accessReport(ctx, client(s), d.Config.Principal)
		if err != nil {
			return err
		}
		d.Config.AsOf = utc(r.made)
		for i := range r.services {
			d.Config.Services = append(d.Config.Services, accessedService(&r.services[i]))
		}
		slices.SortFunc(d.Config.Services, func(a, b AccessedService) int { return cmp.Compare(a.Service, b.Service) })
		return nil
	}, accessed[1:]...)
	return nil
}

func accessedService(s *types.ServiceLastAccessed) AccessedService {
	out := AccessedService{
		Service: strings.ToLower(aws.Value(s.ServiceNamespace)), LastUsed: utc(s.LastAuthenticated),
		LastUsedRegion: aws.Value(s.LastAuthenticatedRegion), Actions: []AccessedAction{},
	}
	for _, a := range s.TrackedActionsLastAccessed {
		out.Actions = append(out.Actions, AccessedAction{Action: aws.Value(a.ActionName), LastUsed: utc(a.LastAccessedTime)})
	}
	slices.SortFunc(out.Actions, func(a, b AccessedAction) int { return cmp.Compare(a.Action, b.Action) })
	return out
}
