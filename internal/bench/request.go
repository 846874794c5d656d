package bench

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// protocol is how a service writes requests and answers.
type protocol int

const (
	query    protocol = iota // forms in, XML out
	ec2Query                 // the same with EC2's own envelope
	json1                    // JSON with the operation in a header
	cbor                     // CBOR with the operation in the path
	restJSON                 // paths in, JSON out
	restXML                  // paths in, XML out
)

// request is one call as a service sees it.
type request struct {
	protocol                 protocol
	account, region, service string
	// op is the operation, empty for protocols that write it as a path.
	op   string
	http *http.Request
	form url.Values
	body []byte
}

// bodyLimit is far above what any read sends.
const bodyLimit = 1 << 20

// readRequest finds out who asks whom for what. The signature itself is not checked.
func readRequest(r *http.Request) (*request, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit))
	if err != nil {
		return nil, err
	}
	q := &request{http: r, body: body, form: url.Values{}}
	// AWS4-HMAC-SHA256 Credential=AKIA.../20261122/eu-west-1/ec2/aws4_request, SignedHeaders=...
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	scope, _, _ = strings.Cut(scope, ",")
	parts := strings.Split(scope, "/")
	if len(parts) != 5 || len(parts[0]) < 16 {
		return nil, fmt.Errorf("the request to %s is not signed", r.URL.Path)
	}
	q.account, q.region, q.service = parts[0][4:16], parts[2], parts[3]
	err = q.readOperation()
	return q, err
}

func (q *request) readOperation() error {
	r := q.http
	target, isForm := r.Header.Get("X-Amz-Target"), strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	switch {
	case target != "":
		q.protocol, q.op = json1, target[strings.LastIndex(target, ".")+1:]
	case r.Header.Get("Smithy-Protocol") == "rpc-v2-cbor":
		q.protocol, q.op = cbor, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	case isForm:
		form, err := url.ParseQuery(string(q.body))
		if err != nil {
			return err
		}
		q.form, q.op = form, form.Get("Action")
		if q.service == "ec2" {
			q.protocol = ec2Query
		}
	case q.service == "s3" || q.service == "cloudfront" || q.service == "route53":
		q.protocol = restXML
	default:
		q.protocol = restJSON
	}
	return nil
}

// control reports whether the request is to S3's control plane, which signs as S3 does.
func (q *request) control() bool { return strings.HasPrefix(q.http.URL.Path, "/v20180820/") }

// accountOf returns the account in an ARN.
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}

// keyOf returns the access key by which requests of an account are recognised.
func keyOf(kind, account string) string { return kind + account + "BENCH" }

// write sends an answer.
func write(w http.ResponseWriter, status int, kind, body string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Amzn-Requestid", "00000000-0000-0000-0000-000000000000")
	w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte(body)))) // DynamoDB's clients look at it
	if kind == "application/cbor" {
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	}
	w.WriteHeader(status)
	_, _ = io.Copy(w, bytes.NewBufferString(body)) // a caller that left hears nothing
}

// reply sends a good answer whose content is given in the form of the protocol.
func (q *request) reply(w http.ResponseWriter, content string) {
	switch q.protocol {
	case query:
		write(w, http.StatusOK, "text/xml", fmt.Sprintf("<%[1]sResponse><%[1]sResult>%s</%[1]sResult></%[1]sResponse>", q.op, content))
	case ec2Query:
		write(w, http.StatusOK, "text/xml", fmt.Sprintf("<%[1]sResponse><requestId>0</requestId>%s</%[1]sResponse>", q.op, content))
	case restXML:
		write(w, http.StatusOK, "application/xml", content)
	case cbor:
		write(w, http.StatusOK, "application/cbor", content)
	default:
		write(w, http.StatusOK, "application/x-amz-json-1.1", content)
	}
}

// empty is the content of an answer without any.
func (q *request) empty() string {
	switch q.protocol {
	case query, ec2Query:
		return ""
	case restXML:
		return "<Empty/>"
	case cbor:
		return "\xbf\xff"
	default:
		return "{}"
	}
}
