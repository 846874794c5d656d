"""Relational databases."""

from ..kind import Kind, register

RDS = "arn:aws:rds:$(region):$(account):"
INSTANCE = {"DBInstanceClass": "db.t3.medium", "Engine": "postgres", "EngineVersion": "16.4", "AllocatedStorage": 50, "MasterUsername": "app",
            "MasterUserPassword": "example-password", "StorageEncrypted": True, "BackupRetentionPeriod": 7,
            "PubliclyAccessible": False, "MultiAZ": True, "DeletionProtection": True, "AutoMinorVersionUpgrade": True,
            "EnableIAMDatabaseAuthentication": True, "CopyTagsToSnapshot": True}

register(
    aws_db_subnet_group=Kind("rds", "create_db_subnet_group", "DBSubnetGroupName", arn="DBSubnetGroup.DBSubnetGroupArn",
                             keys={"DBSubnetGroupName": "name"}, defaults={"DBSubnetGroupDescription": "$(name)"},
                             read="describe_db_subnet_groups"),
    aws_db_instance=Kind("rds", "create_db_instance", "DBInstanceIdentifier", "", "DBInstance.DBInstanceArn",
                         {"DBInstanceIdentifier": "name"}, INSTANCE, read="describe_db_instances"),
    aws_db_snapshot=Kind("rds", "create_db_snapshot", "DBSnapshotIdentifier", "", "DBSnapshot.DBSnapshotArn",
                         {"DBSnapshotIdentifier": "name"}, read="describe_db_snapshots"),
    aws_rds_cluster=Kind("rds", "create_db_cluster", "DBClusterIdentifier", "", "DBCluster.DBClusterArn",
                         {"DBClusterIdentifier": "name"},
                         {"Engine": "aurora-postgresql", "MasterUsername": "app", "MasterUserPassword": "example-password",
                          "StorageEncrypted": True, "BackupRetentionPeriod": 7, "DeletionProtection": True},
                         read="describe_db_clusters"),
)
