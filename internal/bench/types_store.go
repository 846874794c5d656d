package bench

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source/aws/ec2"
	"github.com/stance-sec/stance/internal/source/aws/kms"
	"github.com/stance-sec/stance/internal/source/aws/rds"
	"github.com/stance-sec/stance/internal/source/aws/s3"
	"github.com/stance-sec/stance/internal/source/aws/sqs"
)

func makeAccountBlock(p *place, _ int) *estate.Resource {
	on := p.odds(60)
	config := s3.AccountPublicAccessBlock{Block: s3.PublicAccessBlock{BlockPublicACLs: on, IgnorePublicACLs: on, BlockPublicPolicy: on, RestrictPublicBuckets: on}}
	return p.resource("arn:aws:s3::"+p.account+":account-public-access-block", "account-public-access-block", config,
		facet.PublicGuard{Protects: "aws_s3_bucket", BlocksPolicies: estate.TriOf(on), IgnoresLists: estate.TriOf(on)})
}

func makeBucket(p *place, n int) *estate.Resource {
	name, region := p.bucket(n), pick(p, Regions...)
	id, on := "arn:aws:s3:::"+name, p.odds(85)
	config := s3.Bucket{
		PublicAccessBlock: s3.PublicAccessBlock{BlockPublicACLs: on, IgnorePublicACLs: on, BlockPublicPolicy: on, RestrictPublicBuckets: on},
		Policy:            p.policy("s3", id), Grants: []s3.Grant{{Grantee: strings.Repeat("a1b2", 13) + p.account, Permission: "FULL_CONTROL"}}, Ownership: "BucketOwnerEnforced",
		Encryption: &s3.Encryption{Algorithm: "AES256"}, Versioning: s3.Versioning{Enabled: p.odds(60)},
		Lifecycle: []s3.LifecycleRule{{ID: "expire", Enabled: true, NoncurrentDays: 30, AbortUploadsDays: 7}},
	}
	own := p.odds(30)
	if own {
		config.Encryption = &s3.Encryption{Algorithm: "aws:kms", KeyID: p.someKey(region), BucketKey: true}
	}
	logging := facet.Logging{Enabled: estate.No}
	if p.odds(50) {
		config.Logging = &s3.Logging{Bucket: "acme-logs-" + p.account, Prefix: name + "/"}
		logging = facet.Logging{Enabled: estate.Yes, Target: config.Logging.Bucket}
	}
	policy := access(config.Policy, estate.Yes)
	policy.PolicyBlocked, policy.Enforced = estate.TriOf(on), estate.TriOf(on)
	r := p.resource(id, name, config, policy, logging,
		facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.TriOf(own), KeyID: config.Encryption.KeyID},
		facet.DataStore{Kind: "object", Versioned: estate.TriOf(config.Versioning.Enabled), PasswordLogin: estate.No})
	r.Region = region
	if own {
		r.Relations = []estate.Relation{{Kind: estate.EncryptedBy, Target: config.Encryption.KeyID}}
	}
	if p.odds(3) {
		unread(r, "s3:GetBucketPolicy", "facets.access_policy.documents", "policy")
	}
	return r
}

func makeVolume(p *place, _ int) *estate.Resource {
	id, encrypted := p.ids("vol-", 1)[0], p.odds(80)
	config := ec2.EBSVolume{
		State: "in-use", Encrypted: encrypted, SizeGiB: 8 + p.IntN(500), VolumeType: pick(p, "gp2", "gp3", "io2"), Zone: p.region + "a",
		Snapshot: p.ids("snap-", 1)[0], Instances: []string{p.id("i-", "aws_instance", p.some("aws_instance"))}, DeletedWithInstance: true,
	}
	if encrypted {
		config.KMSKey = p.someKey(p.region)
	}
	r := p.resource(p.arn("ec2", "volume/"+id), "data-"+id, config, facet.DataStore{Kind: "block", Versioned: estate.No, PasswordLogin: estate.No},
		facet.Encryption{AtRest: estate.TriOf(encrypted), CustomerKey: estate.Maybe, KeyID: config.KMSKey, InTransit: estate.TriOf(encrypted)})
	r.Relations = []estate.Relation{{Kind: estate.AttachedTo, Target: p.arn("ec2", "instance/"+config.Instances[0])}, {Kind: estate.SourcedFrom, Target: "arn:aws:ec2:" + p.region + "::snapshot/" + config.Snapshot}}
	return r
}

func makeDBInstance(p *place, n int) *estate.Resource {
	name, days := fmt.Sprintf("db-%s-%d", p.hex(3), n), pick(p, 0, 1, 7, 14, 35)
	config := rds.DBInstance{
		Engine: pick(p, "postgres", "mysql", "mariadb"), EngineVersion: pick(p, "16.4", "13.9", "8.0.36"), Class: "db.m7g.large", Status: "available",
		PubliclyAccessible: p.odds(5), Port: 5432, Encrypted: p.odds(80), KMSKey: p.someKey(p.region), BackupRetentionDays: days,
		DeletionProtection: p.odds(60), MultiAZ: p.odds(40), IAMAuthentication: p.odds(20), ManagedPassword: p.odds(30), MasterUser: pick(p, "admin", "dba", "postgres"),
		AutoMinorUpgrade: p.odds(80), CopyTagsToSnapshot: p.odds(70), PerformanceInsights: p.odds(50), MonitoringInterval: pick(p, 0, 60), LogExports: []string{"postgresql"},
		CACertificate: "rds-ca-rsa2048-g1", SecurityGroups: p.firewalls(2), SubnetGroup: "private", VPC: p.vpc(), ParameterGroups: []string{"default.postgres16"},
		Parameters: map[string]string{"rds.force_ssl": pick(p, "0", "1"), "log_statement": "ddl", "log_connections": "1"}, TLSRequired: pick(p, estate.Yes, estate.No, estate.Maybe),
	}
	if config.PubliclyAccessible {
		config.SubnetGroup = "public"
	}
	id := p.arn("rds", "db:"+name)
	r := p.resource(id, name, config,
		facet.Encryption{AtRest: estate.TriOf(config.Encrypted), CustomerKey: estate.Maybe, KeyID: config.KMSKey, InTransit: config.TLSRequired},
		facet.Backup{Automated: estate.TriOf(days > 0), RetentionDays: days, PointInTime: estate.TriOf(days > 0), DeletionProtected: estate.TriOf(config.DeletionProtection)},
		facet.DataStore{Kind: "relational", Engine: config.Engine, Version: config.EngineVersion, Versioned: estate.No, PasswordLogin: estate.TriOf(!config.IAMAuthentication)},
		facet.Exposure{PublicEndpoint: estate.TriOf(config.PubliclyAccessible), AllowedRanges: []string{}, Ports: []int{5432}}, facet.Logging{Enabled: estate.Yes})
	r.Relations = []estate.Relation{{Kind: estate.EncryptedBy, Target: config.KMSKey}, {Kind: estate.MemberOf, Target: p.arn("rds", "subgrp:"+config.SubnetGroup)}}
	if p.odds(2) {
		unread(r, "rds:DescribeDBParameters", "parameters", "tls_required")
	}
	return r
}

// keyARN is the ARN of the n-th key in a region.
func (p *place) keyARN(region string, n int) string {
	h := p.estate.hash(p.account, region, "aws_kms_key", strconv.Itoa(n))
	return fmt.Sprintf("arn:aws:kms:%s:%s:key/%08x-%04x-4%03x-a%03x-%012x", region, p.account, uint32(h), uint16(h>>32), h>>48&0xfff, n&0xfff, h>>8&0xffffffffffff)
}

// someKey is the ARN of one of the keys in a region.
func (p *place) someKey(region string) string {
	return p.keyARN(region, p.IntN(max(1, p.estate.count(p.number, region, "aws_kms_key"))))
}

// bucket is the name of the n-th bucket of the account.
func (p *place) bucket(n int) string {
	return fmt.Sprintf("acme-%s-%s-%d", p.account[6:], []string{"data", "logs", "assets", "backup"}[n%4], n)
}

func makeKey(p *place, n int) *estate.Resource {
	id := p.keyARN(p.region, n)
	uuid := id[strings.LastIndexByte(id, '/')+1:]
	config := kms.Key{
		Aliases: []string{"alias/app-" + uuid[:6]}, Description: "key of the team that runs the application " + uuid[:8], Manager: "CUSTOMER", State: pick(p, "Enabled", "Enabled", "Enabled", "Disabled", "PendingDeletion"),
		Spec: "SYMMETRIC_DEFAULT", Usage: "ENCRYPT_DECRYPT", Origin: "AWS_KMS", Policy: p.policy("kms", "*"), Rotation: &kms.Rotation{Enabled: p.odds(70), PeriodDays: 365},
	}
	return p.resource(id, "app-"+uuid[:6], config, access(config.Policy, estate.No))
}

func makeQueue(p *place, n int) *estate.Resource {
	name := fmt.Sprintf("%s-%d", pick(p, "orders", "mail", "events", "audit"), n)
	id := p.arn("sqs", name)
	config := sqs.Queue{
		Policy: p.policy("sqs", id), ManagedEncryption: p.odds(80), FIFO: p.odds(10), RetentionSeconds: 345600, VisibilityTimeoutSeconds: 30,
		DeadLetter: p.arn("sqs", name+"-dead"), MaxReceives: 5,
	}
	return p.resource(id, name, config, access(config.Policy, estate.Yes), facet.DataStore{Kind: "queue", Versioned: estate.No, PasswordLogin: estate.No},
		facet.Encryption{AtRest: estate.TriOf(config.ManagedEncryption), CustomerKey: estate.No})
}
