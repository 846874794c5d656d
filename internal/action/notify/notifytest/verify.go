package notifytest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Window is how old, or ahead, a timestamp of a webhook may be: the tolerance that the
// documentation tells receivers to use.
const Window = 5 * time.Minute

// VerifyWebhook checks a request as docs/reference/notify.md tells a receiver to, written
// apart from the code that signs. The key is the raw one.
func VerifyWebhook(key string, h http.Header, body []byte, now time.Time) error {
	id, at := h.Get("Webhook-Id"), h.Get("Webhook-Timestamp")
	if id == "" || id != h.Get("Idempotency-Key") {
		return fmt.Errorf("webhook-id %q, idempotency-key %q", id, h.Get("Idempotency-Key"))
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return fmt.Errorf("webhook-timestamp: %w", err)
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > Window || age < -Window {
		return fmt.Errorf("the timestamp is %v away", age)
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(id + "." + at + "." + string(body)))
	for signature := range strings.FieldsSeq(h.Get("Webhook-Signature")) {
		coded, ok := strings.CutPrefix(signature, "v1,")
		given, err := base64.StdEncoding.DecodeString(coded)
		if ok && err == nil && hmac.Equal(given, mac.Sum(nil)) {
			return nil
		}
	}
	return fmt.Errorf("no signature fits")
}
