package bench

import (
	"fmt"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source/aws/ec2"
	"github.com/stance-sec/stance/internal/source/aws/lambda"
)

func makeInstance(p *place, n int) *estate.Resource {
	id, host, profile := p.id("i-", "aws_instance", n), p.host(n), p.profile()
	config := ec2.Instance{
		State: pick(p, "running", "running", "running", "stopped"), StateChanged: p.past(200), Launched: p.past(400), InstanceType: pick(p, "t3.micro", "m7g.large", "c7i.xlarge"), Image: p.ids("ami-", 1)[0],
		Platform: "Linux/UNIX", Architecture: "x86_64", Virtualization: "hvm", KeyName: "ops", Profile: profile,
		Metadata: ec2.Metadata{Enabled: true, TokensRequired: p.odds(70), HopLimit: pick(p, 1, 1, 2)}, VPC: p.vpc(), Subnet: host.subnet, Zone: p.region + "a",
		SecurityGroups: host.groups, Interfaces: []string{p.id("eni-", "aws_network_interface", n)}, PublicAddresses: host.public, IPv6Addresses: []string{}, SourceDestCheck: true,
		DetailedMonitoring: p.odds(30), EBSOptimized: true, RootDevice: "ebs", Volumes: p.ids("vol-", 2), UserData: ec2.UserData{Present: true, HoldsSecrets: estate.TriOf(p.odds(2)), SecretKinds: []string{}},
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

func makeSecurityGroup(p *place, n int) *estate.Resource {
	id := p.id("sg-", "aws_security_group", n)
	config := ec2.SecurityGroup{
		VPC: p.vpc(), Description: "firewall of " + id, Ingress: p.rules(1 + p.IntN(4)),
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
		Runtime: pick(p, "python3.13", "python3.8", "nodejs22.x", "go1.x", "java21"), PackageType: "Zip", State: "Active", Role: p.roleARN(p.someRole("lambda")),
		VPC:            &lambda.VPC{ID: p.vpc(), Subnets: []string{p.subnet(2), p.subnet(3)}, Zones: []string{p.region + "a", p.region + "b"}, SecurityGroups: p.firewalls(1)},
		Environment:    []lambda.Variable{{Name: "STAGE", Secrets: []string{}}, {Name: "TABLE", Secrets: []string{}}, {Name: "DB_PASSWORD", Secrets: pick(p, []string{}, []string{}, []string{"password"})}},
		EnvironmentKey: p.someKey(p.region), DeadLetter: p.arn("sqs", name+"-dead"), Tracing: p.odds(40), Architectures: []string{"arm64"},
		LogGroup: "/aws/lambda/" + name, TimeoutSeconds: 30, MemoryMB: 256, Modified: p.past(900), Policy: p.policy("lambda", id), URLs: []lambda.URL{},
	}
	r := p.resource(id, name, config, access(config.Policy, estate.Yes),
		facet.Compute{Running: estate.Yes, PublicAddresses: []string{}, Networks: config.VPC.Subnets, Firewalls: config.VPC.SecurityGroups, RunsAs: config.Role},
		facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.Yes, KeyID: config.EnvironmentKey, InTransit: estate.Yes},
		facet.Exposure{PublicEndpoint: estate.No, AllowedRanges: []string{}, Ports: []int{443}})
	r.Relations = []estate.Relation{{Kind: estate.RunsAs, Target: config.Role}, {Kind: estate.EncryptedBy, Target: config.EnvironmentKey}}
	return r
}
