//go:build unix

package server_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const (
	region = "us-east-1"
	// ttl ends what is started in case that this process cannot.
	ttl = "1800"
)

// cloud is a local AWS API with a queue of change events.
type cloud struct {
	endpoint, queue string
	accounts        map[string]*account
}

// account is a way into one account.
type account struct {
	id  string
	s3  *s3.Client
	iam *iam.Client
	ec2 *ec2.Client
}

// startCloud starts an API with the estate of testdata.
func startCloud(t *testing.T) *cloud {
	t.Helper()
	python, err := filepath.Abs(root + "/.cache/venv/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("the demo's environment is missing, `make venv` makes it: %v", err)
	}
	ready := filepath.Join(t.TempDir(), "ready")
	process := exec.Command(python, root+"/demo/aws/serve.py", "--port", "0", "--ready-file", ready, "--ttl", ttl, "--events")
	process.Env = append(os.Environ(), "STANCE_REGIONS="+region)
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Signal(syscall.SIGTERM)
		_ = process.Wait() // which says that it was ended
	})
	c := &cloud{endpoint: awaitFile(t, ready), accounts: map[string]*account{}}
	c.queue = awaitFile(t, ready+".queue")
	if out, err := exec.Command(python, root+"/demo/aws/seed.py", "--endpoint", c.endpoint, "--estate", "testdata/estate.yaml").CombinedOutput(); err != nil {
		t.Fatalf("seed.py: %v: %s", err, out)
	}
	c.open(t)
	return c
}

func awaitFile(t *testing.T, path string) string {
	t.Helper()
	for range 1200 {
		if said, err := os.ReadFile(path); err == nil && len(said) > 0 {
			return strings.TrimSpace(string(said))
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s was not written", path)
	return ""
}

func (c *cloud) config(keys aws.CredentialsProvider) aws.Config {
	return aws.Config{Region: region, BaseEndpoint: &c.endpoint, Credentials: keys}
}

// open takes a role in each member.
func (c *cloud) open(t *testing.T) {
	t.Helper()
	main := c.config(credentials.NewStaticCredentialsProvider("local", "local", ""))
	members, err := organizations.NewFromConfig(main).ListAccounts(t.Context(), &organizations.ListAccountsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members.Accounts {
		config := main
		if name := aws.ToString(m.Name); name != "master" && name != "management" {
			role := "arn:aws:iam::" + aws.ToString(m.Id) + ":role/OrganizationAccountAccessRole"
			taken, err := sts.NewFromConfig(main).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("test")})
			if err != nil {
				t.Fatal(err)
			}
			k := taken.Credentials
			config = c.config(credentials.NewStaticCredentialsProvider(*k.AccessKeyId, *k.SecretAccessKey, *k.SessionToken))
		}
		c.accounts[aws.ToString(m.Name)] = &account{
			id: aws.ToString(m.Id), iam: iam.NewFromConfig(config), ec2: ec2.NewFromConfig(config),
			s3: s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }),
		}
	}
	for _, name := range []string{"one", "two"} {
		if c.accounts[name] == nil {
			t.Fatalf("there is no account %s among %v", name, c.accounts)
		}
	}
}

func (c *cloud) sqs() *sqs.Client {
	return sqs.NewFromConfig(c.config(credentials.NewStaticCredentialsProvider("local", "local", "")))
}

// depth is how many messages are in a queue, held ones included.
func (c *cloud) depth(ctx context.Context, queue string) (int, error) {
	out, err := c.sqs().GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &queue, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll}})
	if err != nil {
		return 0, err
	}
	n := 0
	for _, name := range []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"} {
		some, err := strconv.Atoi(out.Attributes[name])
		if err != nil {
			return 0, err
		}
		n += some
	}
	return n, nil
}
