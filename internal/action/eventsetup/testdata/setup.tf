# Change events of organisation o-exampleorg1 for Stance.
#
# EventBridge tells of API calls only where CloudTrail records management events: a trail
# for the whole organisation, in all regions, must exist. Read-only events need none of this.
# Delivery is best effort, mostly within seconds; Stance's regular readings find the rest.

terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.audit]
    }
  }
}

resource "aws_cloudformation_stack" "events" {
  provider     = aws.audit
  name         = "stance-events"
  capabilities = ["CAPABILITY_NAMED_IAM"]

  template_body = <<STANCE
# Change events of organisation o-exampleorg1 for Stance.
#
# EventBridge tells of API calls only where CloudTrail records management events: a trail
# for the whole organisation, in all regions, must exist. Read-only events need none of this.
# Delivery is best effort, mostly within seconds; Stance's regular readings find the rest.
AWSTemplateFormatVersion: "2010-09-09"
Description: The queue that Stance reads change events from. Deploy once, in account 210987654321, region eu-west-1.
Resources:
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      Description: Encrypts the change events that Stance reads
      EnableKeyRotation: true
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - Sid: Administer
            Effect: Allow
            Principal: { AWS: "arn:aws:iam::210987654321:root" }
            Action: "kms:*"
            Resource: "*"
          - Sid: EventBridgeEncrypts
            Effect: Allow
            Principal: { Service: events.amazonaws.com }
            Action: ["kms:Decrypt", "kms:GenerateDataKey"]
            Resource: "*"
            Condition:
              StringEquals: { "aws:SourceAccount": "210987654321" }
          - Sid: ReaderDecrypts
            Effect: Allow
            Principal: { AWS: "arn:aws:iam::210987654321:role/stance" }
            Action: "kms:Decrypt"
            Resource: "*"
  DeadLetters:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: stance-events-dead
      KmsMasterKeyId: !GetAtt Key.Arn
      MessageRetentionPeriod: 1209600
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: stance-events
      KmsMasterKeyId: !GetAtt Key.Arn
      MessageRetentionPeriod: 345600
      ReceiveMessageWaitTimeSeconds: 20
      VisibilityTimeout: 60
      RedrivePolicy: { deadLetterTargetArn: !GetAtt DeadLetters.Arn, maxReceiveCount: 20 }
  Bus:
    Type: AWS::Events::EventBus
    Properties: { Name: stance-events }
  BusPolicy:
    Type: AWS::Events::EventBusPolicy
    Properties:
      EventBusName: !Ref Bus
      StatementId: OrganizationSends
      Statement:
        Sid: OrganizationSends
        Effect: Allow
        Principal: "*"
        Action: "events:PutEvents"
        Resource: !GetAtt Bus.Arn
        Condition:
          StringEquals: { "aws:PrincipalOrgID": "o-exampleorg1" }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: stance-events
      EventBusName: !Ref Bus
      EventPattern:
        source: [{ prefix: "aws." }]
        detail-type: ["AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"]
      Targets:
        - Id: queue
          Arn: !GetAtt Queue.Arn
          DeadLetterConfig: { Arn: !GetAtt DeadLetters.Arn }
  QueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue, !Ref DeadLetters]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: RuleSends
            Effect: Allow
            Principal: { Service: events.amazonaws.com }
            Action: "sqs:SendMessage"
            Resource: [!GetAtt Queue.Arn, !GetAtt DeadLetters.Arn]
            Condition:
              ArnEquals: { "aws:SourceArn": !GetAtt Rule.Arn }
          - Sid: ReaderTakes
            Effect: Allow
            Principal: { AWS: "arn:aws:iam::210987654321:role/stance" }
            Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
            Resource: !GetAtt Queue.Arn
          - Sid: OnlyEncrypted
            Effect: Deny
            Principal: "*"
            Action: "sqs:*"
            Resource: [!GetAtt Queue.Arn, !GetAtt DeadLetters.Arn]
            Condition:
              Bool: { "aws:SecureTransport": "false" }
  ReaderPolicy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: stance-events-reader
      Description: Lets Stance take change events from its queue. Attach it to arn:aws:iam::210987654321:role/stance.
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
            Resource: !GetAtt Queue.Arn
          - Effect: Allow
            Action: "kms:Decrypt"
            Resource: !GetAtt Key.Arn
Outputs:
  QueueURL: { Value: !Ref Queue }
  BusARN: { Value: !GetAtt Bus.Arn }
STANCE
}

resource "aws_cloudformation_stack_set" "events" {
  name             = "stance-events"
  permission_model = "SERVICE_MANAGED"
  capabilities     = ["CAPABILITY_NAMED_IAM"]
  depends_on       = [aws_cloudformation_stack.events]

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  template_body = <<STANCE
# Change events of organisation o-exampleorg1 for Stance.
#
# EventBridge tells of API calls only where CloudTrail records management events: a trail
# for the whole organisation, in all regions, must exist. Read-only events need none of this.
# Delivery is best effort, mostly within seconds; Stance's regular readings find the rest.
AWSTemplateFormatVersion: "2010-09-09"
Description: Sends changes to Stance's bus. Deploy as a stack set to the units "r-ab12" in the regions "eu-west-1", "us-east-1".
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "stance-events-$${AWS::Region}"
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Service: events.amazonaws.com }
            Action: "sts:AssumeRole"
            Condition:
              StringEquals: { "aws:SourceAccount": !Ref "AWS::AccountId" }
      Policies:
        - PolicyName: send
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: "events:PutEvents"
                Resource: "arn:aws:events:eu-west-1:210987654321:event-bus/stance-events"
  Rule1:
    Type: AWS::Events::Rule
    Properties:
      Name: stance-events-1
      EventPattern: {"source":[{"prefix":"aws."}],"detail-type":["AWS API Call via CloudTrail","AWS Service Event via CloudTrail"],"detail":{"eventSource":["ec2.amazonaws.com","iam.amazonaws.com","s3.amazonaws.com"],"readOnly":[false],"errorCode":[{"exists":false}]}}
      Targets:
        - Id: bus
          Arn: "arn:aws:events:eu-west-1:210987654321:event-bus/stance-events"
          RoleArn: !GetAtt Role.Arn
STANCE
}

resource "aws_cloudformation_stack_set_instance" "events" {
  for_each       = toset(["eu-west-1", "us-east-1"])
  stack_set_name = aws_cloudformation_stack_set.events.name
  region         = each.value

  deployment_targets {
    organizational_unit_ids = ["r-ab12"]
  }
}

output "queue_url" {
  value = aws_cloudformation_stack.events.outputs["QueueURL"]
}
