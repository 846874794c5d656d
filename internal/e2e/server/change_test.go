//go:build unix

package server_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// change is a thing that a test makes risky: a check of it fails from then on.
type change struct {
	account, check string
	// resource ends the id of the resource.
	resource string
	do       func(ctx context.Context) error
	// at is when the last call of it was sent; zero before.
	at time.Time
}

// prepare makes n things in the members that are safe, buckets, groups and roles in turn.
func (c *cloud) prepare(t *testing.T, prefix string, n int) []*change {
	t.Helper()
	list, errs := make([]*change, n), make([]error, n)
	var group sync.WaitGroup
	for some := range 4 { // as many at once
		group.Go(func() {
			for i := some; i < n; i += 4 {
				a := c.accounts[[]string{"one", "two"}[i/3%2]]
				name := fmt.Sprintf("%s-%04d", prefix, i)
				make := []func(context.Context, string) (*change, error){a.bucket, a.group, a.role}[i%3]
				if list[i], errs[i] = make(t.Context(), name); errs[i] == nil {
					list[i].account = a.id
				}
			}
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return list
}

// make does the change and notes when.
func (c *change) make(t *testing.T) {
	t.Helper()
	if err := c.do(t.Context()); err != nil {
		t.Errorf("change %s: %v", c.resource, err)
	}
}

// bucket makes a bucket that is opened to everybody by its policy.
func (a *account) bucket(ctx context.Context, name string) (*change, error) {
	_, err := a.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name})
	c := &change{check: "any-storage-object-store-not-public", resource: name}
	c.do = func(ctx context.Context) error {
		if _, err := a.s3.DeletePublicAccessBlock(ctx, &s3.DeletePublicAccessBlockInput{Bucket: &name}); err != nil {
			return err
		}
		policy := fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::%s/*"}]}`, name)
		c.at = time.Now()
		_, err := a.s3.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &name, Policy: &policy})
		return err
	}
	return c, err
}

// group makes a security group that is opened to the internet.
func (a *account) group(ctx context.Context, name string) (*change, error) {
	made, err := a.ec2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: aws.String("made by a test")})
	if err != nil {
		return nil, err
	}
	c := &change{check: "aws-ec2-security-group-port-closed-ssh", resource: *made.GroupId}
	c.do = func(ctx context.Context) error {
		c.at = time.Now()
		_, err := a.ec2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: made.GroupId, IpPermissions: []types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}},
		}}})
		return err
	}
	return c, nil
}

// role makes a role that everybody comes to be trusted by.
func (a *account) role(ctx context.Context, name string) (*change, error) {
	const trust = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {%s}, "Action": "sts:AssumeRole"}]}`
	_, err := a.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(fmt.Sprintf(trust, `"Service": "ec2.amazonaws.com"`))})
	c := &change{check: "aws-iam-role-trust-not-public", resource: "role/" + name}
	c.do = func(ctx context.Context) error {
		c.at = time.Now()
		_, err := a.iam.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &name, PolicyDocument: aws.String(fmt.Sprintf(trust, `"AWS": "*"`))})
		return err
	}
	return c, err
}
