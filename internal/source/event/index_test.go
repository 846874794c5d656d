package event_test

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws/catalog"
	"github.com/stance-sec/stance/internal/source/event"
)

func infos() []source.Info {
	var list []source.Info
	for _, k := range catalog.Kinds() {
		list = append(list, k.Info())
	}
	return list
}

func index() *event.Index { return event.NewIndex(infos()) }

// named is one id of each type that tags are put on.
var named = []string{"sg-1", "i-1", "vpc-1", "subnet-1", "eni-1", "vol-1", "snap-1", "ami-1", "rtb-1", "acl-1"}

// TestHotEventsAreListenedTo walks testdata/hot.txt: a service, a call as CloudTrail names
// it, and the types that it must touch.
func TestHotEventsAreListenedTo(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/hot.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	x := index()
	lines := bufio.NewScanner(file)
	count := 0
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		count++
		e := event.Event{Cloud: "aws", Account: "1", Region: "eu-west-1", Source: fields[0] + ".amazonaws.com", Name: fields[1], Names: named}
		var got []string
		for _, touch := range x.Touches(e) {
			got = append(got, touch.Scope.Type)
		}
		for _, want := range fields[2:] {
			if !slices.Contains(got, want) {
				t.Errorf("%s %s does not touch %s, only %v", fields[0], fields[1], want, got)
			}
		}
	}
	if err := lines.Err(); err != nil || count < 100 {
		t.Errorf("%d lines, %v", count, err)
	}
}

func TestTouches(t *testing.T) {
	t.Parallel()
	x := index()
	tests := map[string]struct {
		source, name string
		names        []string
		want         []string // scope's region, type, whole, names
	}{
		"a bucket is global wherever it lies": {"s3", "PutBucketPolicy", []string{"b"}, []string{"global aws_s3_bucket named b"}},
		"a version of the API":                {"lambda", "UpdateFunctionConfiguration20150331v2", []string{"f"}, []string{"eu-west-1 aws_lambda_function named f"}},
		"a version not known yet":             {"lambda", "UpdateFunctionConfiguration20310331v9", []string{"f"}, []string{"eu-west-1 aws_lambda_function named f"}},
		"a date with lines":                   {"cloudfront", "UpdateDistribution2020_05_31", []string{"E1"}, []string{"global aws_cloudfront_distribution named E1"}},
		"only ids of the type":                {"ec2", "AuthorizeSecurityGroupIngress", []string{"sgr-1", "sg-1", "vpc-1"}, []string{"eu-west-1 aws_security_group named sg-1"}},
		"nothing named":                       {"ec2", "EnableEbsEncryptionByDefault", nil, []string{"eu-west-1 aws_ebs_encryption_by_default whole "}},
		"more than named":                     {"ec2", "ReplaceNetworkAclAssociation", []string{"acl-1"}, []string{"eu-west-1 aws_network_acl whole acl-1"}},
		"a tag touches what it is on":         {"ec2", "CreateTags", []string{"sg-1"}, []string{"eu-west-1 aws_security_group named sg-1"}},
		"another service's tag":               {"backup", "TagResource", []string{"arn:aws:backup:r:1:plan:x"}, []string{"eu-west-1 aws_backup_plan named arn:aws:backup:r:1:plan:x", "eu-west-1 aws_backup_vault named arn:aws:backup:r:1:plan:x"}},
		"an unknown call":                     {"s3", "PutBucketTomorrow", []string{"b"}, nil},
		"alarms":                              {"monitoring", "PutMetricAlarm", []string{"a"}, []string{"eu-west-1 aws_cloudwatch_metric_alarm named a"}},
	}
	for name, test := range tests {
		var got []string
		for _, touch := range x.Touches(event.Event{Cloud: "aws", Account: "1", Region: "eu-west-1", Source: test.source + ".amazonaws.com", Name: test.name, Names: test.names}) {
			how := " named "
			if touch.Whole {
				how = " whole "
			}
			got = append(got, touch.Scope.Region+" "+touch.Scope.Type+how+strings.Join(touch.Names, ","))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestEveryTypeCanBeTouched holds that no type's list of events leads nowhere.
func TestEveryTypeCanBeTouched(t *testing.T) {
	t.Parallel()
	for _, info := range infos() {
		if info.OnRequest == "" && len(info.Refresh) == 0 {
			t.Errorf("%s is read again after no event", info.Name)
		}
		for _, name := range info.Refresh {
			for _, verb := range []string{"Get", "List", "Describe"} {
				if strings.HasPrefix(name, verb) {
					t.Errorf("%s is read again after %s, which changes nothing", info.Name, name)
				}
			}
		}
	}
	if sources := index().Sources(); len(sources) < 50 || !slices.Contains(sources, "monitoring.amazonaws.com") || slices.Contains(sources, "cloudwatch.amazonaws.com") {
		t.Errorf("sources are %v", sources)
	}
}
