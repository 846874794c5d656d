package eventsetup

import (
	"fmt"
	"strings"
)

// Central returns the CloudFormation template of the audit account: the bus, the queue
// with its dead letters and key, the rule between them, and the reader's policy.
func Central(o Options) (string, error) {
	if err := o.check(); err != nil {
		return "", err
	}
	return note(o) + o.fill(central), nil
}

// Member returns the CloudFormation template of each account and region, for a stack set.
func Member(o Options) (string, error) {
	if err := o.check(); err != nil {
		return "", err
	}
	var rules strings.Builder
	for i, p := range patterns(o.Sources) {
		rules.WriteString(o.fill(fmt.Sprintf(memberRule, i+1, p)))
	}
	return note(o) + o.fill(member) + rules.String(), nil
}

// fill puts the options into a text.
func (o Options) fill(text string) string {
	return strings.NewReplacer(
		"{organization}", o.Organization, "{account}", o.AuditAccount, "{region}", o.Region, "{partition}", o.Partition,
		"{name}", o.Name, "{reader}", o.Reader, "{units}", quoted(o.Units, ", "), "{regions}", quoted(o.Regions, ", "),
	).Replace(text)
}

const central = `AWSTemplateFormatVersion: "2010-09-09"
Description: The queue that Stance reads change events from. Deploy once, in account {account}, region {region}.
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
            Principal: { AWS: "arn:{partition}:iam::{account}:root" }
            Action: "kms:*"
            Resource: "*"
          - Sid: EventBridgeEncrypts
            Effect: Allow
            Principal: { Service: events.amazonaws.com }
            Action: ["kms:Decrypt", "kms:GenerateDataKey"]
            Resource: "*"
            Condition:
              StringEquals: { "aws:SourceAccount": "{account}" }
          - Sid: ReaderDecrypts
            Effect: Allow
            Principal: { AWS: "{reader}" }
            Action: "kms:Decrypt"
            Resource: "*"
  DeadLetters:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: {name}-dead
      KmsMasterKeyId: !GetAtt Key.Arn
      MessageRetentionPeriod: 1209600
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: {name}
      KmsMasterKeyId: !GetAtt Key.Arn
      MessageRetentionPeriod: 345600
      ReceiveMessageWaitTimeSeconds: 20
      VisibilityTimeout: 60
      RedrivePolicy: { deadLetterTargetArn: !GetAtt DeadLetters.Arn, maxReceiveCount: 20 }
  Bus:
    Type: AWS::Events::EventBus
    Properties: { Name: {name} }
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
          StringEquals: { "aws:PrincipalOrgID": "{organization}" }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: {name}
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
            Principal: { AWS: "{reader}" }
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
      ManagedPolicyName: {name}-reader
      Description: Lets Stance take change events from its queue. Attach it to {reader}.
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
`

const member = `AWSTemplateFormatVersion: "2010-09-09"
Description: Sends changes to Stance's bus. Deploy as a stack set to the units {units} in the regions {regions}.
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "{name}-${AWS::Region}"
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
                Resource: "arn:{partition}:events:{region}:{account}:event-bus/{name}"
`

const memberRule = `  Rule%[1]d:
    Type: AWS::Events::Rule
    Properties:
      Name: {name}-%[1]d
      EventPattern: %[2]s
      Targets:
        - Id: bus
          Arn: "arn:{partition}:events:{region}:{account}:event-bus/{name}"
          RoleArn: !GetAtt Role.Arn
`
