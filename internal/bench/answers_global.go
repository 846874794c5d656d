package bench

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// absent are the errors by which S3 says that a bucket has no such setting, by the
// sub-resource that is asked for.
var absent = map[string]string{
	"publicAccessBlock": "NoSuchPublicAccessBlockConfiguration", "policy": "NoSuchBucketPolicy", "ownershipControls": "OwnershipControlsNotFoundError",
	"encryption": "ServerSideEncryptionConfigurationNotFoundError", "lifecycle": "NoSuchLifecycleConfiguration", "object-lock": "ObjectLockConfigurationNotFoundError",
	"website": "NoSuchWebsiteConfiguration", "replication": "ReplicationConfigurationNotFoundError", "tagging": "NoSuchTagSet",
}

func (c *Cloud) answerS3(w http.ResponseWriter, q *request) {
	values := q.http.URL.Query()
	if q.http.URL.Path == "/" {
		q.reply(w, c.buckets(q, values.Get("continuation-token")))
		return
	}
	for sub, code := range absent {
		if values.Has(sub) {
			q.failWith(w, http.StatusNotFound, code)
			return
		}
	}
	if values.Has("acl") {
		q.reply(w, `<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>o</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`)
		return
	}
	q.reply(w, q.empty())
}

func (c *Cloud) buckets(q *request, token string) string {
	busy := c.busy(q.account)
	all := make([]string, c.Content.Buckets)
	for i := range all {
		all[i] = element("Bucket", element("Name", fmt.Sprintf("acme-%s-%04d", q.account, i))+element("BucketRegion", busy[i%len(busy)])+"<CreationDate>2026-01-01T00:00:00Z</CreationDate>")
	}
	items, next := page(all, token, 1000)
	return "<ListAllMyBucketsResult><Buckets>" + strings.Join(items, "") + "</Buckets>" + element("ContinuationToken", next) + "</ListAllMyBucketsResult>"
}

// roles answers GetAccountAuthorizationDetails and ListRoles, a hundred at a time or as
// asked: in a list of that name, with more of each role.
func (c *Cloud) roles(q *request, list, more string) string {
	if kind := q.form.Get("Filter.member.1"); kind != "" && kind != "Role" {
		return "<IsTruncated>false</IsTruncated>"
	}
	size := 100
	_, _ = fmt.Sscan(q.form.Get("MaxItems"), &size)
	names := make([]string, c.Content.Roles)
	for i := range names {
		names[i] = fmt.Sprintf("role-%04d", i)
	}
	items, next := page(names, q.form.Get("Marker"), size)
	trust := url.QueryEscape(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)
	body := ""
	for _, name := range items {
		body += element("member", element("RoleName", name)+element("Arn", "arn:aws:iam::"+q.account+":role/"+name)+"<Path>/</Path><RoleId>AROA</RoleId><CreateDate>2026-01-01T00:00:00Z</CreateDate>"+
			element("AssumeRolePolicyDocument", trust)+more)
	}
	if next == "" {
		return element(list, body) + "<IsTruncated>false</IsTruncated>"
	}
	return element(list, body) + element("Marker", next) + "<IsTruncated>true</IsTruncated>"
}

// reportColumns are those of IAM's credential report.
const reportColumns = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
	"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
	"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"

// credentialReport names the root user alone.
func credentialReport(account string) string {
	row := "<root_account>,arn:aws:iam::" + account + ":root,2019-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,true," +
		"false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
	text := base64.StdEncoding.EncodeToString([]byte(reportColumns + "\n" + row + "\n"))
	return element("Content", text) + "<ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-11-22T00:00:00Z</GeneratedTime>"
}

// accountSummary answers GetAccountSummary.
func accountSummary() string {
	body := ""
	for _, key := range []string{
		"Users", "Groups", "Roles", "Policies", "Providers", "ServerCertificates", "MFADevices", "MFADevicesInUse", "AccountMFAEnabled",
		"AccountAccessKeysPresent", "AccountSigningCertificatesPresent", "AccountPasswordPresent",
	} {
		body += element("entry", element("key", key)+element("value", "1"))
	}
	return element("SummaryMap", body)
}

// lambda answers the operations of Lambda, which are told by their paths.
func (c *Cloud) lambda(q *request) string {
	path := strings.TrimSuffix(q.http.URL.Path, "/")
	switch {
	case strings.HasSuffix(path, "/functions"):
		return c.functions(q)
	case strings.HasSuffix(path, "/policy"):
		return `{"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}","RevisionId":"1"}`
	default:
		return q.empty()
	}
}

func (c *Cloud) functions(q *request) string {
	values := q.http.URL.Query()
	size := 50
	_, _ = fmt.Sscan(values.Get("MaxItems"), &size)
	items, next := page(c.names(q, "fn", c.Content.Functions), values.Get("Marker"), size)
	list := make([]map[string]any, len(items))
	for i, name := range items {
		list[i] = map[string]any{
			"FunctionName": name, "FunctionArn": "arn:aws:lambda:" + q.region + ":" + q.account + ":function:" + name, "Runtime": "python3.13", "PackageType": "Zip",
			"Role": "arn:aws:iam::" + q.account + ":role/" + name, "LastModified": "2026-01-01T00:00:00.000+0000", "MemorySize": 256, "Timeout": 30,
		}
	}
	return string(raw(map[string]any{"Functions": list, "NextMarker": json.RawMessage(orNull(next))}))
}

func orNull(text string) string {
	if text == "" {
		return "null"
	}
	return fmt.Sprintf("%q", text)
}
