package kafka

import (
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"

	"github.com/stance-sec/stance/internal/source/aws"
)

func fillServerless(c *Cluster, from types.Serverless) {
	c.ClientEncryption, c.EncryptedInside, c.Login.IAM = string(types.ClientBrokerTls), true, true
	for _, v := range from.VpcConfigs {
		c.Subnets, c.SecurityGroups = append(c.Subnets, v.SubnetIds...), append(c.SecurityGroups, v.SecurityGroupIds...)
	}
}

func fillProvisioned(c *Cluster, from types.Provisioned) {
	c.Brokers, c.Monitoring = int(aws.Value(from.NumberOfBrokerNodes)), string(from.EnhancedMonitoring)
	if v := from.CurrentBrokerSoftwareInfo; v != nil {
		c.KafkaVersion = aws.Value(v.KafkaVersion)
	}
	if e := from.EncryptionInfo; e != nil {
		if e.EncryptionAtRest != nil {
			c.KMSKey = aws.Value(e.EncryptionAtRest.DataVolumeKMSKeyId)
		}
		if t := e.EncryptionInTransit; t != nil {
			c.ClientEncryption, c.EncryptedInside = string(t.ClientBroker), aws.Value(t.InCluster)
		}
	}
	if g := from.BrokerNodeGroupInfo; g != nil {
		c.Subnets, c.SecurityGroups = g.ClientSubnets, g.SecurityGroups
		if n := g.ConnectivityInfo; n != nil && n.PublicAccess != nil {
			c.PublicAccess = aws.Value(n.PublicAccess.Type) == "SERVICE_PROVIDED_EIPS"
		}
	}
	c.Login = login(from.ClientAuthentication)
	if from.LoggingInfo != nil && from.LoggingInfo.BrokerLogs != nil {
		c.Logs = logs(*from.LoggingInfo.BrokerLogs)
	}
}

// login reads the ways in. A cluster that says nothing about them takes everyone.
func login(a *types.ClientAuthentication) Login {
	if a == nil {
		return Login{Unauthenticated: true}
	}
	var l Login
	if a.Sasl != nil {
		l.IAM = a.Sasl.Iam != nil && aws.Value(a.Sasl.Iam.Enabled)
		l.SCRAM = a.Sasl.Scram != nil && aws.Value(a.Sasl.Scram.Enabled)
	}
	l.Certificates = a.Tls != nil && aws.Value(a.Tls.Enabled)
	if a.Unauthenticated != nil {
		l.Unauthenticated = aws.Value(a.Unauthenticated.Enabled)
	} else {
		l.Unauthenticated = !l.IAM && !l.SCRAM && !l.Certificates
	}
	return l
}

func logs(b types.BrokerLogs) []string {
	var to []string
	if b.CloudWatchLogs != nil && aws.Value(b.CloudWatchLogs.Enabled) {
		to = append(to, "cloudwatch")
	}
	if b.Firehose != nil && aws.Value(b.Firehose.Enabled) {
		to = append(to, "firehose")
	}
	if b.S3 != nil && aws.Value(b.S3.Enabled) {
		to = append(to, "s3")
	}
	return to
}
