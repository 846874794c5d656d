"""Keys, secrets and certificates."""

from ..kind import Kind, register

register(
    aws_kms_key=Kind("kms", "create_key", "Description", "KeyMetadata.KeyId", "KeyMetadata.Arn", {"KeyId": "id", "TargetKeyId": "id"},
                     read="describe_key"),
    aws_secretsmanager_secret=Kind("secretsmanager", "create_secret", "Name", "ARN", "ARN", {"SecretId": "arn"},
                                   {"SecretString": "example"}, read="describe_secret"),
    aws_ssm_parameter=Kind("ssm", "put_parameter", "Name", arn="arn:aws:ssm:$(region):$(account):parameter$(name)",
                           keys={"Name": "name"}, defaults={"Type": "SecureString", "Value": "example"}, read="get_parameter"),
    aws_acm_certificate=Kind("acm", "request_certificate", "DomainName", "CertificateArn", "CertificateArn",
                             {"CertificateArn": "arn"}, {"ValidationMethod": "DNS"}, read="describe_certificate"),
)
