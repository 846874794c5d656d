package bench

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// answer sends what the operation returns.
func (c *Cloud) answer(w http.ResponseWriter, q *request) {
	switch {
	case q.service == "s3" && !q.control():
		c.answerS3(w, q)
	case strings.HasSuffix(q.http.URL.Path, "/configuration/publicAccessBlock"):
		q.failWith(w, http.StatusNotFound, "NoSuchPublicAccessBlockConfiguration")
	case q.service == "lambda":
		q.reply(w, c.lambda(q))
	default:
		q.reply(w, c.content(q))
	}
}

// content returns the content of operations that are told by name.
func (c *Cloud) content(q *request) string {
	if strings.HasSuffix(q.http.URL.Path, "/status/batch/get") { // of Inspector
		return fmt.Sprintf(`{"accounts":[{"accountId":%q,"state":{"status":"DISABLED"},"resourceState":{"ec2":{"status":"DISABLED"},"ecr":{"status":"DISABLED"}}}]}`, q.account)
	}
	switch q.op {
	case "GetCallerIdentity":
		return fmt.Sprintf("<Account>%s</Account><Arn>arn:aws:sts::%[1]s:assumed-role/audit/stance</Arn><UserId>AROA:stance</UserId>", q.account)
	case "AssumeRole":
		return fmt.Sprintf("<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>",
			keyOf("ASIA", accountOf(q.form.Get("RoleArn"))))
	case "ListAccounts":
		return c.members()
	case "DescribeRegions":
		return set("regionInfo", c.Regions, func(_ int, r string) string {
			return element("regionName", r) + "<optInStatus>opt-in-not-required</optInStatus>"
		})
	case "GetAccountAuthorizationDetails":
		return c.roles(q, "RoleDetailList", "<AttachedManagedPolicies/><RolePolicyList/><InstanceProfileList/>")
	case "ListRoles":
		return c.roles(q, "Roles", "<MaxSessionDuration>3600</MaxSessionDuration>")
	case "GetAccountSummary":
		return accountSummary()
	case "GenerateCredentialReport":
		return "<State>COMPLETE</State>"
	case "GetCredentialReport":
		return credentialReport(q.account)
	case "DescribeSecurityGroups", "DescribeInstances", "DescribeVolumes", "DescribeInstanceAttribute":
		return c.ec2(q)
	case "DescribeDBInstances":
		return c.databases(q)
	default:
		return q.empty()
	}
}

func (c *Cloud) members() string {
	list := make([]string, c.Accounts)
	for i := range list {
		list[i] = fmt.Sprintf(`{"Id":%q,"Name":"account-%d","Status":"ACTIVE","Arn":"arn:aws:organizations::%s:account/o-bench/%[1]s"}`, AccountID(i), i, AccountID(0))
	}
	return `{"Accounts":[` + strings.Join(list, ",") + `]}`
}

func element(name, content string) string { return "<" + name + ">" + content + "</" + name + ">" }

// set writes a list of EC2.
func set[T any](name string, items []T, item func(int, T) string) string {
	var b strings.Builder
	for i, x := range items {
		b.WriteString(element("item", item(i, x)))
	}
	return element(name, b.String())
}

// names returns the ids of so many things of a kind that lie in a region of an account.
func (c *Cloud) names(q *request, kind string, total int) []string {
	var list []string
	for _, i := range c.placed(q.account, q.region, total) {
		list = append(list, fmt.Sprintf("%s-%s%05d", kind, q.account, i))
	}
	return list
}

// placed returns which of so many things lie in a region of an account: they take turns
// in the regions that are in use.
func (c *Cloud) placed(account, region string, total int) []int {
	busy := c.busy(account)
	var list []int
	for i := range total {
		if busy[i%len(busy)] == region {
			list = append(list, i)
		}
	}
	return list
}

// Holds returns how many resources lie in a scope, and whether the cloud knows the type.
func (c *Cloud) Holds(scope estate.Scope) (count int, known bool) {
	var total int
	regional := true
	switch scope.Type {
	case "aws_s3_bucket":
		total, regional = c.Content.Buckets, false
	case "aws_iam_role":
		total, regional = c.Content.Roles, false
	case "aws_instance":
		total = c.Content.Instances
	case "aws_ebs_volume":
		total = c.Content.Volumes
	case "aws_security_group":
		total = c.Content.Groups
	case "aws_db_instance":
		total = c.Content.Databases
	case "aws_lambda_function":
		total = c.Content.Functions
	default:
		return 0, false
	}
	if regional {
		total = len(c.placed(scope.Account, scope.Region, total))
	}
	return total, true
}

// page cuts one page out of a list by the token of the request, which is the number of
// what comes first, and returns the token of the next page; empty at the end.
func page(list []string, token string, size int) (items []string, next string) {
	start := 0
	_, _ = fmt.Sscan(token, &start) // no token is the first page
	start = min(start, len(list))
	end := min(start+size, len(list))
	if end < len(list) {
		next = fmt.Sprint(end)
	}
	return list[start:end], next
}
