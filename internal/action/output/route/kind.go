package route

import "strings"

// sort is a kind with its word.
type sort struct {
	kind Kind
	word string
}

// arnKind tells a thing by the service and the resource part of its ARN.
func arnKind(service, resource string) (Kind, string) {
	if service == "iam" && resource == "root" {
		return Account, "root of account"
	}
	prefix := resource
	if cut := strings.IndexAny(resource, "/:"); cut >= 0 {
		prefix = resource[:cut]
	} else if service != "s3" && service != "sns" && service != "sqs" {
		prefix = ""
	}
	sorts := arnSorts()
	if s, ok := sorts[service+"/"+prefix]; ok {
		return s.kind, s.word
	}
	if s, ok := sorts[service]; ok {
		return s.kind, s.word
	}
	return Other, strings.ReplaceAll(prefix, "-", " ")
}

// arnSorts are the things of AWS by service, or by service and type of resource.
func arnSorts() map[string]sort {
	return map[string]sort{
		"ec2/instance": {Machine, "machine"}, "ec2/snapshot": {Media, "snapshot"}, "ec2/image": {Media, "image"}, "ec2/volume": {Media, "volume"},
		"ec2/security-group": {Network, "security group"}, "ec2": {Network, ""}, "elasticloadbalancing": {Network, "load balancer"},
		"ecs/service": {Machine, "service"}, "ecs/task": {Machine, "task"}, "ecs": {Machine, "container cluster"}, "eks": {Machine, "cluster"},
		"ecr": {Media, "repository"}, "ecr-public": {Media, "repository"}, "lightsail": {Machine, "machine"},
		"lambda": {Code, "function"}, "codebuild": {Code, "build"}, "apigateway": {Network, "API"}, "execute-api": {Network, "API"}, "states": {Code, "state machine"},
		"glue": {Database, "catalog"}, "sagemaker": {Code, "notebook"}, "cloudformation": {Code, "stack"},
		"iam/role": {Identity, "role"}, "iam/user": {Identity, "user"}, "iam/group": {Identity, "group"}, "iam/policy": {Identity, "policy"},
		"iam/oidc-provider": {Identity, "token issuer"}, "iam/saml-provider": {Identity, "token issuer"}, "organizations": {Account, "organisation"},
		"rds/db": {Database, "database"}, "rds/cluster": {Database, "database cluster"}, "rds/snapshot": {Media, "database snapshot"}, "rds/cluster-snapshot": {Media, "database snapshot"},
		"rds": {Database, "database"}, "dynamodb": {Database, "table"}, "redshift": {Database, "warehouse"}, "es": {Database, "search domain"},
		"elasticache": {Database, "cache"}, "docdb": {Database, "database"}, "neptune": {Database, "database"},
		"s3": {Storage, "bucket"}, "elasticfilesystem": {Storage, "file system"}, "backup": {Storage, "backup vault"}, "glacier": {Storage, "vault"},
		"sns": {Message, "topic"}, "sqs": {Message, "queue"}, "kinesis": {Message, "stream"}, "firehose": {Message, "stream"}, "kafka": {Message, "Kafka cluster"},
		"events": {Message, "event bus"}, "mq": {Message, "broker"},
		"secretsmanager": {Secret, "secret"}, "kms": {Secret, "key"}, "ssm/parameter": {Secret, "parameter"},
	}
}

// kindOf tells a thing by the collection its id names: Azure's and Google Cloud's words.
func kindOf(collection string) (Kind, string) {
	known := map[string]sort{
		"virtualmachines": {Machine, "machine"}, "instances": {Machine, "machine"}, "virtualmachinescalesets": {Machine, "scale set"}, "clusters": {Machine, "cluster"},
		"managedclusters": {Machine, "cluster"}, "sites": {Code, "app"}, "functions": {Code, "function"}, "services": {Code, "service"},
		"storageaccounts": {Storage, "storage account"}, "containers": {Storage, "container"}, "buckets": {Storage, "bucket"}, "b": {Storage, "bucket"},
		"servers": {Database, "database server"}, "databases": {Database, "database"}, "databaseaccounts": {Database, "database"}, "datasets": {Database, "data set"},
		"vaults": {Secret, "vault"}, "secrets": {Secret, "secret"}, "keys": {Secret, "key"}, "cryptokeys": {Secret, "key"},
		"topics": {Message, "topic"}, "queues": {Message, "queue"}, "subscriptions": {Account, "subscription"}, "projects": {Account, "project"},
		"serviceaccounts": {Identity, "service account"}, "userassignedidentities": {Identity, "identity"}, "disks": {Media, "disk"}, "snapshots": {Media, "snapshot"}, "images": {Media, "image"},
		"networksecuritygroups": {Network, "firewall"}, "firewalls": {Network, "firewall"}, "loadbalancers": {Network, "load balancer"},
	}
	if s, ok := known[collection]; ok {
		return s.kind, s.word
	}
	return Other, ""
}
