"""Data stores that are not relational databases, and their backups."""

from ..kind import Kind, register

TABLE = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST",
         "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}

register(
    aws_dynamodb_table=Kind("dynamodb", "create_table", "TableName", "", "TableDescription.TableArn", {"TableName": "name"},
                            TABLE, read="describe_table"),
    aws_elasticache_replication_group=Kind("elasticache", "create_replication_group", "ReplicationGroupId", "", "ReplicationGroup.ARN",
                                           {"ReplicationGroupId": "name"},
                                           {"ReplicationGroupDescription": "$(name)", "Engine": "redis", "CacheNodeType": "cache.t3.small",
                                            "AtRestEncryptionEnabled": True, "TransitEncryptionEnabled": True},
                                           read="describe_replication_groups"),
    aws_redshift_cluster=Kind("redshift", "create_cluster", "ClusterIdentifier",
                              arn="arn:aws:redshift:$(region):$(account):cluster:$(name)", keys={"ClusterIdentifier": "name"},
                              defaults={"NodeType": "ra3.large", "MasterUsername": "app", "MasterUserPassword": "Example-password1",
                                        "Encrypted": True, "PubliclyAccessible": False}, read="describe_clusters"),
    aws_opensearch_domain=Kind("opensearch", "create_domain", "DomainName", "", "DomainStatus.ARN", {"DomainName": "name"},
                               {"EngineVersion": "OpenSearch_2.17"}, read="describe_domain"),
    aws_efs_file_system=Kind("efs", "create_file_system", "CreationToken", "FileSystemId", "FileSystemArn", {"FileSystemId": "id"},
                             {"Encrypted": True}, read="describe_file_systems"),
    aws_backup_vault=Kind("backup", "create_backup_vault", "BackupVaultName", "", "BackupVaultArn", {"BackupVaultName": "name"},
                          read="describe_backup_vault"),
    aws_kinesis_stream=Kind("kinesis", "create_stream", "StreamName", arn="arn:aws:kinesis:$(region):$(account):stream/$(name)",
                            keys={"StreamName": "name"}, defaults={"ShardCount": 1}, read="describe_stream"),
    aws_athena_workgroup=Kind("athena", "create_work_group", "Name", arn="arn:aws:athena:$(region):$(account):workgroup/$(name)",
                              keys={"WorkGroup": "name"}, read="get_work_group"),
)
