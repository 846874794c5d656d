"""Machines, their disks and images."""

from ..kind import Kind, call, register

EC2 = "arn:aws:ec2:$(region):$(account):"
ROOT = [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "Encrypted": True}}]
IMDSV2 = {"HttpTokens": "required", "HttpEndpoint": "enabled"}


def _ebs_encryption(place, spec, params):
    call(place, spec, "ec2", "enable_ebs_encryption_by_default", {})
    return {"id": place.account_id}


register(
    aws_ami=Kind("ec2", "register_image", "Name", "ImageId", "arn:aws:ec2:$(region)::image/$(id)", {"ImageId": "id"}, {}, "image",
                 "describe_images"),
    aws_instance=Kind("ec2", "run_instances", "", "Instances[0].InstanceId", EC2 + "instance/$(id)", {"InstanceId": "id"},
                      {"MinCount": 1, "MaxCount": 1, "InstanceType": "t3.medium", "BlockDeviceMappings": ROOT, "MetadataOptions": IMDSV2},
                      "instance", "describe_instances"),
    aws_ebs_volume=Kind("ec2", "create_volume", "", "VolumeId", EC2 + "volume/$(id)", {"VolumeId": "id"},
                        {"AvailabilityZone": "$(region)a", "Size": 20, "VolumeType": "gp3", "Encrypted": True},
                        "volume", "describe_volumes"),
    aws_ebs_snapshot=Kind("ec2", "create_snapshot", "Description", "SnapshotId", "arn:aws:ec2:$(region)::snapshot/$(id)",
                          {"SnapshotId": "id"}, {}, "snapshot", "describe_snapshots"),
    aws_launch_template=Kind("ec2", "create_launch_template", "LaunchTemplateName", "LaunchTemplate.LaunchTemplateId",
                             EC2 + "launch-template/$(id)", {"LaunchTemplateId": "id"}, {}, "launch-template",
                             "describe_launch_template_versions"),
    aws_ebs_encryption_by_default=Kind("ec2", make=_ebs_encryption, read="get_ebs_encryption_by_default"),
)
