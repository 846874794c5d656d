package bench

import (
	"fmt"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source/aws/ec2"
	"github.com/stance-sec/stance/internal/source/aws/iam"
	"github.com/stance-sec/stance/internal/source/aws/lambda"
)

func makeInstance(p *place, _ int) *estate.Resource {
	id := p.ids("i-", 1)[0]
	config := ec2.Instance{
		State: pick(p, "running", "running", "running", "stopped"), StateChanged: p.past(200), Launched: p.past(400), InstanceType: pick(p, "t3.micro", "m7g.large", "c7i.xlarge"), Image: p.ids("ami-", 1)[0],
		Platform: "Linux/UNIX", Architecture: "x86_64", Virtualization: "hvm", KeyName: "ops", Profile: "arn:aws:iam::" + p.account + ":instance-profile/web",
		Metadata: ec2.Metadata{Enabled: true, TokensRequired: p.odds(70), HopLimit: pick(p, 1, 1, 2)}, VPC: p.ids("vpc-", 1)[0], Subnet: p.ids("subnet-", 1)[0], Zone: p.region + "a",
		SecurityGroups: p.ids("sg-", 2), Interfaces: p.ids("eni-", 1), PublicAddresses: []string{}, IPv6Addresses: []string{}, SourceDestCheck: true,
		DetailedMonitoring: p.odds(30), EBSOptimized: true, RootDevice: "ebs", Volumes: p.ids("vol-", 2), UserData: ec2.UserData{Present: true, HoldsSecrets: estate.TriOf(p.odds(2)), SecretKinds: []string{}},
	}
	if p.odds(15) {
		config.PublicAddresses = append(config.PublicAddresses, fmt.Sprintf("198.51.100.%d", p.IntN(256)))
	}
	r := p.resource(p.arn("ec2", "instance/"+id), "web-"+id, config,
		facet.Compute{
			Running: estate.TriOf(config.State == "running"), PublicAddresses: config.PublicAddresses, Networks: []string{config.Subnet},
			Firewalls: config.SecurityGroups, RunsAs: config.Profile, Image: config.Image,
		},
		facet.Exposure{PublicEndpoint: estate.TriOf(len(config.PublicAddresses) > 0), AllowedRanges: []string{}, Ports: []int{}})
	r.Relations = []estate.Relation{
		{Kind: estate.GuardedBy, Target: p.arn("ec2", "security-group/"+config.SecurityGroups[0])}, {Kind: estate.GuardedBy, Target: p.arn("ec2", "security-group/"+config.SecurityGroups[1])},
		{Kind: estate.MemberOf, Target: p.arn("ec2", "subnet/"+config.Subnet)}, {Kind: estate.RunsAs, Target: config.Profile},
	}
	if p.odds(2) {
		unread(r, "ec2:DescribeInstanceAttribute", "user_data")
	}
	return r
}

func makeSecurityGroup(p *place, _ int) *estate.Resource {
	id := p.ids("sg-", 1)[0]
	config := ec2.SecurityGroup{
		VPC: p.ids("vpc-", 1)[0], Description: "firewall of " + id, Ingress: p.rules(1 + p.IntN(4)),
		Egress: []facet.Rule{{Action: "allow", Protocol: "all", ToPort: 65535, CIDRs: []string{"0.0.0.0/0"}}}, InUse: p.odds(90),
	}
	r := p.resource(p.arn("ec2", "security-group/"+id), "group-"+id, config, facet.NetworkRules{Ingress: config.Ingress, Egress: config.Egress})
	r.Relations = []estate.Relation{{Kind: estate.MemberOf, Target: p.arn("ec2", "vpc/"+config.VPC)}}
	return r
}

func makeFunction(p *place, n int) *estate.Resource {
	name := fmt.Sprintf("%s-%d", pick(p, "resize", "notify", "import", "report"), n)
	id := p.arn("lambda", "function:"+name)
	config := lambda.Function{
		Runtime: pick(p, "python3.13", "python3.8", "nodejs22.x", "go1.x", "java21"), PackageType: "Zip", State: "Active", Role: "arn:aws:iam::" + p.account + ":role/" + name,
		VPC:            &lambda.VPC{ID: p.ids("vpc-", 1)[0], Subnets: p.ids("subnet-", 2), Zones: []string{p.region + "a", p.region + "b"}, SecurityGroups: p.ids("sg-", 1)},
		Environment:    []lambda.Variable{{Name: "STAGE", Secrets: []string{}}, {Name: "TABLE", Secrets: []string{}}, {Name: "DB_PASSWORD", Secrets: pick(p, []string{}, []string{}, []string{"password"})}},
		EnvironmentKey: p.arn("kms", "key/"+p.hex(16)), DeadLetter: p.arn("sqs", name+"-dead"), Tracing: p.odds(40), Architectures: []string{"arm64"},
		LogGroup: "/aws/lambda/" + name, TimeoutSeconds: 30, MemoryMB: 256, Modified: p.past(900), Policy: p.policy("lambda", id), URLs: []lambda.URL{},
	}
	return p.resource(id, name, config, access(config.Policy, estate.Yes),
		facet.Compute{Running: estate.Yes, PublicAddresses: []string{}, Networks: config.VPC.Subnets, Firewalls: config.VPC.SecurityGroups, RunsAs: config.Role},
		facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.Yes, KeyID: config.EnvironmentKey, InTransit: estate.Yes},
		facet.Exposure{PublicEndpoint: estate.No, AllowedRanges: []string{}, Ports: []int{443}})
}

func makeRole(p *place, n int) *estate.Resource {
	name := fmt.Sprintf("role-%s-%d", p.hex(3), n)
	config := iam.Role{
		Path: "/", Trust: p.trust(pick(p, "ec2", "lambda", "ecs-tasks")), AttachedPolicies: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::" + p.account + ":policy/app-" + p.hex(3)},
		InlinePolicies: []iam.InlinePolicy{{Name: "app", Document: p.permissions()}}, LastUsed: p.past(500), LastUsedRegion: pick(p, Regions...), InstanceProfiles: []string{"arn:aws:iam::" + p.account + ":instance-profile/" + name},
	}
	return p.resource(p.arn("iam", "role/"+name), name, config, facet.Identity{
		Kind: "role", Human: estate.No, MFA: estate.Maybe, Enabled: estate.Yes, LastUsed: config.LastUsed, Administrator: estate.TriOf(p.odds(2)),
		Grants: config.AttachedPolicies, Keys: []facet.Key{},
	})
}

func makeUser(p *place, n int) *estate.Resource {
	name := fmt.Sprintf("user-%s-%d", p.hex(3), n)
	asOf := Now()
	config := iam.User{
		Path: "/", Groups: []string{"developers", "readers"}, AttachedPolicies: []string{}, InlinePolicies: []iam.InlinePolicy{},
		Password: iam.Password{Enabled: p.odds(60), LastUsed: p.past(200), Changed: p.past(300)}, MFA: p.odds(80),
		AccessKeys: []iam.AccessKey{
			{Index: 1, Active: p.odds(70), Rotated: p.past(400), LastUsed: p.past(200), LastUsedService: "s3", LastUsedRegion: "eu-west-1"},
			{Index: 2, Active: p.odds(20), Rotated: p.past(400), LastUsedService: "N/A", LastUsedRegion: "N/A"},
		},
		SigningCertificates: []iam.SigningCertificate{}, CredentialsAsOf: &asOf,
	}
	if p.odds(20) {
		config.InlinePolicies = append(config.InlinePolicies, iam.InlinePolicy{Name: "own", Document: p.permissions()})
	}
	r := p.resource(p.arn("iam", "user/"+name), name, config, facet.Identity{
		Kind: "user", Human: estate.TriOf(config.Password.Enabled), MFA: estate.TriOf(config.MFA), Enabled: estate.Yes, LastUsed: config.Password.LastUsed, Administrator: estate.No,
		Grants: config.Groups, Keys: []facet.Key{{ID: "1", Enabled: config.AccessKeys[0].Active, Created: config.AccessKeys[0].Rotated, LastUsed: config.AccessKeys[0].LastUsed}},
	})
	if p.odds(2) {
		unread(r, "iam:GetCredentialReport", "access_keys", "mfa", "password", "facets.identity")
	}
	return r
}
