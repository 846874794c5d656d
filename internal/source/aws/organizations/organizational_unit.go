package organizations

import (
	"context"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// OrganizationalUnit is a group of accounts that policies can be attached to.
type OrganizationalUnit struct {
	// UnitID is its short id, such as ou-ab12-cdefgh34.
	UnitID string `json:"unit_id"`
	// UnitPath are the ids of the root and the units down to this one.
	UnitPath []string `json:"unit_path"`
	// UnitNames are their names.
	UnitNames []string `json:"unit_names"`
}

var organizationalUnit = source.Type[*aws.Session, OrganizationalUnit]{
	Name:     "aws_organizations_organizational_unit",
	Service:  "organizations",
	Locality: source.Global,
	Calls:    append([]source.Call{tagsCall}, treeCalls...),
	Refresh:  []string{"CreateOrganizationalUnit", "UpdateOrganizationalUnit", "DeleteOrganizationalUnit", "TagResource", "UntagResource"},
	Gone:     []string{"TargetNotFoundException"},
	List:     told(listUnits),
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[OrganizationalUnit]) error {
		readTags(ctx, s, d, d.Config.UnitID)
		return nil
	},
}

func listUnits(ctx context.Context, s *aws.Session, found func(*source.Draft[OrganizationalUnit])) error {
	all, err := units(ctx, s)
	if err != nil {
		return err
	}
	for _, u := range all {
		if u.parent == "" {
			continue // a root is no unit
		}
		d := &source.Draft[OrganizationalUnit]{ID: u.arn, Name: u.name, Config: OrganizationalUnit{UnitID: u.id, UnitPath: u.path, UnitNames: u.names}}
		d.Relate(estate.MemberOf, u.parent)
		found(d)
	}
	return nil
}
