package bench

import (
	"fmt"
	"net/http"
)

// fault is what can go wrong with a request.
type fault int

const (
	none              fault = iota
	throttled               // the bucket is empty
	throttledAtRandom       // the service says it is too much, for reasons of its own
	broken                  // the service fails
	denied                  // the caller may not
	lost                    // nothing answers
)

// codes are the names of faults, of EC2, of S3, of XML services and of JSON services.
var codes = map[fault]struct {
	ec2, s3, xml, json string
	status             int
}{
	throttled:         {"RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingException", http.StatusBadRequest},
	throttledAtRandom: {"RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingException", http.StatusBadRequest},
	broken:            {"InternalError", "InternalError", "InternalFailure", "InternalServerException", http.StatusInternalServerError},
	denied:            {"UnauthorizedOperation", "AccessDenied", "AccessDenied", "AccessDeniedException", http.StatusForbidden},
}

// fail sends the fault in the shape in which the service would.
func (q *request) fail(w http.ResponseWriter, f fault) {
	c := codes[f]
	code, status := c.json, c.status
	switch {
	case q.protocol == ec2Query:
		code = c.ec2
	case q.service == "s3":
		code = c.s3
	case q.protocol == query || q.protocol == restXML:
		code = c.xml
	}
	if code == "SlowDown" || code == "RequestLimitExceeded" {
		status = http.StatusServiceUnavailable
	} else if status == http.StatusBadRequest && q.protocol == restJSON {
		status = http.StatusTooManyRequests
	}
	q.failWith(w, status, code)
}

// failWith sends an error of the service.
func (q *request) failWith(w http.ResponseWriter, status int, code string) {
	const text = "refused by the simulation"
	switch {
	case q.protocol == ec2Query:
		write(w, status, "text/xml", fmt.Sprintf("<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors><RequestID>0</RequestID></Response>", code, text))
	case q.service == "s3" && !q.control():
		write(w, status, "application/xml", fmt.Sprintf("<Error><Code>%s</Code><Message>%s</Message><RequestId>0</RequestId></Error>", code, text))
	case q.protocol == query || q.protocol == restXML:
		write(w, status, "text/xml", fmt.Sprintf("<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>0</RequestId></ErrorResponse>", code, text))
	case q.protocol == cbor:
		write(w, status, "application/cbor", "\xa2"+cborText("__type")+cborText(code)+cborText("message")+cborText(text))
	default:
		w.Header().Set("X-Amzn-Errortype", code)
		write(w, status, "application/x-amz-json-1.1", fmt.Sprintf(`{"__type":%q,"message":%q}`, code, text))
	}
}

// cborText writes a text of fewer than 256 bytes.
func cborText(s string) string {
	if len(s) < 24 {
		return string([]byte{0x60 | byte(len(s))}) + s
	}
	return string([]byte{0x78, byte(len(s))}) + s
}
