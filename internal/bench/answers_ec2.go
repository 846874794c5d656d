package bench

import "fmt"

// ec2 answers the operations of EC2 that have content.
func (c *Cloud) ec2(q *request) string {
	size := 1000
	_, _ = fmt.Sscan(q.form.Get("MaxResults"), &size)
	of := func(name, kind string, total int, item func(int, string) string) string {
		items, next := page(c.names(q, kind, total), q.form.Get("NextToken"), size)
		body := set(name, items, item)
		if next != "" {
			body += element("nextToken", next)
		}
		return body
	}
	switch q.op {
	case "DescribeSecurityGroups":
		return of("securityGroupInfo", "sg", c.Content.Groups, q.group)
	case "DescribeInstances":
		return of("reservationSet", "i", c.Content.Instances, q.instance)
	case "DescribeVolumes":
		return of("volumeSet", "vol", c.Content.Volumes, q.volume)
	default:
		return element("instanceId", q.form.Get("InstanceId")) + "<userData/>"
	}
}

func (q *request) group(n int, id string) string {
	cidr := "10.0.0.0/8"
	if n%12 == 0 {
		cidr = "0.0.0.0/0"
	}
	return element("groupId", id) + element("groupName", "group-"+id) + element("ownerId", q.account) + "<vpcId>vpc-1</vpcId><groupDescription>simulated</groupDescription>" +
		"<ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort><groups/><prefixListIds/><ipv6Ranges/><ipRanges><item>" + element("cidrIp", cidr) + "</item></ipRanges></item></ipPermissions>" +
		"<ipPermissionsEgress/><tagSet><item><key>environment</key><value>production</value></item></tagSet>"
}

func (q *request) instance(_ int, id string) string {
	return element("reservationId", "r-"+id) + element("ownerId", q.account) + "<instancesSet><item>" + element("instanceId", id) +
		"<imageId>ami-1</imageId><instanceState><code>16</code><name>running</name></instanceState><instanceType>m7g.large</instanceType><launchTime>2026-03-01T12:00:00Z</launchTime>" +
		element("placement", element("availabilityZone", q.region+"a")) + "<vpcId>vpc-1</vpcId><subnetId>subnet-1</subnetId><groupSet><item><groupId>sg-1</groupId><groupName>web</groupName></item></groupSet>" +
		"<metadataOptions><httpTokens>required</httpTokens><httpEndpoint>enabled</httpEndpoint><httpPutResponseHopLimit>1</httpPutResponseHopLimit></metadataOptions>" +
		"<tagSet><item><key>Name</key><value>web</value></item></tagSet></item></instancesSet>"
}

func (q *request) volume(n int, id string) string {
	return element("volumeId", id) + element("size", fmt.Sprint(8+n%500)) + element("encrypted", fmt.Sprint(n%5 != 0)) +
		"<status>in-use</status><volumeType>gp3</volumeType><createTime>2026-01-01T00:00:00Z</createTime>" + element("availabilityZone", q.region+"a") +
		"<attachmentSet><item><instanceId>i-1</instanceId><deleteOnTermination>true</deleteOnTermination></item></attachmentSet>"
}

// databases answers DescribeDBInstances.
func (c *Cloud) databases(q *request) string {
	size := 100
	_, _ = fmt.Sscan(q.form.Get("MaxRecords"), &size)
	items, next := page(c.names(q, "db", c.Content.Databases), q.form.Get("Marker"), size)
	body := ""
	for n, name := range items {
		body += element("DBInstance", element("DBInstanceIdentifier", name)+element("DBInstanceArn", "arn:aws:rds:"+q.region+":"+q.account+":db:"+name)+
			"<Engine>postgres</Engine><EngineVersion>16.4</EngineVersion><DBInstanceClass>db.m7g.large</DBInstanceClass><DBInstanceStatus>available</DBInstanceStatus>"+
			"<Endpoint><Port>5432</Port></Endpoint><InstanceCreateTime>2026-01-01T00:00:00Z</InstanceCreateTime><BackupRetentionPeriod>7</BackupRetentionPeriod>"+
			element("StorageEncrypted", fmt.Sprint(n%5 != 0))+"<PubliclyAccessible>false</PubliclyAccessible><MasterUsername>dba</MasterUsername>")
	}
	return element("DBInstances", body) + element("Marker", next)
}
