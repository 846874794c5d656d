// Package webhook delivers alerts as signed JSON to any receiver.
//
// The signature follows the Standard Webhooks specification, version 1.0.0, section
// "Signature scheme": HMAC-SHA256 over "id.timestamp.body", in base64 after "v1,". The
// header Idempotency-Key repeats the id. docs/reference/notify.md tells a receiver how to
// check it.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/post"
	"github.com/stance-sec/stance/internal/estate"
)

// shortestSecret is how many bytes a signing key has at least.
const shortestSecret = 24

// prefix marks a key that is written in base64.
const prefix = "whsec_"

// Config says where alerts go.
type Config struct {
	// URL is the receiver's; it may hold a token.
	URL notify.Secret
	// Secret is the signing key: "whsec_" and base64, or any text of 24 bytes and more.
	Secret notify.Secret
	// Authorization is the whole value of that header; empty sends none.
	Authorization notify.Secret
	// Plain allows http to other machines.
	Plain bool
	// Now is time.Now when it is nil.
	Now func() time.Time
	// Transport is nil but for tests.
	Transport http.RoundTripper
}

// Channel is a receiver.
type Channel struct {
	url, key, authorization notify.Secret
	now                     func() time.Time
	post                    *post.Sender
}

// New returns the channel of the name. It opens nothing.
func New(name string, c Config) (*Channel, error) {
	if err := post.CheckAddress(c.URL.Reveal(), c.Plain); err != nil {
		return nil, err
	}
	key := c.Secret.Reveal()
	if coded, ok := strings.CutPrefix(key, prefix); ok {
		raw, err := base64.StdEncoding.DecodeString(coded)
		if err != nil {
			return nil, estate.Errorf(estate.CodeInvalid, "read the signing key", "what follows whsec_ is not base64")
		}
		key = string(raw)
	}
	if len(key) < shortestSecret {
		return nil, estate.Errorf(estate.CodeInvalid, "read the signing key", "it has less than %d bytes", shortestSecret).
			WithHint(`openssl rand -base64 32 makes one`)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	sender := post.New(name, c.Transport, c.URL, c.Secret, notify.NewSecret(key), c.Authorization)
	return &Channel{c.URL, notify.NewSecret(key), c.Authorization, c.Now, sender}, nil
}

// Send posts the alert. The body is the same in every attempt; the timestamp is that of
// the attempt.
func (c *Channel) Send(ctx context.Context, a *notify.Alert) (notify.Receipt, error) {
	body, err := encode(a)
	if err != nil {
		return notify.Receipt{}, estate.Errorf(estate.CodeInternal, "encode the alert", "%w", err)
	}
	id := notify.Name(a.Key, 128)
	at := strconv.FormatInt(c.now().Unix(), 10)
	header := http.Header{
		"Webhook-Id": {id}, "Idempotency-Key": {id}, "Webhook-Timestamp": {at},
		"Webhook-Signature": {"v1," + sign(c.key.Reveal(), id, at, body)},
	}
	if value := c.authorization.Reveal(); value != "" {
		header.Set("Authorization", value)
	}
	_, err = c.post.Do(ctx, post.Request{Op: "post the alert", Address: c.url, Header: header, Body: body})
	return notify.Receipt{ID: id}, err
}

func sign(key, id, at string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
