package efs

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// AccessPoint is a way into a file system for one application.
type AccessPoint struct {
	// FileSystem is the id of the file system it leads into.
	FileSystem string `json:"file_system"`
	// RootDirectory is what the application sees as its root; / is all of it.
	RootDirectory string `json:"root_directory"`
	// User is the user that everything is done as; absent when clients say who
	// they are themselves.
	User *User `json:"user,omitempty"`
}

// User is a user of the POSIX kind.
type User struct {
	// UID is the number of the user; 0 may do everything.
	UID int `json:"uid"`
	// GID is the number of the group.
	GID int `json:"gid"`
}

var accessPoint = source.Type[*aws.Session, AccessPoint]{
	Name:     "aws_efs_access_point",
	Service:  "efs",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeAccessPoints", Permission: "elasticfilesystem:DescribeAccessPoints"},
	},
	Refresh: []string{"CreateAccessPoint", "DeleteAccessPoint", "TagResource", "UntagResource"},
	List:    listAccessPoints,
}

func listAccessPoints(ctx context.Context, s *aws.Session, found func(*source.Draft[AccessPoint])) error {
	size := int32(100)
	pages := sdk.NewDescribeAccessPointsPaginator(client(s), &sdk.DescribeAccessPointsInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.AccessPoints {
			found(draftAccessPoint(s, p))
		}
	}
	return nil
}

func draftAccessPoint(s *aws.Session, p types.AccessPointDescription) *source.Draft[AccessPoint] {
	d := &source.Draft[AccessPoint]{ID: aws.Value(p.AccessPointArn), Name: aws.Value(p.Name), Tags: tags(p.Tags)}
	d.Config = AccessPoint{FileSystem: aws.Value(p.FileSystemId), RootDirectory: "/"}
	if p.RootDirectory != nil && aws.Value(p.RootDirectory.Path) != "" {
		d.Config.RootDirectory = *p.RootDirectory.Path
	}
	if p.PosixUser != nil {
		d.Config.User = &User{UID: int(aws.Value(p.PosixUser.Uid)), GID: int(aws.Value(p.PosixUser.Gid))}
	}
	if d.Config.FileSystem != "" {
		d.Relate(estate.MemberOf, s.ARN("elasticfilesystem", "file-system/"+d.Config.FileSystem))
	}
	return d
}
