package compile_test

import (
	"slices"
	"testing"
	"time"
)

// large is the company that docs/benchmarks.md speaks of.
func large() size {
	return size{accounts: 50, principals: 20_000, sets: 2_000, resources: 1_000_000}
}

// BenchmarkWhoCan asks who can do something with random resources, and reports the
// slowest of a hundred.
func BenchmarkWhoCan(b *testing.B) {
	c := newCompany(b, large())
	actions := map[string]string{"aws_s3_bucket": "s3:GetObject", "aws_dynamodb_table": "dynamodb:Scan", "aws_sqs_queue": "sqs:ReceiveMessage", "aws_secretsmanager_secret": "secretsmanager:GetSecretValue",
		"aws_kms_key": "kms:Decrypt", "aws_iam_role": "sts:AssumeRole", "aws_instance": "ssm:SendCommand", "aws_lambda_function": "lambda:UpdateFunctionCode", "aws_cloudwatch_log_group": "logs:DeleteLogGroup", "aws_network_interface": "ec2:DetachNetworkInterface"}
	var times []time.Duration
	holders := 0
	b.ResetTimer()
	for b.Loop() {
		thing := &c.things[c.IntN(len(c.things))]
		start := time.Now()
		holders += len(c.index.WhoCan(c.compiler.Target(actions[thing.Kind], c.resource(thing), nil), nil))
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(holders)/float64(b.N), "holders")
}
